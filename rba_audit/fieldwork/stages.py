"""Which kind of visit somebody makes: what their role allows, and where it allows both, what they made last."""

from __future__ import annotations

from collections.abc import Iterator

from rba_audit.messages import Message, say
from rba_audit.register import STAGES, Register, Stage
from rba_audit.register.person_records import Person


def stages_of(person: Person) -> tuple[Stage, ...]:
    """Return the kinds of visit that a person makes; who reviews what others sent assesses no place of their own."""
    return tuple(stage for stage in STAGES if stage != "self" or person.may("self_assess"))


def usual_stage(register: Register, person: Person) -> Stage | None:
    """Return the kind that a person makes: the only one of their role, or that of their last visit; None before the first."""
    own = stages_of(person)
    if len(own) == 1:
        return own[0]
    return next((each.stage for each in register.visits.by_author(person.id)), None)


def stage_remarks(stage: str, author: Person) -> Iterator[Message]:
    """Yield a sentence where a visit is of a kind that its author's role does not make; it is taken as it is."""
    if stage not in stages_of(author):
        yield say("{name} reviews what others sent, and sent this as a self-assessment.", name=author.name)
