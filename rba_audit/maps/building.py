"""From findings, or from plain map sites, to a map.

Whatever is missing in the findings is left out of the map; nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import pandas as pd
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from rba_audit.findings import Findings
from rba_audit.findings.wording import kind_words
from rba_audit.looks import LOOKS
from rba_audit.maps.figure import draw
from rba_audit.maps.page import ComplianceMap, frame_markup
from rba_audit.maps.sites_on_map import LonLat, MapSite, boundary_data, corners
from rba_audit.maps.wording import DEFAULT_TITLE, words_of_the_map
from rba_audit.standard import Standard
from rba_audit.words import language

# The middle of Indonesia, for a map on which nothing is located.
_NOWHERE: LonLat = (118.0, -2.5)


def compliance_map(
    findings: Findings,
    *,
    boundaries: Sequence[Mapping[str, Any]] | None = None,
    hrefs: Mapping[str, str] | None = None,
    title: str | None = None,
    credit: str = "",
) -> ComplianceMap:
    """Return the map of `findings`, in the language spoken now.

    Args:
        findings: The audited sites.
        boundaries: GeoJSON features with a `name`, drawn quietly below the sites.
        hrefs: The address of each site's page, by site id; a saved map has none unless given.
        title: The heading of the map.
        credit: Whom to thank for the boundaries, shown in the corner of the map.
    """
    frame = findings.sites()
    rows = zip(map(str, frame.index), frame.to_dict(orient="records"), strict=True)
    sites = [_map_site(site_id, row, findings.standard, hrefs or {}) for site_id, row in rows]
    return build_map(sites, boundaries=boundaries, title=title, subtitle=str(findings.standard.title), credit=credit)


def build_map(
    sites: Sequence[MapSite],
    *,
    boundaries: Sequence[Mapping[str, Any]] | None = None,
    title: str | None = None,
    subtitle: str = "",
    credit: str = "",
) -> ComplianceMap:
    """Return the map of `sites`, in the language spoken now."""
    words = words_of_the_map()
    grounds = boundary_data(boundaries or ())
    data = {
        "sites": [site.as_data() for site in sites],
        "statuses": [
            {"id": status, "label": str(look.label), "colour": look.colour, "shape": look.shape}
            for status, look in LOOKS.items()
        ],
        "words": words,
        "lang": language(),
    }
    heading = title or str(DEFAULT_TITLE)
    drawing = draw(data, grounds, _middle(corners(sites, grounds)))
    frame = frame_markup(
        title=heading, subtitle=subtitle, words=words, lang=language(), element=drawing.html, credit=credit
    )
    return ComplianceMap(title=heading, lang=language(), script=drawing.script, frame=frame)


def _middle(places: Iterable[LonLat]) -> LonLat:
    spread = list(places)
    if not spread:
        return _NOWHERE
    longitudes, latitudes = zip(*spread, strict=True)
    return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2


def _map_site(site_id: str, row: Mapping[Any, Any], standard: Standard, hrefs: Mapping[str, str]) -> MapSite:
    geometry: BaseGeometry | None = row.get("geometry")
    kind = _text(row.get("kind"))
    return MapSite(
        id=site_id,
        name=_text(row.get("name")),
        status=str(row["status"]),
        kind=kind,
        kind_label=kind_words(standard, kind),
        kelurahan=_text(row.get("kelurahan")),
        kecamatan=_text(row.get("kecamatan")),
        score_low=_whole(row.get("score_low")),
        score_high=_whole(row.get("score_high")),
        score_max=_whole(row.get("score_max")),
        rank_low=_text(row.get("rank_low")) or None,
        rank_high=_text(row.get("rank_high")) or None,
        red=tuple(str(standard.requirement(red).title) for red in _several(row.get("red"))),
        accuracy_m=_number(row.get("position_accuracy_m")),
        geometry=None if geometry is None or geometry.is_empty else mapping(geometry),
        href=hrefs.get(site_id),
    )


def _several(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Iterable) and not isinstance(value, str) else []


def _text(value: object) -> str:
    # A column that only some sites fill holds NaN for the others.
    return "" if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else str(value)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, Real) and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else round(number)
