"""Write the coverage of a city into a folder: the table, the areas, the cells and the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rba_audit.coverage import Coverage, area_rows, cell_features, coverage_headline, csv_text, features, worst_first
from rba_audit.findings import Findings
from rba_audit.maps import coverage_map
from rba_audit.messages import say
from rba_audit.outputs.folders import Progress, writing_into
from rba_audit.reports import geojson_chunks


def write_coverage(coverage: Coverage, findings: Findings, folder: Path, progress: Progress) -> list[Path]:
    """Write coverage.csv, coverage.geojson, coverage-cells.geojson and coverage.html; return the paths written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    names = ("coverage.csv", "coverage.geojson", "coverage-cells.geojson", "coverage.html")
    written = [folder / name for name in names]
    with writing_into(folder):
        progress(say("writing the table"))
        written[0].write_text(csv_text(coverage), encoding="utf-8", newline="")
        progress(say("writing the areas and the cells"))
        _write_features(features(coverage), written[1])
        _write_features(cell_features(coverage), written[2])
        progress(say("drawing the map"))
        finest = next(iter(area_rows(coverage))).level
        order = {row.code: index for index, row in enumerate(worst_first(coverage))}
        areas = sorted(features(coverage, [finest]), key=lambda area: order.get(str(area["id"]), len(order)))
        coverage_map(findings, areas, subtitle=str(coverage_headline(coverage))).save(written[3])
    return written


def _write_features(features: Iterable[Mapping[str, object]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(geojson_chunks(features))
