"""Check a surveyor's position: its accuracy, and whether it lies in the site's administrative area.

A doubtful position is accepted only with a written reason. The distance from the site is reported and never rejects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shapely import Point
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import apart_m, shape_array
from rba_audit.layers import ContextFeature
from rba_audit.layers.property_words import ACCURACY, property_accuracy_m
from rba_audit.messages import Message, format_number, say
from rba_audit.sites import Site
from rba_audit.standard.policies import WhereaboutsPolicy
from rba_audit.whereabouts import boundaries_of, stated_code

COARSEST_M: Final = 100
"""A fix with a larger error may lie in another street, and needs a reason."""
ASK_REASON_BEYOND_M: Final = 100
"""Farther than this from the outline of a site, after both accuracies, the surveyor may be at another site: few play
spaces are longer, and two of them are seldom nearer to each other. The phone asks, and the distance is reported (ADR 0042)."""


def position_doubts(
    position: Mapping[str, Any], site: Site, context: Sequence[ContextFeature], policy: WhereaboutsPolicy
) -> Iterator[Message]:
    """Yield a message for each doubt about a position that has no written reason.

    A point counts as outside an area only if its distance exceeds its own accuracy plus that of the boundary.
    """
    if (position.get("reason") or "").strip():
        return
    accuracy_m = float(position.get("accuracy_m") or 0)
    if accuracy_m > COARSEST_M:
        yield say(
            "The position is known to {found} m only; wait for a better one, set the pin by hand, or write why.",
            found=format_number(accuracy_m, 0),
        )
    boundaries = boundaries_of(context, policy=policy)
    index = boundaries.index_of_code(stated_code(site, policy=policy))
    if index is None:
        return
    own = boundaries.all[index]
    point = Point(position["lon"], position["lat"])
    if _apart_m(point, own.shape) <= accuracy_m + own.stated_m:
        return
    others = (boundary for boundary in boundaries.all if boundary.level == own.level and boundary.shape.covers(point))
    other_area = next((other.name for other in others), "")
    if other_area:
        yield say(
            "The position lies in {found}, and the site in {home}; correct the position or the site, or write why.",
            found=other_area,
            home=own.name,
        )
    else:
        yield say(
            "The position lies outside {home}, where the site is; correct the position or the site, or write why.",
            home=own.name,
        )


def distance_warning(position: Mapping[str, Any], site: Site) -> Message | None:
    """Return a warning with the distance of a position from the site; None if it is not far (`far_m`)."""
    site_distance_m = far_m(position, site)
    if site_distance_m is None:
        return None
    if position.get("sure"):
        return say(
            "The position is {distance} m from where the register has the site; the surveyor was asked and says that this is the place.",
            distance=format_number(site_distance_m, 0),
        )
    return say(
        "The position is {distance} m from where the register has the site.", distance=format_number(site_distance_m, 0)
    )


def far_m(position: Mapping[str, Any], site: Site) -> float | None:
    """Return the distance of a position from the site in metres if it exceeds the allowed distance and its accuracy; else None."""
    site_distance_m = distance_m(position, site)
    slack_m = allowed_m(site) + float(position.get("accuracy_m") or 0)
    return site_distance_m if site_distance_m is not None and site_distance_m > slack_m else None


def allowed_m(site: Site | None = None) -> float:
    """Return the distance in metres that an exact position may have from the site before the phone asks; None: a new site."""
    stated = None if site is None else site.facts.get(ACCURACY)
    return ASK_REASON_BEYOND_M + (property_accuracy_m(stated) or 0.0)


def distance_m(position: Mapping[str, Any], site: Site) -> float | None:
    """Return the distance of a position from the site in metres (0 inside it); None if the site has no shape."""
    if site.shape is None:
        return None
    return _apart_m(Point(position["lon"], position["lat"]), site.shape)


def _apart_m(one: Point, other: BaseGeometry) -> float:
    """Return the distance between two shapes in metres; 0 if they intersect."""
    return float(apart_m(shape_array([one]), shape_array([other]))[0])
