"""`Standard`: one edition of a standard with its requirements, equipment and form, and lookups by id."""

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
    """The `mandatory` value of the requirements that are red items if unmet."""
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
    """The short name of the standard for headings; the edition's own name if it states none."""
    currency: Currency = NO_CURRENCY
    equipment: Equipment = NO_EQUIPMENT
    """How play equipment is audited item by item."""
    form: FormOrder = NO_ORDER
    """The order of the form's questions, and how each is answered."""
    must_fix: tuple[str, ...] = ()
    """The `mandatory` values of the requirements that forbid the status `standard` if not met at all."""
    must_fix_note: Note | None = None
    before_audit: tuple[str, ...] = ()
    """The `mandatory` values of the requirements that auditors ask for if unmet; they forbid nothing."""
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
        """The facts, then the question whether the list of equipment is complete, then those of the requirements in their order."""
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
        """Return whether this edition has a question or fact `question_id`."""
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
