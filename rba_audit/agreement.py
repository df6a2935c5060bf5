"""Agreement of two auditors per requirement: observed agreement, Cohen's kappa and its standard error.

Pure functions over outcomes that were computed elsewhere. "Not known yet" never counts as agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.standard import OUTCOMES, Outcome, Requirement
from rba_audit.standard.policies import AgreementPolicy

KNOWN: Final[tuple[Outcome, ...]] = tuple(outcome for outcome in OUTCOMES if outcome != "undetermined")
"""The outcomes that are compared."""


@dataclass(frozen=True, slots=True)
class AuditorVisit:
    """One auditor's visit of a site, as needed to find pairs.

    Attributes:
        chain: Id of the first version of the visit.
        site: Id of the site.
        author: Id of the person who sent it.
        day: Day of the visit.
        site_index: Column of the visit's outcomes in the matrix of outcomes.
    """

    chain: str
    site: str
    author: str
    day: date
    site_index: int


@dataclass(frozen=True, slots=True)
class AuditorAgreement:
    """Agreement of two auditors about one requirement.

    Attributes:
        pairs: Number of pairs in which both visits have an outcome.
        open: Number of pairs in which the outcome of one or both is undetermined.
        table: Contingency table: counts of the first auditor's outcome (row) and the second's (column), in the order
            of `KNOWN`.
        observed: The share of pairs with the same outcome, 0 to 1; None without a pair.
        kappa: Cohen's kappa; None where it is undefined.
        error: Its large-sample standard error; None where kappa is undefined.
    """

    requirement: Requirement
    pairs: int
    open: int
    table: tuple[tuple[int, ...], ...]
    observed: float | None
    kappa: float | None
    error: float | None

    @property
    def differing(self) -> tuple[tuple[Outcome, Outcome, int], ...]:
        """The unordered pairs of different outcomes that occur, with their counts; the most frequent first."""
        counts = [
            (KNOWN[one], KNOWN[two], self.table[one][two] + self.table[two][one])
            for one in range(len(KNOWN))
            for two in range(one + 1, len(KNOWN))
        ]
        return tuple(sorted((row for row in counts if row[2]), key=lambda row: -row[2]))


def pairs_of(readings: Iterable[AuditorVisit], window_days: int) -> list[tuple[AuditorVisit, AuditorVisit]]:
    """Return the double audits: two visits of one site by different people, at most `window_days` apart.

    The earlier visit comes first in a pair. A visit within the window of several others forms a pair with each.
    """
    by_site: dict[str, list[AuditorVisit]] = {}
    for reading in readings:
        by_site.setdefault(reading.site, []).append(reading)
    pairs = []
    for visits in by_site.values():
        visits.sort(key=lambda visit: (visit.day, visit.chain))
        for index, first in enumerate(visits):
            for second in visits[index + 1 :]:
                if (second.day - first.day).days > window_days:
                    break
                if first.author != second.author and first.chain != second.chain:
                    pairs.append((first, second))
    return pairs


def overlapping_pairs(pairs: Sequence[tuple[AuditorVisit, AuditorVisit]]) -> int:
    """Return how many of `pairs` share a visit with another pair; such pairs are not statistically independent."""
    seen = Counter(reading.chain for pair in pairs for reading in pair)
    return sum(any(seen[reading.chain] > 1 for reading in pair) for pair in pairs)


def independent_pairs(pairs: Sequence[tuple[AuditorVisit, AuditorVisit]]) -> list[int]:
    """Return the indexes of pairs chosen so that no visit occurs twice.

    Greedy: the pair with the fewest days between its visits first, then the earliest. The result is ascending.
    """

    def key(index: int) -> tuple[int, date, date, str, str]:
        first, second = pairs[index]
        return (second.day - first.day).days, first.day, second.day, first.chain, second.chain

    used: set[str] = set()
    indexes = []
    for index in sorted(range(len(pairs)), key=key):
        chains = {reading.chain for reading in pairs[index]}
        if not chains & used:
            used |= chains
            indexes.append(index)
    return sorted(indexes)


def agreements(
    requirements: Sequence[Requirement], first: NDArray[np.int8], second: NDArray[np.int8]
) -> list[AuditorAgreement]:
    """Return the agreement about each requirement.

    `first` and `second` have shape (requirements, pairs) and hold indexes into `OUTCOMES`.
    """
    tables = _tables(first, second)
    return [
        _agreement(requirement, table, first.shape[1]) for requirement, table in zip(requirements, tables, strict=True)
    ]


def _tables(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return a contingency table per requirement, shape (requirements, len(KNOWN), len(KNOWN)); `undetermined` is left out."""
    kinds = len(OUTCOMES)
    count = first.shape[0]
    cells = (np.arange(count)[:, None] * kinds + first) * kinds + second
    tables = np.bincount(cells.reshape(-1), minlength=count * kinds * kinds).reshape(count, kinds, kinds)
    known = [OUTCOMES.index(outcome) for outcome in KNOWN]
    return tables[:, known][:, :, known]


def _agreement(requirement: Requirement, table: NDArray[np.int64], total: int) -> AuditorAgreement:
    rows = table.tolist()
    pairs = int(table.sum())
    observed = int(np.trace(table)) / pairs if pairs else None
    kappa, error = kappa_of(rows)
    return AuditorAgreement(requirement, pairs, total - pairs, tuple(map(tuple, rows)), observed, kappa, error)


def kappa_of(table: Sequence[Sequence[int]]) -> tuple[float | None, float | None]:
    """Return Cohen's kappa of a square table of counts, and its large-sample standard error.

    Both are None where kappa is undefined: without a pair, or where the agreement expected by chance is 1.

    Source: Cohen 1960 for kappa; Fleiss, Cohen and Everitt 1969 for the standard error.

    >>> kappa_of([[20, 5], [10, 15]])[0]
    0.4
    """
    size = range(len(table))
    n = sum(map(sum, table))
    across = [sum(row) for row in table]
    down = [sum(row[index] for row in table) for index in size]
    # Integers up to the one division, so that the test for a chance agreement of 1 is exact.
    same = n * sum(table[index][index] for index in size)
    chance = sum(across[index] * down[index] for index in size)
    if n * n == chance:
        return None, None
    kappa = (same - chance) / (n * n - chance)
    expected = chance / n**2
    on = sum(table[index][index] / n * (1 - (across[index] + down[index]) / n * (1 - kappa)) ** 2 for index in size)
    off = (1 - kappa) ** 2 * sum(
        table[one][two] / n * ((down[one] + across[two]) / n) ** 2 for one in size for two in size if one != two
    )
    variance = (on + off - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return kappa, sqrt(max(variance, 0.0))


def read_differently(per_requirement: Iterable[AuditorAgreement], policy: AgreementPolicy) -> list[AuditorAgreement]:
    """Return the agreements whose kappa is below the policy's limit over at least its minimum of pairs, the lowest first."""
    low = [
        agreement
        for agreement in per_requirement
        if agreement.kappa is not None
        and agreement.kappa < policy.kappa.value
        and agreement.pairs >= policy.minimum_pairs.value
    ]
    return sorted(low, key=lambda agreement: agreement.kappa if agreement.kappa is not None else 1.0)


def least_agreement(per_requirement: Iterable[AuditorAgreement], policy: AgreementPolicy) -> list[AuditorAgreement]:
    """Return the agreements with the lowest observed agreement, for any number of pairs; full agreement is left out.

    At most as many as the policy's `least_agreement`.
    """
    differing = [
        agreement for agreement in per_requirement if agreement.observed is not None and agreement.observed < 1
    ]
    differing.sort(key=lambda agreement: (agreement.observed or 0.0, -agreement.pairs))
    return differing[: policy.least_agreement.value]
