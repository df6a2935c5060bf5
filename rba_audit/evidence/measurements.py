"""Measurements of questions at many sites, each value with its source, together with the surveyors' answers."""

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
        layer: The data it was measured from: a layer, `outline` or `parts`.
        date: The day that the data describes; empty if unknown.
        text: The feature, its origin and the assumptions; or the data that is missing.
    """

    layer: str
    date: str
    text: Message

    @property
    def source(self) -> str:
        """The source as it is written in the findings table: `measured:railway@2026-04-06`."""
        return f"measured:{self.layer}@{self.date or 'undated'}"


@dataclass(frozen=True, eq=False)
class LayerFeatures:
    """Features of one layer near each site, each with its own answers to the questions of one requirement.

    Attributes:
        requirement: The id of the requirement.
        site: (features,): the index of the site of each feature, ascending.
        answers: By question, the code, low end and high end of the number of each feature, each (features,).
        within: (features,): whether the feature is certainly within reach; otherwise it may be too far off to count.
        classes: The codes of the classes that a feature of unknown class may have.
        perhaps_more: (sites,): whether there may be more features than the layer shows.
        more: By question, the low and high end of the number that such a further feature would have, each (sites,).
        account: Returns the source of a feature's answer, from the feature's index and the question.
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
    """Measured values of one question, one entry per site.

    Attributes:
        codes: As in the evidence: `MISSING` where nothing could be measured.
        low: The number in fixed point, or the lower end of the range in which it lies.
        high: The upper end; equal to `low` where the number is certain.
        account: Returns the source of the value at a site index.
        things: The features near each site, if a layer is evaluated feature by feature; only on the question for the class.
        several: (sites,): whether the range is that of one of several undetermined features, so that it is not known which of
            them a surveyor's answer is about. None if there is no such site.
        any_class: (sites,): whether the class is unknown, the code is that of any class, and all classes give the same outcome.
            None if there is no such site.
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
        """Return whether the code at a site is that of any class, because the class is unknown and all give the same outcome."""
        return self.any_class is not None and bool(self.any_class[site])


@dataclass(frozen=True, eq=False)
class MeasurementSet:
    """Measurements of all sites, and the surveyors' answers before the measurements replaced them.

    Attributes:
        by_question: The measurements by question id.
        surveyed_codes: The surveyors' answers: the codes of the evidence without measurements.
        surveyed_numbers: Likewise, the numbers.
        counts: By question, (sites,): whether the measured value counts.
    """

    by_question: Mapping[str, Measurement]
    surveyed_codes: NDArray[np.uint8]
    surveyed_numbers: NDArray[np.int64]
    counts: Mapping[str, NDArray[np.bool_]]
