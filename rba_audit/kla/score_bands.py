"""Band of a total of points: exact at every published limit, and no band where none is published.

The published limits are whole numbers: a band begins one above the end of the band below it. A total between the two is in neither
band; nothing is rounded. A total of which only a range is known may be in several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from rba_audit.kla.point_ranges import ZERO, PointRange
from rba_audit.messages import BilingualText, Message, say
from rba_audit.standard.policies.kla_indicators import Band

BandWords = Message | BilingualText
UNKNOWN_BAND: Final = say("The band is not known.")


@dataclass(frozen=True, slots=True)
class BandStretch:
    """A stretch of totals: a band, or what lies below, between or above the bands.

    Attributes:
        band: The band; None if the stretch is in no band.
        below: The band under a stretch that is in none; None for a band and for what is below all bands.
        above: The band over a stretch that is in none; None for a band and for what is above all bands.
    """

    band: Band | None
    below: Band | None = None
    above: Band | None = None

    @property
    def words(self) -> BandWords:
        """The name of the band, or between which bands the stretch lies."""
        if self.band is not None:
            return self.band.words
        if self.below is None:
            return say("below {band}", band=self.above.words if self.above else "?")
        if self.above is None:
            return say("above {band}, as published", band=self.below.words)
        return say("between {below} and {above}, as published", below=self.below.words, above=self.above.words)


def _stretches(bands: Sequence[Band]) -> Iterator[tuple[Decimal | int, bool, Decimal | int | None, bool, BandStretch]]:
    """Yield each stretch from 0 up, as low, whether low is in it, high, whether high is in it, and its place."""
    ordered = sorted(bands, key=lambda band: band.low)
    yield ZERO, True, ordered[0].low, False, BandStretch(None, None, ordered[0])
    for lower, upper in pairwise(ordered):
        yield lower.low, True, lower.high, True, BandStretch(lower)
        yield lower.high, False, upper.low, False, BandStretch(None, lower, upper)
    last = ordered[-1]
    yield last.low, True, last.high, True, BandStretch(last)
    yield last.high, False, None, False, BandStretch(None, last, None)


def band_stretches(total: PointRange, bands: Sequence[Band]) -> tuple[BandStretch, ...]:
    """Return every stretch in which a total may lie, lowest first; without bands, none."""
    if not bands:
        return ()
    places = []
    for low, low_in, high, high_in, place in _stretches(bands):
        begins = total.high is None or low < total.high or (low_in and low == total.high)
        ends = high is None or high > total.low or (high_in and high == total.low)
        if begins and ends and (high is None or low < high or (low_in and high_in)):
            places.append(place)
    return tuple(places)


def next_band(total: PointRange, bands: Sequence[Band]) -> Band | None:
    """Return the lowest band that begins above what is sure of a total; None if there is none."""
    return min((band for band in bands if band.low > total.low), key=lambda band: band.low, default=None)


def points_to(band: Band, total: PointRange) -> PointRange:
    """Return how many points a total is short of a band; 0 where it may be in it already."""
    most = band.low - total.low
    least = ZERO if total.high is None else band.low - total.high
    return PointRange(max(least, ZERO), max(most, ZERO))


def stretch_words(places: Sequence[BandStretch]) -> BandWords:
    """Return the band of a total as a message: one, or from which to which."""
    if not places:
        return UNKNOWN_BAND
    if len(places) == 1:
        return places[0].words
    return say("from {lowest} to {highest}", lowest=places[0].words, highest=places[-1].words)
