"""Demonstration register: the sample sites, and visits that wait for review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import uuid4

from rba_audit.days import newest_day
from rba_audit.fieldwork import IntakeContext, form_document, take_document
from rba_audit.forms import Answer, known_answers
from rba_audit.imports import plan_import, take_import
from rba_audit.messages import say
from rba_audit.register import Register, open_register
from rba_audit.register.office import Office
from rba_audit.register.records import as_json
from rba_audit.resources import sample_sites
from rba_audit.sites import read_sites
from rba_audit.standard import Question, Standard
from rba_audit.standard.policies import Policies, shipped_policies

DEMO_URL: Final = "sqlite:///instance/demo.db"


def open_demo_register(url: str | None, policies: Policies | None = None) -> Register:
    """Open the demonstration register; import the sample sites if it is empty."""
    register = open_register(url or DEMO_URL)
    if not register.count():
        file = sample_sites()
        plan = plan_import(register, read_sites(file), (), policies or shipped_policies())
        take_import(register, plan, {}, id=str(uuid4()), person_id="", file=file.read_bytes(), file_name=file.name)
    return register


def save_demo_office(register: Register, person_id: str) -> None:
    """Store an example of an office, as saved by a person; no change if one was saved before."""
    version = register.office.current()
    if not version.seq:
        example = Office(
            government=str(say("Pemerintah Kota Serang (example)")),
            name=str(say("Example office")),
            address=str(say("Example street 1, Serang")),
            city="Serang",
            signer_title=str(say("Head of the example office")),
            signer_name=str(say("Example Name")),
        )
        register.office.save(example, person_id, version.seq)


def ensure_demo_visits(register: Register, standard: Standard, surveyors: Sequence[tuple[str, str]]) -> None:
    """Add visits that wait for review to a register without visits: one per surveyor at each of its first audited sites.

    `surveyors` are ids and names of people in the register; each visit passes the same intake as one that they sent.
    The answers are those of the sample; each surveyor after the first answers some of them differently.
    """
    if register.visits.newest():
        return
    desk = IntakeContext(register, lambda _edition: standard)
    for site_id, answers in answers_of_sites(register, standard)[:_DEMO_SITES]:
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
                    key: read_differently(value, standard.question(key)) if turn and index % _DIFFERS == 0 else value
                    for index, (key, value) in enumerate(answers.items())
                },
                notes={},
                note=str(say("Example answers, not an audit result.")),
            )
            take_document(desk, as_json(document).encode(), register.people.get(person), id=document["id"])


_DEMO_SITES: Final = 2
_DIFFERS: Final = 9
"""One answer in so many is changed for each surveyor after the first."""


def answers_of_sites(register: Register, standard: Standard) -> list[tuple[str, Mapping[str, Answer]]]:
    """Return id and known answers of each site of a register that answers a question of a requirement."""
    return [
        (site.id, answers)
        for site in register.sites()
        if (answers := known_answers(site.facts, standard)) and any(standard.question(id).requirement for id in answers)
    ]


def read_differently(answer: Answer, question: Question, *, best: bool = False) -> Answer:
    """Return the choice furthest from an answer, or the first of all; numbers and facts of the site are returned as they are."""
    names = [choice.name for choice in question.choices] if question.requirement else []
    if not isinstance(answer, str) or answer not in names:
        return answer
    if best:
        return names[0]
    return names[0] if names.index(answer) > 0 else names[-1]
