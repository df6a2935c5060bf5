"""Messages of the form for the search, missing answers, and the view of one question at a time."""

from __future__ import annotations

from rba_audit.messages import say


def one_question_words() -> dict[str, object]:
    """Return the texts by the keys that the scripts use, in the current language."""
    return {
        "sifted": say("Shown: {count}").template,
        "show_all": str(say("Show all")),
        "one_at": say("{part} · {open} open").template,
    }


def leaving_words() -> list[tuple[str, str]]:
    """Return (key, text) for each group of missing answers; the group that can be answered at once is first."""
    return [
        ("now", say("Can still be answered here: {count}").template),
        ("photos", say("Photos wanted: {count}").template),
        ("night", say("For a visit at night: {count}").template),
        ("office", say("For the office, from documents: {count}").template),
    ]
