"""Steps of a site that is nominated for an audit (`kla/trail.toml`), and published results of earlier rounds (`kla/rounds.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, cast, get_args

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.kla_indicators import refuse_twice
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    Sources,
    decimal,
    number_origin,
    read_sources,
    rules_table,
)
from rba_audit.standard.toml_tables import Table

ResultState = Literal["done", "open", "by_day", "ended"]
RESULT_STATES: Final[tuple[ResultState, ...]] = get_args(ResultState)
KnownStep = Literal["", "self_assessment", "certificate", "surveillance"]
KNOWN_STEPS: Final[tuple[KnownStep, ...]] = get_args(KnownStep)
_YEARS: Final = range(1990, 2200)


@dataclass(frozen=True, slots=True)
class StepResult:
    """An outcome of a step; `state` is what it makes of the step."""

    name: str
    words: BilingualText
    state: ResultState


@dataclass(frozen=True, slots=True)
class NominationStep:
    """A step of a nominated site.

    Attributes:
        known: What the register knows of it by itself; empty if it is recorded by hand.
        many: Whether it has several entries.
        score: Whether it has a score.
        due_step: The step of the calendar by whose end it is due; empty if no usual date is known.
    """

    name: str
    words: BilingualText
    about: BilingualText | None
    known: KnownStep
    many: bool
    score: bool
    due_step: str
    results: tuple[StepResult, ...]

    def result(self, name: str) -> StepResult | None:
        """Return an outcome by its name; None for one that is no longer in the file."""
        return next((result for result in self.results if result.name == name), None)


@dataclass(frozen=True, eq=False, slots=True)
class NominationSteps:
    """Content of `kla/trail.toml`; `origin` is how sure the steps are."""

    steps: tuple[NominationStep, ...]
    origin: NumberOrigin
    sources: Sources

    def step(self, name: str) -> NominationStep | None:
        """Return a step by its name; None for one that is no longer in the file."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """The published result of a city in a round: its band, and its total if that is public."""

    year: int
    band: str
    total: Decimal | None
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class PublishedResults:
    """Content of `kla/rounds.toml`: the results of one city, oldest first."""

    city: str
    results: tuple[PublishedResult, ...]
    sources: Sources


def read_trail(path: Path) -> NominationSteps:
    """Return the content of a `kla/trail.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    steps = tuple(_step(Table(item, f"{table.where} [step]")) for item in table.tables("step"))
    refuse_twice(table, "step", [step.name for step in steps])
    published = table.table("published")
    origin = number_origin(published, sources)
    for part in (published, table):
        part.refuse_unknown_keys()
    return NominationSteps(steps, origin, sources)


def _step(table: Table) -> NominationStep:
    results = tuple(_result(Table(item, f"{table.where} [result]")) for item in _listed(table, "result"))
    step = NominationStep(
        name=table.text("name"),
        words=table.words("words"),
        about=table.maybe_words("about"),
        known=cast("KnownStep", table.one_of("known", KNOWN_STEPS[1:]) if table.has("known") else ""),
        many=table.flag("many"),
        score=table.flag("score"),
        due_step=table.text("due_step", default=""),
        results=results,
    )
    refuse_twice(table, "result", [result.name for result in results])
    table.refuse_unknown_keys()
    return step


def _listed(table: Table, key: str) -> list[object]:
    return table.tables(key) if table.has(key) else []


def _result(table: Table) -> StepResult:
    result = StepResult(
        table.text("name"), table.words("words"), cast("ResultState", table.one_of("state", RESULT_STATES))
    )
    table.refuse_unknown_keys()
    return result


def read_published_results(path: Path) -> PublishedResults:
    """Return the content of a `kla/rounds.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type; or a year occurs twice.
    """
    table = rules_table(path)
    sources = read_sources(table)
    results = tuple(_published(Table(item, f"{table.where} [round]"), sources) for item in _listed(table, "round"))
    refuse_twice(table, "round", [str(result.year) for result in results])
    city = table.text("city")
    table.refuse_unknown_keys()
    return PublishedResults(city, tuple(sorted(results, key=lambda result: result.year)), sources)


def _published(table: Table, sources: Sources) -> PublishedResult:
    year = table.whole("year")
    if year not in _YEARS:
        raise table.fault(say("'{key}' must be a year such as 2025, not {found}", key="year", found=str(year)))
    result = PublishedResult(
        year=year,
        band=table.text("band"),
        total=decimal(table, "total") if table.has("total") else None,
        origin=number_origin(table, sources),
    )
    table.refuse_unknown_keys()
    return result
