"""Where a site stands before a target: what may be repaired, what must be, and what stands in the way.

Marks, gate and certain score are those of `findings.conclusions`; nothing is judged anew here.
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
    """What keeps a target out of reach."""

    kind: Block
    requirement: Requirement | None
    words: Message


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What somebody asks of a plan.

    Attributes:
        target: `next`, `top`, or the name of a rung.
        refused: Ids of the requirements whose remedies are not to be used.
        price: The end of each cost band that is compared.
        unknown: Whether what nobody knows yet counts as work to be done (the worst case), or is left as it is.
    """

    target: str = NEXT
    refused: frozenset[str] = frozenset()
    price: Price = "high"
    unknown: Unknown = "repair"


@dataclass(frozen=True, slots=True)
class TargetGap:
    """A site before its target.

    Attributes:
        rung: The target, counted from the lowest rung: 1, 2, …
        reached: Whether the site is certainly there already; at the top only with the status `standard`.
        short: Marks that are missing to its lowest score.
        optional: What may be chosen.
        forced: What must be: requirements without which the top or the status `standard` stays closed.
        obstacles: Why it cannot be reached, whatever is chosen.
    """

    rung: int
    reached: bool
    short: int
    optional: tuple[Candidate, ...]
    forced: tuple[Candidate, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def chosen(self) -> tuple[Candidate, ...] | None:
        """The cheapest remedies that reach the target, in the standard's order; None where it is out of reach."""
        if self.reached:
            return ()
        if self.obstacles:
            return None
        rest = cheapest_remedies(self.optional, self.short - sum(each.gain for each in self.forced))
        return None if rest is None else tuple(sorted((*self.forced, *rest), key=lambda each: each.requirement_index))


def rung_of(standard: Standard, target: str, reached: int) -> int:
    """Return the rung that is meant, counted from the lowest, for a site that certainly has `coverage_of_query` of them.

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
    """Return the cost of a requirement's remedy."""
    band = standard.cost_bands[requirement.remedy.cost]
    return CostRange(band.low, band.high, standard.currency)


def target_gap(findings: Findings, site: int, wishes: PlanRequest) -> TargetGap:
    """Return where the site at position `site` stands before a target.

    Raises:
        StandardError: the edition has no such rung, or no requirement with an id that is refused.
    """
    standard = findings.standard
    for name in sorted(wishes.refused):
        standard.requirement(name)
    outcomes = findings.matrix[:, site]
    counts = np.flatnonzero(counted(standard, findings.extension) & (outcomes != DOES_NOT_APPLY)).tolist()
    held = {int(CONFORMS): standard.marks.conforms, int(PARTIAL): standard.marks.partial}
    marks = {place: held.get(int(outcomes[place]), 0) for place in counts}
    reached = int(findings.conclusions.rank_low[site])
    rung = rung_of(standard, wishes.target, reached)
    ladder, all_marks = standard.ladder, standard.marks.conforms * len(counts)
    short = needed_marks(ladder.rungs[rung - 1].minimum, ladder.maximum, all_marks) - sum(marks.values())
    unmet = [place for place in counts if outcomes[place] != CONFORMS]
    closed = {place: why for place in unmet if (why := _closed(standard, place, int(outcomes[place]), wishes))}
    gate = {place for place in unmet if standard.requirements[place].mandatory == standard.gate}
    # The top is aimed at for the status: what must be fixed first is repaired, and so is what may turn out to be such an item.
    fixed_first = {
        place
        for place in unmet
        if standard.requirements[place].mandatory in standard.must_fix and outcomes[place] != PARTIAL
    }
    forced = gate | fixed_first if rung == len(ladder) else set()
    open_ = [
        Candidate(
            place,
            standard.marks.conforms - marks[place],
            span_of(standard, standard.requirements[place]).figure(wishes.price),
        )
        for place in unmet
        if place not in closed
    ]
    obstacles = [closed[place] for place in sorted(forced & set(closed))]
    gains = sum(each.gain for each in open_)
    if not counts:
        obstacles.append(Obstacle("no_score", None, say("Nothing that counts applies here, so there is no score.")))
    elif gains < short:
        best = score_of(sum(marks.values()) + gains, ladder.maximum, all_marks)
        obstacles.append(_too_few(standard, rung, best, wishes.refused))
    return TargetGap(
        rung,
        bool(counts) and reached >= rung and not forced,
        short,
        tuple(each for each in open_ if each.requirement_index not in forced),
        tuple(each for each in open_ if each.requirement_index in forced),
        tuple(obstacles),
    )


def _closed(standard: Standard, place: int, outcome: int, wishes: PlanRequest) -> Obstacle | None:
    """Return why the remedy of a requirement may not be chosen; None where it may."""
    requirement = standard.requirements[place]
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
