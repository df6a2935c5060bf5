"""The document of a place and of its parts, as somebody drew or typed them: kept as they are, or refused; never repaired."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from rba_audit.errors import EvidenceError
from rba_audit.geometry import outline_faults
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.sites import site_of
from rba_audit.sites.features import check_feature
from rba_audit.sites.problems import InvalidFeature, ProblemLog
from rba_audit.sites.shapes import PLACES, WINDING
from rba_audit.sites.site import properties_of
from rba_audit.standard.policies import WhereaboutsPolicy
from rba_audit.strict_json import NotJson, read_json
from rba_audit.whereabouts import assign_boundary, boundaries_of

MOST_PARTS: Final = 500
"""Parts that one form may hold."""


def document_properties(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a document; none where it has none."""
    return dict(properties_of(document))


def read_geometry(text: str, before: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the geometry of a place that somebody drew, or wrote as GeoJSON; None where the text is empty.

    What a place has had `before` may stay as it is, also where it could not be drawn like that today.

    Raises:
        EvidenceError: it is no geometry that a place can have.
    """
    if not text.strip():
        return None
    try:
        found = read_json(text.encode())
    except NotJson:
        raise EvidenceError(
            say(
                "The outline is no GeoJSON; write a geometry such as {example}.",
                example='{"type": "Point", "coordinates": [106.15, -6.12]}',
            )
        ) from None
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if found is None:
        return None
    if not isinstance(found, dict) or found.get("type") not in PLACES:
        raise EvidenceError(say("A place is drawn as a point or an area; write a Point, a Polygon or a MultiPolygon."))
    shape_and_warning({"type": "Feature", "id": "-", "properties": {}, "geometry": found})
    faults = outline_faults(found) if found != before else []
    if faults:
        raise EvidenceError(faults[0])
    return found


def shape_and_warning(feature: Mapping[str, Any]) -> tuple[BaseGeometry | None, tuple[Message, ...]]:
    """Return the shape of a document, and a sentence for what is kept and not drawn or not understood.

    Raises:
        EvidenceError: it is no feature that a file may hold.
    """
    notes = ProblemLog()
    try:
        found = check_feature(feature, notes)
    except InvalidFeature as why:
        raise EvidenceError(say("{found}; {remedy}.", found=why.found, remedy=why.remedy)) from None
    told = [
        say("{found}; {remedy}.", found=each.found, remedy=each.remedy)
        for each in notes.problems
        if each.rule != WINDING  # how a ring is wound says nothing to who drew it
    ]
    return found.shape, tuple(told)


def not_drawn_reason(feature: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return why a place, or what of it, is kept and cannot be drawn or measured."""
    return shape_and_warning(feature)[1]


def read_parts(text: str, site_id: str) -> list[dict[str, Any]]:
    """Return the parts of a place that somebody wrote as a JSON list of features, each with an id and its place.

    Raises:
        EvidenceError: it is no such list.
    """
    try:
        found = read_json(text.encode()) if text.strip() else []
    except NotJson:
        raise EvidenceError(say("The parts are no JSON; write a list of GeoJSON features.")) from None
    if isinstance(found, dict) and isinstance(found.get("features"), list):
        found = found["features"]
    if not isinstance(found, list) or len(found) > MOST_PARTS:
        raise EvidenceError(say("The parts are a list of at most {most} GeoJSON features.", most=MOST_PARTS))
    ids: set[str] = set()
    parts = []
    for number, each in enumerate(found, start=1):
        if not isinstance(each, dict) or not isinstance(each.get("properties"), dict):
            raise EvidenceError(say("Part {number} is no GeoJSON feature with properties.", number=number))
        part = {**each, "properties": {**each["properties"], "part_of": site_id}}
        try:
            shape_and_warning(part)
        except EvidenceError as fault:
            raise EvidenceError(say("Part {number}: {why}", number=number, why=fault.message)) from None
        if not part["properties"].get("part"):
            raise EvidenceError(say("Part {number} does not say what it is; write its “part”.", number=number))
        id = str(part.get("id") or "")
        if id and id in ids:
            raise EvidenceError(say("Two parts have the id '{id}'; give each its own.", id=id))
        ids.add(id)
        parts.append(part)
    return parts


def with_kelurahan(
    document: Mapping[str, Any], context: Sequence[ContextFeature], *, policy: WhereaboutsPolicy | None = None
) -> dict[str, Any]:
    """Return a document with the kelurahan in which it lies, where the boundaries say so; what it said before gives way.

    Without a boundary around it, what it says stays.
    """
    feature = dict(document)
    shape, _told = shape_and_warning(feature)
    boundaries = boundaries_of(context, policy=policy)
    if shape is None or not boundaries:
        return feature
    code = site_of("", feature).kelurahan_code
    home = assign_boundary(shape, boundaries, code)
    if home is None or not home.boundary.code:
        return feature
    properties = document_properties(feature)
    if home.boundary.code != code:
        properties |= {"kelurahan_code": home.boundary.code, "kelurahan": home.boundary.name}
        properties.pop("kecamatan", None)
    return {**feature, "properties": properties}


def feature_of_proposal(
    told: Mapping[str, Any], context: Sequence[ContextFeature], *, policy: WhereaboutsPolicy | None = None
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Return the document of a place that was proposed, and what is told of its shape.

    Who proposed it, their walk and their note are no part of it.

    Raises:
        EvidenceError: its geometry is none.
    """
    properties: dict[str, Any] = {"name": told["name"].strip()}
    if told["kind"]:
        properties["kind"] = told["kind"]
    if told["accuracy_m"] is not None:
        properties["position_accuracy_m"] = told["accuracy_m"]
    feature = {"type": "Feature", "id": told["site"], "properties": properties, "geometry": told["geometry"]}
    _shape, remarks = shape_and_warning(feature)
    return with_kelurahan(feature, context, policy=policy), remarks


def same_json(one: object, other: object) -> bool:
    """Tell whether two JSON values say the same, however their members are ordered."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
