"""Evaluate a requirement for each feature of a layer separately; the worst result becomes the site's (ADR 0024).

The site's measured values become those of the worst feature, so that every interpreter (NumPy, numba, browser) evaluates that
feature. From worst to best: fails, undetermined, partial, conforms. A feature of unknown class has the class that the surveyor
answered; without an answer it decides only what it would decide for every class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions import questions_of
from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_SEEN,
    Evidence,
    LayerFeatures,
    Measurement,
    MeasurementSource,
    code_rows,
    number_rows,
    with_measurements,
)
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED
from rba_audit.findings.kernel import outcomes as _outcomes
from rba_audit.findings.program import compile_requirements
from rba_audit.messages import say
from rba_audit.standard import Question, Requirement, Standard

Positions = NDArray[np.intp]
_MOST_COMPLETIONS: Final = 27
_BADNESS: Final = np.zeros(5, dtype=np.int64)
for _rank, _outcome in enumerate((DOES_NOT_APPLY, CONFORMS, PARTIAL, UNDETERMINED, DOES_NOT_CONFORM)):
    _BADNESS[int(_outcome)] = _rank


def with_worst_features(
    answers: Evidence, measurements: Sequence[Measurement], standard: Standard
) -> tuple[Measurement, ...]:
    """Return the measurements; where a layer has several features, the values of the worst feature replace them.

    Args:
        answers: The surveyors' answers, without the measurements.
        measurements: One for each measured question.
        standard: The edition.
    """
    by_question = {measurement.question: measurement for measurement in measurements}
    layers = [measurement.things for measurement in measurements if measurement.things is not None]
    separate = {name for features in layers for name in features.answers}
    evidence = with_measurements(answers, [other for other in measurements if other.question not in separate])
    for features in layers:
        if len(features.site):
            by_question.update(_WorstFeatures(answers, evidence, features, standard).measurements(by_question))
    return tuple(by_question[measurement.question] for measurement in measurements)


@dataclass(frozen=True, eq=False)
class _FeatureAnswers:
    """Answers to the questions of one requirement, with one column per feature and class that it may have.

    `codes` has shape (questions, columns); `low` and `high` have shape (numeric questions, columns).
    """

    codes: NDArray[np.uint8]
    low: NDArray[np.int64]
    high: NDArray[np.int64]


class _WorstFeatures:
    """The features of one layer, evaluated against its requirement.

    Features that are only possible (`LayerFeatures.perhaps_more`) follow the shown ones, one per site where there may be more.
    """

    def __init__(self, answers: Evidence, evidence: Evidence, features: LayerFeatures, standard: Standard) -> None:
        self._answers, self._evidence, self._features = answers, evidence, features
        self._requirement: Requirement = standard.requirement(features.requirement)
        conditions = (
            self._requirement.applies_when,
            self._requirement.conforms_when,
            self._requirement.partial_when,
        )
        names = {name for condition in conditions if condition is not None for name in questions_of(condition)}
        names |= {question.id for question in self._requirement.questions}
        self._questions = [question for question in standard.questions if question.id in names]
        self._row, self._number_row = code_rows(self._questions), number_rows(self._questions)
        self._program = compile_requirements(self._questions, [self._requirement])
        # The class is the only question about the features that is not numeric.
        self._class = next(name for name in features.answers if name not in self._number_row)
        self._sites = len(features.perhaps_more)
        more = np.flatnonzero(features.perhaps_more)
        self._site = np.concatenate([features.site, more])
        self._shown = len(features.site)
        self._certain = np.concatenate([features.within, np.zeros(len(more), dtype=np.bool_)])
        # The answer "there is none" is not the class of a feature that the layer shows; it counts only with a reason.
        surveyed = answers.codes[answers.row[self._class]]
        self._denied = (surveyed >= GIVEN) & ~np.isin(surveyed, features.classes) & ~self._overridden(self._class)
        self._values = {name: self._with_more(name, columns, more) for name, columns in features.answers.items()}

    def _overridden(self, question: str) -> NDArray[np.bool_]:
        """Return a mask (sites,) of the answers to a question that have a reason to count instead of the measurement."""
        sites = np.zeros(self._sites, dtype=np.bool_)
        sites[[site for site, name in self._answers.reasons if name == question]] = True
        return sites

    def _with_more(
        self, name: str, shown: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]], more: Positions
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """Return code, low and high of a question for all features: the shown ones, then the possible ones at `more`."""
        nothing = np.zeros(len(more), dtype=np.int64)
        low, high = self._features.more.get(name, (None, None))
        code = MISSING if low is None else GIVEN
        ends = [nothing if end is None else end[more] for end in (low, high)]
        return (
            np.concatenate([shown[0], np.full(len(more), code, dtype=np.uint8)]),
            np.concatenate([shown[1], ends[0]]),
            np.concatenate([shown[2], ends[1]]),
        )

    def measurements(self, by_question: Mapping[str, Measurement]) -> dict[str, Measurement]:
        """Return the measurements of the layer's questions, with the values of the worst feature of each site."""
        outcome, badness, all_classes = self._evaluate(np.zeros(len(self._site), dtype=np.bool_))
        # A surveyor's number inside a measured range is attributed to the only undetermined feature of the site; with several
        # undetermined ones, it is not known which of them the number is about.
        open_yet = np.bincount(self._site[outcome == UNDETERMINED], minlength=self._sites)
        several = open_yet > 1
        alone = (outcome == UNDETERMINED) & (open_yet[self._site] == 1)
        if alone.any():
            outcome, badness, all_classes = self._evaluate(alone)
        none = np.zeros(len(self._site), dtype=np.int64)
        nearest = next((columns[1] for name, columns in self._values.items() if name in self._number_row), none)
        order = np.lexsort((-nearest, badness, self._certain, _BADNESS[outcome], self._site))
        last = np.append(self._site[order][1:] != self._site[order][:-1], True)
        worst = np.full(self._sites, -1, dtype=np.intp)
        worst[self._site[order][last]] = order[last]
        # If a possible feature that is not shown is the worst, the measurements stay as they are: they leave it open already.
        worst[worst >= self._shown] = -1
        unseen = np.zeros(self._sites, dtype=np.bool_)
        unseen[self._site[order][last]] = order[last] >= self._shown
        perhaps = unseen.copy()
        sites = np.flatnonzero(worst >= 0)
        perhaps[sites] = ~self._certain[worst[sites]] & (outcome[worst[sites]] == UNDETERMINED)
        return {
            name: self._with_worst(by_question[name], worst, perhaps, all_classes, several)
            for name in self._features.answers
        }

    def _with_worst(
        self,
        measurement: Measurement,
        worst: Positions,
        perhaps: NDArray[np.bool_],
        all_classes: NDArray[np.bool_],
        several: NDArray[np.bool_],
    ) -> Measurement:
        """Return a measurement with the values of the worst feature of each site.

        Args:
            measurement: The measurement of one of the layer's questions.
            worst: (sites,): the index of the worst feature; -1 for none.
            perhaps: (sites,): whether the worst feature is only possible.
            all_classes: (features,): whether the class is unknown but does not change the outcome.
            several: (sites,): whether several features are undetermined.
        """
        name, features = measurement.question, self._features
        sites = np.flatnonzero(worst >= 0)
        codes, low, high = measurement.codes.copy(), measurement.low.copy(), measurement.high.copy()
        values = self._values[name]
        codes[sites], low[sites], high[sites] = (column[worst[sites]] for column in values)
        any_class = np.zeros(self._sites, dtype=np.bool_)
        if name == self._class:
            row = self._answers.row[name]
            # It is not known whether the feature is there at all, so its class is unknown.
            codes[perhaps & ((worst < 0) | (self._answers.codes[row] < GIVEN))] = MISSING
            bare = (worst >= 0) & (codes == MISSING) & ~perhaps
            unknown = bare & ((self._answers.codes[row] < GIVEN) | self._denied)
            unknown[sites] &= all_classes[worst[sites]]
            codes[bare & self._denied & ~unknown] = NOT_SEEN
            codes[unknown] = features.classes[-1]
            any_class = unknown
        count = np.bincount(features.site, minlength=self._sites)

        def account(site: int) -> MeasurementSource:
            if worst[site] < 0:
                return measurement.account(site)
            source = features.account(int(worst[site]), name)
            if any_class[site]:
                source = replace(source, text=say("{told}; every class comes to the same", told=source.text))
            if count[site] > 1:
                text = say("{told}; the strictest of {count} that are near", told=source.text, count=int(count[site]))
                source = replace(source, text=text)
            return source

        return replace(
            measurement,
            codes=codes,
            low=low,
            high=high,
            account=account,
            several=several if several.any() and name in self._number_row else None,
            any_class=any_class if any_class.any() else None,
        )

    def _evaluate(self, alone: NDArray[np.bool_]) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the outcome of each feature, its badness, and whether its class is unknown but does not change the outcome.

        The badness is summed over all possible answers to the questions that are not answered yet.
        """
        rows = self._rows(alone)
        unknown = rows.codes[self._row[self._class]] < GIVEN
        expanded = np.concatenate(
            [np.flatnonzero(~unknown), np.repeat(np.flatnonzero(unknown), len(self._features.classes))]
        )
        columns = _FeatureAnswers(rows.codes[:, expanded], rows.low[:, expanded], rows.high[:, expanded])
        certain = int((~unknown).sum())
        columns.codes[self._row[self._class], certain:] = np.tile(self._features.classes, int(unknown.sum()))
        badness = np.zeros(len(self._site), dtype=np.int64)
        for words in self._completions():
            badness += _BADNESS[self._merged(self._with_words(columns, words), expanded)]
        outcome = self._merged(columns, expanded)
        # A feature that may not be there, or not within reach, cannot make the site fail.
        outcome[~self._certain & (outcome != CONFORMS)] = UNDETERMINED
        return outcome, badness, unknown & (outcome != UNDETERMINED)

    def _merged(self, columns: _FeatureAnswers, expanded: Positions) -> NDArray[np.int8]:
        """Return the outcome of each feature: the common outcome of all classes it may have, or undetermined."""
        outcomes = _outcomes(self._program, columns.codes, columns.low, columns.high)[0]
        least, most = np.full(len(self._site), 127, dtype=np.int8), np.full(len(self._site), -1, dtype=np.int8)
        np.minimum.at(least, expanded, outcomes)
        np.maximum.at(most, expanded, outcomes)
        return np.where(least == most, least, UNDETERMINED).astype(np.int8)

    def _completions(self) -> list[Mapping[str, int]]:
        """Return all combinations of answers to the choice questions that no feature answers; empty if there are over 27."""
        open_questions: list[Question] = [
            question
            for question in self._requirement.questions
            if question.id not in self._features.answers and question.id not in self._number_row
        ]
        words = [range(FIRST_CHOICE, FIRST_CHOICE + len(question.choices)) for question in open_questions]
        completions: list[Mapping[str, int]] = [
            dict(zip((question.id for question in open_questions), codes, strict=True)) for codes in product(*words)
        ]
        return completions if len(completions) <= _MOST_COMPLETIONS else []

    def _with_words(self, columns: _FeatureAnswers, words: Mapping[str, int]) -> _FeatureAnswers:
        codes = columns.codes.copy()
        for name, code in words.items():
            row = codes[self._row[name]]
            row[row < GIVEN] = code
        return replace(columns, codes=codes)

    def _rows(self, alone: NDArray[np.bool_]) -> _FeatureAnswers:
        """Return one column of answers per feature: its measured values, or the site's answers where these count instead."""
        evidence, site = self._evidence, self._site
        codes = evidence.codes[[evidence.row[question.id] for question in self._questions]][:, site]
        rows = [evidence.number_row[question.id] for question in self._questions if question.id in self._number_row]
        low = evidence.numbers[rows][:, site]
        high = low.copy() if evidence.upper is None else evidence.upper[rows][:, site]
        for name, (measured, least, most) in self._values.items():
            surveyed = self._answers.codes[self._answers.row[name]][site]
            counts = (measured != MISSING) & ~(self._overridden(name)[site] & (surveyed >= GIVEN))
            row = self._number_row.get(name)
            if row is not None:
                number = self._answers.numbers[self._answers.number_row[name]][site]
                inside = (surveyed == GIVEN) & (least < most) & (least <= number) & (number <= most)
                counts &= ~(alone & inside)
                low[row, counts], high[row, counts] = least[counts], most[counts]
            codes[self._row[name], counts] = measured[counts]
            if name == self._class:
                codes[self._row[name], self._certain & self._denied[site] & ~counts] = MISSING
        return _FeatureAnswers(codes, low, high)
