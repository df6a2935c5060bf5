"""Audited sites as GeoJSON and KML, and the findings table as CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from rba_audit.findings import Findings
from rba_audit.messages import say
from rba_audit.reports.detail_table import DetailTable
from rba_audit.reports.lists import SiteRow
from rba_audit.reports.provenance import Provenance
from rba_audit.reports.spreadsheets import escape_formula
from rba_audit.status_style import LOOKS, rank_words, score_words, status_words

_KML: Final = "http://www.opengis.net/kml/2.2"
# Characters that XML 1.0 does not allow; they can occur in names of imported sites.
_NOT_XML: Final = {
    code: " " for code in [*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)] if code not in (0x9, 0xA, 0xD)
}


def geojson_chunks(features: Iterable[Mapping[str, object]], provenance: Provenance | None = None) -> Iterator[str]:
    """Yield a FeatureCollection in chunks, one Feature per line; `provenance` becomes its member `about`."""
    about = f'"about": {json.dumps(provenance.member(), ensure_ascii=False)}, ' if provenance else ""
    yield f'{{"type": "FeatureCollection", {about}"features": ['
    for number, feature in enumerate(features):
        yield ",\n" if number else "\n"
        yield json.dumps(feature, ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"


def features_of(
    findings: Findings, rows: Sequence[SiteRow], details: DetailTable | None = None
) -> Iterator[Mapping[str, object]]:
    """Yield the audited Features of these sites with the properties of `details`, in the order of the rows."""
    return (findings.feature(row.position, details.by_id[row.id].properties() if details else None) for row in rows)


def write_findings_csv(findings: Findings, path: Path) -> None:
    """Write the findings table as CSV in UTF-8, block by block."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, block in enumerate(findings.table_blocks()):
            for column in ("site_id", "observed", "expected", "reason"):
                block[column] = block[column].map(escape_formula)
            block.to_csv(file, index=False, header=number == 0, lineterminator="\n")
        if not len(findings):
            findings.table().to_csv(file, index=False, lineterminator="\n")


def kml(
    findings: Findings, rows: Sequence[SiteRow], provenance: Provenance, details: DetailTable | None = None
) -> bytes:
    """Return sites as KML, coloured by status, with the data of `details`; sites without a position have no geometry."""
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = _child(root, "Document")
    _child(document, "name", str(say("Play spaces")))
    _child(document, "description", "\n".join(f"{heading}: {text}" for heading, text in provenance.about()))
    for status, look in LOOKS.items():
        style = _child(document, "Style", id=status)
        colour = look.colour.lstrip("#")
        # The order of a KML colour is alpha, blue, green, red.
        abgr = f"{{}}{colour[4:6]}{colour[2:4]}{colour[0:2]}".lower()
        _child(_child(style, "IconStyle"), "color", abgr.format("ff"))
        _child(_child(style, "LineStyle"), "color", abgr.format("ff"))
        _child(_child(style, "PolyStyle"), "color", abgr.format("80"))
    for row in rows:
        placemark = _child(document, "Placemark")
        _child(placemark, "name", row.name)
        _child(
            placemark,
            "description",
            f"{status_words(row.status)} · {score_words(row.score_low, row.score_high, row.score_max)} · {rank_words(row.rank_low, row.rank_high)}",
        )
        _child(placemark, "styleUrl", f"#{row.status}")
        data = _child(placemark, "ExtendedData")
        items = {"red": row.red, "must_fix": row.must_fix, "before_audit": row.before_audit}
        ids_by_item = {key: " ".join(requirement.id for requirement in group) for key, group in items.items()}
        further = details.by_id[row.id].properties() if details else {}
        texts = {key: str(value) for key, value in further.items() if value is not None}
        for key, value in {"id": row.id, "status": row.status, **ids_by_item, **texts}.items():
            _child(_child(data, "Data", name=key), "value", value)
        shape = findings.source.shapes[row.position]
        if shape is not None:
            _geometry(placemark, shape)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _child(parent: ET.Element, name: str, text: str | None = None, /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_KML}}}{name}", attributes)
    if text is not None:
        child.text = text.translate(_NOT_XML)
    return child


def _geometry(parent: ET.Element, shape: BaseGeometry) -> None:
    match shape:
        case Point():
            _child(_child(parent, "Point"), "coordinates", _coordinates(shape.coords))
        case Polygon():
            polygon = _child(parent, "Polygon")
            for boundary, rings in (("outerBoundaryIs", [shape.exterior]), ("innerBoundaryIs", shape.interiors)):
                for ring in rings:
                    _child(_child(_child(polygon, boundary), "LinearRing"), "coordinates", _coordinates(ring.coords))
        case MultiPolygon():
            group = _child(parent, "MultiGeometry")
            for part in shape.geoms:
                _geometry(group, part)


def _coordinates(points: Iterable[tuple[float, ...]]) -> str:
    return " ".join(f"{point[0]!r},{point[1]!r}" for point in points)
