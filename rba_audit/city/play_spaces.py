"""Play spaces, their parts and their surroundings from the objects of a map extract.

Tags become facts of a place only where `osm.toml` says so; all of them are kept under `osm:`, where no question reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.city.areas import CityArea
from rba_audit.file_formats.osm_objects import OsmExtract, OsmObject
from rba_audit.geometry.degrees import widen_bounds
from rba_audit.layers import ContextFeature, matches_tags, recognized_features, rules_by_layer, with_tagged_parts
from rba_audit.sites import Sites, sites_from_features
from rba_audit.standard.policies import OsmPolicy, PlaySpaceRule, Policies, Tags

OSM: Final = "osm:"
"""Prefix of the properties that hold tags of a place; no question has it."""
DAY: Final = "osm:@day"
EDITED: Final = "osm:@edited"
CLASS: Final = "osm:@class"
FAULT: Final = "osm:@outline"
CREDIT: Final = "© OpenStreetMap contributors"
LICENCE: Final = "ODbL 1.0"
_NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class MapSource:
    """What the map says about a place.

    Attributes:
        rule: The rule by which it is a play space.
        item: The object, with its tags, the day of its last edit, and why it has no outline if it has none.
    """

    rule: PlaySpaceRule
    item: OsmObject


@dataclass(frozen=True, eq=False)
class City:
    """The play spaces of an extract in an area, and what lies around them.

    Attributes:
        day: Day of the data; empty if the extract states none.
        sites: The places with the parts drawn in them; their lists of parts are not taken for complete.
        context: Everything around them that a layer recognises.
        by_id: What the map says about each site.
        left_out: Places that nobody can audit, each with the tag that says so.
        not_located: Places with no position at all, which may lie outside the area; they are among the sites.
    """

    area: CityArea
    day: str
    sites: Sites
    context: tuple[ContextFeature, ...]
    by_id: Mapping[str, MapSource]
    left_out: tuple[tuple[OsmObject, str], ...]
    not_located: tuple[str, ...]


def place_name(city: City, index: int) -> str:
    """Return the name of a place; for a nameless one what it is drawn as, such as “Playground”."""
    site = city.sites[index]
    return site.name if site.named else str(city.by_id[site.id].rule.title)


def city_of_extract(extract: OsmExtract, area: CityArea, policies: Policies, source: str) -> City:
    """Return the play spaces of an extract in an area.

    Args:
        extract: The objects of the extract.
        area: The area; a place belongs to it if any of it lies there.
        policies: The rules files; `osm` and `coverage` are used.
        source: Name of the file, for messages.
    """
    shapes = _shapes(extract.objects)
    shapely.prepare(area.shape)
    inside = shapely.is_missing(shapes) | shapely.intersects(area.shape, shapes)
    places: dict[str, MapSource] = {}
    left_out = []
    for item, is_inside in zip(extract.objects, inside.tolist(), strict=True):
        rule = play_space_rule(item.tags, policies.osm) if is_inside else None
        if rule is None:
            continue
        closed = _closing_tag(item.tags, policies.osm.closed)
        if closed:
            left_out.append((item, closed))
        else:
            places[item.id] = MapSource(rule, item)
    is_part = _part_mask(extract.objects, shapes, places)
    features = [_site_feature(place, extract.day) for place in places.values()]
    features += [feature_of(item) for item, part in zip(extract.objects, is_part.tolist(), strict=True) if part]
    sites = with_tagged_parts(sites_from_features(features, source))
    near = _near(shapes, area.shape, policies.coverage.rule(None).farthest_m)
    context = [
        feature
        for at in np.flatnonzero(near & ~is_part).tolist()
        for feature in _context_of(extract.objects[at], shapes[at], source, extract.day)
        if extract.objects[at].geometry is not None
    ]
    return City(
        area,
        extract.day,
        sites,
        (*context, *(boundary for boundary in area.boundaries if boundary.id not in {each.id for each in context})),
        {id: places[id] for id in sites.ids if id in places},
        tuple(left_out),
        tuple(id for id, place in places.items() if place.item.geometry is None and place.item.at is None),
    )


def play_space_rule(tags: Mapping[str, str], policy: OsmPolicy) -> PlaySpaceRule | None:
    """Return the rule by which an object with these tags is a play space; None if it is none."""
    if tags.keys().isdisjoint(policy.keys):
        return None
    return next(
        (rule for rule in policy.play_spaces if any(matches_tags(tags, wanted) for wanted in rule.any_of)), None
    )


def feature_of(item: OsmObject) -> dict[str, Any]:
    """Return an object as a GeoJSON feature with its tags as they are."""
    return {"type": "Feature", "id": item.id, "properties": dict(item.tags), "geometry": item.geometry}


def _closing_tag(tags: Mapping[str, str], closed: Sequence[Tags]) -> str:
    """Return the tags by which a place is closed, as text; empty if it is not."""
    matching = next((wanted for wanted in closed if matches_tags(tags, wanted)), None)
    return "" if matching is None else " ".join(f"{key}={tags[key]}" for key in matching)


def _site_feature(place: MapSource, day: str) -> dict[str, Any]:
    item = place.item
    properties: dict[str, Any] = {_NAME: item.tags[_NAME]} if item.tags.get(_NAME, "").strip() else {}
    properties |= dict(place.rule.facts)
    properties |= {f"{OSM}{key}": value for key, value in item.tags.items()}
    properties |= {CLASS: place.rule.name}
    properties |= {DAY: day} if day else {}
    properties |= {EDITED: item.day} if item.day else {}
    geometry = _site_geometry(item)
    if item.fault is not None or geometry != item.geometry:
        properties[FAULT] = (
            str(item.fault) if item.fault is not None else item.geometry["type"] if item.geometry else ""
        )
    return {"type": "Feature", "id": item.id, "properties": properties, "geometry": geometry}


def _site_geometry(item: OsmObject) -> Mapping[str, Any] | None:
    """Return the geometry of a place: its outline or point; without one, a position that surely belongs to it."""
    if item.geometry is not None and item.geometry["type"] in ("Point", "Polygon", "MultiPolygon"):
        return item.geometry
    if item.geometry is not None:
        position = shapely.get_coordinates(shapely.geometry.shape(dict(item.geometry)))[0]
        return {"type": "Point", "coordinates": position.tolist()}
    return {"type": "Point", "coordinates": list(item.at)} if item.at is not None else None


def _shapes(objects: Sequence[OsmObject]) -> NDArray[np.object_]:
    """Return the shape of each object, or the position known of it; None if neither is known."""
    shapes = np.empty(len(objects), dtype=object)
    for index, item in enumerate(objects):
        if item.geometry is not None:
            shapes[index] = shapely.geometry.shape(dict(item.geometry))
        elif item.at is not None:
            shapes[index] = shapely.Point(item.at)
    return shapes


def _part_mask(
    objects: Sequence[OsmObject], shapes: NDArray[np.object_], places: Mapping[str, MapSource]
) -> NDArray[np.bool_]:
    """Return whether each object is a part by its tags and touches the outline of a place."""
    keys = {key for rule in rules_by_layer().values() if rule.part for tags in rule.any_of for key in tags}
    is_part = np.zeros(len(objects), dtype=np.bool_)
    outlines = shapes[[at for at, item in enumerate(objects) if item.id in places]]
    candidates = [
        at
        for at, item in enumerate(objects)
        if item.id not in places
        and item.geometry is not None
        and not keys.isdisjoint(item.tags)
        and "leisure" not in item.tags
        and any(rule.part for rule in _rules(item))
    ]
    if candidates and len(outlines):
        is_part[
            np.array(candidates)[np.unique(shapely.STRtree(outlines).query(shapes[candidates], "intersects")[0])]
        ] = True
    return is_part


def _rules(item: OsmObject) -> list[Any]:
    rules = rules_by_layer()
    return [rules[feature.layer] for feature in recognized_features(feature_of(item), item.id) if feature.layer]


def _near(shapes: NDArray[np.object_], area: BaseGeometry, metres: float) -> NDArray[np.bool_]:
    """Return whether each shape lies within the bounds of the area, widened by a distance in metres."""
    west, south, east, north = widen_bounds(np.array([area.bounds], dtype=np.float64), metres)[0]
    bounds = shapely.bounds(shapes)
    near: NDArray[np.bool_] = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    return near


def _context_of(item: OsmObject, shape: BaseGeometry, source: str, day: str) -> tuple[ContextFeature, ...]:
    """Return an object once for each layer that recognises it, with the credit that OpenStreetMap asks for.

    No layer of an extract counts as complete: what is not drawn may be there all the same.
    """
    recognized = recognized_features(feature_of(item), item.id, shape, source, day)
    return tuple(replace(feature, credit=f"{CREDIT}, {LICENCE}", of_broken_file=True) for feature in recognized)
