"""Gap between a site and its target rung: optional and mandatory remedies, missing marks, and obstacles.

Uses the marks, gate and certain score computed by `findings.conclusions`.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rba_audit.errors import NotInStandard
from rba_audit.findings import CONFORMS, DOES_NOT_APPLY, PARTIAL, UNDETERMINED, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.messages import Message, say
from rba_audit.plans.minimum_cost import Candidate, cheapest_remedies, needed_marks, score_of
from rba_audit.plans.prices import CostRange, Price
from rba_audit.standard import Requirement, Standard

Unknown = Literal["repair", "leave"]
UNKNOWNS: Final[tuple[Unknown, ...]] = ("repair", "leave")
NEXT: Final = "next"
TOP: Final = "top"
Block = Literal["refused", "not_known", "marks", "no_score"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason why the target cannot be reached."""

    kind: Block
    requirement: Requirement | None
    words: Message


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Options of a plan for a site.

    Attributes:
        target: `next`, `top`, or the name of a rung.
        refused: Ids of requirements whose remedies may not be used.
        price: The point of each cost band that is compared.
        unknown: `repair` treats an undetermined requirement as work to be done (the worst case), `leave` leaves it as it is.
    """

    target: str = NEXT
    refused: frozenset[str] = frozenset()
    price: Price = "high"
    unknown: Unknown = "repair"


@dataclass(frozen=True, slots=True)
class TargetGap:
    """Gap between a site and its target.

    Attributes:
        rung: The target rung, counted from the lowest: 1, 2, …
        reached: Whether the site certainly has it already; at the top only with the status `standard`.
        short: Marks missing to the target; zero or negative if none are.
        optional: Remedies that may be chosen.
        forced: Remedies that must be chosen: the top or the status `standard` requires them.
        obstacles: Reasons why no choice can reach the target.
    """

    rung: int
    reached: bool
    short: int
    optional: tuple[Candidate, ...]
    forced: tuple[Candidate, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def chosen(self) -> tuple[Candidate, ...] | None:
        """The cheapest remedies that reach the target, in the standard's order; None if it is out of reach."""
        if self.reached:
            return ()
        if self.obstacles:
            return None
        rest = cheapest_remedies(self.optional, self.short - sum(candidate.gain for candidate in self.forced))
        return (
            None
            if rest is None
            else tuple(sorted((*self.forced, *rest), key=lambda candidate: candidate.requirement_index))
        )


def rung_of(standard: Standard, target: str, reached: int) -> int:
    """Return the target rung, counted from 1 at the lowest, for a site that certainly has `reached` rungs.

    Raises:
        NotInStandard: the ladder has no such rung.
    """
    if target == TOP:
        return len(standard.ladder)
    if target == NEXT:
        return min(reached + 1, len(standard.ladder))
    names = [rung.name.casefold() for rung in standard.ladder]
    if target.casefold() not in names:
        raise NotInStandard(
            say(
                "{edition} has no rank '{name}'; use one of: {known}",
                edition=standard.edition,
                name=target,
                known=", ".join([NEXT, TOP, *(rung.name for rung in standard.ladder)]),
            )
        )
    return names.index(target.casefold()) + 1


def span_of(standard: Standard, requirement: Requirement) -> CostRange:
    """Return the cost range of a requirement's remedy."""
    band = standard.cost_bands[requirement.remedy.cost]
    return CostRange(band.low, band.high, standard.currency)


def target_gap(findings: Findings, site: int, wishes: PlanRequest) -> TargetGap:
    """Return the gap between the site at index `site` and its target.

    Raises:
        StandardError: the edition has no such rung, or no requirement with an id that is refused.
    """
    standard = findings.standard
    for name in sorted(wishes.refused):
        standard.requirement(name)
    outcomes = findings.matrix[:, site]
    counts = np.flatnonzero(counted(standard, findings.extension) & (outcomes != DOES_NOT_APPLY)).tolist()
    marks_of = {int(CONFORMS): standard.marks.conforms, int(PARTIAL): standard.marks.partial}
    marks = {index: marks_of.get(int(outcomes[index]), 0) for index in counts}
    reached = int(findings.conclusions.rank_low[site])
    rung = rung_of(standard, wishes.target, reached)
    ladder, all_marks = standard.ladder, standard.marks.conforms * len(counts)
    short = needed_marks(ladder.rungs[rung - 1].minimum, ladder.maximum, all_marks) - sum(marks.values())
    unmet = [index for index in counts if outcomes[index] != CONFORMS]
    closed = {index: why for index in unmet if (why := _closed(standard, index, int(outcomes[index]), wishes))}
    gate = {index for index in unmet if standard.requirements[index].mandatory == standard.gate}
    # The top is a target for the sake of the status, so must-fix requirements are forced, also the undetermined ones.
    fixed_first = {
        index
        for index in unmet
        if standard.requirements[index].mandatory in standard.must_fix and outcomes[index] != PARTIAL
    }
    forced = gate | fixed_first if rung == len(ladder) else set()
    open_ = [
        Candidate(
            index,
            standard.marks.conforms - marks[index],
            span_of(standard, standard.requirements[index]).figure(wishes.price),
        )
        for index in unmet
        if index not in closed
    ]
    obstacles = [closed[index] for index in sorted(forced & set(closed))]
    gains = sum(candidate.gain for candidate in open_)
    if not counts:
        obstacles.append(Obstacle("no_score", None, say("Nothing that counts applies here, so there is no score.")))
    elif gains < short:
        best = score_of(sum(marks.values()) + gains, ladder.maximum, all_marks)
        obstacles.append(_too_few(standard, rung, best, wishes.refused))
    return TargetGap(
        rung,
        bool(counts) and reached >= rung and not forced,
        short,
        tuple(candidate for candidate in open_ if candidate.requirement_index not in forced),
        tuple(candidate for candidate in open_ if candidate.requirement_index in forced),
        tuple(obstacles),
    )


def _closed(standard: Standard, index: int, outcome: int, wishes: PlanRequest) -> Obstacle | None:
    """Return the obstacle if the remedy of a requirement may not be chosen; None if it may."""
    requirement = standard.requirements[index]
    named = {"id": requirement.id, "title": requirement.title}
    fixed_first = requirement.mandatory in standard.must_fix
    if requirement.id in wishes.refused:
        words = say("{id} {title} is mandatory for the top rank, and its remedy is refused.", **named)
        if fixed_first:
            words = say("{id} {title} must be fixed first, and its remedy is refused.", **named)
        return Obstacle("refused", requirement, words)
    if outcome == UNDETERMINED and wishes.unknown == "leave":
        words = say("{id} {title} is mandatory for the top rank, and nobody knows yet whether it is met.", **named)
        if fixed_first:
            words = say("Nobody knows yet whether {id} {title} is met; if not, it must be fixed first.", **named)
        return Obstacle("not_known", requirement, words)
    return None


def _too_few(standard: Standard, rung: int, best: int, refused: AbstractSet[str]) -> Obstacle:
    wanted = standard.ladder.rungs[rung - 1]
    text = say(
        "Everything that may be done comes to {score}; {rank} begins at {minimum}.",
        score=best,
        rank=wanted.name,
        minimum=wanted.minimum,
    )
    if refused:
        text = say(
            "Without {refused}, everything that may be done comes to {score}; {rank} begins at {minimum}.",
            refused=", ".join(sorted(refused)),
            score=best,
            rank=wanted.name,
            minimum=wanted.minimum,
        )
    return Obstacle("marks", None, text)
