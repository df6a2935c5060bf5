"""Changes that nominated sites and missing documents make to the points of a city, under the user's settings.

Without a setting there is no number. A site that passes adds points to one indicator, at most what play spaces give altogether and at
most up to the maximum of the indicator. A missing document puts points of its indicators at risk: delivering it adds nothing, it
keeps what the self-evaluation claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rba_audit.kla.city_score import IndicatorScore, ScoreColumn, limited
from rba_audit.kla.point_ranges import NOTHING, ZERO, PointRange, total_of


@dataclass(frozen=True, slots=True)
class RbraShare:
    """The user's settings of what play spaces give.

    Attributes:
        indicator: The indicator of which play spaces are a part.
        most: Points that play spaces give altogether; None if not entered.
        per_site: Points for each site that passes; None if not entered.
    """

    indicator: str
    most: Decimal | None = None
    per_site: Decimal | None = None

    @property
    def entered(self) -> bool:
        """Whether there is a setting from which a number follows."""
        return self.most is not None or self.per_site is not None

    def points_of(self, sites: int) -> PointRange:
        """Return what a number of sites that passed gives in all; from 0 to all of it while the points per site are unknown."""
        if sites == 0:
            return NOTHING
        if self.per_site is None:
            return PointRange(ZERO, self.most)
        points = self.per_site * sites
        return PointRange.exactly(points if self.most is None else min(points, self.most))

    def added(self, passed: int, more: int) -> PointRange | None:
        """Return what `more` sites add to those that `passed` already; None without a setting."""
        if not self.entered:
            return None
        if more == 0:
            return NOTHING
        after, before = self.points_of(passed + more), self.points_of(passed)
        if self.per_site is None or after.high is None or before.high is None:
            return PointRange(ZERO, self.most)
        return PointRange.exactly(after.low - before.low)


@dataclass(frozen=True, slots=True)
class DocumentRisk:
    """Documents of a kind that are missing or cannot count.

    Attributes:
        kind: The kind of document.
        count: How many of them.
        points: Points at risk for each of them, by indicator; None where the user set none.
    """

    kind: str
    count: int
    points: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Points of a city under the user's settings, in four cases.

    Attributes:
        column: The column from which changes are counted.
        base: The total as entered.
        each_site: What one more site adds that passes; None without a setting.
        all_sites: What all nominated sites add that have not passed yet; None without a setting.
        with_sites: The total if all of them pass; None without a setting.
        without_documents: The total if what is missing stays missing: anything from its low end; None if no document of a known
            risk is missing.
        by_document: For each kind of missing documents what they can cost at most; None where the user set nothing.
        not_set: How many of these kinds have an indicator without points at risk.
    """

    column: ScoreColumn
    base: PointRange
    each_site: PointRange | None
    all_sites: PointRange | None
    with_sites: PointRange | None
    without_documents: PointRange | None
    by_document: tuple[tuple[DocumentRisk, PointRange | None], ...]
    not_set: int
    share: RbraShare = field(repr=False)


def what_if(
    scores: Sequence[IndicatorScore],
    column: ScoreColumn,
    share: RbraShare,
    *,
    passed: int,
    nominated: int,
    missing: Sequence[DocumentRisk] = (),
    most: Decimal | None = None,
) -> WhatIf:
    """Return what nominated sites and missing documents change.

    Args:
        scores: The points by indicator.
        column: The column from which changes are counted.
        share: What play spaces give.
        passed: How many sites have passed already.
        nominated: How many other sites are nominated.
        missing: The documents that are missing or cannot count.
        most: Points of all indicators together.
    """
    base = {score.indicator: score.points(column) for score in scores}
    maxima = {score.indicator: score.maximum for score in scores}

    def with_added(more: int) -> PointRange | None:
        """Return the total if `more` sites pass."""
        added = share.added(passed, more)
        if added is None or share.indicator not in base:
            return None
        changed = _raised(base[share.indicator], added, maxima[share.indicator])
        return limited(total_of({**base, share.indicator: changed}.values()), most)

    def gain(more: int) -> PointRange | None:
        added = share.added(passed, more)
        if added is None or share.indicator not in base:
            return None
        return _within_room(added, next(score for score in scores if score.indicator == share.indicator), column)

    with_documents_lost = {indicator: _at_risk(base[indicator], missing, indicator) for indicator in base}
    counted = [risk for risk in missing if any(points is not None for points in risk.points.values())]
    return WhatIf(
        column=column,
        base=limited(total_of(base.values()), most),
        each_site=gain(1),
        all_sites=gain(nominated),
        with_sites=with_added(nominated),
        without_documents=limited(total_of(with_documents_lost.values()), most) if counted else None,
        by_document=tuple((risk, _risk_of(risk, base)) for risk in missing),
        not_set=sum(any(points is None for points in risk.points.values()) or not risk.points for risk in missing),
        share=share,
    )


def sites_needed(
    scores: Sequence[IndicatorScore],
    column: ScoreColumn,
    share: RbraShare,
    *,
    passed: int,
    nominated: int,
    target: Decimal,
    most: Decimal | None = None,
) -> int | None:
    """Return how many of the nominated sites have to pass so that a total is surely reached; None if all do not suffice."""
    for more in range(nominated + 1):
        total = what_if(scores, column, share, passed=passed, nominated=more, most=most)
        sure = total.base if more == 0 else total.with_sites
        if sure is not None and sure.low >= target:
            return more
    return None


def room_by_indicator(scores: Sequence[IndicatorScore], column: ScoreColumn) -> list[tuple[IndicatorScore, PointRange]]:
    """Return the indicators whose maximum surely leaves points above a column, most points first."""
    rooms = [(score, room) for score in scores if (room := score.room(column)) is not None and room.low > 0]
    return sorted(rooms, key=lambda pair: -pair[1].low)


def _raised(points: PointRange, added: PointRange, maximum: Decimal | None) -> PointRange:
    """Return points with others added, up to a maximum; points that are above it already stay."""
    raised = points + added
    if maximum is None:
        return raised
    high = maximum if raised.high is None else min(raised.high, maximum)
    low = max(min(raised.low, maximum), points.low)
    return PointRange(low, max(high, low, points.high or ZERO))


def _within_room(added: PointRange, score: IndicatorScore, column: ScoreColumn) -> PointRange:
    room = score.room(column)
    if room is None:
        return added
    high = room.high if added.high is None else min(added.high, room.high or ZERO)
    return PointRange(min(added.low, room.low), high)


def _at_risk(points: PointRange, missing: Iterable[DocumentRisk], indicator: str) -> PointRange:
    """Return the points of an indicator if missing documents stay missing: at worst without all that is at risk."""
    risks = [(risk.points[indicator], risk.count) for risk in missing if indicator in risk.points]
    known = sum((each * count for each, count in risks if each is not None), ZERO)
    low = ZERO if any(each is None for each, _ in risks) else max(points.low - known, ZERO)
    return PointRange(low, points.high)


def _risk_of(risk: DocumentRisk, base: Mapping[str, PointRange]) -> PointRange | None:
    """Return what a document can cost, from nothing to its points at risk, but no more than its indicators have."""
    if not any(points is not None for points in risk.points.values()):
        return None
    parts = [
        PointRange(ZERO, base[indicator].high if points is None else points * risk.count).at_most(base[indicator].high)
        for indicator, points in risk.points.items()
        if indicator in base
    ]
    return total_of(parts)
