"""Results of a rehearsal: what was refused and what that puts at risk, compared with the folder's own state and the real outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rba_audit.kla.point_ranges import PointRange
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.kla.rehearsal_records import RealOutcome, Rehearsal, RehearsalDecision, RehearsalItem
from rba_audit.register.kla.scores import current_values


@dataclass(frozen=True, slots=True)
class EarlierReason:
    """What an earlier round said about an item.

    Attributes:
        year: That round.
        decision: The decision in its last rehearsal; None without one.
        outcome: The real outcome of the item; None if it was not recorded.
        indicators: The real outcomes of the indicators that the item serves.
    """

    year: int
    decision: RehearsalDecision | None
    outcome: RealOutcome | None
    indicators: tuple[RealOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultLine:
    """An item with the decision in the rehearsal, the real outcome of the round, and what the last earlier round said; None without."""

    item: RehearsalItem
    decision: RehearsalDecision | None
    outcome: RealOutcome | None
    earlier: EarlierReason | None


@dataclass(frozen=True, slots=True)
class PointsAtRisk:
    """Points at risk, as the user entered them.

    Attributes:
        points: Their sum; None if nothing was entered.
        missing: How many pairs of a kind of document and an indicator have no entry: the sum is at least `points` then.
    """

    points: Decimal | None
    missing: int

    @property
    def words(self) -> str:
        """The points as text, such as `12` or `12 or more`; that they are not entered if nothing is known."""
        if self.points is None:
            return str(say("not entered")) if self.missing else "0"
        return PointRange(self.points, None if self.missing else self.points).words


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """An indicator: the self-evaluation as entered, the points at risk by what was refused, and the real outcome; None without."""

    name: str
    self_points: Decimal | None
    at_risk: PointsAtRisk
    refused: int
    outcome: RealOutcome | None


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """The result of a rehearsal: all its items in their order, and its indicators."""

    lines: tuple[ResultLine, ...]
    indicators: tuple[IndicatorResult, ...]
    at_risk: PointsAtRisk

    @property
    def refused(self) -> tuple[ResultLine, ...]:
        """The refused items, by deadline."""
        lines = [line for line in self.lines if line.decision is not None and line.decision.state == "refused"]
        return tuple(sorted(lines, key=lambda line: line.item.due))

    @property
    def accepted(self) -> int:
        """How many items were accepted."""
        return sum(line.decision is not None and line.decision.state == "accepted" for line in self.lines)

    @property
    def undecided(self) -> int:
        """How many items nobody decided about."""
        return sum(line.decision is None for line in self.lines)


def result_of(register: Register, rehearsal: Rehearsal, indicators: Iterable[str]) -> RehearsalResult:
    """Return the result of a rehearsal; `indicators` are the names of those it serves, in order."""
    outcomes = {outcome.subject: outcome for outcome in register.kla.rehearsals.outcomes(rehearsal.year)}
    earlier = earlier_reasons(register, rehearsal)
    lines = tuple(
        ResultLine(
            item, rehearsal.decisions.get(item.number), outcomes.get((*item.subject, "")), earlier.get(item.subject)
        )
        for item in rehearsal.items
    )
    refused = [line.item for line in lines if line.decision is not None and line.decision.state == "refused"]
    own = current_values(register.kla.scores.entries({rehearsal.year}))
    return RehearsalResult(
        lines,
        tuple(
            IndicatorResult(
                name,
                own.get((rehearsal.year, "self", name)),
                points_at_risk(refused, name),
                sum(name in item.indicators for item in refused),
                outcomes.get(("", "", name)),
            )
            for name in indicators
        ),
        points_at_risk(refused),
    )


def points_at_risk(items: Iterable[RehearsalItem], indicator: str | None = None) -> PointsAtRisk:
    """Return the points at risk with items, for an indicator or for all: each kind of document counts once, at however many sites."""
    entered: dict[tuple[str, str], Decimal | None] = {
        (item.kind, name): item.points.get(name)
        for item in items
        for name in item.indicators
        if indicator is None or name == indicator
    }
    known = [points for points in entered.values() if points is not None]
    return PointsAtRisk(sum(known, Decimal()) if known else None, len(entered) - len(known))


def earlier_reasons(register: Register, rehearsal: Rehearsal) -> Mapping[tuple[str, str], EarlierReason]:
    """Return what the last earlier round said about each item of a rehearsal, by kind and site; items without any are left out."""
    decided: dict[tuple[int, str, str], RehearsalDecision] = {}
    for other in reversed(register.kla.rehearsals.all()):  # oldest first: the last rehearsal of a round counts
        for item in other.items:
            if other.year < rehearsal.year and item.number in other.decisions:
                decided[other.year, item.kind, item.site_id] = other.decisions[item.number]
    outcomes = {
        (outcome.year, *outcome.subject): outcome
        for outcome in register.kla.rehearsals.outcomes()
        if outcome.year < rehearsal.year
    }
    years = sorted({year for year, *_ in decided} | {year for year, *_ in outcomes}, reverse=True)
    reasons = {}
    for item in rehearsal.items:
        for year in years:
            decision = decided.get((year, *item.subject))
            outcome = outcomes.get((year, *item.subject, ""))
            about = tuple(outcomes[year, "", "", name] for name in item.indicators if (year, "", "", name) in outcomes)
            if decision is not None or outcome is not None or about:
                reasons[item.subject] = EarlierReason(year, decision, outcome, about)
                break
    return reasons
