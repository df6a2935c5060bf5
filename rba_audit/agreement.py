"""How far two auditors agree, requirement by requirement: observed agreement, Cohen's kappa and its standard error.

Pure: it counts outcomes that were judged elsewhere, and never takes "not known yet" for an outcome two people share.
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
    """One auditor's visit of a site, as far as pairing needs it.

    Attributes:
        chain: The first version of the visit.
        site: Which site.
        author: Who sent it.
        day: When.
        site_index: Where its outcomes stand in the matrix of outcomes.
    """

    chain: str
    site: str
    author: str
    day: date
    site_index: int


@dataclass(frozen=True, slots=True)
class AuditorAgreement:
    """How far two auditors agree about one requirement.

    Attributes:
        pairs: How many pairs both have an outcome.
        open: How many pairs where one, or both, could not be determined.
        table: How often the first auditor's outcome (row) met the second's (column), in the order of `KNOWN`.
        observed: The share of pairs with the same outcome; None without a pair.
        kappa: Cohen's kappa; None where it is undefined.
        error: Its standard error (large samples); None where kappa is undefined.
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
        """The outcomes that met and differ, either way round, with how often; the most frequent first."""
        found = [
            (KNOWN[one], KNOWN[two], self.table[one][two] + self.table[two][one])
            for one in range(len(KNOWN))
            for two in range(one + 1, len(KNOWN))
        ]
        return tuple(sorted((each for each in found if each[2]), key=lambda each: -each[2]))


def pairs_of(readings: Iterable[AuditorVisit], window_days: int) -> list[tuple[AuditorVisit, AuditorVisit]]:
    """Return the double audits: two visits of one site by different people, at most `window_days` apart.

    The earlier visit stands first. A visit that lies near to several others is in a pair with each.
    """
    by_site: dict[str, list[AuditorVisit]] = {}
    for reading in readings:
        by_site.setdefault(reading.site, []).append(reading)
    found = []
    for visits in by_site.values():
        visits.sort(key=lambda each: (each.day, each.chain))
        for at, first in enumerate(visits):
            for second in visits[at + 1 :]:
                if (second.day - first.day).days > window_days:
                    break
                if first.author != second.author and first.chain != second.chain:
                    found.append((first, second))
    return found


def overlapping_pairs(pairs: Sequence[tuple[AuditorVisit, AuditorVisit]]) -> int:
    """Return how many of `pairs` share a visit with another: these are not independent of one another."""
    seen = Counter(reading.chain for pair in pairs for reading in pair)
    return sum(any(seen[reading.chain] > 1 for reading in pair) for pair in pairs)


def independent_pairs(pairs: Sequence[tuple[AuditorVisit, AuditorVisit]]) -> list[int]:
    """Return the positions of pairs in which no visit stands twice: nearest in days first, then the earliest."""

    def key(at: int) -> tuple[int, date, date, str, str]:
        first, second = pairs[at]
        return (second.day - first.day).days, first.day, second.day, first.chain, second.chain

    used: set[str] = set()
    chosen = []
    for at in sorted(range(len(pairs)), key=key):
        chains = {reading.chain for reading in pairs[at]}
        if not chains & used:
            used |= chains
            chosen.append(at)
    return sorted(chosen)


def agreements(
    requirements: Sequence[Requirement], first: NDArray[np.int8], second: NDArray[np.int8]
) -> list[AuditorAgreement]:
    """Return the agreement about each requirement.

    `first` and `second` have shape (requirements, pairs) and hold positions in `OUTCOMES`.
    """
    tables = _tables(first, second)
    return [
        _agreement(requirement, table, first.shape[1]) for requirement, table in zip(requirements, tables, strict=True)
    ]


def _tables(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return for each requirement how often each outcome met each; `undetermined` left out."""
    kinds = len(OUTCOMES)
    count = first.shape[0]
    cells = (np.arange(count)[:, None] * kinds + first) * kinds + second
    tables = np.bincount(cells.reshape(-1), minlength=count * kinds * kinds).reshape(count, kinds, kinds)
    chosen = [OUTCOMES.index(outcome) for outcome in KNOWN]
    return tables[:, chosen][:, :, chosen]


def _agreement(requirement: Requirement, table: NDArray[np.int64], total: int) -> AuditorAgreement:
    rows = table.tolist()
    pairs = int(table.sum())
    observed = int(np.trace(table)) / pairs if pairs else None
    kappa, error = kappa_of(rows)
    return AuditorAgreement(requirement, pairs, total - pairs, tuple(map(tuple, rows)), observed, kappa, error)


def kappa_of(table: Sequence[Sequence[int]]) -> tuple[float | None, float | None]:
    """Return Cohen's kappa of a square table of counts, and its large-sample standard error.

    Both are None where kappa is undefined: without a pair, or where chance alone agrees always.

    Source: Cohen 1960 for kappa; Fleiss, Cohen and Everitt 1969 for the standard error.

    >>> kappa_of([[20, 5], [10, 15]])[0]
    0.4
    """
    size = range(len(table))
    n = sum(map(sum, table))
    across = [sum(row) for row in table]
    down = [sum(row[place] for row in table) for place in size]
    # Whole numbers up to the one division, so that "chance alone agrees always" is exact.
    same = n * sum(table[place][place] for place in size)
    chance = sum(across[place] * down[place] for place in size)
    if n * n == chance:
        return None, None
    kappa = (same - chance) / (n * n - chance)
    expected = chance / n**2
    on = sum(table[place][place] / n * (1 - (across[place] + down[place]) / n * (1 - kappa)) ** 2 for place in size)
    off = (1 - kappa) ** 2 * sum(
        table[one][two] / n * ((down[one] + across[two]) / n) ** 2 for one in size for two in size if one != two
    )
    variance = (on + off - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return kappa, sqrt(max(variance, 0.0))


def read_differently(found: Iterable[AuditorAgreement], policy: AgreementPolicy) -> list[AuditorAgreement]:
    """Return the requirements whose kappa is below the limit with enough pairs, the lowest first."""
    chosen = [
        each
        for each in found
        if each.kappa is not None and each.kappa < policy.kappa.value and each.pairs >= policy.minimum_pairs.value
    ]
    return sorted(chosen, key=lambda each: each.kappa if each.kappa is not None else 1.0)


def least_agreement(found: Iterable[AuditorAgreement], policy: AgreementPolicy) -> list[AuditorAgreement]:
    """Return the requirements two auditors agree about least, whatever the number of pairs; never one with no difference."""
    chosen = [each for each in found if each.observed is not None and each.observed < 1]
    return sorted(chosen, key=lambda each: (each.observed or 0.0, -each.pairs))[: policy.least_agreement.value]
