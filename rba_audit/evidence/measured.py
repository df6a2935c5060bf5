"""What a machine found for a question at many sites, beside what the surveyors said there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.words import Message


@dataclass(frozen=True, slots=True)
class Account:
    """How one value was measured, or why it could not be.

    Attributes:
        layer: What it was measured from: a layer, `outline` or `parts`.
        date: The day of which that speaks; empty where nobody says.
        told: The feature, from where, and what was assumed; or what is missing.
    """

    layer: str
    date: str
    told: Message

    @property
    def source(self) -> str:
        """Where the evidence comes from, as the findings table says it: `measured:railway@2026-04-06`."""
        return f"measured:{self.layer}@{self.date or 'undated'}"


@dataclass(frozen=True, eq=False)
class Measurement:
    """What was measured for one question; one entry for each site.

    Attributes:
        codes: As in the evidence: `MISSING` where nothing could be measured.
        low: The number in fixed point, or the lower end of the range in which it lies.
        high: The upper end; the same as `low` where the number is certain.
        account: Tells of the site at a position.
    """

    question: str
    codes: NDArray[np.uint8]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    account: Callable[[int], Account]


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured at all sites, and what the surveyors had said there.

    Attributes:
        by_question: The measurements.
        surveyed_codes: The surveyors' answers, as the evidence had them before.
        surveyed_numbers: Likewise.
        counts: By question, at which sites the measured value counts.
    """

    by_question: Mapping[str, Measurement]
    surveyed_codes: NDArray[np.uint8]
    surveyed_numbers: NDArray[np.int64]
    counts: Mapping[str, NDArray[np.bool_]]
