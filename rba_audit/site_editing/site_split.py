"""Split a site: a new site gets a piece of its outline and the parts in it; the visits remain with the old site."""

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
"""Properties that the new site inherits."""


@dataclass(frozen=True, slots=True)
class SiteSplit:
    """Preview of a split.

    Attributes:
        piece: The geometry of the new site.
        rest: The geometry that remains with the old site.
        piece_m2: The area of the piece; None if it is not a polygon.
        rest_m2: The area of the rest; None if it is not a polygon.
        cut: Whether the drawn piece reached over the old outline and was clipped to it.
        inside: The parts that lie in the piece, by id.
        outside: The other parts, including those without a shape, by id.
    """

    piece: Mapping[str, Any]
    rest: Mapping[str, Any] | None
    piece_m2: float | None
    rest_m2: float | None
    cut: bool
    inside: Mapping[str, Mapping[str, Any]]
    outside: Mapping[str, Mapping[str, Any]]


def plan_split(register: Register, site_id: str, geometry: Mapping[str, Any] | None) -> SiteSplit:
    """Return the preview of taking a piece out of a site.

    A site with an area loses the piece from it; a site that is a point keeps its point.

    Raises:
        EvidenceError: the piece is invalid, lies outside the site, or leaves nothing of it.
    """
    document = register.site(site_id).feature
    piece = _shape(geometry)
    if piece is None:
        raise EvidenceError(say("Draw the piece that becomes a place of its own; its outline must not cross itself."))
    whole = _shape(document.get("geometry"))
    rest, cut = whole, False
    if whole is not None and whole.geom_type in _AREAS and piece.geom_type in _AREAS:
        clipped = _areas(whole.intersection(piece))
        if clipped is None:
            raise EvidenceError(
                say("The piece does not lie in this place; draw it inside the outline, or add a place.")
            )
        rest = _areas(whole.difference(piece))
        if rest is None:
            raise EvidenceError(say("Nothing of this place would be left; rename it instead."))
        cut, piece = not whole.covers(piece), clipped
    elif whole is not None and whole.geom_type in _AREAS and not whole.covers(piece):
        raise EvidenceError(say("The piece does not lie in this place; draw it inside the outline, or add a place."))
    parts = {id_of_part(part): part for part in register.parts_of(site_id)}
    inside = {id: part for id, part in parts.items() if _lies_in(part, piece)}
    drawn = geometry if piece.equals(_shape(geometry)) and not cut else _geojson(piece)
    return SiteSplit(
        piece=drawn or _geojson(piece),
        rest=document.get("geometry") if rest is whole or rest is None else _geojson(rest),
        piece_m2=_area(piece),
        rest_m2=_area(rest),
        cut=cut,
        inside=inside,
        outside={id: part for id, part in parts.items() if id not in inside},
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
    """Return the id of the new site, and the changes that make the split.

    Args:
        register: The register.
        site_id: The site that is split.
        name: The name of the new site.
        found: The preview that the planner saw.
        moving: The ids of the parts that move to the new site.
        context: Boundaries, from which the new site gets its kelurahan.
        policy: How codes of boundaries are read.

    Raises:
        EvidenceError: the name is empty.
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
    """Record the changes of a split.

    Raises:
        EvidenceError: no reason is given.
        Conflict: the site was changed since the revision `seen`.
    """
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})


def _shape(geometry: object) -> BaseGeometry | None:
    if not isinstance(geometry, Mapping):
        return None
    return shape_and_warning(
        {"type": "Feature", "id": "-", "properties": {"part_of": "-", "part": "-"}, "geometry": geometry}
    )[0]


def _areas(shape: BaseGeometry) -> BaseGeometry | None:
    """Return the polygons of a shape; None if there is none. Points and lines occur where two outlines only touch."""
    pieces = [polygon for polygon in shapely.get_parts(shape) if polygon.geom_type in _AREAS and not polygon.is_empty]
    if not pieces:
        return None
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)


def _lies_in(part: Mapping[str, Any], piece: BaseGeometry) -> bool:
    shape = _shape(part.get("geometry"))
    return shape is not None and piece.geom_type in _AREAS and bool(piece.covers(shape.representative_point()))


def _geojson(shape: BaseGeometry) -> dict[str, Any]:
    """Return a shape as a GeoJSON geometry with lists instead of tuples, as the JSON reader gives."""
    geometry = mapping(shapely.orient_polygons(shape) if shape.geom_type in _AREAS else shape)
    return {"type": geometry["type"], "coordinates": _lists(geometry["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(member) for member in value] if isinstance(value, tuple | list) else value


def _area(shape: BaseGeometry | None) -> float | None:
    return None if shape is None or shape.geom_type not in _AREAS else float(area_m2([shape])[0])
