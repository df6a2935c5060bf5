"""Evaluate a requirement for every thing of a layer by itself, and let the worst thing answer for the site.

The thing that decides gives the site its measured values, so that whatever judges afterwards (here, compiled, in a browser)
judges by that thing. Worst first: fails, undetermined, partial, conforms. A thing of unknown class counts as the class that it
is answered to be; without an answer it settles only what every class would.
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
    """Return the measurements, with those that were taken of several things of a layer replaced by those of the worst thing.

    Args:
        answers: What the surveyors answered, without the measurements.
        measurements: One for each measured question.
        standard: The edition.
    """
    found = {each.question: each for each in measurements}
    each_thing = [each.things for each in measurements if each.things is not None]
    apart = {name for things in each_thing for name in things.answers}
    beside = with_measurements(answers, [each for each in measurements if each.question not in apart])
    for things in each_thing:
        if len(things.site):
            found.update(_WorstFeatures(answers, beside, things, standard).measurements(found))
    return tuple(found[each.question] for each in measurements)


@dataclass(frozen=True, eq=False)
class _FeatureAnswers:
    """Answers to the questions that one requirement looks at, one column for each thing in each state it may be in."""

    codes: NDArray[np.uint8]
    low: NDArray[np.int64]
    high: NDArray[np.int64]


class _WorstFeatures:
    def __init__(self, answers: Evidence, beside: Evidence, things: LayerFeatures, standard: Standard) -> None:
        self._answers, self._beside, self._things = answers, beside, things
        self._requirement: Requirement = standard.requirement(things.requirement)
        conditions = (
            self._requirement.applies_when,
            self._requirement.conforms_when,
            self._requirement.partial_when,
        )
        looked = {name for each in conditions if each is not None for name in questions_of(each)}
        looked |= {each.id for each in self._requirement.questions}
        self._questions = [each for each in standard.questions if each.id in looked]
        self._row, self._number_row = code_rows(self._questions), number_rows(self._questions)
        self._program = compile_requirements(self._questions, [self._requirement])
        # The class is the one question of the things that has words.
        self._class = next(name for name in things.answers if name not in self._number_row)
        sites = len(things.perhaps_more)
        # After the things that are shown, one more at each site where there may be more.
        more = np.flatnonzero(things.perhaps_more)
        self._site = np.concatenate([things.site, more])
        self._shown = len(things.site)
        self._certain = np.concatenate([things.within, np.zeros(len(more), dtype=np.bool_)])
        self._sites = sites
        # That there is none is no class of a thing that is there; only a reason lets it stand.
        said = answers.codes[answers.row[self._class]]
        insisted = np.zeros(sites, dtype=np.bool_)
        insisted[[at for at, name in answers.reasons if name == self._class]] = True
        self._denied = (said >= GIVEN) & ~np.isin(said, things.classes) & ~insisted
        self._values = {name: self._with_more(name, each, more) for name, each in things.answers.items()}

    def _with_more(
        self, name: str, shown: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]], more: Positions
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        nothing = np.zeros(len(more), dtype=np.int64)
        low, high = self._things.more.get(name, (None, None))
        code = MISSING if low is None else GIVEN
        ends = [nothing if each is None else each[more] for each in (low, high)]
        return (
            np.concatenate([shown[0], np.full(len(more), code, dtype=np.uint8)]),
            np.concatenate([shown[1], ends[0]]),
            np.concatenate([shown[2], ends[1]]),
        )

    def measurements(self, found: Mapping[str, Measurement]) -> dict[str, Measurement]:
        """Return what the worst thing of each site answers to the questions it was measured for."""
        outcome, badness, all_classes = self._judged(np.zeros(len(self._site), dtype=np.bool_))
        # An answer inside a range speaks of the one thing that leaves the outcome open; of several, nobody knows of which.
        open_yet = np.bincount(self._site[outcome == UNDETERMINED], minlength=self._sites)
        several = open_yet > 1
        alone = (outcome == UNDETERMINED) & (open_yet[self._site] == 1)
        if alone.any():
            outcome, badness, all_classes = self._judged(alone)
        none = np.zeros(len(self._site), dtype=np.int64)
        nearest = next((each[1] for name, each in self._values.items() if name in self._number_row), none)
        order = np.lexsort((-nearest, badness, self._certain, _BADNESS[outcome], self._site))
        last = np.append(self._site[order][1:] != self._site[order][:-1], True)
        worst = np.full(self._sites, -1, dtype=np.intp)
        worst[self._site[order][last]] = order[last]
        # Where something unseen decides, the measurements stay as they are: they leave open what may be there.
        worst[worst >= self._shown] = -1
        unseen = np.zeros(self._sites, dtype=np.bool_)
        unseen[self._site[order][last]] = order[last] >= self._shown
        perhaps = unseen.copy()
        sites = np.flatnonzero(worst >= 0)
        perhaps[sites] = ~self._certain[worst[sites]] & (outcome[worst[sites]] == UNDETERMINED)
        return {name: self._of(found[name], worst, perhaps, all_classes, several) for name in self._things.answers}

    def _of(
        self,
        each: Measurement,
        worst: Positions,
        perhaps: NDArray[np.bool_],
        all_classes: NDArray[np.bool_],
        several: NDArray[np.bool_],
    ) -> Measurement:
        name, things = each.question, self._things
        sites = np.flatnonzero(worst >= 0)
        codes, low, high = each.codes.copy(), each.low.copy(), each.high.copy()
        values = self._values[name]
        codes[sites], low[sites], high[sites] = (column[worst[sites]] for column in values)
        taken = np.zeros(self._sites, dtype=np.bool_)
        if name == self._class:
            row = self._answers.row[name]
            # Whether it is that class or none at all is not known.
            codes[perhaps & ((worst < 0) | (self._answers.codes[row] < GIVEN))] = MISSING
            bare = (worst >= 0) & (codes == MISSING) & ~perhaps
            unknown = bare & ((self._answers.codes[row] < GIVEN) | self._denied)
            unknown[sites] &= all_classes[worst[sites]]
            codes[bare & self._denied & ~unknown] = NOT_SEEN
            codes[unknown] = things.classes[-1]
            taken = unknown
        count = np.bincount(things.site, minlength=self._sites)

        def tell(site: int) -> MeasurementSource:
            if worst[site] < 0:
                return each.account(site)
            told = things.account(int(worst[site]), name)
            if taken[site]:
                told = replace(told, text=say("{told}; every class comes to the same", told=told.text))
            if count[site] > 1:
                worded = say("{told}; the strictest of {count} that are near", told=told.text, count=int(count[site]))
                told = replace(told, text=worded)
            return told

        return replace(
            each,
            codes=codes,
            low=low,
            high=high,
            account=tell,
            several=several if several.any() and name in self._number_row else None,
            any_class=taken if taken.any() else None,
        )

    def _judged(self, alone: NDArray[np.bool_]) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the outcome of each thing, its badness, and whether its unknown class does not matter.

        The badness is added up over every way in which what is not answered yet may be answered.
        """
        rows = self._rows(alone)
        unknown = rows.codes[self._row[self._class]] < GIVEN
        expanded = np.concatenate(
            [np.flatnonzero(~unknown), np.repeat(np.flatnonzero(unknown), len(self._things.classes))]
        )
        columns = _FeatureAnswers(rows.codes[:, expanded], rows.low[:, expanded], rows.high[:, expanded])
        certain = int((~unknown).sum())
        columns.codes[self._row[self._class], certain:] = np.tile(self._things.classes, int(unknown.sum()))
        badness = np.zeros(len(self._site), dtype=np.int64)
        for words in self._completions():
            badness += _BADNESS[self._merged(self._with_words(columns, words), expanded)]
        outcome = self._merged(columns, expanded)
        # What may not be there, or not within reach, settles nothing by failing.
        outcome[~self._certain & (outcome != CONFORMS)] = UNDETERMINED
        return outcome, badness, unknown & (outcome != UNDETERMINED)

    def _merged(self, columns: _FeatureAnswers, expanded: Positions) -> NDArray[np.int8]:
        """Return the outcome of each thing from those of the classes it may have: what all of them come to, or undetermined."""
        found = _outcomes(self._program, columns.codes, columns.low, columns.high)[0]
        least, most = np.full(len(self._site), 127, dtype=np.int8), np.full(len(self._site), -1, dtype=np.int8)
        np.minimum.at(least, expanded, found)
        np.maximum.at(most, expanded, found)
        return np.where(least == most, least, UNDETERMINED).astype(np.int8)

    def _completions(self) -> list[Mapping[str, int]]:
        """Return every way in which the questions with words that no thing answers may be answered."""
        asked: list[Question] = [
            each
            for each in self._requirement.questions
            if each.id not in self._things.answers and each.id not in self._number_row
        ]
        words = [range(FIRST_CHOICE, FIRST_CHOICE + len(each.choices)) for each in asked]
        found: list[Mapping[str, int]] = [
            dict(zip((each.id for each in asked), codes, strict=True)) for codes in product(*words)
        ]
        return found if len(found) <= _MOST_COMPLETIONS else []

    def _with_words(self, columns: _FeatureAnswers, words: Mapping[str, int]) -> _FeatureAnswers:
        codes = columns.codes.copy()
        for name, code in words.items():
            row = codes[self._row[name]]
            row[row < GIVEN] = code
        return replace(columns, codes=codes)

    def _rows(self, alone: NDArray[np.bool_]) -> _FeatureAnswers:
        beside, site = self._beside, self._site
        codes = beside.codes[[beside.row[each.id] for each in self._questions]][:, site]
        rows = [beside.number_row[each.id] for each in self._questions if each.id in self._number_row]
        low = beside.numbers[rows][:, site]
        high = low.copy() if beside.upper is None else beside.upper[rows][:, site]
        for name, (measured, least, most) in self._values.items():
            said = self._answers.codes[self._answers.row[name]][site]
            insisted = np.zeros(self._sites, dtype=np.bool_)
            insisted[[at for at, asked in self._answers.reasons if asked == name]] = True
            taken = (measured != MISSING) & ~(insisted[site] & (said >= GIVEN))
            row = self._number_row.get(name)
            if row is not None:
                number = self._answers.numbers[self._answers.number_row[name]][site]
                inside = (said == GIVEN) & (least < most) & (least <= number) & (number <= most)
                taken &= ~(alone & inside)
                low[row, taken], high[row, taken] = least[taken], most[taken]
            codes[self._row[name], taken] = measured[taken]
            if name == self._class:
                codes[self._row[name], self._certain & self._denied[site] & ~taken] = MISSING
        return _FeatureAnswers(codes, low, high)
