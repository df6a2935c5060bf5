"""Query of the coverage page, and the cached coverage and map for it.

Unknown query parameters fall back to defaults; parsing never raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
import shapely.geometry
from flask import url_for

from rba_audit.coverage import (
    COUNTING,
    AreaRow,
    Counting,
    Coverage,
    area_rows,
    compute_coverage,
    features,
    service_order,
)
from rba_audit.findings import Findings
from rba_audit.geometry import project, unproject
from rba_audit.layers import layers_of
from rba_audit.maps import AreaFigure, ComplianceMap, coverage_map
from rba_audit.messages import Message, language, say
from rba_audit.web.http.services import reader_key, services

EVERYTHING: Final = "everything"
_BOUNDARY: Final = "boundary"
_LAYERS: Final = (_BOUNDARY, "street", "population")
_MEASURES: Final[tuple[AreaFigure, ...]] = ("number", "share")
_GAP_M: Final = 20.0


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """Query of the coverage page; an empty string or None asks for the default.

    Attributes:
        rule: Name of the reach rule.
        counting: Which sites count, by their status.
        level: Name of the level whose areas are shown.
        show: The figure that the map shows.
        all: Whether the table shows every area.
    """

    rule: str
    counting: Counting
    level: str = ""
    show: AreaFigure | None = None
    all: bool = False

    def query(self, **changes: object) -> dict[str, str]:
        """Return the parameters of the address for this query, with some fields changed; defaults are omitted."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        texts = {
            "rule": changed.rule if changed.rule != services().policies.coverage.default else "",
            "count": changed.counting if changed.counting != "standard" else "",
            "level": changed.level,
            "show": changed.show or "",
            "all": "1" if changed.all else "",
        }
        return {key: text for key, text in texts.items() if text}


def read_coverage_query(parameters: Mapping[str, str]) -> CoverageQuery:
    """Parse the parameters of an address; an unknown value becomes the default."""
    rule_name, counting, show = parameters.get("rule", ""), parameters.get("count", ""), parameters.get("show", "")
    policy = services().policies.coverage
    level_names = {level.name for level in policy.levels}
    return CoverageQuery(
        rule=rule_name if rule_name in {rule.name for rule in policy.choices} else policy.default,
        counting=next((name for name in COUNTING if name == counting), "standard"),
        level=parameters.get("level", "") if parameters.get("level") in level_names else "",
        show=next((name for name in _MEASURES if name == show), None),
        all=parameters.get("all") == "1",
    )


def coverage_of_query(query: CoverageQuery) -> tuple[Findings, Coverage]:
    """Return the findings that the reader may see, and the coverage computed from the whole register (cached).

    Raises:
        SiteError: there is no area to compute coverage for: no boundary, no population and no site with a position.
    """
    now = services()
    whole = now.whole_findings()
    coverage = now.memos.coverage.get(
        (now.wanted(), query.rule, query.counting),
        whole,
        lambda: compute_coverage(
            whole.source,
            whole.conclusions.status,
            now.context,
            rule=query.rule,
            counting=query.counting,
            policy=now.policies.coverage,
        ),
    )
    return now.findings(), coverage


@dataclass(frozen=True, slots=True)
class LayerBasis:
    """A layer that coverage can be computed from; with 0 features if no file provides it."""

    layer: str
    features: int
    date: str


def layer_bases() -> list[LayerBasis]:
    """Return the layers that coverage can be computed from, each with its number of features and its date."""
    now = services()
    return now.memos.coverage_layers.get("", now.context, lambda: list(_bases()))


def _bases() -> Iterator[LayerBasis]:
    layers = layers_of([feature for feature in services().context if feature.layer in _LAYERS])
    for name in _LAYERS:
        layer = layers.get(name)
        yield LayerBasis(name, len(layer.places), layer.date) if layer is not None else LayerBasis(name, 0, "")


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area of the table, with its name and the name of the area it lies in."""

    row: AreaRow
    name: str
    within: str


def levels(coverage: Coverage) -> list[str]:
    """Return the levels that have areas, finest first; empty if there is only one area."""
    return list(dict.fromkeys(row.level for row in area_rows(coverage) if row.level != EVERYTHING))


def level_words(level: str) -> str:
    """Return the name of a level for users."""
    levels = services().policies.coverage.levels
    return next((str(entry.words) for entry in levels if entry.name == level), str(say("Name of the area")))


def level_of(query: CoverageQuery, coverage: Coverage) -> str:
    """Return the level to show: the requested one if it has areas, else the finest."""
    available = levels(coverage)
    return query.level if query.level in available else next(iter(available), EVERYTHING)


def area_lines(findings: Findings, coverage: Coverage, level: str) -> list[AreaLine]:
    """Return the areas of a level, worst served first.

    The key is the upper bound of the covered percent, then the number that is not covered; areas without demand come last.
    """
    named = dict(_named_by_sites(findings))
    above = {
        index: upper for upper in reversed(coverage.areas.uppers) if upper.level != level for index in upper.members
    }
    lines = []
    for row in area_rows(coverage):
        if row.level != level:
            continue
        upper = above.get(row.members[0]) if len(row.members) == 1 else None
        within = (upper.name or named.get(upper.code, upper.code)) if upper is not None else ""
        name = row.name or named.get(row.code, row.code) or str(say("Around all places"))
        lines.append(AreaLine(row, name, within))
    return sorted(lines, key=lambda line: (*service_order(line.row), line.name, line.row.code))


def _named_by_sites(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield the code of each site's kecamatan (the prefix of its kelurahan code) with the name that the site states."""
    for site in findings.source:
        if site.kecamatan_code and site.kecamatan:
            yield site.kecamatan_code, site.kecamatan


def coverage_map_of_query(query: CoverageQuery, findings: Findings, coverage: Coverage) -> ComplianceMap:
    """Return the map for a query, cached per language and kind of reader."""
    level = level_of(query, coverage)
    key = (language(), *reader_key(), query.rule, query.counting, level, query.show)
    return services().memos.coverage_maps.get(key, coverage, lambda: _drawn(query, findings, coverage, level))


def _drawn(query: CoverageQuery, findings: Findings, coverage: Coverage, level: str) -> ComplianceMap:
    available = levels(coverage)
    coarser = available[available.index(level) + 1 :] if level in available else []
    return coverage_map(
        findings,
        list(_features(findings, coverage, level)),
        measure=query.show,
        boundaries=[feature for coarser_level in coarser for feature in _features(findings, coverage, coarser_level)],
        hrefs={site: url_for("planners.site", site_id=site) for site in findings.source.ids},
        embedded=True,
    )


def _features(findings: Findings, coverage: Coverage, level: str) -> Iterator[dict[str, Any]]:
    """Yield the areas of a level as GeoJSON features, worst served first, with `name` and `within` (the area they lie in)."""
    shapes: dict[str, dict[str, Any]] = {}
    for feature in features(coverage, [level]):
        shape: dict[str, Any] = dict(feature)
        shapes[shape["properties"]["code"]] = shape
    for line in area_lines(findings, coverage, level):
        shape = shapes[line.row.code]
        properties = {**shape["properties"], "name": line.name, "within": line.within}
        whole = shape["geometry"] if len(line.row.members) == 1 else _closed(shape["geometry"])
        yield {**shape, "properties": properties, "geometry": whole}


def _closed(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a geometry without the gaps between areas that were drawn one by one; only for the map.

    It is buffered by `_GAP_M` outwards, then inwards.
    """
    shape = np.array([shapely.geometry.shape(dict(geometry))], dtype=object)
    about = shapely.get_coordinates(shapely.centroid(shape))
    wider = shapely.buffer(project(shape, about), _GAP_M, join_style="mitre")
    mapped: Mapping[str, Any] = shapely.geometry.mapping(unproject(shapely.buffer(wider, -_GAP_M), about)[0])
    return mapped


MEASURE_WORDS: Final[Mapping[AreaFigure, Message]] = {
    "number": say("How many have none"),
    "share": say("Which share has none"),
}
COUNTING_WORDS: Final[Mapping[Counting, Message]] = {
    "standard": say("Standard places"),
    "nearly": say("Standard and nearly standard"),
    "any": say("Any place"),
}
