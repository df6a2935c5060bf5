"""Convert numbers and words measured at sites to measurements, rounded as the question states."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import GIVEN, MISSING, Measurement, MeasurementSource, choice_code
from rba_audit.messages import Message
from rba_audit.standard import Question

SourceAt = Callable[[int], MeasurementSource]
Floats = NDArray[np.float64]


def number_results(question: Question, low: Floats, high: Floats, source_at: SourceAt) -> Measurement:
    """Return a measurement of ranges from `low` to `high` in the question's unit; NaN if nothing was measured.

    Values are clipped to the plausible range of the question, beyond which no requirement distinguishes.
    """
    measured = ~(np.isnan(low) | np.isnan(high))
    ends = [
        _fixed(np.clip(np.where(measured, end, 0), float(question.low), float(question.high)), question.scale)
        for end in (low, high)
    ]
    codes = np.where(measured, GIVEN, MISSING).astype(np.uint8)
    return Measurement(question.id, codes, ends[0], ends[1], source_at)


def word_results(question: Question, names: Sequence[str | None], source_at: SourceAt) -> Measurement:
    """Return a measurement of choices of the question, by name; None if nothing was measured."""
    codes_by_name = {choice.name: choice_code(question, choice.name) for choice in question.choices}
    codes = np.array([codes_by_name.get(name or "", MISSING) for name in names], dtype=np.uint8)
    nothing = np.zeros(len(codes), dtype=np.int64)
    return Measurement(question.id, codes, nothing, nothing, source_at)


def yes_or_no_results(question: Question, trits: NDArray[np.int8], source_at: SourceAt) -> Measurement:
    """Return a measurement of `yes` for positive values, `no` for negative ones, and none for 0."""
    return word_results(
        question, ["yes" if trit > 0 else "no" if trit < 0 else None for trit in trits.tolist()], source_at
    )


def not_measured(question: Question, sites: int, layer: str, why: Message) -> Measurement:
    """Return a measurement without a value at any site, for one reason."""
    empty = np.full(sites, np.nan)
    return number_results(question, empty, empty, lambda _site: MeasurementSource(layer, "", why))


def _fixed(values: Floats, scale: int) -> NDArray[np.int64]:
    """Round half away from zero to the question's decimals; 1e-6 is added for ties that floats cannot represent."""
    scaled = values * scale
    return (np.sign(scaled) * np.floor(np.abs(scaled) + 0.5 + 1e-6)).astype(np.int64)
