"""Recognise parts by their tags in a file of sites: an export of OpenStreetMap has swings and benches among the sites.

A feature inside a site becomes a part of it, known to exist; the list of parts does not become complete by it. A feature
in no site, or in several, is left out with a warning, unless it has a name: then it may be a site and stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry

from rba_audit.layers.layer_rules import rules_by_layer
from rba_audit.layers.property_words import is_blank
from rba_audit.layers.recognition import matching_rules
from rba_audit.messages import Message, say
from rba_audit.sites import FileProblem, Part, Sites
from rba_audit.sites.part_kinds import part_words
from rba_audit.standard.policies import LayerRule

_OF_A_PLACE: Final = ("kind", "typology", "scale", "leisure")
"""Properties that only a site has; the last is OpenStreetMap's key for play spaces and parks."""
_ALSO_DRAWN: Final = ("MultiPoint", "LineString", "MultiLineString")
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def with_tagged_parts(sites: Sites) -> Sites:
    """Return the sites with features that are parts by their tags moved to the parts; the same object if there are none."""
    by_tags = {at: rule for at in range(len(sites)) if (rule := _part_rule(sites.properties(at))) is not None}
    if not by_tags:
        return sites
    shapes = {at: _shape(sites, at) for at in by_tags}
    owners = _owners(sites, by_tags, shapes)
    left_out = [at for at in by_tags if at not in owners and is_blank(sites[at].stated_name)]
    gone = {*owners, *left_out}
    keep = np.array([at not in gone for at in range(len(sites))], dtype=np.bool_)
    parts = tuple(
        Part(sites.ids[at], sites.ids[owner], by_tags[at].part, sites.features[at], shapes[at], found=True)
        for at, owner in owners.items()
    )
    lost = {sites.ids[at] for at in gone}
    shown = [problem for problem in sites.problems if problem.site not in lost or problem.level == "refused"]
    problems = (
        *shown,
        *_part_warnings(sites, by_tags, owners),
        *(_outside(sites, at, by_tags[at].part) for at in left_out),
    )
    column = sites.shapes[keep]
    column.flags.writeable = False
    return replace(
        sites,
        ids=tuple(id for id, is_site in zip(sites.ids, keep.tolist(), strict=True) if is_site),
        features=tuple(feature for feature, is_site in zip(sites.features, keep.tolist(), strict=True) if is_site),
        shapes=column,
        parts=(*sites.parts, *parts),
        problems=problems,
    )


@cache
def _keys() -> frozenset[str]:
    return frozenset(key for rule in rules_by_layer().values() if rule.part for tags in rule.any_of for key in tags)


def _part_rule(properties: Mapping[str, Any]) -> LayerRule | None:
    """Return the rule of the layer of parts that a feature belongs to by its tags; None if it may be a site."""
    if _keys().isdisjoint(properties) or not all(is_blank(properties.get(key)) for key in _OF_A_PLACE):
        return None
    return next((rule for rule in matching_rules(properties) if rule.part), None)


def _shape(sites: Sites, at: int) -> BaseGeometry | None:
    """Return the shape of a feature, also of a type that no site has, such as a line."""
    shape: BaseGeometry | None = sites.shapes[at]
    geometry = sites.features[at].get("geometry")
    if shape is None and isinstance(geometry, Mapping) and geometry.get("type") in _ALSO_DRAWN:
        return shapely.geometry.shape(dict(geometry))
    return shape


def _owners(
    sites: Sites, by_tags: Mapping[int, LayerRule], shapes: Mapping[int, BaseGeometry | None]
) -> dict[int, int]:
    """Return by the index of each part that of the site it lies in; a part in two sites that are not nested has no owner."""
    outlines = sites.shapes.copy()
    outlines[~np.isin(shapely.get_type_id(outlines), _AREAS)] = None
    outlines[list(by_tags)] = None
    located = [at for at in by_tags if shapes[at] is not None]
    if not located:
        return {}
    column = np.empty(len(located), dtype=object)
    column[:] = [shapes[at] for at in located]
    which, owner = shapely.STRtree(outlines).query(column, predicate="intersects")
    around: dict[int, list[int]] = {}
    for one, outer in zip(which.tolist(), owner.tolist(), strict=True):
        around.setdefault(located[one], []).append(outer)
    innermost = {at: _innermost(outlines, outers) for at, outers in around.items()}
    return {at: outer for at, outer in innermost.items() if outer is not None}


def _innermost(outlines: np.ndarray[Any, np.dtype[np.object_]], candidates: list[int]) -> int | None:
    """Return the one site that all the others contain, such as a playground in a park; None if there is none."""
    inner = [
        index for index in candidates if all(shapely.covers(outlines[other], outlines[index]) for other in candidates)
    ]
    return inner[0] if len(inner) == 1 else None


def _part_warnings(sites: Sites, by_tags: Mapping[int, LayerRule], owners: Mapping[int, int]) -> list[FileProblem]:
    kinds: dict[int, Counter[str]] = {}
    for at, owner in owners.items():
        kinds.setdefault(owner, Counter())[by_tags[at].part] += 1
    return [
        _warning(
            sites.ids[owner],
            "parts-found",
            say(
                "what lies in it is taken for parts of it, and not for all there are: {kinds}",
                kinds=_PartKindCounts(counts),
            ),
            say("write “parts_complete” if these are all"),
        )
        for owner, counts in sorted(kinds.items())
    ]


def _outside(sites: Sites, at: int, kind: str) -> FileProblem:
    message = say(
        "a {part} by its tags, it lies in no one place of the file (outside all, or in several) and is left out",
        part=part_words(kind),
    )
    return _warning(
        sites.ids[at], "part-outside", message, say("draw the outline of its place, or give it a name if it is one")
    )


def _warning(site: str, rule: str, found: Message, remedy: Message) -> FileProblem:
    return FileProblem("warning", None, "", site, rule, found, remedy)


class _PartKindCounts:
    """Counts by kind of part, formatted in the language of the reader when they are shown."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def __str__(self) -> str:
        return ", ".join(f"{count} {part_words(kind)}" for kind, count in sorted(self._counts.items()))
