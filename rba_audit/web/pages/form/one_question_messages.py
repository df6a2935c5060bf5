"""Messages of the form for the search, missing answers, and the view of one question at a time."""

from __future__ import annotations

from rba_audit.messages import say


def one_question_words() -> dict[str, object]:
    """Return the texts by the keys that the scripts use, in the current language."""
    return {
        "sifted": str(say("Shown: {count}", count="{count}")),
        "show_all": str(say("Show all")),
        "one_at": str(say("{part} · {open} open", part="{part}", open="{open}")),
    }


def leaving_words() -> list[tuple[str, str]]:
    """Return (key, text) for each group of missing answers; the group that can be answered at once is first."""
    return [
        ("now", str(say("Can still be answered here: {count}", count="{count}"))),
        ("photos", str(say("Photos wanted: {count}", count="{count}"))),
        ("night", str(say("For a visit at night: {count}", count="{count}"))),
        ("office", str(say("For the office, from documents: {count}", count="{count}"))),
    ]
