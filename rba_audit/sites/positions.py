"""Convert lists of positions to arrays of longitude and latitude, with checks: numbers, in range, rings closed.

Strict: text is never read as a number, and no position is moved, added or removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.messages import Message, say
from rba_audit.sites.json_values import too_large
from rba_audit.sites.problems import InvalidFeature, ProblemLog, quote

XY = NDArray[np.float64]
Project = Callable[[XY], XY]

_LON, _LAT = 180.0, 90.0
_METRES: Final = 1000.0  # a larger ordinate is taken for an easting or northing in metres rather than for degrees
_KINDS: Final = {
    str: say("text"),
    bool: say("true or false"),
    type(None): say("null"),
    dict: say("an object"),
}


def position_array(positions: Sequence[Any], at: str, notes: ProblemLog, project: Project | None = None) -> XY:
    """Return positions as an (n, 2) array in degrees of longitude and latitude.

    Args:
        positions: A JSON array of positions.
        at: Path of that array below the feature.
        notes: Collects a warning for positions of more than three numbers.
        project: Converts the file's coordinates to longitude and latitude; None if they are.

    Raises:
        InvalidFeature: It is not an array of positions, or a position is out of range.
    """
    if not _is_array(positions):
        raise _nesting(positions, say("an array of positions"), at)
    if not set(map(type, positions)) <= {list, tuple}:
        index = next(i for i, item in enumerate(positions) if not _is_array(item))
        raise _nesting(positions[index], say("a position"), f"{at}[{index}]")
    lengths = set(map(len, positions))
    if lengths and min(lengths) < 2:
        index = next(i for i, item in enumerate(positions) if len(item) < 2)
        found = say("a position has fewer than two numbers")
        raise InvalidFeature("position-too-short", found, say("write longitude and latitude"), f"{at}[{index}]")
    if lengths and max(lengths) > 3:
        found = say("positions have more than three numbers")
        notes.warn("position-too-long", found, say("keep longitude, latitude and height"), at)
    if not set(map(type, chain.from_iterable(positions))) <= {int, float}:
        _refuse_ordinates(positions, at)
    try:
        xy = np.empty((len(positions), 2))
        xy[:, 0] = np.fromiter(map(itemgetter(0), positions), np.float64, len(positions))
        xy[:, 1] = np.fromiter(map(itemgetter(1), positions), np.float64, len(positions))
    except OverflowError:
        raise too_large(at) from None
    if not np.isfinite(xy).all():
        raise too_large(at)
    if project is not None:
        xy = project(xy)
    _refuse_out_of_range(xy, at)
    return xy


def ring_array(positions: Sequence[Any], at: str, notes: ProblemLog, project: Project | None = None) -> XY:
    """Return a linear ring as an array, as `position_array` does.

    Raises:
        InvalidFeature: It has fewer than four positions, does not close, or crosses the antimeridian.
    """
    xy = position_array(positions, at, notes, project)
    if len(xy) < 4:
        found = say("a ring has {count} positions", count=len(xy))
        raise InvalidFeature("ring-too-short", found, say("draw at least three corners and repeat the first"), at)
    if not (xy[0] == xy[-1]).all():
        found = say("a ring does not end where it begins")
        raise InvalidFeature("ring-not-closed", found, say("repeat its first position at its end"), at)
    if tuple(positions[0][2:]) != tuple(positions[-1][2:]):
        found = say("a ring ends at another height than it begins")
        notes.warn("ring-height-not-closed", found, say("repeat its first position at its end"), at)
    _refuse_antimeridian(xy, at)
    return xy


def line_array(positions: Sequence[Any], at: str, notes: ProblemLog, project: Project | None = None) -> XY:
    """Return a line as an array, as `position_array` does.

    Raises:
        InvalidFeature: It has fewer than two positions, or crosses the antimeridian.
    """
    xy = position_array(positions, at, notes, project)
    if len(xy) < 2:
        found = say("a line has fewer than two positions")
        raise InvalidFeature("line-too-short", found, say("draw it from one place to another"), at)
    _refuse_antimeridian(xy, at)
    return xy


def _is_array(value: object) -> bool:
    return isinstance(value, (list, tuple))


def array_of(value: Any, what: Message, at: str) -> Sequence[Any]:
    """Return `value` if it is a JSON array.

    Raises:
        InvalidFeature: It is not.
    """
    if not _is_array(value):
        raise _nesting(value, what, at)
    array: Sequence[Any] = value
    return array


def _nesting(value: object, expected: Message, at: str) -> InvalidFeature:
    found = say("“{value}” stands where {expected} should", value=quote(value), expected=expected)
    return InvalidFeature("coordinates-nesting", found, say("nest the coordinates as the geometry's type asks"), at)


def _refuse_ordinates(positions: Sequence[Sequence[Any]], at: str) -> None:
    for index, position in enumerate(positions):
        for ordinate in position:
            if _is_array(ordinate):
                raise _nesting(ordinate, say("a number"), f"{at}[{index}]")
            if isinstance(ordinate, bool) or not isinstance(ordinate, (int, float)):
                kind = _KINDS.get(type(ordinate), type(ordinate).__name__)
                found = say("“{value}” is {kind}, not a number", value=quote(ordinate), kind=kind)
                remedy = say("write coordinates as bare numbers, without quotes")
                raise InvalidFeature("coordinates-not-numbers", found, remedy, f"{at}[{index}]")


def _refuse_out_of_range(xy: XY, at: str) -> None:
    size = np.abs(xy)
    # Not "> limit": positions that PROJ could not convert are infinite or NaN, and must be refused too.
    inside = (size[:, 0] <= _LON) & (size[:, 1] <= _LAT)
    if inside.all():
        return
    index = int(np.argmin(inside))
    lon, lat = (float(value) for value in xy[index])
    found = say("longitude {lon}, latitude {lat} is no place on Earth", lon=lon, lat=lat)
    if (size[:, 1] <= _LON).all() and (size[:, 0] <= _LAT).all():
        remedy = say("write longitude before latitude, they look swapped")
    elif size[index].max() > _METRES:
        remedy = say("reproject to longitude and latitude (EPSG:4326), these look like metres")
    else:
        remedy = say("correct it: longitude is between -180 and 180, latitude between -90 and 90")
    raise InvalidFeature("position-out-of-range", found, remedy, f"{at}[{index}]")


def _refuse_antimeridian(xy: XY, at: str) -> None:
    if (np.abs(xy[1:, 0] - xy[:-1, 0]) > _LON).any():
        found = say("the outline crosses the antimeridian")
        remedy = say("cut it in two at longitude 180 (RFC 7946, section 3.1.9)")
        raise InvalidFeature("antimeridian", found, remedy, at)
