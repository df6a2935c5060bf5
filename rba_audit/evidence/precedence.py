"""Answers and measurements laid together: which of the two counts where both are there.

A measured value counts unless the surveyor says why it should not; both stay and can be told. What is measured only as
a range leaves an answer inside the range standing, since that says more. A word that is no answer there ("not
applicable", unreadable, out of range) is as if it were not given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence.columns import Evidence
from rba_audit.evidence.measurements import Measurement, MeasurementSet
from rba_audit.standard.kinds import GIVEN, MISSING


def with_measurements(evidence: Evidence, measurements: Sequence[Measurement]) -> Evidence:
    """Return the evidence with what was measured in it; the evidence itself stays as it is."""
    if not measurements:
        return evidence
    codes, lower = evidence.codes.copy(), evidence.numbers.copy()
    upper = lower.copy()
    counts: dict[str, NDArray[np.bool_]] = {}
    for each in measurements:
        row, number_row = evidence.row[each.question], evidence.number_row.get(each.question)
        counts[each.question] = taken = _taken(evidence, each, row, number_row)
        codes[row, taken] = each.codes[taken]
        if number_row is not None:
            lower[number_row, taken], upper[number_row, taken] = each.low[taken], each.high[taken]
    found = MeasurementSet({each.question: each for each in measurements}, evidence.codes, evidence.numbers, counts)
    ranged = bool((upper != lower).any())
    return replace(evidence, codes=codes, numbers=lower, upper=upper if ranged else None, measured=found)


def _taken(evidence: Evidence, each: Measurement, row: int, number_row: int | None) -> NDArray[np.bool_]:
    said = evidence.codes[row]
    taken: NDArray[np.bool_] = each.codes != MISSING
    for site, question in evidence.reasons:
        if question == each.question and said[site] >= GIVEN:
            taken[site] = False
    if number_row is not None:
        number = evidence.numbers[number_row]
        better = (said == GIVEN) & (each.low < each.high) & (each.low <= number) & (number <= each.high)
        taken &= ~better if each.several is None else ~better | each.several
    return taken
