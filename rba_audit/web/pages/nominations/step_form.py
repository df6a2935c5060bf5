"""Read the form of a step of a nomination's trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.messages import Message, say
from rba_audit.register.kla.nomination_trails import TrailEntry
from rba_audit.register.kla.nominations import Nomination
from rba_audit.register.kla.points import read_points
from rba_audit.standard.policies.kla_trail import NominationStep, NominationSteps
from rba_audit.web.http.services import services
from rba_audit.web.pages.nominations.documents import document_options

LONGEST_NOTE: Final = 2000
"""Most characters of a note."""


def read_step_form(
    form: Mapping[str, str], steps: NominationSteps, nomination: Nomination, person_id: str
) -> TrailEntry:
    """Return the entry in a form; an empty form takes the entry back.

    Raises:
        EvidenceError: a field cannot be read, or does not belong to the step.
    """
    step = steps.step(form.get("step", ""))
    if step is None or step.known:
        raise EvidenceError(say("The form is not whole; open the page again."))
    entry_id = form.get("id", "")
    day = _day(form, "day", say("Write the day as a date, or leave it empty."))
    if day is not None and day > today():
        raise EvidenceError(say("That day has not come yet; write it as the deadline."))
    result = form.get("result", "")
    if result and step.result(result) is None:
        raise EvidenceError(say("Choose the result from the list."))
    note = form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise EvidenceError(say("The note is too long; {most} letters are enough.", most=LONGEST_NOTE))
    document_id = form.get("document", "")
    if document_id and document_id not in {option.id for option in document_options(nomination.site_id)}:
        raise EvidenceError(say("Choose the document from the list."))
    return TrailEntry(
        id=entry_id,
        site_id=nomination.site_id,
        year=nomination.year,
        step=step.name,
        item=(form.get("item", "") or entry_id) if step.many else "",
        person_id=person_id,
        day=day,
        deadline=_day(form, "deadline", say("Write the deadline as a date, or leave it empty.")),
        result=result,
        score=_score(form, step),
        note=note,
        document_id=document_id,
    )


def last_seen_version(form: Mapping[str, str]) -> int:
    """Return the number of the version that the user saw, which the form carries.

    Raises:
        EvidenceError: the form has no such number.
    """
    text = form.get("seq", "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("1000000000")):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return int(text)


def _score(form: Mapping[str, str], step: NominationStep) -> Decimal | None:
    text = form.get("score", "").strip()
    if not step.score or not text:
        return None
    most = services().standard.ladder.maximum
    try:
        score = read_points(text)
    except ValueError:
        score = None
    if score is None or score > most:
        raise EvidenceError(say("Write the score as a number from 0 to {most}.", most=most))
    return score


def _day(form: Mapping[str, str], name: str, problem: Message) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise EvidenceError(problem) from None
