"""Sites outside the area of their code, and sites whose coordinates are exchanged or have the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import apart_m, find_nearest
from rba_audit.messages import Message, say
from rba_audit.standard.policies import BoundingBox
from rba_audit.whereabouts.boundaries import Boundaries, assign_boundary
from rba_audit.whereabouts.doubt import Doubt, Metres
from rba_audit.whereabouts.site_locations import SiteLocations

Pairs = NDArray[np.float64]


def outside_kelurahan(here: SiteLocations, boundaries: Boundaries) -> Iterator[Doubt]:
    """Yield a doubt for each site that lies outside the area of its code, by more than its own accuracy plus that of the outline."""
    home_of = {code: boundaries.index_of_code(code) for code in set(here.codes) if code}
    homes = np.array([-1 if (home := home_of.get(code)) is None else home for code in here.codes], dtype=np.intp)
    rows = np.flatnonzero(homes >= 0)
    rows = rows[~shapely.intersects(boundaries.shapes[homes[rows]], here.shapes[rows])]
    slack = here.known_to_m[rows] + boundaries.known_to_m[homes[rows]]
    distance = apart_m(here.shapes[rows], boundaries.shapes[homes[rows]])
    for at, metres in zip(rows[distance > slack].tolist(), distance[distance > slack].tolist(), strict=True):
        home = boundaries.all[homes[at]]
        assigned = assign_boundary(here.shapes[at], boundaries, here.codes[at])
        params = {
            "metres": Metres(metres),
            "home": home.words,
            "position": here.accuracy(at),
            "boundary": home.accuracy,
        }
        message = (
            say(
                "it lies in {there}, {metres} m outside {home} where it is said to be (position {position}, boundary {boundary})",
                there=assigned.boundary.words,
                **params,
            )
            if assigned
            else say(
                "it lies in no area that is known, {metres} m outside {home} where it is said to be (position {position}, boundary {boundary})",
                **params,
            )
        )
        yield Doubt(here.id(at), "outside_kelurahan", message, say("correct its position or its kelurahan_code"))


class _AxisError(NamedTuple):
    """A common error in the order or the signs of coordinates."""

    rule: str
    found: Message
    remedy: Message

    def turned(self, pairs: Pairs) -> Pairs:
        """Return coordinates with the error undone."""
        match self.rule:
            case "swapped_axes":
                return pairs[:, ::-1]
            case "latitude_sign":
                return pairs * (1, -1)
        return pairs * (-1, 1)


_TURNS: Final = (
    _AxisError(
        "swapped_axes",
        say("longitude {lon} and latitude {lat} are outside {all}, and exchanged they are in {there}"),
        say("write longitude before latitude"),
    ),
    _AxisError(
        "latitude_sign",
        say("longitude {lon} and latitude {lat} are outside {all}, and with the other sign of latitude in {there}"),
        say("write southern latitudes with a minus and northern ones without"),
    ),
    _AxisError(
        "longitude_sign",
        say("longitude {lon} and latitude {lat} are outside {all}, and with the other sign of longitude in {there}"),
        say("write eastern longitudes without a minus and western ones with it"),
    ),
)


def wrong_axes(here: SiteLocations, boundaries: Boundaries) -> Iterator[tuple[int, Doubt]]:
    """Yield an index and a doubt for each site outside all boundaries that lies inside once its coordinates are corrected.

    Without boundaries the bounding box of the policy serves instead, if enough of the other sites lie in it.
    """
    everything = say("every area that is known") if boundaries else here.policy.box.name
    lost = _outside_all(here, boundaries) if boundaries else _outside_box(here)
    for turn in _TURNS:
        left = []
        for at, shape in zip(lost.tolist(), shapely.transform(here.shapes[lost], turn.turned), strict=True):
            area_name = _inside(shape, boundaries, here.codes[at])
            if area_name is None:
                left.append(at)
                continue
            lon, lat = (f"{degrees:.5f}".rstrip("0").rstrip(".") for degrees in here.cited(at))
            params = (("lon", lon), ("lat", lat), ("all", everything), ("there", area_name))
            yield at, Doubt(here.id(at), turn.rule, Message(turn.found.text, params), turn.remedy)
        lost = np.array(left, dtype=np.intp)


def _outside_all(here: SiteLocations, boundaries: Boundaries) -> NDArray[np.intp]:
    """Return the indices of the sites outside every boundary by more than its accuracy plus their own."""
    inside = np.zeros(len(here), dtype=bool)
    inside[boundaries.tree.query(here.shapes, predicate="intersects")[0]] = True
    lost = np.flatnonzero(~inside)
    if not lost.size:
        return lost
    slack = here.known_to_m[lost] + boundaries.known_to_m.max()
    closest = find_nearest(here.shapes[lost], boundaries.shapes, float(slack.max())).distance_m
    beyond: NDArray[np.intp] = lost[~(closest <= slack)]  # also if no boundary is within reach (NaN)
    return beyond


def _outside_box(here: SiteLocations) -> NDArray[np.intp]:
    """Return the indices of the sites outside the box, if at least `others_pct` percent of the other sites lie inside."""
    inside = shapely.intersects(_polygon(here.policy.box), here.shapes)
    others = (inside.sum() - inside) / max(len(here) - 1, 1)
    enough = others * 100 >= here.policy.others_pct.value
    return np.flatnonzero(~inside & enough & (len(here) > 1))


def _inside(shape: BaseGeometry, boundaries: Boundaries, code: str) -> object:
    """Return the name of the area a corrected shape lies in; None if it lies in no area, or outside that of its code."""
    if not boundaries:
        box = boundaries.policy.box
        return box.name if shapely.intersects(_polygon(box), shape) else None
    home = boundaries.index_of_code(code) if code else None
    assigned = assign_boundary(shape, boundaries, code)
    if assigned is None or (home is not None and not shapely.intersects(boundaries.shapes[home], shape)):
        return None
    return assigned.boundary.words


def _polygon(box: BoundingBox) -> BaseGeometry:
    return shapely.box(box.west, box.south, box.east, box.north)
