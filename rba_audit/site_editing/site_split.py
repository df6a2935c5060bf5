"""Splitting a place: a new one takes a piece of its outline, and the parts that lie in it; the visits stay with the old one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from rba_audit.errors import EvidenceError
from rba_audit.geometry import area_m2
from rba_audit.layers import ContextFeature
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.site_event_records import SiteChange, SiteRevision
from rba_audit.site_editing.lifecycle import new_site_id, required_reason
from rba_audit.site_editing.part_versions import id_of_part
from rba_audit.site_editing.site_documents import document_properties, shape_and_warning, with_kelurahan
from rba_audit.standard.policies import WhereaboutsPolicy

_AREAS: Final = ("Polygon", "MultiPolygon")
_INHERITED: Final = ("kind", "kelurahan_code", "kelurahan", "kecamatan", "manager", "position_accuracy_m", "outline")
"""What a piece of a place has in common with the whole."""


@dataclass(frozen=True, slots=True)
class SiteSplit:
    """What a split would do, to be looked at before it is done.

    Attributes:
        piece: The geometry of the new place.
        rest: The geometry that stays with the old one.
        piece_m2: The area of the piece; None where it has none.
        rest_m2: The area that stays; None where it has none.
        cut: Whether what was drawn reached over the old outline, and was cut at it.
        inside: The parts that lie in the piece, by id.
        outside: The parts that do not, or have no shape.
    """

    piece: Mapping[str, Any]
    rest: Mapping[str, Any] | None
    piece_m2: float | None
    rest_m2: float | None
    cut: bool
    inside: Mapping[str, Mapping[str, Any]]
    outside: Mapping[str, Mapping[str, Any]]


def plan_split(register: Register, site_id: str, geometry: Mapping[str, Any] | None) -> SiteSplit:
    """Return what it would mean to take a piece out of a place.

    A place that is drawn as an area gives what lies in it and keeps the rest; one that is a point keeps its point.

    Raises:
        EvidenceError: the piece cannot be drawn, lies elsewhere, or leaves nothing.
    """
    document = register.site(site_id).feature
    piece = _shape(geometry)
    if piece is None:
        raise EvidenceError(say("Draw the piece that becomes a place of its own; its outline must not cross itself."))
    whole = _shape(document.get("geometry"))
    rest, cut = whole, False
    if whole is not None and whole.geom_type in _AREAS and piece.geom_type in _AREAS:
        taken = _areas(whole.intersection(piece))
        if taken is None:
            raise EvidenceError(
                say("The piece does not lie in this place; draw it inside the outline, or add a place.")
            )
        rest = _areas(whole.difference(piece))
        if rest is None:
            raise EvidenceError(say("Nothing of this place would be left; rename it instead."))
        cut, piece = not whole.covers(piece), taken
    elif whole is not None and whole.geom_type in _AREAS and not whole.covers(piece):
        raise EvidenceError(say("The piece does not lie in this place; draw it inside the outline, or add a place."))
    parts = {id_of_part(each): each for each in register.parts_of(site_id)}
    inside = {id: each for id, each in parts.items() if _lies_in(each, piece)}
    drawn = geometry if piece.equals(_shape(geometry)) and not cut else _geojson(piece)
    return SiteSplit(
        piece=drawn or _geojson(piece),
        rest=document.get("geometry") if rest is whole or rest is None else _geojson(rest),
        piece_m2=_area(piece),
        rest_m2=_area(rest),
        cut=cut,
        inside=inside,
        outside={id: each for id, each in parts.items() if id not in inside},
    )


def split_steps(
    register: Register,
    site_id: str,
    name: str,
    found: SiteSplit,
    moving: Collection[str],
    context: Sequence[ContextFeature],
    *,
    policy: WhereaboutsPolicy | None = None,
) -> tuple[str, list[SiteChange]]:
    """Return the id of the new place, and what has to happen for it.

    Args:
        register: Where the place is.
        site_id: The place that is split.
        name: What the new one is called.
        found: What the planner saw.
        moving: The ids of the parts that go with it; others stay.
        context: Boundaries, by which the new place gets its kelurahan.
        policy: How codes of boundaries are read.

    Raises:
        EvidenceError: it has no name.
    """
    if not name.strip():
        raise EvidenceError(say("The name is missing; write what people call the place."))
    document = register.site(site_id).feature
    new = new_site_id(name)
    properties = {key: value for key, value in document_properties(document).items() if key in _INHERITED} | {
        "name": name.strip()
    }
    feature = with_kelurahan(
        {"type": "Feature", "id": new, "properties": properties, "geometry": found.piece}, context, policy=policy
    )
    parts = {**found.inside, **found.outside}
    smaller = {**document, "geometry": found.rest}
    steps = [
        SiteChange(new, "split_from", site_id, document=feature),
        SiteChange(site_id, "split", new, document=smaller if smaller != document else None),
        *(
            SiteChange(
                id,
                "changed",
                document={**parts[id], "properties": {**document_properties(parts[id]), "part_of": new}},
                part_of=new,
            )
            for id in sorted(moving)
            if id in parts
        ),
    ]
    return new, steps


def split_site(
    register: Register, site_id: str, steps: Sequence[SiteChange], by: str, reason: str, seen: SiteRevision
) -> bool:
    """Write a split that the planner saw."""
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})


def _shape(geometry: object) -> BaseGeometry | None:
    if not isinstance(geometry, Mapping):
        return None
    return shape_and_warning(
        {"type": "Feature", "id": "-", "properties": {"part_of": "-", "part": "-"}, "geometry": geometry}
    )[0]


def _areas(shape: BaseGeometry) -> BaseGeometry | None:
    """Return the areas of a shape; None where it has none. Points and lines are where two outlines only touch."""
    pieces = [each for each in shapely.get_parts(shape) if each.geom_type in _AREAS and not each.is_empty]
    if not pieces:
        return None
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)


def _lies_in(part: Mapping[str, Any], piece: BaseGeometry) -> bool:
    shape = _shape(part.get("geometry"))
    return shape is not None and piece.geom_type in _AREAS and bool(piece.covers(shape.representative_point()))


def _geojson(shape: BaseGeometry) -> dict[str, Any]:
    """Return a shape as GeoJSON, with lists as JSON reads them."""
    found = mapping(shapely.orient_polygons(shape) if shape.geom_type in _AREAS else shape)
    return {"type": found["type"], "coordinates": _lists(found["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(each) for each in value] if isinstance(value, tuple | list) else value


def _area(shape: BaseGeometry | None) -> float | None:
    return None if shape is None or shape.geom_type not in _AREAS else float(area_m2([shape])[0])
