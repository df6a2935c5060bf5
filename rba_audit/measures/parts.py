"""Parts of one kind at all sites, as columns: shapes in metres and the properties they state.

Parts that a file assigns to a site by id count as all of their kind, unless the site states that some are missing
(`parts_missing`). Parts from a map layer never count as all, unless the site states so (`parts_complete`). If the two
disagree, or a word is not understood, parts may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import project
from rba_audit.layers import Layer, first_number, first_text, radius_m, rules_by_layer, type_stated
from rba_audit.layers.property_words import (
    OUTLINE_KEY,
    PARTS_COMPLETE,
    PARTS_MISSING,
    illustrates,
    is_blank,
    part_list,
    property_by_name,
    yes_or_no,
)
from rba_audit.measures.crowding import crowded_sites
from rba_audit.sites import PART_KINDS, Part, Sites

PartStatements = Mapping[int, tuple[Any, Any]]
"""By index of the site, its values of `parts_complete` and `parts_missing`."""
_POINTS: Final = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)


@dataclass(frozen=True, eq=False)
class Parts:
    """All parts of one kind, grouped by site.

    Attributes:
        kind: The kind of part.
        features: Their GeoJSON features.
        ids: Their ids.
        site: Index of the site of each, ascending.
        shapes: Their shapes in metres about the point of their site.
        complete: For each site, whether these are all of the kind.
        gaps: For each site, whether there are or may be more: it states so, or one has no measurable shape.
        date: The newest day of the layer they come from.
        crowded: For each site, whether too many lie in one spot, so that none of them is measured.
    """

    kind: str
    features: tuple[Mapping[str, Any], ...]
    ids: tuple[str, ...]
    site: NDArray[np.intp]
    shapes: NDArray[np.object_]
    complete: NDArray[np.bool_]
    gaps: NDArray[np.bool_]
    date: str
    crowded: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def count(self) -> NDArray[np.intp]:
        """Number of parts at each site."""
        return np.bincount(self.site, minlength=len(self.complete))

    def at_site(self, site: int) -> range:
        """Return the indices of the parts of one site."""
        first, last = np.searchsorted(self.site, [site, site + 1])
        return range(int(first), int(last))

    def number(self, name: str) -> NDArray[np.float64]:
        """Return a number that each part states; NaN if it states none. The array is cached: do not modify it."""
        if name not in self._numbers:
            rule = rules_by_layer().get(self.kind)
            keys = rule.numbers.get(name, (name,)) if rule else (name,)
            numbers = (first_number(feature.get("properties") or {}, keys) for feature in self.features)
            self._numbers[name] = np.array([np.nan if value is None else value for value in numbers], dtype=np.float64)
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, NDArray[np.float64]]:
        return {}

    @cached_property
    def least_beyond_m(self) -> NDArray[np.float64]:
        """Least distance of the edge of each beyond the drawn shape, in metres: the stated radius of one drawn as a point."""
        return np.asarray(self._beyond[0])

    @cached_property
    def most_beyond_m(self) -> NDArray[np.float64]:
        """Greatest distance of the edge of each beyond the drawn shape, in metres; infinite for a point of unknown size."""
        return np.asarray(self._beyond[1])

    @cached_property
    def _beyond(self) -> NDArray[np.float64]:
        points = np.isin(shapely.get_type_id(self.shapes), _POINTS).tolist()
        radii = [
            radius_m(self.kind, feature.get("properties") or {}) if point else (0.0, 0.0)
            for feature, point in zip(self.features, points, strict=True)
        ]
        return np.array(radii, dtype=np.float64).reshape(-1, 2).T

    def text(self, name: str) -> list[str]:
        """Return a text that each part states; empty if it states none."""
        return [first_text(feature.get("properties") or {}, (name,)) for feature in self.features]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The type that each part states, translated to our words if the layer's rule knows it; empty if it states none."""
        rule = rules_by_layer().get(self.kind)
        if rule is None:
            return tuple(self.text("type"))
        return tuple(type_stated(rule, feature.get("properties") or {}) for feature in self.features)

    def holds(self, name: str) -> NDArray[np.int8]:
        """Return for each part 1 if its property `name` is yes, -1 if no, 0 if it is neither."""
        answers = (yes_or_no((feature.get("properties") or {}).get(name)) for feature in self.features)
        return np.array([0 if answer is None else 1 if answer else -1 for answer in answers], dtype=np.int8)

    def called(self, at: int) -> str:
        """Return the name (or type) and id of a part."""
        name = first_text(self.features[at].get("properties") or {}, ("name", "type"))
        return f"{name} [{self.ids[at]}]" if name else self.ids[at]


def parts_of_kind(
    kind: str,
    sites: Sites,
    index: Mapping[str, int],
    points: NDArray[np.float64],
    illustrative: NDArray[np.bool_],
    outlines: NDArray[np.object_],
    layer: Layer | None,
    statements: PartStatements,
) -> Parts:
    """Return the parts of one kind that the sites list, and those of a map layer within their outlines.

    `statements` are the values of `parts_complete` and `parts_missing` by site.
    """
    own = [
        (index[part.site], part)
        for part in sites.parts
        if part.kind == kind and _is_measured(part) and part.site in index and not illustrative[index[part.site]]
    ]
    given = np.zeros(len(sites), dtype=np.bool_)
    given[[at for at, _ in own]] = True
    lost = illustrative.copy()
    # A part of an unknown kind may be one of these.
    lost[
        [
            index[part.site]
            for part in sites.parts
            if part.site in index and (part.kind not in PART_KINDS or (part.kind == kind and not _is_measured(part)))
        ]
    ] = True
    if layer is not None and layer.doubtful:
        lost[shapely.STRtree(outlines).query(np.array(layer.doubtful), predicate="intersects")[1]] = True
    rows = own + _in_outlines(kind, outlines, layer, {part.id for _, part in own})
    rows.sort(key=lambda row: row[0])
    site = np.array([at for at, _ in rows], dtype=np.intp)
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [part.shape for _, part in rows]
    shapes = project(shapes, points[site]) if len(rows) else shapes
    dense = crowded_sites(site, shapes, len(sites))
    lost |= dense
    measured = np.flatnonzero(~dense[site])
    rows, site, shapes = [rows[at] for at in measured.tolist()], site[measured], shapes[measured]
    strangers = np.zeros(len(sites), dtype=np.bool_)
    strangers[[at for at, part in rows if part.site == "" or part.found]] = True
    return Parts(
        kind=kind,
        features=tuple(part.feature for _, part in rows),
        ids=tuple(part.id for _, part in rows),
        site=site,
        shapes=shapes,
        # A part without a valid shape, or with an illustrative one, exists but cannot be measured.
        complete=_complete(kind, statements, given & ~strangers) & ~lost,
        gaps=lost | _stated_missing(kind, statements, len(sites)),
        date=layer.date if layer is not None else "",
        crowded=dense,
    )


def _stated_missing(kind: str, statements: PartStatements, sites: int) -> NDArray[np.bool_]:
    """Return which sites state, or may state, that parts of a kind are missing from their list."""
    stated_missing = np.zeros(sites, dtype=np.bool_)
    for at, (complete, missing) in statements.items():
        lacking = part_list(missing)
        unlisted = not is_blank(complete) and not part_list(complete)
        stated_missing[at] = unlisted or (not is_blank(missing) and (lacking is None or kind in lacking))
    return stated_missing


def said_of_parts(sites: Sites, near: Mapping[str, str]) -> PartStatements:
    """Return the values of `parts_complete` and `parts_missing` of each site that states one.

    Args:
        sites: The sites.
        near: The protecting property by its variant key in the file. `parts_complete` is read only under its exact key; a
            variant of it counts as no, so that parts may be missing.
    """
    statements: dict[int, tuple[Any, Any]] = {}
    keys = {
        PARTS_COMPLETE,
        PARTS_MISSING,
        *(key for key, meant in near.items() if meant in (PARTS_COMPLETE, PARTS_MISSING)),
    }
    for at in range(len(sites)):
        properties = sites.properties(at)
        if keys.isdisjoint(properties):
            continue
        complete = properties.get(PARTS_COMPLETE)
        if is_blank(complete) and not is_blank(property_by_name(properties, PARTS_COMPLETE, near)):
            complete = False
        missing = property_by_name(properties, PARTS_MISSING, near)
        if not (is_blank(complete) and is_blank(missing)):
            statements[at] = (complete, missing)
    return statements


def _complete(kind: str, statements: PartStatements, given: NDArray[np.bool_]) -> NDArray[np.bool_]:
    is_complete = given.copy()
    for at, (complete, missing) in statements.items():
        if not is_blank(complete):
            listed = part_list(complete)
            if not listed:  # no, or a word is not understood
                is_complete[at] = False
            elif kind in listed:
                is_complete[at] = True
        if not is_blank(missing):
            lacking = part_list(missing)
            if lacking is None or kind in lacking:
                is_complete[at] = False
    return is_complete


def _is_measured(part: Part) -> bool:
    return part.shape is not None and illustrates((part.feature.get("properties") or {}).get(OUTLINE_KEY)) is False


def _in_outlines(
    kind: str, outlines: NDArray[np.object_], layer: Layer | None, listed_ids: set[str]
) -> list[tuple[int, Part]]:
    """Return the parts of a map layer within the outlines, by site; one in two outlines belongs to neither."""
    if layer is None or layer.rule.part != kind:
        return []
    features = [feature for feature in layer.places if feature.id not in listed_ids]
    if not features:
        return []
    shapes = np.empty(len(features), dtype=object)
    shapes[:] = [feature.shape for feature in features]
    tree = shapely.STRtree(outlines)
    which, at = tree.query(shapes, predicate="intersects")
    alone = np.bincount(which, minlength=len(features))[which] == 1
    return [
        (int(site), Part(features[index].id, "", kind, features[index].feature, features[index].shape))
        for index, site in zip(which[alone].tolist(), at[alone].tolist(), strict=True)
    ]
