"""Listed sites as a GeoPackage, written through GeoPandas."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

from rba_audit.findings import Findings
from rba_audit.reports.detail_table import DetailTable
from rba_audit.reports.lists import SiteRow
from rba_audit.reports.provenance import Provenance
from rba_audit.status_style import rank_words, status_words

LAYER: Final = "sites"
# Characters that a GeoPackage cannot hold; they can occur in names of imported sites.
_NOT_STORED: Final = {0: " ", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
_NUMBERS: Final = {
    **dict.fromkeys(("score_low", "score_high", "score_max", "answered_pct", "fails", "undetermined"), "Int64"),
    **dict.fromkeys(("point_lat", "point_lon"), "Float64"),
    **dict.fromkeys(("repair_cost_low", "repair_cost_high"), "Int64"),
}
_TEXTS: Final = ("id", "name", "kind", "kelurahan", "kecamatan", "status", "status_words", "rank_words", "red")
_COLUMNS: Final = (*_TEXTS, "must_fix", "before_audit", *_NUMBERS, "audit_date")


def geopackage(findings: Findings, rows: Sequence[SiteRow], provenance: Provenance, details: DetailTable) -> bytes:
    """Return sites as a GeoPackage with one layer in longitude and latitude; sites without a position have no geometry."""
    import geopandas as gpd
    import pandas as pd

    attributes = [_attributes(row, details) for row in rows]
    names = (*_COLUMNS, "audit_by") if details.dated and details.named else _COLUMNS
    table = pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in attributes], dtype=cast("Any", _NUMBERS.get(name, "object")))
            for name in names
        }
    )
    frame = gpd.GeoDataFrame(table, geometry=[findings.source.shapes[row.position] for row in rows], crs="EPSG:4326")
    about = {str(heading): text.translate(_NOT_STORED) for heading, text in provenance.about()}
    with TemporaryDirectory(prefix="rba-geopackage-") as folder:
        path = Path(folder) / "sites.gpkg"
        frame.to_file(path, layer=LAYER, driver="GPKG", engine="pyogrio", layer_metadata=about, geometry_type="Unknown")
        return path.read_bytes()


def _attributes(row: SiteRow, details: DetailTable) -> dict[str, object]:
    items = {"red": row.red, "must_fix": row.must_fix, "before_audit": row.before_audit}
    values: dict[str, object] = {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "kelurahan": row.kelurahan,
        "kecamatan": row.kecamatan,
        "status": row.status,
        "status_words": status_words(row.status),
        "score_low": row.score_low,
        "score_high": row.score_high,
        "score_max": row.score_max,
        "rank_words": rank_words(row.rank_low, row.rank_high),
        "answered_pct": row.answered_pct,
        **{key: " ".join(requirement.id for requirement in group) for key, group in items.items()},
        "fails": len(row.fails),
        "undetermined": row.undetermined,
        **details.by_id[row.id].properties(),
    }
    return {key: value.translate(_NOT_STORED) if isinstance(value, str) else value for key, value in values.items()}
