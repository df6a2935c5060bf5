"""A register for trying things out: the sample sites, and visits that wait for review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import uuid4

from rba_audit.days import newest_day
from rba_audit.fieldwork import IntakeContext, form_document, take_document
from rba_audit.forms import Answer, known_answers
from rba_audit.imports import import_sites
from rba_audit.messages import say
from rba_audit.register import Register, open_register
from rba_audit.register.records import as_json
from rba_audit.resources import sample_sites
from rba_audit.sites import read_sites
from rba_audit.standard import Question, Standard

DEMO_URL: Final = "sqlite:///instance/demo.db"


def open_demo_register(url: str | None) -> Register:
    """Open a register for trying things out, with the sample sites in it where it is empty."""
    register = open_register(url or DEMO_URL)
    if not register.count():
        import_sites(register, read_sites(sample_sites()))
    return register


def ensure_demo_visits(register: Register, standard: Standard, surveyors: Sequence[tuple[str, str]]) -> None:
    """Let a demonstration begin with visits that wait for review: at its first audited sites, by each of `surveyors`.

    `surveyors` are the ids and names of people in the register; each visit is taken in as if they had sent it. The answers are those of the sample; each surveyor after the first reads some of them
    differently. A register that has visits is left alone.
    """
    if register.visits.newest():
        return
    desk = IntakeContext(register, lambda _edition: standard)
    answered = [
        (site.id, known)
        for site in register.sites()
        if (known := known_answers(site.facts, standard)) and any(standard.question(each).requirement for each in known)
    ]
    for site_id, known in answered[:_DEMO_SITES]:
        for turn, (person, name) in enumerate(surveyors):
            document = form_document(
                id=str(uuid4()),
                site=site_id,
                edition=standard.edition,
                author=person,
                auditor=name,
                day=newest_day() - timedelta(days=1 + turn),
                stage="auditor",
                answers={
                    key: _read_differently(value, standard.question(key)) if turn and at % _DIFFERS == 0 else value
                    for at, (key, value) in enumerate(known.items())
                },
                notes={},
                note=str(say("Example answers, not an audit result.")),
            )
            take_document(desk, as_json(document).encode(), register.people.get(person), id=document["id"])


_DEMO_SITES: Final = 2
_DIFFERS: Final = 9
"""One answer in so many is read differently."""


def _read_differently(answer: Answer, question: Question) -> Answer:
    """Return the choice that is furthest from an answer; what is no choice stays, and so does what a place is."""
    names = [choice.name for choice in question.choices] if question.requirement else []
    if not isinstance(answer, str) or answer not in names:
        return answer
    return names[0] if names.index(answer) > 0 else names[-1]
