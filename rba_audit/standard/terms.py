"""What an edition of a standard is made of, as frozen types.

These types hold what the files say and nothing that was concluded from it: a verdict is never stored on a requirement.
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
"""Of several outcomes for one thing, the first of these counts: what is open may still turn out worse than "partial"."""

NO_UNIT: Final = BilingualText("", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word an answer may be, and how it is shown."""

    name: str
    words: BilingualText


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a surveyor can see or measure, or (without a requirement) a fact about the site."""

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
    """What of the place answers it, where a machine can measure that."""
    asked_when: Condition | None = None
    """The condition under which it is asked; None: always."""
    at_most: str | None = None
    """The question that counts the whole of which this one counts a part; None where it counts no part."""
    whole: bool | None = None
    """Whether only whole numbers answer it, where the edition says so itself."""
    unit_first: bool = False
    """Whether the unit stands right before the number, as that of a price does."""

    @property
    def scale(self) -> int:
        """Fixed-point steps to one unit: 100 for two decimals."""
        return int(10**self.decimals)

    @property
    def counts(self) -> bool:
        """Whether only whole numbers answer it: the edition says so, or its unit is a word and it has no decimals."""
        if self.whole is not None:
            return self.whole
        return not self.decimals and self.has_word

    @property
    def is_measured(self) -> bool:
        """Whether an amount answers it that is no count."""
        return self.unit != NO_UNIT and not self.counts

    @property
    def has_word(self) -> bool:
        """Whether its unit is a word, such as "children", and no symbol."""
        return self.unit.id != self.unit.en

    def with_unit(self, value: object) -> Message:
        """Return a number, as it is to be shown, with its unit: "12 m", "Rp5.000"."""
        if self.unit_first:
            return say("{unit}{value}", unit=self.unit, value=value)
        return say("{value} {unit}", unit=self.unit, value=value)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, and how much of it was read."""

    key: str
    title: BilingualText
    read: BilingualText | None
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a requirement that is not met, who leads, and what it may cost."""

    what: BilingualText
    lead: str
    cost: str
    origin: str


@dataclass(frozen=True, slots=True)
class Currency:
    """The money that the cost bands of an edition are in, and where they come from; empty where the edition states none."""

    symbol: str = ""
    name: BilingualText | None = None
    origin: BilingualText | None = None

    def amount(self, value: int) -> str:
        """Return a sum of this money as the current language writes it: `Rp5.000.000` in Indonesian."""
        return f"{self.symbol}{format_number(value, 0)}"


NO_CURRENCY: Final = Currency()


@dataclass(frozen=True, slots=True)
class CostBand:
    """An order of magnitude, in the edition's currency."""

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
    """One "shall": its words, its questions, and the conditions under which a site conforms."""

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
    """The edition whose files state it; a later edition that changes nothing keeps the earlier name here."""


@dataclass(frozen=True, slots=True)
class Example:
    """Evidence in plain words, and the outcome it must earn."""

    requirement: str
    says: BilingualText
    given: Mapping[str, object]
    outcome: Outcome
    where: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a number of the standard: its sources and how sure we are."""

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
    """Marks for an outcome that counts."""

    conforms: int
    partial: int
    does_not_conform: int
    note: Note
