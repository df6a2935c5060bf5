"""Sites and boundaries as the map's script reads them.

A site without a position stays without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from shapely.geometry import shape

from rba_audit.errors import RbaError
from rba_audit.geometry import area_m2
from rba_audit.messages import say
from rba_audit.status_style import LOOKS

LonLat = tuple[float, float]


_SCHEME: Final = re.compile(r"\s*([a-z][a-z0-9+.-]*)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSite:
    """One audited site as the map shows it.

    Attributes:
        geometry: GeoJSON geometry in longitude and latitude; None for a site not located yet.
        lonlat: Position of its mark; default: a point inside the geometry.
        accuracy_m: Accuracy of its position, in metres.
        red, must_fix, before_audit: Titles of unmet requirements that are mandatory, must be fixed first, or are asked by auditors.
        href: URL of its page.

    Raises:
        RbaError: the status is not one of the five, or `href` has a scheme other than http or https.
    """

    id: str
    name: str
    status: str
    kind: str = ""
    kind_label: str = ""
    kelurahan: str = ""
    kecamatan: str = ""
    score_low: int | None = None
    score_high: int | None = None
    score_max: int | None = None
    rank_low: str | None = None
    rank_high: str | None = None
    red: tuple[str, ...] = ()
    must_fix: tuple[str, ...] = ()
    before_audit: tuple[str, ...] = ()
    accuracy_m: float | None = None
    geometry: Mapping[str, Any] | None = None
    lonlat: LonLat | None = None
    href: str | None = None

    def __post_init__(self) -> None:
        if self.status not in LOOKS:
            raise RbaError(
                say(
                    "Site {site}: the status {status} is unknown; audit the sites again.",
                    site=self.id,
                    status=self.status,
                )
            )
        scheme = _SCHEME.match(self.href or "")
        if scheme and scheme[1].lower() not in {"http", "https"}:
            raise RbaError(
                say(
                    "Site {site}: {link} is not a link to a page; give a path or an https address.",
                    site=self.id,
                    link=self.href,
                )
            )

    def place(self) -> LonLat | None:
        """Return the longitude and latitude of the site's mark, or None for a site not located yet."""
        if self.lonlat is not None:
            return self.lonlat
        if self.geometry is None:
            return None
        inside = shape(dict(self.geometry)).representative_point()
        return None if inside.is_empty else (inside.x, inside.y)

    def as_data(self) -> dict[str, Any]:
        """Return the site as the map's script reads it; absent facts are left out."""
        position = self.place()
        # Without an audit the range spans all scores; showing it would suggest knowledge.
        scored = self.score_high is not None and self.status != "not_audited"
        facts = {
            "id": self.id,
            "name": self.name or self.id,
            "status": self.status,
            "kind": self.kind,
            "kind_label": self.kind_label or self.kind,
            "kelurahan": self.kelurahan,
            "kecamatan": self.kecamatan,
            "score": [self.score_low, self.score_high, self.score_max] if scored else None,
            "rank": [self.rank_low, self.rank_high] if scored else None,
            "red": list(self.red),
            "must_fix": list(self.must_fix),
            "before_audit": list(self.before_audit),
            "accuracy_m": self.accuracy_m,
            "at": [round(position[0], 6), round(position[1], 6)] if position else None,
            "outline": _rounded(self.geometry, 6) if has_area(self.geometry) else None,
            "href": self.href,
        }
        return {key: value for key, value in facts.items() if value not in (None, "", [])}


def boundary_data(features: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return boundaries as the map's script reads them: outline, name, level and position of the label.

    The name is the property `name` or `nama`; `figure` is shown below it, in white if `dark` is set. A `level` that
    begins with `kelurahan` is drawn lighter.
    """
    return [
        {
            "name": str(properties.get("name") or properties.get("nama") or ""),
            **{key: properties[key] for key in ("figure", "dark") if properties.get(key)},
            "level": "fine" if str(properties.get("level", "")).startswith("kelurahan") else "coarse",
            "outline": _rounded(feature["geometry"], 5),
            "label_at": _label_place(feature["geometry"]),
        }
        for feature in features
        if has_area(feature.get("geometry"))
        for properties in [feature.get("properties") or {}]
    ]


def _label_place(geometry: Mapping[str, Any]) -> list[float]:
    whole = shape(dict(geometry))
    largest = max(getattr(whole, "geoms", [whole]), key=lambda part: float(area_m2([part])[0]))
    inside = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return [round(inside.x, 5), round(inside.y, 5)]


def has_area(geometry: Mapping[str, Any] | None) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a GeoJSON geometry is a Polygon or MultiPolygon."""
    return geometry is not None and geometry.get("type") in {"Polygon", "MultiPolygon"}


def _rounded(geometry: Mapping[str, Any], decimals: int) -> dict[str, Any]:
    """Return `geometry` with coordinates rounded to `decimals` places: 5 are about 1 m, 6 about 0.1 m."""
    return {"type": geometry["type"], "coordinates": _round_all(geometry["coordinates"], decimals)}


def _round_all(value: object, decimals: int) -> object:
    if isinstance(value, list | tuple):
        return [_round_all(item, decimals) for item in value]
    return round(value, decimals) if isinstance(value, float) else value


def over_180(sites: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether sites, as the map's script reads them, span less longitude across 180° than across 0°."""
    longitudes = [
        lon for site in sites for lon, _ in _positions([site.get("at"), site.get("outline", {}).get("coordinates")])
    ]
    wrapped = [lon % 360 for lon in longitudes]
    spread = max(longitudes, default=0) - min(longitudes, default=0)
    return spread > 180 and max(wrapped) - min(wrapped) < spread


def east_of_180(drawn: dict[str, Any]) -> None:
    """Add 360° to the negative longitudes of a site or boundary, in place, so that it is drawn next to its neighbours."""
    for key in ("at", "label_at"):
        if drawn.get(key):
            drawn[key] = _moved_east(drawn[key])
    if drawn.get("outline"):
        drawn["outline"] = {**drawn["outline"], "coordinates": _moved_east(drawn["outline"]["coordinates"])}


def _moved_east(value: list[Any]) -> list[Any]:
    if isinstance(value[0], list):
        return [_moved_east(item) for item in value]
    return [round(value[0] + 360, 6) if value[0] < 0 else value[0], *value[1:]]


def _positions(value: object) -> Iterator[tuple[float, float]]:
    if isinstance(value, list | tuple) and len(value) > 1 and isinstance(value[0], int | float):
        yield value[0], value[1]
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _positions(item)


def corners(sites: Sequence[Mapping[str, Any]], boundaries: Sequence[Mapping[str, Any]]) -> Iterator[LonLat]:
    """Yield positions that span the initial view of the map: the sites, or the boundaries if no site is located."""
    positions = [(site["at"][0], site["at"][1]) for site in sites if site.get("at")]
    if positions:
        yield from positions
        return
    for boundary in boundaries:
        west, south, east, north = shape(boundary["outline"]).bounds
        yield from ((west, south), (east, north))
