"""Input of the drawing script for an outline and its parts: its messages, the kinds of parts, and the neighbouring sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import mapping

from rba_audit.layers import part_words
from rba_audit.messages import Message, say
from rba_audit.sites.part_kinds import part_drawings
from rba_audit.web.http.services import services

_NEAR_DEG: Final = 0.01
"""In degrees, about 1 km: how far from a site its neighbours are shown, so that outlines can be drawn to meet."""
_MOST: Final = 60
"""How many neighbours are shown."""


def drawing_given(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the JSON that the drawing script reads: messages, part kinds, stored outline, neighbours and initial bounds.

    `document` is the GeoJSON Feature of the site; None for a new one.
    """
    feature = document or {}
    id = str(feature.get("id") or "")
    geometry = feature.get("geometry")
    return {
        "words": drawing_words(),
        "kinds": [
            {"kind": kind, "title": str(part_words(kind)), "drawn": list(drawn)}
            for kind, drawn in sorted(part_drawings().items(), key=lambda item: str(part_words(item[0])))
        ],
        "site": id,
        "stored": geometry,
        **_around(id, geometry),
    }


def _around(id: str, geometry: object) -> dict[str, Any]:
    """Return the outlines near a site, nearest first, and the bounds of all other sites (west, south, east, north; degrees)."""
    source = services().findings().source
    located = [index for index, shape in enumerate(source.shapes) if shape is not None and source.ids[index] != id]
    shapes = np.array([source.shapes[index] for index in located], dtype=object)
    bounds = shapely.total_bounds(shapes).tolist() if located else None
    try:
        here = shapely.geometry.shape(geometry) if isinstance(geometry, dict) else None
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        here = None  # the form reports the error in its text
    if here is None or here.is_empty or not located:
        return {"neighbours": [], "bounds": bounds}
    west, south, east, north = here.bounds
    box = shapely.box(west - _NEAR_DEG, south - _NEAR_DEG, east + _NEAR_DEG, north + _NEAR_DEG)
    x, y = (west + east) / 2, (south + north) / 2
    near = [(shape, index) for shape, index in zip(shapes, located, strict=True) if shape.intersects(box)]
    distances = [np.hypot(shape.centroid.x - x, shape.centroid.y - y) for shape, _ in near]
    return {
        "neighbours": [
            {"name": source[index].name, "geometry": mapping(shape)}
            for shape, index in (near[rank] for rank in np.argsort(distances, kind="stable")[:_MOST])
        ],
        "bounds": bounds,
    }


def drawing_words() -> dict[str, str]:
    """Return the messages of the drawing script by name, in the current language; the script fills the placeholders."""
    messages = {
        "area": say("Draw the outline: tap each corner, then the first one again or “Finished”."),
        "hole": say("Draw what does not belong to it, such as a pond: tap each corner inside the outline."),
        "point": say("Tap where the place is."),
        "part_point": say("Tap where it stands: {part}."),
        "part_line": say("Tap along it: {part}. Then tap “Finished”."),
        "part_outline": say("Tap each corner of it: {part}. Then the first one again or “Finished”."),
        "edit": say("Drag a corner to move it; drag the small dot between two corners to add one."),
        "edit_point": say("Drag the point to move it."),
        "removing": say("Tap a corner to take it away."),
        "aim": say("Move the map with the arrow keys or a thumb; the cross says where. Shift moves it a little."),
        "held": say("This corner is held: move the map, then put it down."),
        "no_corner": say("There is no corner near the cross; move the map closer to one."),
        "cancelled": say("Cancelled; nothing was changed."),
        "undone": say("Undone."),
        "redone": say("Done again."),
        "taken": say("Drawn."),
        "too_few": say("That needs more corners."),
        "not_inside": say("A hole has to lie wholly inside the outline; it was not taken."),
        "no_outline": say("Draw the outline first."),
        "many": say("It has {count} corners, too many to move by hand here; change the text, or draw it anew."),
        "unfinished": say("Finish or cancel what you are drawing first."),
        "not_text": say("The text cannot be read ({fault}), so there is no drawing of it."),
        "few_fault": say("{where} has fewer than three corners."),
        "crosses_fault": say("{where} crosses or touches itself where the red ring is; move a corner."),
        "outside_fault": say("{where} does not lie wholly inside."),
        "touches_fault": say("{where} touches another hole along a line."),
        "overlap_fault": say("{where} lies over another area."),
        "where_outline": say("The outline"),
        "where_area": say("Area {area}"),
        "where_hole": say("{area}, hole {hole}"),
        "size": say("{area} m², {length} m around, {corners} corners"),
        "size_point": say("A point at {lat}, {lon}"),
        "size_line": say("{length} m"),
        "size_none": say("Not drawn yet."),
        "drawing_size": say("So far: {area} m², {length} m"),
        "was": say("Stored: {area} m²; now {change} m²."),
        "was_point": say("Stored: a point."),
        "was_same": say("As it is stored."),
        "delete": say("Remove"),
        "delete_it": say("Remove {what}"),
        "change": say("Change the corners of it"),
        "move_it": say("Move corners: {what}"),
        "kind": say("Kind of {what}"),
        "key_now": say("As drawn now"),
        "key_stored": say("As stored"),
        "key_parts": say("Parts"),
        "key_neighbours": say("Other places"),
        "zoom_in": say("Closer"),
        "zoom_out": say("Wider"),
        "part": say("{kind} {number}"),
        "point_name": say("The point"),
    }
    return {name: _with_braces(message) for name, message in messages.items()}


def _with_braces(message: Message) -> str:
    """Return a message in the current language with its placeholders unfilled."""
    names = re.findall(r"\{(\w+)\}", message.text)
    return str(Message(message.text, tuple((name, f"{{{name}}}") for name in names)))
