"""Build a map from findings or from map sites.

Missing findings are left out of the map; nothing is estimated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from rba_audit.findings import Findings
from rba_audit.findings.wording import kind_words
from rba_audit.maps.area_layer import AreaFigure, ShadedAreas, shaded_areas
from rba_audit.maps.figure import AREA_SCRIPT, AREA_STYLE, SCRIPTS, STYLES, render_map
from rba_audit.maps.page import ComplianceMap, frame_markup
from rba_audit.maps.site_layer import LonLat, MapSite, boundary_data, corners, east_of_180, over_180
from rba_audit.maps.wording import COVERAGE_TITLE, DEFAULT_TITLE, words_of_the_map
from rba_audit.messages import language
from rba_audit.sites import Site
from rba_audit.standard import Standard
from rba_audit.status_style import LOOKS

# The middle of Indonesia, for a map without any position.
_NOWHERE: LonLat = (118.0, -2.5)


def compliance_map(
    findings: Findings,
    *,
    boundaries: Sequence[Mapping[str, Any]] | None = None,
    hrefs: Mapping[str, str] | None = None,
    title: str | None = None,
    credit: str = "",
    ground: str = "",
) -> ComplianceMap:
    """Return the map of `findings`, in the current language.

    Args:
        findings: The audited sites.
        boundaries: GeoJSON features with a `name`, drawn in pale lines below the sites.
        hrefs: URL of each site's page, by site id; a saved map has no links without it.
        title: Heading of the map.
        credit: Attribution of the boundaries, shown in the corner of the map.
        ground: JSON of the basemap for a saved map, from `rba_audit.basemap.saved_tiles`.
    """
    made = build_map(
        map_sites(findings, hrefs or {}),
        boundaries=boundaries,
        title=title,
        subtitle=str(findings.standard.title),
        credit=credit,
    )
    return replace(made, ground=ground)


def coverage_map(
    findings: Findings,
    areas: Sequence[Mapping[str, Any]],
    *,
    measure: AreaFigure | None = None,
    boundaries: Sequence[Mapping[str, Any]] | None = None,
    hrefs: Mapping[str, str] | None = None,
    title: str | None = None,
    subtitle: str = "",
    credit: str = "",
    embedded: bool = False,
) -> ComplianceMap:
    """Return the coverage map: how many have no site within reach in each area, with the sites on top.

    Args:
        findings: The audited sites.
        areas: GeoJSON Features of one level with their figures as properties; see `areas_on_map.shaded`.
        measure: Show numbers or shares; default: the share of ground, the number of people.
        boundaries: GeoJSON features of coarser areas, drawn as outlines over the shades.
        hrefs: URL of each site's page, by site id.
        title: Heading of the map.
        subtitle: Text below the heading.
        credit: Attribution of the boundaries.
        embedded: Whether the map is part of a page that has its own heading.

    Raises:
        RbaError: an area has an unknown `counted` or `counting`.
    """
    return build_map(
        map_sites(findings, hrefs or {}),
        boundaries=boundaries,
        areas=shaded_areas(areas, measure),
        title=title or str(COVERAGE_TITLE),
        subtitle=subtitle,
        credit=credit,
        embedded=embedded,
    )


def map_sites(findings: Findings, hrefs: Mapping[str, str]) -> list[MapSite]:
    """Return the audited sites as map sites; `hrefs` are URLs of their pages by site id."""
    frame = findings.sites()
    rows = zip(findings.source, frame.to_dict(orient="records"), strict=True)
    return [_map_site(site, row, findings.standard, hrefs) for site, row in rows]


def build_map(
    sites: Sequence[MapSite],
    *,
    boundaries: Sequence[Mapping[str, Any]] | None = None,
    areas: ShadedAreas | None = None,
    title: str | None = None,
    subtitle: str = "",
    credit: str = "",
    embedded: bool = False,
) -> ComplianceMap:
    """Return the map of `sites`, above shaded `areas` if given, in the current language."""
    words = words_of_the_map()
    grounds = boundary_data([*(areas.features if areas else ()), *(boundaries or ())])
    data: dict[str, Any] = {
        "sites": [site.as_data() for site in sites],
        "statuses": [
            {"id": status, "label": str(look.label), "colour": look.colour, "shape": look.shape}
            for status, look in LOOKS.items()
        ],
        "words": words,
        "lang": language(),
    }
    if over_180(data["sites"]):
        for drawn in (*data["sites"], *grounds):
            east_of_180(drawn)
    heading = title or str(DEFAULT_TITLE)
    drawing = render_map(data, grounds, _middle(corners(data["sites"], grounds)), areas.data if areas else None)
    frame = frame_markup(
        title=heading,
        subtitle=subtitle,
        words=words,
        lang=language(),
        element=drawing.html,
        credit=credit,
        areas=areas,
        embedded=embedded,
    )
    made = ComplianceMap(title=heading, lang=language(), script=drawing.script, frame=frame)
    return made if areas is None else replace(made, styles=(*STYLES, AREA_STYLE), scripts=(*SCRIPTS, AREA_SCRIPT))


def _middle(positions: Iterable[LonLat]) -> LonLat:
    points = list(positions)
    if not points:
        return _NOWHERE
    longitudes, latitudes = zip(*points, strict=True)
    return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2


def _map_site(site: Site, row: Mapping[Any, Any], standard: Standard, hrefs: Mapping[str, str]) -> MapSite:
    geometry: BaseGeometry | None = row.get("geometry")
    return MapSite(
        id=site.id,
        name=site.name,
        status=str(row["status"]),
        kind=site.kind,
        kind_label=kind_words(standard, site.kind),
        kelurahan=site.kelurahan,
        kecamatan=site.kecamatan,
        score_low=_whole(row.get("score_low")),
        score_high=_whole(row.get("score_high")),
        score_max=_whole(row.get("score_max")),
        rank_low=_text(row.get("rank_low")) or None,
        rank_high=_text(row.get("rank_high")) or None,
        red=_titles(standard, row.get("red")),
        must_fix=_titles(standard, row.get("must_fix")),
        before_audit=_titles(standard, row.get("before_audit")),
        accuracy_m=_number(row.get("position_accuracy_m")),
        geometry=None if geometry is None or geometry.is_empty else mapping(geometry),
        href=hrefs.get(site.id),
    )


def _titles(standard: Standard, ids: object) -> tuple[str, ...]:
    return tuple(str(standard.requirement(requirement_id).title) for requirement_id in _several(ids))


def _several(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Iterable) and not isinstance(value, str) else []


def _text(value: object) -> str:
    import pandas as pd

    # pandas fills a column with NaN for the sites that have no value.
    return "" if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else str(value)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, Real) and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else round(number)
