"""Intake and strict validation of child sheets.

A sheet has no field for a name, free text, a person, an hour or a position; a document with any other key is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from rba_audit.days import usable_day
from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.child_sheets import ChildSheet
from rba_audit.register.records import as_json
from rba_audit.standard.policies.forum import ChildrenAudit
from rba_audit.strict_json import is_whole, read_json

SHEET_FORMAT: Final = 1
_LAST_REVISION: Final = 10_000
"""Largest plausible revision of the questions; a greater number comes from another program."""
_KEYS: Final = frozenset({"format", "id", "site", "revision", "day", "agreed", "answers", "feeling", "age"})


def take_sheet(
    register: Register, audit: ChildrenAudit, document: bytes, *, now: datetime, id: str | None = None
) -> bool:
    """Store a child's sheet and return whether it is new; the same bytes sent again change nothing.

    If `id` is given, the document must have that id.

    Raises:
        NotInRegister: there is no such site.
        EvidenceError: the sheet cannot be used.
        Conflict: its id is stored with other answers.
    """
    sheet = read_sheet(document, audit)
    if id is not None and sheet.id != id:
        raise EvidenceError(say("These answers were sent under the id of others; open the page again."))
    # A wrong clock must not lose a child's answers: an impossible day becomes the day of receipt. No other time is stored.
    stored = replace(sheet, day=usable_day(sheet.day, now))
    return register.child_sheets.add(stored, document, least=audit.least.value)


def read_sheet(document: bytes, audit: ChildrenAudit) -> ChildSheet:
    """Return the sheet in a document; a document with further keys is refused.

    Raises:
        EvidenceError: it is not a sheet, lacks the agreement, has no answers, or has an answer that the question does not offer.
    """
    try:
        content = read_json(document)
        has_keys = (
            isinstance(content, dict)
            and set(content) == _KEYS
            and is_whole(content["format"], SHEET_FORMAT, SHEET_FORMAT)
        )
        day = date.fromisoformat(content["day"]) if has_keys else None
    except (ValueError, TypeError):
        has_keys, day = False, None
    if not has_keys or day is None or not _has_plain_types(content):
        raise EvidenceError(say("These are not a child's answers as this page sends them; open the page again."))
    if content["agreed"] is not True:
        raise EvidenceError(say("Nobody said that the child and its companion agree; begin with the explanation."))
    answers: dict[str, str] = content["answers"]
    for question, name in answers.items():
        child_question = audit.question(question)
        if child_question is None or child_question.answer(name) is None:
            raise EvidenceError(say("An answer is none of those asked; reload the page and begin again."))
    for pick, name in ((audit.feeling, content["feeling"]), (audit.age, content["age"])):
        if name and name not in {answer.name for answer in pick.answers}:
            raise EvidenceError(say("An answer is none of those asked; reload the page and begin again."))
    if not answers and not content["feeling"]:
        raise EvidenceError(say("No question was answered, so there is nothing to keep."))
    return ChildSheet(
        id=content["id"],
        site_id=content["site"],
        day=day,
        revision=content["revision"],
        answers=answers,
        feeling=content["feeling"],
        age=content["age"],
    )


def _has_plain_types(content: Mapping[str, Any]) -> bool:
    """Return whether every member of a sheet has the right type."""
    texts = [content[key] for key in ("id", "site", "feeling", "age")]
    answers = content["answers"]
    if not isinstance(answers, dict) or not is_whole(content["revision"], 1, _LAST_REVISION):
        return False
    return all(isinstance(text, str) for text in [*texts, *answers.values()])


def write_sheet(sheet: ChildSheet) -> bytes:
    """Return the document of a sheet from the form without JavaScript; the child and its companion have agreed."""
    return as_json(
        {
            "format": SHEET_FORMAT,
            "id": sheet.id,
            "site": sheet.site_id,
            "revision": sheet.revision,
            "day": sheet.day.isoformat(),
            "agreed": True,
            "answers": dict(sheet.answers),
            "feeling": sheet.feeling,
            "age": sheet.age,
        }
    ).encode()
