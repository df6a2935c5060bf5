"""Stages (kinds of visit) that a person's role allows, and the one that a form preselects."""

from __future__ import annotations

from collections.abc import Iterator

from rba_audit.messages import Message, say
from rba_audit.register import STAGES, Register, Stage
from rba_audit.register.person_records import Person


def stages_of(person: Person) -> tuple[Stage, ...]:
    """Return the stages that a person's role allows; a reviewer makes no self-assessments."""
    return tuple(stage for stage in STAGES if stage != "self" or person.may("self_assess"))


def usual_stage(register: Register, person: Person) -> Stage | None:
    """Return the only stage that a person's role allows, else the stage of their last visit; None before the first visit."""
    allowed = stages_of(person)
    if len(allowed) == 1:
        return allowed[0]
    return next((visit.stage for visit in register.visits.by_author(person.id)), None)


def stage_remarks(stage: str, author: Person) -> Iterator[Message]:
    """Yield a warning if its author's role does not allow the stage of a visit; the visit is accepted unchanged."""
    if stage not in stages_of(author):
        yield say("{name} reviews what others sent, and sent this as a self-assessment.", name=author.name)
