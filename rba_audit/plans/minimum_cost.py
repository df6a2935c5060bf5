"""Cheapest set of remedies that earns enough marks, solved exactly in integers.

There are few different gains: all marks of a requirement, or the part still missing. Among remedies with the same gain an
optimal set contains the cheapest ones, so the number taken of each gain determines the set, and these numbers are enumerated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, product


@dataclass(frozen=True, slots=True)
class Candidate:
    """A remedy that may be chosen.

    Attributes:
        requirement_index: Index of its requirement in the standard.
        gain: Certain marks that it adds; positive.
        cost: The figure that plans compare, in the edition's currency.
    """

    requirement_index: int
    gain: int
    cost: int


def needed_marks(minimum: int, maximum: int, all_marks: int) -> int:
    """Return the fewest marks of `all_marks` whose score reaches `minimum` on a ladder up to `maximum`.

    The score is floor(maximum × marks / all_marks + ½); a score exactly at the minimum reaches it.

    >>> needed_marks(50, 100, 200)
    99
    """
    return max(0, -(-(all_marks * (2 * minimum - 1)) // (2 * maximum)))


def score_of(marks: int, maximum: int, all_marks: int) -> int:
    """Return floor(maximum × marks / all_marks + ½); `all_marks` is more than zero."""
    return (2 * maximum * marks + all_marks) // (2 * all_marks)


def cheapest_remedies(candidates: Iterable[Candidate], needed: int) -> tuple[Candidate, ...] | None:
    """Return the cheapest candidates that gain at least `needed` marks; None if all together gain less.

    Ties go to the set with the fewest remedies, then to the one that comes first in the order of the standard.
    """
    if needed <= 0:
        return ()
    groups = _by_gain(candidates)
    if sum(group[0].gain * len(group) for group in groups) < needed:
        return None
    *others, last = groups
    sums = [[0, *accumulate(candidate.cost for candidate in group)] for group in groups]
    best: tuple[int, int, list[int]] | None = None
    best_counts: tuple[int, ...] = ()
    for counts in product(*(range(len(group) + 1) for group in others)):
        short = needed - sum(count * group[0].gain for count, group in zip(counts, others, strict=True))
        of_last = max(0, -(-short // last[0].gain))
        if of_last > len(last):
            continue
        taken_counts = (*counts, of_last)
        cost = sum(prefix[count] for prefix, count in zip(sums, taken_counts, strict=True))
        if best is None or (cost, sum(taken_counts)) <= best[:2]:
            key = (
                cost,
                sum(taken_counts),
                sorted(candidate.requirement_index for candidate in _first(groups, taken_counts)),
            )
            if best is None or key < best:
                best, best_counts = key, taken_counts
    return tuple(sorted(_first(groups, best_counts), key=lambda candidate: candidate.requirement_index))


def _by_gain(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    groups: dict[int, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda one: (one.cost, one.requirement_index)):
        groups.setdefault(candidate.gain, []).append(candidate)
    return list(groups.values())


def _first(groups: Sequence[Sequence[Candidate]], counts: Sequence[int]) -> list[Candidate]:
    return [candidate for group, count in zip(groups, counts, strict=True) for candidate in group[:count]]
