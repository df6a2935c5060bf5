"""Whether a surveyor's position can be that of the site: how well it is known, and on which side of a boundary it lies.

A doubtful position is taken only with a reason in words; how far it is from the known place is told, never judged.
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
"""A fix that is less exact than this may be in another street, and needs a reason."""
ASK_REASON_BEYOND_M: Final = 100
"""Farther than this beyond the outline of a site, and beyond what the accuracies of both explain, another place may be meant:
few play spaces are longer, and two of them are seldom nearer to each other. The phone asks, and the distance is told."""


def position_doubts(
    position: Mapping[str, Any], site: Site, context: Sequence[ContextFeature], policy: WhereaboutsPolicy
) -> Iterator[Message]:
    """Yield why a position cannot be taken without a reason.

    A point counts as outside an area only if neither its own accuracy nor that of the outline can explain it.
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
    home = boundaries.index_of_code(stated_code(site, policy=policy))
    if home is None:
        return
    own = boundaries.all[home]
    here = Point(position["lon"], position["lat"])
    if _apart_m(here, own.shape) <= accuracy_m + own.stated_m:
        return
    others = (each for each in boundaries.all if each.level == own.level and each.shape.covers(here))
    found = next((other.name for other in others), "")
    if found:
        yield say(
            "The position lies in {found}, and the site in {home}; correct the position or the site, or write why.",
            found=found,
            home=own.name,
        )
    else:
        yield say(
            "The position lies outside {home}, where the site is; correct the position or the site, or write why.",
            home=own.name,
        )


def distance_warning(position: Mapping[str, Any], site: Site) -> Message | None:
    """Return a sentence on how far a position is from where the site is known to be; None where it is not far."""
    found_m = far_m(position, site)
    if found_m is None:
        return None
    if position.get("sure"):
        return say(
            "The position is {distance} m from where the register has the site; the surveyor was asked and says that this is the place.",
            distance=format_number(found_m, 0),
        )
    return say("The position is {distance} m from where the register has the site.", distance=format_number(found_m, 0))


def far_m(position: Mapping[str, Any], site: Site) -> float | None:
    """Return how far a position is from the site, in metres, where it is so far that another place may be meant; else None."""
    found_m = distance_m(position, site)
    slack_m = allowed_m(site) + float(position.get("accuracy_m") or 0)
    return found_m if found_m is not None and found_m > slack_m else None


def allowed_m(site: Site | None = None) -> float:
    """Return how far from the known place of a site, or of one that is new, an exact position may be before it is asked about, in metres."""
    stated = None if site is None else site.facts.get(ACCURACY)
    return ASK_REASON_BEYOND_M + (property_accuracy_m(stated) or 0.0)


def distance_m(position: Mapping[str, Any], site: Site) -> float | None:
    """Return how far a position is from the site's known place, in metres (0 inside it); None where that is not known."""
    if site.shape is None:
        return None
    return _apart_m(Point(position["lon"], position["lat"]), site.shape)


def _apart_m(here: Point, there: BaseGeometry) -> float:
    """Return the distance from edge to edge in metres, 0 inside."""
    return float(apart_m(shape_array([here]), shape_array([there]))[0])
