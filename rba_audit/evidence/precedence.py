"""Merge measurements into surveyed answers, and decide which of the two counts where both exist.

A measured value counts unless the surveyor gives a reason against it; both are stored and can be shown. If the measurement is
only a range, an answer inside it counts, because it is more precise. An unusable answer ("not applicable", unreadable, out of
range) has no effect.
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
    """Return a copy of the evidence with the measured values that count."""
    if not measurements:
        return evidence
    codes, lower = evidence.codes.copy(), evidence.numbers.copy()
    upper = lower.copy()
    counts: dict[str, NDArray[np.bool_]] = {}
    for measurement in measurements:
        name = measurement.question
        row, number_row = evidence.row[name], evidence.number_row.get(name)
        counts[name] = used = _measured_counts(evidence, measurement, row, number_row)
        codes[row, used] = measurement.codes[used]
        if number_row is not None:
            lower[number_row, used], upper[number_row, used] = measurement.low[used], measurement.high[used]
    by_question = {measurement.question: measurement for measurement in measurements}
    measured = MeasurementSet(by_question, evidence.codes, evidence.numbers, counts)
    ranged = bool((upper != lower).any())
    return replace(evidence, codes=codes, numbers=lower, upper=upper if ranged else None, measured=measured)


def _measured_counts(
    evidence: Evidence, measurement: Measurement, row: int, number_row: int | None
) -> NDArray[np.bool_]:
    """Return a mask (sites,) of the sites at which the measured value counts."""
    surveyed = evidence.codes[row]
    counts: NDArray[np.bool_] = measurement.codes != MISSING
    for site, question in evidence.reasons:
        if question == measurement.question and surveyed[site] >= GIVEN:
            counts[site] = False
    if number_row is not None:
        number, low, high = evidence.numbers[number_row], measurement.low, measurement.high
        better = (surveyed == GIVEN) & (low < high) & (low <= number) & (number <= high)
        counts &= ~better if measurement.several is None else ~better | measurement.several
    return counts
