"""Compute score range, rank range, red items and status of each site from its outcomes.

Scores and ranks are computed in whole numbers, so that they do not depend on how a float is rounded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED
from rba_audit.standard import OUTCOMES, Outcome, Requirement, Standard

Status = Literal["standard", "nearly_standard", "non_standard", "undetermined", "not_audited"]
STATUSES: Final[tuple[Status, ...]] = ("standard", "nearly_standard", "non_standard", "undetermined", "not_audited")
_STANDARD, _NEARLY, _NON, _UNDETERMINED, _NOT_AUDITED = range(len(STATUSES))
NO_SCORE: Final = -1
_BLOCK: Final = 16_384


@dataclass(frozen=True)
class Conclusions:
    """Conclusions from the outcomes, one entry per site.

    Scores are on the ladder's scale, `NO_SCORE` where no requirement counts. A rank is the number of rungs reached, 0 for none.
    `red`, `must_fix`, `before_audit` and `fails` have shape (requirements, sites).
    """

    score_low: NDArray[np.int64]
    score_high: NDArray[np.int64]
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    status: NDArray[np.int8]
    red: NDArray[np.bool_]
    """Unmet mandatory requirements, which cap the rank; a partly met one counts as unmet."""
    must_fix: NDArray[np.bool_]
    """Requirements not met at all that forbid the status `standard` but leave the rank; a partly met one does not count."""
    before_audit: NDArray[np.bool_]
    """Unmet requirements that auditors ask for; they forbid nothing. A partly met one counts as unmet."""
    fails: NDArray[np.bool_]
    undetermined: NDArray[np.int64]
    determined: NDArray[np.int64]
    """How many requirements that count have an outcome other than `undetermined` and `not_applicable`."""
    aspect_low: NDArray[np.float64]
    """(aspects, sites): percent of an aspect's marks that are certain; NaN where no requirement counts."""
    aspect_high: NDArray[np.float64]


def counted(standard: Standard, extension: bool) -> NDArray[np.bool_]:
    """Return a mask (requirements,) of those that count in scores, ranks, red and must-fix items, and status."""
    return np.array([extension or requirement.tier == "core" for requirement in standard.requirements], dtype=np.bool_)


def named_by(standard: Standard, words: Collection[str]) -> NDArray[np.bool_]:
    """Return a mask (requirements,) of those with one of these `mandatory` words."""
    return np.array([requirement.mandatory in words for requirement in standard.requirements], dtype=np.bool_)


GateItem = Literal["red", "must_fix", "before_audit"]
"""How the gate classifies an unmet requirement, most serious first."""


def gate_item_of(standard: Standard, requirement: Requirement, outcome: Outcome) -> GateItem | None:
    """Return how the gate classifies a requirement that counts with this outcome; None if the gate ignores it."""
    if outcome not in ("does_not_conform", "partial"):
        return None
    if requirement.mandatory == standard.gate:
        return "red"
    if requirement.mandatory in standard.must_fix:
        return "must_fix" if outcome == "does_not_conform" else None
    return "before_audit" if requirement.mandatory in standard.before_audit else None


def conclude(
    standard: Standard, outcomes: NDArray[np.int8], audited: NDArray[np.bool_], extension: bool
) -> Conclusions:
    """Return what follows from an outcome matrix of shape (requirements, sites)."""
    counts = counted(standard, extension)
    sites = outcomes.shape[1]
    # In blocks, so that the arrays that are summed repeatedly stay in the processor's cache.
    blocks = [slice(start, start + _BLOCK) for start in range(0, max(sites, 1), _BLOCK)]
    parts = [_conclude_block(standard, outcomes[:, block], audited[block], counts) for block in blocks]
    return Conclusions(
        **{
            column.name: np.concatenate([getattr(part, column.name) for part in parts], axis=-1)
            for column in fields(Conclusions)
        }
    )


def _conclude_block(
    standard: Standard, outcomes: NDArray[np.int8], audited: NDArray[np.bool_], counts: NDArray[np.bool_]
) -> Conclusions:
    tally = _tally(standard, outcomes, counts)
    score_low, score_high = (
        _score(standard, marks.sum(axis=0, dtype=np.int64), tally.all_marks.sum(axis=0, dtype=np.int64))
        for marks in (tally.low, tally.high)
    )
    gated = named_by(standard, [standard.gate]) & counts
    fixed_first = named_by(standard, standard.must_fix) & counts
    asked_for = named_by(standard, standard.before_audit) & counts
    red = _where(gated, outcomes, (DOES_NOT_CONFORM, PARTIAL))
    must_fix = _where(fixed_first, outcomes, (DOES_NOT_CONFORM,))
    has_red, unknown_gate = red[gated].any(axis=0), (outcomes[gated] == UNDETERMINED).any(axis=0)
    top = len(standard.ladder)
    rank_low, rank_high = (_rank(standard, score) for score in (score_low, score_high))
    rank_high = np.where(has_red, np.minimum(rank_high, top - 1), rank_high)
    rank_low = np.where(has_red | unknown_gate, np.minimum(rank_low, top - 1), rank_low)
    aspect_low, aspect_high = _percents(tally.low, tally.high, tally.all_marks)
    return Conclusions(
        score_low=score_low,
        score_high=score_high,
        rank_low=rank_low,
        rank_high=rank_high,
        status=_status(
            _StatusInputs(
                audited=audited,
                scored=score_low != NO_SCORE,
                rank_low=rank_low,
                rank_high=rank_high,
                has_item=np.any(must_fix[fixed_first], axis=0),
                item_possible=np.any(outcomes[fixed_first] == UNDETERMINED, axis=0),
            ),
            top,
        ),
        red=red,
        must_fix=must_fix,
        before_audit=_where(asked_for, outcomes, (DOES_NOT_CONFORM, PARTIAL)),
        fails=(outcomes == DOES_NOT_CONFORM) & counts[:, None],
        undetermined=tally.unknown.sum(axis=0, dtype=np.int64),
        determined=(tally.considered - tally.unknown).sum(axis=0, dtype=np.int64),
        aspect_low=aspect_low,
        aspect_high=aspect_high,
    )


def _where(rows: NDArray[np.bool_], outcomes: NDArray[np.int8], wanted: Sequence[np.int8]) -> NDArray[np.bool_]:
    """Return a mask (requirements, sites) of the cells in the given rows that have one of the wanted outcomes."""
    cells = np.zeros(outcomes.shape, dtype=np.bool_)
    cells[rows] = np.isin(outcomes[rows], wanted)
    return cells


@dataclass(frozen=True, slots=True)
class _MarkTotals:
    """Marks of shape (aspects, sites): certain (`low`), still possible (`high`) and the maximum (`all_marks`)."""

    low: NDArray[np.int32]
    high: NDArray[np.int32]
    all_marks: NDArray[np.int32]
    unknown: NDArray[np.int32]
    considered: NDArray[np.int32]
    """Number of requirements that count there and apply or may apply."""


def _tally(standard: Standard, outcomes: NDArray[np.int8], counts: NDArray[np.bool_]) -> _MarkTotals:
    marks = standard.marks
    table = np.zeros(len(OUTCOMES), dtype=np.int32)
    table[CONFORMS], table[PARTIAL] = marks.conforms, marks.partial
    aspect_index = {aspect.code: index for index, aspect in enumerate(standard.aspects)}
    low, considered, unknown = (np.zeros((len(aspect_index), outcomes.shape[1]), dtype=np.int32) for _ in range(3))
    for index in np.flatnonzero(counts).tolist():
        at, row = aspect_index[standard.requirements[index].aspect], outcomes[index]
        low[at] += table[row]
        unknown[at] += row == UNDETERMINED
        considered[at] += row != DOES_NOT_APPLY
    return _MarkTotals(low, low + marks.conforms * unknown, marks.conforms * considered, unknown, considered)


def _score(standard: Standard, marks: NDArray[np.int64], all_marks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return floor(maximum × marks / all_marks + ½), in whole numbers."""
    safe = np.maximum(all_marks, 1)
    return np.where(all_marks > 0, (2 * standard.ladder.maximum * marks + safe) // (2 * safe), NO_SCORE)


def _rank(standard: Standard, score: NDArray[np.int64]) -> NDArray[np.int64]:
    minima = np.array([rung.minimum for rung in standard.ladder], dtype=np.int64)
    return np.searchsorted(minima, score, side="right")


@dataclass(frozen=True, slots=True)
class _StatusInputs:
    """Inputs of the status rules, one entry per site."""

    audited: NDArray[np.bool_]
    scored: NDArray[np.bool_]
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    has_item: NDArray[np.bool_]
    """Whether the site has a must-fix item."""
    item_possible: NDArray[np.bool_]
    """Whether a must-fix requirement is undetermined, so that it may still become an item."""


def _status(site: _StatusInputs, top: int) -> NDArray[np.int8]:
    """Return the status of each site as an index into `STATUSES`: the first rule that applies decides.

    One more answer never changes `standard` or `nearly_standard`, and can change `non_standard` to `nearly_standard` only.
    """
    below_top = site.rank_high < top
    return np.select(
        [
            ~site.audited,
            ~site.scored,
            (site.rank_low == top) & ~site.has_item & ~site.item_possible,
            # Rank 0 means no rung: on a ladder with a single rung, `nearly_standard` takes rank 1 and not 0.
            (site.rank_low >= max(top - 1, 1)) & (below_top | site.has_item),
            below_top,
        ],
        [_NOT_AUDITED, _UNDETERMINED, _STANDARD, _NEARLY, _NON],
        _UNDETERMINED,
    ).astype(np.int8)


def _percents(
    low: NDArray[np.int32], high: NDArray[np.int32], whole: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both ends of a range of percents with one decimal, rounded outward; NaN where no requirement counts.

    Where both ends are the same figure, it is rounded to the nearest.
    """
    counts, safe = whole > 0, np.maximum(whole.astype(np.int64), 1)
    nearest = np.floor(1000.0 * low / safe + 0.5) / 10
    down, up = 1000 * low.astype(np.int64) // safe / 10, -(-1000 * high.astype(np.int64) // safe) / 10
    equal = low == high
    return tuple(np.where(counts, np.where(equal, nearest, end), np.nan) for end in (down, up))  # type: ignore[return-value]
