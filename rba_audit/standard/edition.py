"""One edition of a standard as a whole: its terms, its equipment and its form, and what is asked of them by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from rba_audit.conditions import Condition
from rba_audit.errors import NotInStandard
from rba_audit.messages import BilingualText, say
from rba_audit.standard.form_order import NO_ORDER, FormOrder
from rba_audit.standard.items import NO_EQUIPMENT, Equipment
from rba_audit.standard.terms import (
    NO_CURRENCY,
    Aspect,
    CostBand,
    Currency,
    Example,
    Ladder,
    Marks,
    Note,
    Question,
    Requirement,
    Source,
)


@dataclass(frozen=True)
class Standard:
    """One edition of one standard."""

    edition: str
    revision: int
    title: BilingualText
    publisher: BilingualText
    note: BilingualText
    effective: date
    based_on: str | None
    marks: Marks
    ladder: Ladder
    gate: str
    """The `mandatory` value whose unmet requirements are red items."""
    gate_note: Note
    aspects: tuple[Aspect, ...]
    requirements: tuple[Requirement, ...]
    facts: tuple[Question, ...]
    situations: Mapping[str, Condition]
    agencies: Mapping[str, BilingualText]
    cost_bands: Mapping[str, CostBand]
    sources: Mapping[str, Source]
    examples: tuple[Example, ...]
    short: str = ""
    """The name of the standard in a few letters, for headings; where the edition states none, the edition's own name."""
    currency: Currency = NO_CURRENCY
    equipment: Equipment = NO_EQUIPMENT
    """How play equipment is looked at item by item."""
    form: FormOrder = NO_ORDER
    """In which order a form asks, and how each question is answered."""
    must_fix: tuple[str, ...] = ()
    """The `mandatory` values whose requirements, where not met at all, forbid the status `standard`."""
    must_fix_note: Note | None = None
    before_audit: tuple[str, ...] = ()
    """The `mandatory` values whose unmet requirements auditors ask for; they forbid nothing."""
    before_audit_note: Note | None = None
    _requirement_by_id: Mapping[str, Requirement] = field(init=False, repr=False, compare=False)
    _question_by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        questions = [
            *self.facts,
            *([self.equipment.complete] if self.equipment.complete else []),
            *(question for requirement in self.requirements for question in requirement.questions),
        ]
        object.__setattr__(self, "_requirement_by_id", MappingProxyType({each.id: each for each in self.requirements}))
        object.__setattr__(self, "_question_by_id", MappingProxyType({each.id: each for each in questions}))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Facts first, then whether the list of equipment is complete, then the questions of the requirements, in the standard's order."""
        return tuple(self._question_by_id.values())

    def requirement(self, requirement_id: str) -> Requirement:
        """Return one requirement.

        Raises:
            NotInStandard: this edition has none with that id.
        """
        try:
            return self._requirement_by_id[requirement_id]
        except KeyError:
            raise NotInStandard(
                say(
                    "{edition} has no requirement '{id}'; `rba-audit standard show {edition}` lists them",
                    edition=self.edition,
                    id=requirement_id,
                )
            ) from None

    def question(self, question_id: str) -> Question:
        """Return one question or fact.

        Raises:
            NotInStandard: this edition has none with that id.
        """
        try:
            return self._question_by_id[question_id]
        except KeyError:
            raise NotInStandard(say("{edition} has no question '{id}'", edition=self.edition, id=question_id)) from None

    def method_of(self, question: Question) -> str:
        """Return how a question is answered: one of `METHODS`."""
        return self.form.method_of(question, self.requirement(question.requirement) if question.requirement else None)

    def has_question(self, question_id: str) -> bool:
        """Tell whether this edition asks `question_id`."""
        return question_id in self._question_by_id

    def aspect(self, code: str) -> Aspect:
        """Return one aspect by its code."""
        return next(aspect for aspect in self.aspects if aspect.code == code)

    def rank_of(self, score: int, red: bool = False) -> str | None:
        """Return the highest rung that `score` reaches, or None below the first.

        With `red` (a mandatory requirement is not met) the rank stops one rung below the top.
        """
        reached = [rung.name for rung in self.ladder if score >= rung.minimum]
        if red and len(reached) == len(self.ladder):
            reached.pop()
        return reached[-1] if reached else None
