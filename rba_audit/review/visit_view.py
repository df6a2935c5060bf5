"""One visit as a reviewer reads it: every answer with its outcome, its notes and photos, and what differs from before.

A visit is judged by itself, under its own edition: what its site's file answers does not speak for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rba_audit.equipment import Item, contradiction_warnings, per_item
from rba_audit.equipment.item_history import KnownItem
from rba_audit.evidence import read_evidence
from rba_audit.findings import GateItem, gate_item_of
from rba_audit.findings.dependent_questions import QuestionStatus, ignored_answers, question_statuses
from rba_audit.findings.program import compile_standard
from rba_audit.findings.trace import Trace
from rba_audit.messages import Message
from rba_audit.register import Register, Visit
from rba_audit.register.records import Photo
from rba_audit.review.visit_answers import facts_and_answers, site_answers, texts_of, traces_for_answers
from rba_audit.standard import Aspect, Outcome, Question, Standard
from rba_audit.standard.items import EquipmentKind

UNMET: Final[tuple[Outcome, ...]] = ("does_not_conform", "partial")


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer of a visit, in words; empty where nothing was answered.

    Attributes:
        before: What the version before this one answered; None without one.
        approved: What the last approved visit answered; None without one.
        aside: Why it is kept and does not count; empty where it counts.
        asked: Whether the form asks it, by what this visit answered.
        beside_changed: Whether its note or its photos differ from the version before.
    """

    question: Question
    text: str
    note: str
    photos: tuple[Photo, ...]
    before: str | None
    approved: str | None
    aside: str = ""
    asked: bool = True
    beside_changed: bool = False

    @property
    def changed(self) -> bool:
        """Whether it differs from the version before."""
        return self.before is not None and self.before != self.text

    @property
    def moved(self) -> bool:
        """Whether it differs from what the last approved visit answered; what that one left open is no difference."""
        return bool(self.approved) and self.approved != self.text

    @property
    def differs(self) -> bool:
        """Whether it differs from the version before, note and photos included; of a first version, from the approved visit."""
        return self.moved if self.before is None else self.changed or self.beside_changed

    @property
    def told(self) -> bool:
        """Whether there is anything to be seen."""
        return bool(self.text or self.note or self.photos or self.before or self.approved)


@dataclass(frozen=True, slots=True)
class VisitRequirement:
    """A requirement of the visit's edition with the answers it looked at."""

    trace: Trace
    answers: tuple[AnswerView, ...]
    gate_item: GateItem | None
    """What it is to the gate where it is unmet."""

    @property
    def unmet(self) -> bool:
        """Whether it is not, or only partly, met."""
        return self.trace.outcome in UNMET

    @property
    def told(self) -> bool:
        """Whether there is anything to be seen."""
        return any(each.told for each in self.answers)

    @property
    def differs(self) -> bool:
        """Whether any of its answers differs from before."""
        return any(each.differs for each in self.answers)


@dataclass(frozen=True, slots=True)
class VisitChapter:
    """An aspect of the edition at this visit."""

    aspect: Aspect
    held: tuple[VisitRequirement, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of equipment with its answers in words."""

    id: str
    name: str
    kind: EquipmentKind | None
    gone: bool
    same_as: str
    """The name of the item under which it goes on; empty where it goes on by itself."""
    note: str
    worst: Outcome | None
    answers: tuple[tuple[str, str], ...]
    photos: tuple[Photo, ...]
    differs: bool = False
    """Whether it differs from the version before."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as a reviewer reads it."""

    visit: Visit
    standard: Standard
    facts: tuple[AnswerView, ...]
    chapters: tuple[VisitChapter, ...]
    items: tuple[ItemView, ...]
    photos: tuple[Photo, ...]
    """The photos that belong to no question and no item."""
    missing: tuple[Photo, ...]
    contradictions: tuple[Message, ...]
    """What was said of the place as a whole and its list of equipment does not bear out."""
    lost: frozenset[str]
    """The hashes of missing photos that had arrived; each file was read for this."""

    @property
    def notes_elsewhere(self) -> tuple[tuple[str, str], ...]:
        """Notes of the visit beside questions its edition does not ask."""
        return tuple(item for item in self.visit.notes.items() if not self.standard.has_question(item[0]))

    def item_name(self, id: str) -> str:
        """Return what an item of the visit is called; its id where the visit lists none such."""
        return next((each.name for each in self.items if each.id == id), id)

    def question(self, id: str) -> str:
        """Return the words of a question; its id where the edition does not ask it."""
        return str(self.standard.question(id).ask) if self.standard.has_question(id) else id


def build_visit_view(
    register: Register,
    visit: Visit,
    standard: Standard,
    before: Visit | None,
    approved: Visit | None,
    left_out: Sequence[KnownItem] = (),
    left_out_before: Sequence[KnownItem] = (),
) -> VisitView:
    """Return a visit as a reviewer reads it.

    Args:
        register: Where it is.
        visit: The version to read.
        standard: The edition it was filled under.
        before: The version before it.
        approved: The last approved visit of the site, where it is another one.
        left_out: Items that are known there and that the visit leaves out: nothing about them is known by it.
        left_out_before: Those that the version before it leaves out.
    """
    site = register.site(visit.site_id)
    folded = facts_and_answers(visit, site, standard, _heads(left_out))
    texts = texts_of(folded, standard)
    earlier = texts_of(facts_and_answers(before, site, standard, _heads(left_out_before)), standard) if before else None
    agreed = texts_of(facts_and_answers(approved, site, standard), standard) if approved else None

    if agreed is not None and visit.scope == "check":
        # A check says nothing of what it did not look at, and differs from nothing there.
        agreed = {question: text for question, text in agreed.items() if question in texts}

    evidence = read_evidence([folded], standard)
    program = compile_standard(standard)
    aside = {question.id: str(why) for _, question, why in ignored_answers(standard, program, evidence)}
    standing = question_statuses(program, evidence.codes, evidence.numbers)

    def told(question: Question) -> AnswerView:
        return AnswerView(
            question,
            texts.get(question.id, ""),
            visit.notes.get(question.id, ""),
            tuple(photo for photo in visit.photos if photo.question == question.id and not photo.item),
            earlier.get(question.id, "") if earlier is not None else None,
            agreed.get(question.id, "") if agreed is not None else None,
            aside.get(question.id, ""),
            question.id not in standing
            or standing[question.id][0] not in (QuestionStatus.WAITING, QuestionStatus.NOT_ASKED),
            before is not None and _beside(before, question.id) != _beside(visit, question.id),
        )

    held = [
        VisitRequirement(
            trace,
            # What is not asked is shown where it was answered all the same.
            tuple(each for each in map(told, trace.requirement.questions) if each.asked or each.told),
            gate_item_of(standard, trace.requirement, trace.outcome) if trace.requirement.tier == "core" else None,
        )
        for trace in traces_for_answers(folded, standard, visit.site_id)
    ]
    arrival = register.photos.arrival_of(visit, thorough=True)
    asked = {question.id for question in standard.questions}
    items = {str(item.get("id", "")) for item in visit.items}
    return VisitView(
        visit=visit,
        standard=standard,
        facts=tuple(each for each in map(told, standard.facts) if each.told),
        chapters=tuple(
            VisitChapter(aspect, tuple(each for each in held if each.trace.requirement.aspect == aspect.code))
            for aspect in standard.aspects
        ),
        items=_items(visit, folded, standard, before),
        photos=tuple(photo for photo in visit.photos if photo.question not in asked and photo.item not in items),
        contradictions=tuple(contradiction_warnings(visit.items, site_answers(visit, site, standard), standard)),
        missing=arrival.missing(visit.photos),
        lost=arrival.lost,
    )


def _heads(items: Sequence[KnownItem]) -> list[Item]:
    return [{"id": each.id, "kind": each.kind, "name": each.name} for each in items]


def _beside(visit: Visit, id: str) -> tuple[str, frozenset[str]]:
    """Return the note and the photos beside a question, or beside an item."""
    photos = (photo.sha256 for photo in visit.photos if id in (photo.question, photo.item))
    return visit.notes.get(id, ""), frozenset(photos)


def _items(visit: Visit, answers: Mapping[str, Any], standard: Standard, before: Visit | None) -> tuple[ItemView, ...]:
    earlier = {str(item.get("id", "")): item for item in before.items} if before else {}
    worst = {str(found.item.get("id", "")): found.worst for found in per_item(visit.items, answers, standard)}
    names = {str(item.get("id", "")): str(item.get("name") or "") for item in visit.items}
    read = []
    for item in visit.items:
        id = str(item.get("id", ""))
        lines = item_texts(item, standard).values()
        read.append(
            ItemView(
                id,
                str(item.get("name") or id),
                standard.equipment.kind(item.get("kind")),
                bool(item.get("gone")),
                names.get(str(item.get("same_as") or ""), str(item.get("same_as") or "")),
                str(item.get("note") or ""),
                worst.get(id),
                tuple(lines),
                tuple(photo for photo in visit.photos if photo.item == id),
                before is not None and (earlier.get(id) != item or _beside(before, id) != _beside(visit, id)),
            )
        )
    return tuple(read)


def item_texts(item: Mapping[str, Any], standard: Standard) -> dict[str, tuple[str, str]]:
    """Return what is answered about an item, by question: the question and the answer as people read them."""
    given: Mapping[str, Any] = item.get("answers") or {}
    own = {question.id: question for question in standard.equipment.questions}
    found = {id: (str(standard.question(id).ask), text) for id, text in texts_of(given, standard).items()}
    return found | {id: (str(own[id].ask), _own_word(own[id], value)) for id, value in given.items() if id in own}


def _own_word(question: Question, value: object) -> str:
    return next((str(choice.words) for choice in question.choices if choice.name == value), str(value))
