"""What a machine found for a question at many sites, beside what the surveyors said there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.messages import Message


@dataclass(frozen=True, slots=True)
class MeasurementSource:
    """How one value was measured, or why it could not be.

    Attributes:
        layer: What it was measured from: a layer, `outline` or `parts`.
        date: The day of which that speaks; empty where nobody says.
        text: The feature, from where, and what was assumed; or what is missing.
    """

    layer: str
    date: str
    text: Message

    @property
    def source(self) -> str:
        """Where the evidence comes from, as the findings table says it: `measured:railway@2026-04-06`."""
        return f"measured:{self.layer}@{self.date or 'undated'}"


@dataclass(frozen=True, eq=False)
class LayerFeatures:
    """What one layer shows near each site, thing by thing, as each would answer the questions of one requirement alone.

    Attributes:
        requirement: Its id.
        site: The position of the site of each thing, rising.
        answers: By question, the code and the two ends of the number of each thing.
        within: Which things are certainly within reach; the others may be too far off to count.
        classes: The codes that the class of a thing may have where it is not known.
        perhaps_more: For each site, whether there may be more things than are shown.
        more: By question, the two ends of the number that such a thing would have, one for each site.
        account: Tells how a question was answered by a thing.
    """

    requirement: str
    site: NDArray[np.intp]
    answers: Mapping[str, tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]]
    within: NDArray[np.bool_]
    classes: tuple[int, ...]
    perhaps_more: NDArray[np.bool_]
    more: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
    account: Callable[[int, str], MeasurementSource]


@dataclass(frozen=True, eq=False)
class Measurement:
    """What was measured for one question; one entry for each site.

    Attributes:
        codes: As in the evidence: `MISSING` where nothing could be measured.
        low: The number in fixed point, or the lower end of the range in which it lies.
        high: The upper end; the same as `low` where the number is certain.
        account: Tells of the site at a position.
        things: What is near, where every thing of a layer counts for itself; only at the question that asks for its class.
        several: At which sites the range is that of one of several things that leave the outcome open: of which of them an
            answer speaks is not known. None where there is no such site.
        any_class: At which sites the code stands for a class that is not known and makes no difference. None where at none.
    """

    question: str
    codes: NDArray[np.uint8]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    account: Callable[[int], MeasurementSource]
    things: LayerFeatures | None = None
    several: NDArray[np.bool_] | None = None
    any_class: NDArray[np.bool_] | None = None

    def makes_no_difference(self, site: int) -> bool:
        """Tell whether the code at a site stands for a class that is not known, since every class comes to the same."""
        return self.any_class is not None and bool(self.any_class[site])


@dataclass(frozen=True, eq=False)
class MeasurementSet:
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
