"""What the form says about what is searched, what is still missing, and the view of one question at a time."""

from __future__ import annotations

from rba_audit.messages import say


def one_question_words() -> dict[str, object]:
    """Return every text by the name that the scripts know it by, in the current language."""
    return {
        "sifted": str(say("Shown: {count}", count="{count}")),
        "show_all": str(say("Show all")),
        "one_at": str(say("{part} · {open} open", part="{part}", open="{open}")),
    }


def leaving_words() -> list[tuple[str, str]]:
    """Return what may still be missing at a place, what can be done at once first: a name, and its words."""
    return [
        ("now", str(say("Can still be answered here: {count}", count="{count}"))),
        ("photos", str(say("Photos wanted: {count}", count="{count}"))),
        ("night", str(say("For a visit at night: {count}", count="{count}"))),
        ("office", str(say("For the office, from documents: {count}", count="{count}"))),
    ]
