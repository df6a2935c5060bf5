"""View of one visit for a reviewer: answers with outcomes, notes, photos, and differences from the version before.

A visit is evaluated alone under its own edition; answers in the site's file are not used.
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
    """One answer of a visit in words; `text` is empty for an unanswered question.

    Attributes:
        before: The answer in the version before; None without such a version.
        approved: The answer in the last approved visit; None without such a visit.
        aside: Why the answer is stored but does not count; empty if it counts.
        asked: Whether the form asks the question, given the other answers of this visit.
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
        """Whether it differs from an answer of the last approved visit; a question that visit left open does not count."""
        return bool(self.approved) and self.approved != self.text

    @property
    def differs(self) -> bool:
        """Whether it, its note or its photos differ from the version before; for a first version, from the approved visit."""
        return self.moved if self.before is None else self.changed or self.beside_changed

    @property
    def told(self) -> bool:
        """Whether there is content to show."""
        return bool(self.text or self.note or self.photos or self.before or self.approved)


@dataclass(frozen=True, slots=True)
class VisitRequirement:
    """A requirement of the visit's edition with the answers to its questions."""

    trace: Trace
    answers: tuple[AnswerView, ...]
    gate_item: GateItem | None
    """Its role in the gate if it is unmet; else None."""

    @property
    def unmet(self) -> bool:
        """Whether it is unmet or only partly met."""
        return self.trace.outcome in UNMET

    @property
    def told(self) -> bool:
        """Whether there is content to show."""
        return any(answer.told for answer in self.answers)

    @property
    def differs(self) -> bool:
        """Whether any of its answers differs (see `AnswerView.differs`)."""
        return any(answer.differs for answer in self.answers)


@dataclass(frozen=True, slots=True)
class VisitChapter:
    """An aspect of the edition with its requirements at this visit."""

    aspect: Aspect
    requirements: tuple[VisitRequirement, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of play equipment with its answers in words."""

    id: str
    name: str
    kind: EquipmentKind | None
    gone: bool
    same_as: str
    """The name of the item that it was merged into; empty if it was not merged."""
    note: str
    worst: Outcome | None
    answers: tuple[tuple[str, str], ...]
    photos: tuple[Photo, ...]
    differs: bool = False
    """Whether it differs from the version before."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as shown to a reviewer."""

    visit: Visit
    standard: Standard
    facts: tuple[AnswerView, ...]
    chapters: tuple[VisitChapter, ...]
    items: tuple[ItemView, ...]
    photos: tuple[Photo, ...]
    """Photos of no question and no item."""
    missing: tuple[Photo, ...]
    contradictions: tuple[Message, ...]
    """Warnings where answers about the whole site contradict the list of equipment."""
    lost: frozenset[str]
    """Hashes of missing photos that had arrived; every photo file is read to find them."""

    @property
    def notes_elsewhere(self) -> tuple[tuple[str, str], ...]:
        """Notes of the visit on questions that its edition does not ask."""
        return tuple(item for item in self.visit.notes.items() if not self.standard.has_question(item[0]))

    def item_name(self, id: str) -> str:
        """Return the name of an item of the visit; the id if the visit does not list it."""
        return next((item.name for item in self.items if item.id == id), id)

    def question(self, id: str) -> str:
        """Return the text of a question; the id if the edition does not ask it."""
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
    """Return the view of a visit.

    Args:
        register: The register.
        visit: The version to show.
        standard: The edition it was filled in under.
        before: The version before it, if any.
        approved: The last approved visit of the site, if it is another one.
        left_out: Known items of the site that the visit leaves out; their state is unknown in it.
        left_out_before: Known items that the version before leaves out.
    """
    site = register.site(visit.site_id)
    folded = facts_and_answers(visit, site, standard, _heads(left_out))
    texts = texts_of(folded, standard)
    earlier = texts_of(facts_and_answers(before, site, standard, _heads(left_out_before)), standard) if before else None
    agreed = texts_of(facts_and_answers(approved, site, standard), standard) if approved else None

    if agreed is not None and visit.scope == "check":
        # A check covers only some questions; compare only those that it answers.
        agreed = {question: text for question, text in agreed.items() if question in texts}

    evidence = read_evidence([folded], standard)
    program = compile_standard(standard)
    aside = {question.id: str(why) for _, question, why in ignored_answers(standard, program, evidence)}
    statuses = question_statuses(program, evidence.codes, evidence.numbers)

    def view(question: Question) -> AnswerView:
        return AnswerView(
            question,
            texts.get(question.id, ""),
            visit.notes.get(question.id, ""),
            tuple(photo for photo in visit.photos if photo.question == question.id and not photo.item),
            earlier.get(question.id, "") if earlier is not None else None,
            agreed.get(question.id, "") if agreed is not None else None,
            aside.get(question.id, ""),
            question.id not in statuses
            or statuses[question.id][0] not in (QuestionStatus.WAITING, QuestionStatus.NOT_ASKED),
            before is not None and _note_and_photos(before, question.id) != _note_and_photos(visit, question.id),
        )

    rows = [
        VisitRequirement(
            trace,
            # A question that the form does not ask is shown if it was answered anyway.
            tuple(answer for answer in map(view, trace.requirement.questions) if answer.asked or answer.told),
            gate_item_of(standard, trace.requirement, trace.outcome) if trace.requirement.tier == "core" else None,
        )
        for trace in traces_for_answers(folded, standard, visit.site_id)
    ]
    arrival = register.photos.arrival_of(visit, thorough=True)
    question_ids = {question.id for question in standard.questions}
    items = {str(item.get("id", "")) for item in visit.items}
    return VisitView(
        visit=visit,
        standard=standard,
        facts=tuple(answer for answer in map(view, standard.facts) if answer.told),
        chapters=tuple(
            VisitChapter(aspect, tuple(row for row in rows if row.trace.requirement.aspect == aspect.code))
            for aspect in standard.aspects
        ),
        items=_items(visit, folded, standard, before),
        photos=tuple(photo for photo in visit.photos if photo.question not in question_ids and photo.item not in items),
        contradictions=tuple(contradiction_warnings(visit.items, site_answers(visit, site, standard), standard)),
        missing=arrival.missing(visit.photos),
        lost=arrival.lost,
    )


def _heads(items: Sequence[KnownItem]) -> list[Item]:
    return [{"id": item.id, "kind": item.kind, "name": item.name} for item in items]


def _note_and_photos(visit: Visit, id: str) -> tuple[str, frozenset[str]]:
    """Return the note and the photo hashes of a question or an item."""
    photos = (photo.sha256 for photo in visit.photos if id in (photo.question, photo.item))
    return visit.notes.get(id, ""), frozenset(photos)


def _items(visit: Visit, answers: Mapping[str, Any], standard: Standard, before: Visit | None) -> tuple[ItemView, ...]:
    earlier = {str(item.get("id", "")): item for item in before.items} if before else {}
    worst = {str(result.item.get("id", "")): result.worst for result in per_item(visit.items, answers, standard)}
    names = {str(item.get("id", "")): str(item.get("name") or "") for item in visit.items}
    views = []
    for item in visit.items:
        id = str(item.get("id", ""))
        lines = item_texts(item, standard).values()
        views.append(
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
                before is not None
                and (earlier.get(id) != item or _note_and_photos(before, id) != _note_and_photos(visit, id)),
            )
        )
    return tuple(views)


def item_texts(item: Mapping[str, Any], standard: Standard) -> dict[str, tuple[str, str]]:
    """Return the answers about an item by question id: the text of the question and the answer in words."""
    answers: Mapping[str, Any] = item.get("answers") or {}
    own = {question.id: question for question in standard.equipment.questions}
    site_texts = {id: (str(standard.question(id).ask), text) for id, text in texts_of(answers, standard).items()}
    return site_texts | {
        id: (str(own[id].ask), _own_word(own[id], value)) for id, value in answers.items() if id in own
    }


def _own_word(question: Question, value: object) -> str:
    return next((str(choice.words) for choice in question.choices if choice.name == value), str(value))
