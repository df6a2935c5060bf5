"""Points of a city by indicator: the user's own entries, their totals, and what they leave open.

Every number is an entry of the user; nothing is filled in. A missing score may be anything up to the maximum of its indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

from rba_audit.kla.point_ranges import ZERO, PointRange, total_of

ScoreColumn = Literal["outcome", "self", "target"]
SCORE_COLUMNS: Final[tuple[ScoreColumn, ...]] = get_args(ScoreColumn)
"""The columns of points: result of the last round, self-evaluation of this round, and target."""


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """The user's points of one indicator.

    Attributes:
        entered: The points by column; a column without an entry is absent.
        maximum: The most points that the user says the indicator gives; None if it is not entered.
    """

    indicator: str
    entered: Mapping[ScoreColumn, Decimal]
    maximum: Decimal | None = None

    def points(self, column: ScoreColumn) -> PointRange:
        """Return the points in a column; anything from 0 to the maximum if there is no entry."""
        value = self.entered.get(column)
        return PointRange(ZERO, self.maximum) if value is None else PointRange.exactly(value)

    def room(self, column: ScoreColumn) -> PointRange | None:
        """Return how many points the maximum leaves above a column; None without a maximum."""
        if self.maximum is None:
            return None
        points = self.points(column)
        high = self.maximum if points.high is None else points.high
        return PointRange(max(self.maximum - high, ZERO), max(self.maximum - points.low, ZERO))


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """The total of a column.

    Attributes:
        points: The sum; a range while entries are missing; None without any entry.
        missing: Ids of the indicators without an entry.
    """

    column: ScoreColumn
    points: PointRange | None
    missing: tuple[str, ...]


def indicator_scores(
    indicators: Sequence[str],
    columns: Mapping[ScoreColumn, Mapping[str, Decimal]],
    maxima: Mapping[str, Decimal],
) -> tuple[IndicatorScore, ...]:
    """Return the points of each indicator, in the order of `indicators`; entries of others are left out."""
    return tuple(
        IndicatorScore(
            indicator,
            {
                column: columns[column][indicator]
                for column in SCORE_COLUMNS
                if column in columns and indicator in columns[column]
            },
            maxima.get(indicator),
        )
        for indicator in indicators
    )


def column_total(scores: Sequence[IndicatorScore], column: ScoreColumn, most: Decimal | None = None) -> ColumnTotal:
    """Return the total of a column; what is unknown of it is at most `most`, the points of all indicators together."""
    missing = tuple(score.indicator for score in scores if column not in score.entered)
    if len(missing) == len(scores):
        return ColumnTotal(column, None, missing)
    return ColumnTotal(column, limited(total_of(score.points(column) for score in scores), most), missing)


def limited(points: PointRange, most: Decimal | None) -> PointRange:
    """Return a range whose upper end is at most `most`; what is surely more stays as it is."""
    if most is None or points.exact:
        return points
    high = most if points.high is None else min(points.high, most)
    return PointRange(points.low, max(high, points.low))


def base_column(scores: Sequence[IndicatorScore]) -> ScoreColumn | None:
    """Return the column from which changes are counted: the self-evaluation, else the last result; None without both."""
    columns: tuple[ScoreColumn, ...] = ("self", "outcome")
    return next((column for column in columns if any(column in score.entered for score in scores)), None)
