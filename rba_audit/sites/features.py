"""Check one Feature against RFC 7946 (type, id, properties, geometry), and decide whether it is a site or a part.

A feature is not changed, except for reprojection; an error in it does not affect other features.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from shapely.geometry.base import BaseGeometry

from rba_audit.messages import say
from rba_audit.sites.bbox import warn_of_bbox
from rba_audit.sites.collection import PART_KINDS
from rba_audit.sites.format_detection import GEOMETRY_TYPES, type_hint
from rba_audit.sites.json_values import refuse_unusable
from rba_audit.sites.part_kinds import part_kind
from rba_audit.sites.positions import Project
from rba_audit.sites.problems import InvalidFeature, ProblemLog, quote
from rba_audit.sites.reference_systems import projection_of, reproject
from rba_audit.sites.shapes import MOST_AROUND, MOST_OF_PLACE, PLACES, shape_of

ID_PROPERTIES: Final = ("id", "kode", "@id")
"""Properties that hold the id of a feature without a member `id`, the first one that has a value."""
_MOST_PROPERTIES: Final = 10_000  # of one feature: the widest form has some hundreds
_LARGEST_ID: Final = 1e300  # excludes infinity, and integers that are too long to be written
_FORBIDDEN: Final = ("coordinates", "geometries", "features")


class ValidFeature(NamedTuple):
    """A feature that passed the checks.

    Attributes:
        id: Its id; a hash of the feature if it states none.
        named: Whether the feature states its id.
        part_of: The id of the site that it is a part of; None for a site.
        kind: The kind of part; empty for a site.
        document: The feature, unchanged unless it was reprojected.
        shape: Its shape, or None.
    """

    id: str
    named: bool
    part_of: str | None
    kind: str
    document: dict[str, Any]
    shape: BaseGeometry | None


def check_feature(
    feature: object, notes: ProblemLog, project: Project | None = None, *, lines: bool = False
) -> ValidFeature:
    """Return a feature that passes the checks.

    Args:
        feature: A decoded element of `features`.
        notes: Collects the warnings; it must be at this feature, and its `site` is set to the feature's id.
        project: The reprojection that the collection's `crs` requires, if any.
        lines: Whether a site may also be a line.

    Raises:
        InvalidFeature: RFC 7946 forbids its content, or its id is unusable.
    """
    if not isinstance(feature, (dict, Mapping)):
        found = say("“{value}” stands where a feature should", value=quote(feature))
        raise InvalidFeature("feature-not-object", found, say("remove it or write a Feature"))
    geometry = feature.get("geometry")
    coordinates = geometry.get("coordinates") if isinstance(geometry, (dict, Mapping)) else None
    refuse_unusable(feature, skipped=coordinates)
    _refuse_type(feature)
    properties = _properties(feature)
    own_id = _own_id(feature, properties)
    notes.site = own_id
    if "properties" not in feature:
        found = say("the feature has no member “properties”")
        notes.warn("properties-missing", found, say("write null if it has none"))
    part_of = _id_text(properties.get("part_of"), ".properties.part_of")
    for member in _FORBIDDEN:
        if member in feature:
            found = say("a feature has a member “{member}”", member=member)
            remedy = say("put it into the geometry or remove it")
            raise InvalidFeature("member-not-allowed", found, remedy, f".{member}")
    warn_of_bbox(feature, notes)
    document = feature if isinstance(feature, dict) else dict(feature)
    for holder in (feature, geometry):
        if isinstance(holder, (dict, Mapping)) and "crs" in holder:
            project = projection_of(holder, notes)
    shape = _shape(
        feature, notes, project, site=part_of is None and not lines, most=MOST_AROUND if lines else MOST_OF_PLACE
    )
    if project is not None:
        document = reproject(document, project)
    _warn_of_id(feature, own_id, notes, needed=part_of is None)
    kind = _kind(properties, part_of, notes)
    return ValidFeature(own_id or hashed_id(feature), own_id is not None, part_of, kind, document, shape)


def hashed_id(feature: Mapping[str, Any]) -> str:
    """Return an id for a feature that states none: a hash of its content that does not depend on white space or key order."""
    text = json.dumps(feature, sort_keys=True, separators=(",", ":"), default=dict)
    return f"sha-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def lenient_id(feature: object) -> str | None:
    """Return the id of a feature that may be invalid otherwise; None if it has no usable one."""
    if not isinstance(feature, Mapping):
        return None
    properties = feature.get("properties")
    try:
        return _own_id(feature, properties if isinstance(properties, Mapping) else {})
    except InvalidFeature:
        return None


def _refuse_type(feature: Mapping[str, Any]) -> None:
    if "type" not in feature:
        found = say("the feature has no member “type”")
        raise InvalidFeature("type-missing", found, say("write “type”: “Feature” into it"))
    kind = feature["type"]
    if kind == "FeatureCollection":
        found = say("a FeatureCollection stands inside another")
        raise InvalidFeature("nested-features", found, say("move its features to the outer one"))
    if kind in GEOMETRY_TYPES:
        found = say("a bare {type} stands where a feature should", type=kind)
        raise InvalidFeature("type-unknown", found, say("put it into a Feature as its geometry"), ".type")
    if kind != "Feature":
        found = say("“{type}” is not the type of a feature", type=quote(kind))
        raise InvalidFeature("type-unknown", found, type_hint(kind, ("Feature",), say("write “Feature”")), ".type")


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, (dict, Mapping)):
        found = say("the properties are “{value}”, not an object", value=quote(properties))
        raise InvalidFeature("properties-not-object", found, say("write an object, or null"), ".properties")
    if len(properties) > _MOST_PROPERTIES:
        found = say("the feature has more than {count} properties", count=_MOST_PROPERTIES)
        raise InvalidFeature("too-many-properties", found, say("keep those that are asked for"), ".properties")
    return properties


def _own_id(feature: Mapping[str, Any], properties: Mapping[str, Any]) -> str | None:
    own = _id_text(feature.get("id"), ".id")
    for name in ID_PROPERTIES:
        if own is None:
            own = _id_text(properties.get(name), f".properties.{name}")
    return own


def _id_text(value: object, at: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _LARGEST_ID:
        found = say("the id is “{value}”, neither text nor a usable number", value=quote(value))
        raise InvalidFeature("id-type", found, say("write it as text"), at)
    # JSON has a single type of number, so programs may write 1, 1.0 or 1e0 for the same id.
    return str(int(value)) if value == int(value) else repr(float(value))


def _warn_of_id(feature: Mapping[str, Any], own_id: str | None, notes: ProblemLog, *, needed: bool) -> None:
    if "id" in feature and feature["id"] is None:
        notes.warn("id-null", say("the id is null"), say("write text or a number, or leave it out"), ".id")
    if own_id is None and needed:
        found = say("the feature has no id, a hash of it serves, and changes with it")
        notes.warn("id-missing", found, say("give it an id that stays"))
    if own_id is not None and own_id != own_id.strip():
        found = say("the id begins or ends with a space")
        notes.warn("id-spaces", found, say("remove the space, in answers and parts too"))


def _shape(
    feature: Mapping[str, Any], notes: ProblemLog, project: Project | None, *, site: bool, most: int
) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    if "geometry" not in feature:
        found = say("the feature has no member “geometry”")
        notes.warn("geometry-missing", found, say("write null while it is not located"))
    if geometry is None:
        return None
    shape = shape_of(geometry, notes, ".geometry", project, most)
    if site and geometry["type"] not in PLACES and shape is not None:
        found = say("the shape is a {type}", type=geometry["type"])
        remedy = say("draw it as a point or an area; until then it is listed, not drawn and not measured")
        notes.warn("shape-set-aside", found, remedy, ".geometry")
        return None
    return shape


def _kind(properties: Mapping[str, Any], part_of: str | None, notes: ProblemLog) -> str:
    stated = properties.get("part")
    kind = part_kind(stated) if isinstance(stated, str) else None
    if part_of is None:
        if kind is not None:
            found = say("a {part} has no “part_of”, and is taken for a site", part=kind)
            notes.warn("part-without-site", found, say("write the id of its site"), ".properties.part_of")
        return ""
    if kind is None:
        found = say(
            "“{part}” is not a known part of a site, so parts of any kind may be missing there", part=quote(stated)
        )
        known = ", ".join(PART_KINDS)
        notes.warn("part-kind", found, say("write one of {kinds}", kinds=known), ".properties.part")
        return stated if isinstance(stated, str) else ""
    return kind
