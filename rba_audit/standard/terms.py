"""Frozen types for the content of an edition: questions, requirements, aspects, ladder, costs and sources.

They have the content of the files only. Outcomes are computed elsewhere and never stored on a requirement (ADR 0003).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from rba_audit.conditions import Condition
from rba_audit.messages import BilingualText, Message, format_number, say
from rba_audit.standard.measure_terms import Measure

Outcome = Literal["undetermined", "does_not_conform", "partial", "conforms", "not_applicable"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("undetermined", "does_not_conform", "partial", "conforms", "not_applicable")
WORST_FIRST: Final[tuple[Outcome, ...]] = ("does_not_conform", "undetermined", "partial", "conforms", "not_applicable")
"""Order of outcomes from worst to best: `undetermined` is before `partial`, because it may still turn out worse."""

NO_UNIT: Final = BilingualText("", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word that an answer may be, and its text for users."""

    name: str
    words: BilingualText


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a surveyor answers by looking or measuring, or (without a requirement) a fact about the site."""

    id: str
    ask: BilingualText
    kind: str
    """The name of the kind of its answer in `standard.kinds`."""
    hint: BilingualText | None = None
    choices: tuple[Choice, ...] = ()
    partial_means: BilingualText | None = None
    unit: BilingualText = NO_UNIT
    decimals: int = 0
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    open: bool = False
    requirement: str | None = None
    measure: Measure | None = None
    """The measurement of the site that answers it; None if it cannot be measured from the map."""
    asked_when: Condition | None = None
    """The condition under which it is asked; None if it is always asked."""
    at_most: str | None = None
    """The id of the question that counts the whole of which this one counts a part; None if it counts no part."""
    whole: bool | None = None
    """Whether only whole numbers answer it; None if the edition does not state it."""
    unit_first: bool = False
    """Whether the unit comes right before the number, as in a price."""

    @property
    def scale(self) -> int:
        """Fixed-point steps per unit: 100 for two decimals."""
        return int(10**self.decimals)

    @property
    def counts(self) -> bool:
        """Whether only whole numbers answer it: the edition states it, or its unit is a word and it has no decimals."""
        if self.whole is not None:
            return self.whole
        return not self.decimals and self.has_word

    @property
    def is_measured(self) -> bool:
        """Whether its answer is a number with a unit but no count."""
        return self.unit != NO_UNIT and not self.counts

    @property
    def has_word(self) -> bool:
        """Whether its unit is a word, such as "children", rather than a symbol."""
        return self.unit.id != self.unit.en

    def with_unit(self, value: object) -> Message:
        """Return a formatted number with its unit: "12 m", "Rp5.000"."""
        if self.unit_first:
            return say("{unit}{value}", unit=self.unit, value=value)
        return say("{value} {unit}", unit=self.unit, value=value)


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the standard: its title, the extent to which it was read, and its URLs."""

    key: str
    title: BilingualText
    read: BilingualText | None
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Remedy for an unmet requirement, with the agency that leads it and its cost band."""

    what: BilingualText
    lead: str
    cost: str
    origin: str


@dataclass(frozen=True, slots=True)
class Currency:
    """Currency of an edition's cost bands, and the origin of these; empty if the edition states none."""

    symbol: str = ""
    name: BilingualText | None = None
    origin: BilingualText | None = None

    def amount(self, value: int) -> str:
        """Return an amount in this currency in the format of the current language: `Rp5.000.000` in Indonesian."""
        return f"{self.symbol}{format_number(value, 0)}"


NO_CURRENCY: Final = Currency()


@dataclass(frozen=True, slots=True)
class CostBand:
    """An order of magnitude of costs, in the edition's currency."""

    name: str
    words: BilingualText
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Aspect:
    """A chapter of requirements."""

    code: str
    number: int
    name: BilingualText
    kha: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One "shall" of the standard: its text, its questions, and the conditions under which a site conforms."""

    id: str
    aspect: str
    tier: Literal["core", "extension"]
    title: BilingualText
    shall: BilingualText
    why: BilingualText
    questions: tuple[Question, ...]
    applies_when: Condition | None
    conforms_when: Condition
    partial_when: Condition | None
    checks: Mapping[str, Condition]
    mandatory: str | None
    may_be_not_applicable: bool
    sources: tuple[str, ...]
    confidence: str
    link: str
    threshold_origin: str
    kha: tuple[str, ...]
    evidence_wanted: tuple[str, ...]
    remedy: Remedy
    edition: str
    """The edition whose files state it: an earlier one if a later edition adopts the requirement unchanged."""


@dataclass(frozen=True, slots=True)
class Example:
    """Answers with a description in plain words, and the outcome that they must have."""

    requirement: str
    says: BilingualText
    given: Mapping[str, object]
    outcome: Outcome
    where: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a number of the standard, with its sources and its confidence."""

    words: BilingualText
    keys: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A rank and the lowest score that reaches it."""

    name: str
    minimum: int
    confidence: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ranks of an edition, lowest first, and its highest possible score."""

    maximum: int
    rungs: tuple[Rung, ...]
    note: Note

    def __iter__(self) -> Iterator[Rung]:
        return iter(self.rungs)

    def __len__(self) -> int:
        return len(self.rungs)


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks that each outcome earns."""

    conforms: int
    partial: int
    does_not_conform: int
    note: Note
