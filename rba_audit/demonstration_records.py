"""Records of the demonstration: approved visits of two years, actions, certificates, dangers, a proposal, children's answers.

Everything passes through the same functions as what people send. Days count back from today, and the same content is made
each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from itertools import cycle
from random import Random
from typing import Any, Final
from uuid import UUID

from PIL import Image

from rba_audit.auditing import audit_with_visits
from rba_audit.days import now_utc, today
from rba_audit.demonstration import answers_of_sites, read_differently, save_demo_office
from rba_audit.fieldwork import IntakeContext, form_document, site_id_of, take_danger, take_document, take_place
from rba_audit.followup import change_owner, make_actions, not_needed, report_done
from rba_audit.followup.certification import save_certificate
from rba_audit.forms import Answer
from rba_audit.forum import take_sheet, write_sheet
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.permissions import MAY, Permission, works_in_field
from rba_audit.register import Register
from rba_audit.register.certificates import Certificate
from rba_audit.register.child_sheets import ChildSheet
from rba_audit.register.person_records import Person
from rba_audit.register.records import as_json
from rba_audit.review import move_visit
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies

_EXAMPLE: Final = say("Example answers, not an audit result.")
_SEED: Final = 2024


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """A visit of the demonstration to the site with number `site` among those with answers.

    Attributes:
        days: How many days ago it was.
        every: One answer in so many is worse than the answer of the sample; 0 for none.
        check: Whether it is a check that repeats every fifth answer, not a full visit.
    """

    site: int
    days: int
    every: int = 0
    check: bool = False


APPROVED: Final = (
    DemoVisit(2, 690, 3),
    DemoVisit(2, 330, 12),
    DemoVisit(2, 45),
    DemoVisit(3, 520, 4),
    DemoVisit(3, 320),
    DemoVisit(5, 610, 5),
    DemoVisit(5, 335, 20),
    DemoVisit(6, 460, 2),
    DemoVisit(6, 95),
    DemoVisit(7, 220),
    DemoVisit(10, 340),
    DemoVisit(11, 400),
)
"""Approved visits, oldest first at each site."""
_CHECK: Final = DemoVisit(5, 20, check=True)
"""A check after the actions were made: it shows that some of them are over."""
_SENT_BACK: Final = DemoVisit(9, 6, 3)
_ACTIONS: Final = ((5, 75), (3, 20))
"""Site, and how many days ago its actions were made."""
_CERTIFICATES: Final = ((6, 690, 40), (3, 740, -12), (2, 300, 430))
"""Site, how many days ago the certificate was issued, and in how many days it ends."""
_OWNERS: Final = (say("Parks section (example)"), say("Mrs. Lestari (example)"), "")
_DANGERS: Final = (
    (5, say("A chain of the swing is nearly worn through; a child can fall. (example)"), ""),
    (
        11,
        say("A cable hangs within reach of children. (example)"),
        say("The electricity company took it away. (example)"),
    ),
)
"""Site, what was reported, and what was done about it; empty if nobody has looked at it."""
_CHILDREN: Final = ((5, 12), (6, 14))
"""Site, and how many children were asked there."""


@dataclass(frozen=True)
class DemoRecords:
    """Writer of the records of the demonstration into a register.

    Attributes:
        people: A person of each kind: two surveyors, a reviewer, a planner.
        sites: Ids and answers of the sites with answers.
    """

    register: Register
    standard: Standard
    context: Sequence[ContextFeature]
    policies: Policies
    surveyors: Sequence[Person]
    reviewer: Person
    planner: Person
    sites: Sequence[tuple[str, Mapping[str, Answer]]]
    random: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311  # the same ids each time; no secret

    @property
    def intake(self) -> IntakeContext:
        """The intake that a phone's documents pass."""
        return IntakeContext(self.register, lambda _edition: self.standard, tuple(self.context), policies=self.policies)

    def id(self) -> str:
        """Return the next id."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def day(self, days: int) -> date:
        """Return the day so many days ago."""
        return today() - timedelta(days=days)

    def send(self, visit: DemoVisit, surveyor: Person) -> str:
        """Send a visit and return its id."""
        site_id, answers = self.sites[visit.site]
        document = form_document(
            id=self.id(),
            site=site_id,
            edition=self.standard.edition,
            author=surveyor.id,
            auditor=surveyor.name,
            day=self.day(visit.days),
            stage="auditor",
            scope="check" if visit.check else "full",
            answers=dict(self._answers(answers, visit)),
            notes={},
            note=str(_EXAMPLE),
        )
        take_document(self.intake, as_json(document).encode(), surveyor, id=document["id"])
        return str(document["id"])

    def _answers(self, answers: Mapping[str, Answer], visit: DemoVisit) -> Iterable[tuple[str, Answer]]:
        """Yield the answers of a visit; facts of the site are the same at each."""
        asked = [key for key in answers if self.standard.question(key).requirement]
        for key, value in answers.items():
            index = asked.index(key) if key in asked else -1
            if visit.check:
                if index >= 0 and index % _CHECKED == 0:
                    yield key, read_differently(value, self.standard.question(key), best=True)
            elif visit.every and index >= 0 and index % visit.every == 0:
                yield key, read_differently(value, self.standard.question(key))
            else:
                yield key, value

    def approve(self, visit_id: str) -> None:
        """Approve a visit."""
        move_visit(self.register, self.reviewer, visit_id, to="approved", seq=0, note="", notes={})


_CHECKED: Final = 3
"""A check repeats one answer in so many."""


def add_demo_records(
    register: Register, standard: Standard, context: Sequence[ContextFeature], policies: Policies
) -> None:
    """Add what a town has after two years of work to the demonstration register; its people and sites must be there.

    A register without enough people or sites of the sample is not changed.
    """
    surveyors = [person for person in register.people.all() if works_in_field(person.role)]
    reviewers, planners = (_people_who_may(register, permission) for permission in ("review", "plan"))
    sites = answers_of_sites(register, standard)
    if not (surveyors and reviewers and planners) or len(sites) <= max(visit.site for visit in (*APPROVED, _SENT_BACK)):
        return
    records = DemoRecords(register, standard, context, policies, surveyors, reviewers[0], planners[0], sites)
    save_demo_office(register, records.planner.id)
    for visit, surveyor in zip(APPROVED, cycle(surveyors), strict=False):
        records.approve(records.send(visit, surveyor))
    _add_actions(records)
    records.approve(records.send(_CHECK, surveyors[0]))
    returned = records.send(_SENT_BACK, surveyors[-1])
    question = next(id for id in sites[_SENT_BACK.site][1] if standard.question(id).requirement)
    notes = {question: str(say("Please look again and take a photo. (example)"))}
    move_visit(register, records.reviewer, returned, to="has_issues", seq=0, note="", notes=notes)
    for number, (site, issued, ends) in enumerate(_CERTIFICATES, start=1):
        _add_certificate(records, number, sites[site][0], issued, ends)
    for site, note, done in _DANGERS:
        _add_danger(records, sites[site][0], note, done)
    _add_proposal(records)
    for site, children in _CHILDREN:
        _ask_children(records, sites[site][0], children)


def _people_who_may(register: Register, permission: Permission) -> list[Person]:
    """Return the people with a permission, those whose role has the fewest others first."""
    people = [person for person in register.people.all() if person.may(permission)]
    return sorted(people, key=lambda person: len(MAY[person.role]))


def _add_actions(records: DemoRecords) -> None:
    register, policy = records.register, records.policies.followup
    audited = audit_with_visits(
        register, records.standard, context=records.context, day=today(), policies=records.policies
    )
    for number, (site, days) in enumerate(_ACTIONS):
        day = records.day(days)
        made = make_actions(register, audited, [records.sites[site][0]], records.planner, day)
        for action, owner in zip(made, cycle(_OWNERS), strict=False):
            if owner:
                change_owner(register, action.id, 1, str(owner), records.planner, day)
        if number == 0 and len(made) > _FEW:
            done, other = made[0], made[2]
            report_done(
                register, done.id, 2, str(say("Repaired. (example)")), _photo(), records.planner, day, policy=policy
            )
            reason = str(say("It is part of the renovation next year. (example)"))
            not_needed(register, other.id, 1, reason, records.planner, day, policy=policy)


_FEW: Final = 3


def _photo() -> bytes:
    """Return a plain picture as a JPEG file; it shows nobody."""
    out = BytesIO()
    Image.new("RGB", (320, 240), (120, 160, 120)).save(out, "JPEG")
    return out.getvalue()


def _add_certificate(records: DemoRecords, number: int, site_id: str, issued: int, ends: int) -> None:
    rungs = records.standard.ladder.rungs
    certificate = Certificate(
        id=records.id(),
        site_id=site_id,
        number=str(say("EXAMPLE {number}", number=number)),
        edition=records.standard.edition,
        rank=rungs[-1 - number % len(rungs)].name,
        issuer=str(say("Example, no real certificate")),
        issued=records.day(issued),
        valid_until=records.day(-ends),
        person_id=records.planner.id,
    )
    save_certificate(records.register, certificate, records.planner, today(), records.standard)


def _add_danger(records: DemoRecords, site_id: str, note: Message, done: Message | str) -> None:
    surveyor = records.surveyors[0]
    document = {"format": 1, "id": records.id(), "site": site_id, "author": surveyor.id, "note": str(note)}
    document["where"] = {"at_site": True}
    take_danger(records.intake, as_json(document).encode(), surveyor, id=str(document["id"]))
    if done:
        records.register.dangers.acknowledge(str(document["id"]), records.planner.id, str(done))


def _add_proposal(records: DemoRecords) -> None:
    id, surveyor = records.id(), records.surveyors[-1]
    near = next(site.shape for site in records.register.sites() if site.shape is not None).centroid
    document: dict[str, Any] = {
        "id": id,
        "site": site_id_of(id),
        "name": str(say("Corner playground (example)")),
        "kind": "",
        "geometry": {"type": "Point", "coordinates": [round(near.x + _AWAY, 5), round(near.y + _AWAY, 5)]},
        "accuracy_m": 12,
        "walk": [],
        "note": str(say("Two swings and a slide beside the mosque. (example)")),
        "near": [],
        "author": surveyor.id,
        "begun_at": None,
    }
    take_place(records.intake, as_json(document).encode(), surveyor, id=id)


_AWAY: Final = 0.004
"""Degrees between the proposed place and a known one."""


def _ask_children(records: DemoRecords, site_id: str, children: int) -> None:
    audit, random = records.policies.forum, records.random
    for _child in range(children):
        sheet = ChildSheet(
            id=records.id(),
            site_id=site_id,
            day=records.day(random.randint(8, 11)),
            revision=audit.revision,
            answers={question.id: random.choice(question.answers).name for question in audit.asked},
            feeling=random.choice(audit.feeling.answers).name,
            age=random.choice(audit.age.answers).name,
        )
        take_sheet(records.register, audit, write_sheet(sheet), now=now_utc())
