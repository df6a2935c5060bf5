"""Read documents of sites and parts that a user drew or typed; an invalid one is refused and never repaired."""

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
"""Limit of parts in one form."""


def document_properties(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a document; empty if it has none."""
    return dict(properties_of(document))


def read_geometry(text: str, before: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the geometry in a GeoJSON text of a user; None if the text is empty or the geometry is null.

    The geometry that a site had `before` is accepted unchanged even if it has problems for which a new one is refused.

    Raises:
        EvidenceError: it is not a geometry that a site can have.
    """
    if not text.strip():
        return None
    try:
        geometry = read_json(text.encode())
    except NotJson:
        raise EvidenceError(
            say(
                "The outline is no GeoJSON; write a geometry such as {example}.",
                example='{"type": "Point", "coordinates": [106.15, -6.12]}',
            )
        ) from None
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") not in PLACES:
        raise EvidenceError(say("A place is drawn as a point or an area; write a Point, a Polygon or a MultiPolygon."))
    shape_and_warning({"type": "Feature", "id": "-", "properties": {}, "geometry": geometry})
    faults = outline_faults(geometry) if geometry != before else []
    if faults:
        raise EvidenceError(faults[0])
    return geometry


def shape_and_warning(feature: Mapping[str, Any]) -> tuple[BaseGeometry | None, tuple[Message, ...]]:
    """Return the shape of a document, and a warning for each part of it that is stored but not drawn or not understood.

    Raises:
        EvidenceError: it is not a valid feature.
    """
    notes = ProblemLog()
    try:
        checked = check_feature(feature, notes)
    except InvalidFeature as why:
        raise EvidenceError(say("{found}; {remedy}.", found=why.found, remedy=why.remedy)) from None
    messages = [
        say("{found}; {remedy}.", found=problem.found, remedy=problem.remedy)
        for problem in notes.problems
        if problem.rule != WINDING  # the winding order of a ring means nothing to the user who drew it
    ]
    return checked.shape, tuple(messages)


def not_drawn_reason(feature: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return why a site, or a part of its geometry, is stored but cannot be drawn or measured."""
    return shape_and_warning(feature)[1]


def read_parts(text: str, site_id: str) -> list[dict[str, Any]]:
    """Return the parts of a site in a JSON text of a user (a list of features or a FeatureCollection), with `part_of` set.

    Raises:
        EvidenceError: it is not such a list, or a part is invalid.
    """
    try:
        features = read_json(text.encode()) if text.strip() else []
    except NotJson:
        raise EvidenceError(say("The parts are no JSON; write a list of GeoJSON features.")) from None
    if isinstance(features, dict) and isinstance(features.get("features"), list):
        features = features["features"]
    if not isinstance(features, list) or len(features) > MOST_PARTS:
        raise EvidenceError(say("The parts are a list of at most {most} GeoJSON features.", most=MOST_PARTS))
    ids: set[str] = set()
    parts = []
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise EvidenceError(say("Part {number} is no GeoJSON feature with properties.", number=number))
        part = {**feature, "properties": {**feature["properties"], "part_of": site_id}}
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
    """Return a document with the kelurahan of the boundary in which it lies; it replaces the stated one.

    Without a boundary around it, the document is unchanged.
    """
    feature = dict(document)
    shape, _told = shape_and_warning(feature)
    boundaries = boundaries_of(context, policy=policy)
    if shape is None or not boundaries:
        return feature
    code = site_of("", feature).kelurahan_code
    location = assign_boundary(shape, boundaries, code)
    if location is None or not location.boundary.code:
        return feature
    properties = document_properties(feature)
    if location.boundary.code != code:
        properties |= {"kelurahan_code": location.boundary.code, "kelurahan": location.boundary.name}
        properties.pop("kecamatan", None)
    return {**feature, "properties": properties}


def feature_of_proposal(
    proposal: Mapping[str, Any], context: Sequence[ContextFeature], *, policy: WhereaboutsPolicy | None = None
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Return the document of a proposed site, and the warnings about its shape.

    The proposer, their walk and their note are not part of it.

    Raises:
        EvidenceError: its geometry is invalid.
    """
    properties: dict[str, Any] = {"name": proposal["name"].strip()}
    if proposal["kind"]:
        properties["kind"] = proposal["kind"]
    if proposal["accuracy_m"] is not None:
        properties["position_accuracy_m"] = proposal["accuracy_m"]
    feature = {"type": "Feature", "id": proposal["site"], "properties": properties, "geometry": proposal["geometry"]}
    _shape, remarks = shape_and_warning(feature)
    return with_kelurahan(feature, context, policy=policy), remarks


def same_json(one: object, other: object) -> bool:
    """Return whether two JSON values are equal regardless of the order of members."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
