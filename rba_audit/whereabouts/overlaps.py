"""Sites on top of each other: overlapping outlines, points within an outline, points next to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import area_m2, pairs_within
from rba_audit.messages import Message, say
from rba_audit.sites.problems import quote
from rba_audit.whereabouts.doubt import Doubt, Metres
from rba_audit.whereabouts.site_locations import SiteLocations

Index = NDArray[np.intp]
_MOST: Final = 200
_CELL: Final = 0.001  # degrees: a hundred metres, where no town has hundreds of play spaces


class _Overlap(NamedTuple):
    """An overlap of one site with another; a larger `weight` is worse."""

    weight: tuple[int, float]
    other: int
    found: Message


def overlapping_sites(here: SiteLocations, first: Index) -> Iterator[Doubt]:
    """Yield a doubt for each site that lies on top of another, naming the worst and counting the rest.

    Args:
        here: The sites.
        first: Indices of the sites to compare: one of each group of sites with the same shape.
    """
    crowded = _crowded(here, first)
    for at in first[crowded].tolist():
        message = say("more than {count} sites lie within some hundred metres, so they are not compared", count=_MOST)
        yield Doubt(
            here.id(at), "on_top", message, say("keep one of them if they are one place, else correct their positions")
        )
    first = first[~crowded]
    shapes = here.shapes[first]
    one, other, metres = pairs_within(shapes, shapes, here.policy.near_m.value)
    once = one < other
    one, other, metres = first[one[once]], first[other[once]], metres[once]
    hits: dict[int, list[_Overlap]] = {}
    for a, b, weight, messages in (
        *_points(here, one, other, metres),
        *_within(here, one, other, metres),
        *_outlines(here, one, other, metres),
    ):
        hits.setdefault(a, []).append(_Overlap(weight, b, messages[a]))
        hits.setdefault(b, []).append(_Overlap(weight, a, messages[b]))
    for at, own in sorted(hits.items()):
        worst = max(own)
        message = worst.found
        if len(own) > 1:
            message = say("{found}, and on top of {count} more", found=message, count=len(own) - 1)
        remedy = say("keep one of them if they are one place, else correct their positions")
        yield Doubt(here.id(at), "on_top", message, remedy, (here.id(worst.other),))


def _crowded(here: SiteLocations, first: Index) -> NDArray[np.bool_]:
    """Return which sites lie in a grid cell with more than `_MOST` sites; comparing those pair by pair would take too long."""
    cells = np.floor(here.middles[first] / _CELL).astype(np.int64)
    _, cell, count = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    is_crowded: NDArray[np.bool_] = count[cell.reshape(-1)] > _MOST
    return is_crowded


_Overlaps = Iterator[tuple[int, int, tuple[int, float], Mapping[int, Message]]]


def _points(here: SiteLocations, one: Index, other: Index, metres: NDArray[np.float64]) -> _Overlaps:
    """Yield pairs of points no farther apart than the sum of their accuracies."""
    close = here.is_point[one] & here.is_point[other] & (metres <= here.known_to_m[one] + here.known_to_m[other])
    for a, b, apart in _triples(one, other, metres, close):
        yield (
            a,
            b,
            (0, -apart),
            {
                site: say(
                    "it lies {metres} m from “{other}” (positions {own} and {theirs})",
                    metres=Metres(apart),
                    other=quote(here.id(other_site)),
                    own=here.accuracy(site),
                    theirs=here.accuracy(other_site),
                )
                for site, other_site in ((a, b), (b, a))
            },
        )


def _within(here: SiteLocations, one: Index, other: Index, metres: NDArray[np.float64]) -> _Overlaps:
    """Yield pairs of a point and an outline that contains it."""
    inside = (here.is_point[one] != here.is_point[other]) & (metres == 0)
    for a, b, _apart in _triples(one, other, metres, inside):
        point, area = (a, b) if here.is_point[a] else (b, a)
        accuracy = here.accuracy(point)
        yield (
            a,
            b,
            (1, 0.0),
            {
                point: say(
                    "it lies within the outline of “{other}” (position {known})",
                    other=quote(here.id(area)),
                    known=accuracy,
                ),
                area: say(
                    "“{other}” lies within its outline (position {known})", other=quote(here.id(point)), known=accuracy
                ),
            },
        )


def _outlines(here: SiteLocations, one: Index, other: Index, metres: NDArray[np.float64]) -> _Overlaps:
    """Yield pairs of outlines that share more than `overlap_pct` percent of the smaller one, more than inexact drawing explains."""
    both = ~here.is_point[one] & ~here.is_point[other] & (metres == 0)
    one, other = one[both], other[both]
    shared = np.nan_to_num(area_m2(shapely.intersection(here.shapes[one], here.shapes[other])))
    smaller = np.minimum(area_m2(here.shapes[one]), area_m2(here.shapes[other]))
    percent = 100 * shared / smaller
    for a, b, share in _triples(one, other, percent, percent > here.policy.overlap_pct.value):
        yield (
            a,
            b,
            (2, share),
            {
                site: say(
                    "its outline and that of “{other}” share {percent} % of the smaller one (positions {own} and {theirs})",
                    other=quote(here.id(other_site)),
                    percent=Metres(share),
                    own=here.accuracy(site),
                    theirs=here.accuracy(other_site),
                )
                for site, other_site in ((a, b), (b, a))
            },
        )


def _triples(
    one: Index, other: Index, values: NDArray[np.float64], which: NDArray[np.bool_]
) -> Iterator[tuple[int, int, float]]:
    return zip(one[which].tolist(), other[which].tolist(), values[which].tolist(), strict=True)
