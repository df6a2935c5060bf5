"""What the page's drawing of an outline and its parts is given: its words, the kinds of parts, and what lies around."""

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
"""About a kilometre: whose outline a neighbour's may have to meet."""
_MOST: Final = 60


def drawing_given(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the script of a drawing reads: words, part kinds, the stored outline, neighbours, and where to begin.

    `document` is the Feature of the site; None where it is a new one.
    """
    feature = document or {}
    id = str(feature.get("id") or "")
    geometry = feature.get("geometry")
    return {
        "words": drawing_words(),
        "kinds": [
            {"kind": kind, "title": str(part_words(kind)), "drawn": list(drawn)}
            for kind, drawn in sorted(part_drawings().items(), key=lambda each: str(part_words(each[0])))
        ],
        "site": id,
        "stored": geometry,
        **_around(id, geometry),
    }


def _around(id: str, geometry: object) -> dict[str, Any]:
    """Return the outlines near a site, nearest first, and where all sites lie."""
    source = services().findings().source
    placed = [at for at, shape in enumerate(source.shapes) if shape is not None and source.ids[at] != id]
    shapes = np.array([source.shapes[at] for at in placed], dtype=object)
    bounds = shapely.total_bounds(shapes).tolist() if placed else None
    try:
        here = shapely.geometry.shape(geometry) if isinstance(geometry, dict) else None
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        here = None  # the text of the form says what is wrong with it
    if here is None or here.is_empty or not placed:
        return {"neighbours": [], "bounds": bounds}
    west, south, east, north = here.bounds
    box = shapely.box(west - _NEAR_DEG, south - _NEAR_DEG, east + _NEAR_DEG, north + _NEAR_DEG)
    x, y = (west + east) / 2, (south + north) / 2
    near = [(shape, at) for shape, at in zip(shapes, placed, strict=True) if shape.intersects(box)]
    far = [np.hypot(shape.centroid.x - x, shape.centroid.y - y) for shape, _ in near]
    return {
        "neighbours": [
            {"name": source[at].name, "geometry": mapping(shape)}
            for shape, at in (near[each] for each in np.argsort(far, kind="stable")[:_MOST])
        ],
        "bounds": bounds,
    }


def drawing_words() -> dict[str, str]:
    """Return every sentence that the drawing says while one works with it; the braces are filled in there."""
    told = {
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
    return {name: _with_braces(message) for name, message in told.items()}


def _with_braces(message: Message) -> str:
    """Return a sentence with its braces left open."""
    names = re.findall(r"\{(\w+)\}", message.text)
    return str(Message(message.text, tuple((name, f"{{{name}}}") for name in names)))
