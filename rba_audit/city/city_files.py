"""Write the backlog of a map extract into a folder: sites, context, table, map, coverage and summary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

from rba_audit.basemap import build_basemap, drawn_credits, saved_tiles
from rba_audit.city.backlog import Backlog, BacklogRow
from rba_audit.city.backlog_tables import backlog_csv, backlog_workbook, rank_text, reach_unit
from rba_audit.city.city_tables import city_columns, city_notes
from rba_audit.city.play_spaces import CREDIT, LICENCE, City, place_name
from rba_audit.coverage import csv_text
from rba_audit.findings import Findings
from rba_audit.maps import ComplianceMap, MapSite, build_map
from rba_audit.messages import say
from rba_audit.outputs.folders import Progress, writing_into
from rba_audit.reports import Provenance
from rba_audit.standard.policies import OsmPolicy


def write_city(
    city: City,
    backlog: Backlog,
    findings: Findings,
    folder: Path,
    provenance: Provenance,
    policy: OsmPolicy,
    summary: Sequence[str],
    progress: Progress = lambda _message: None,
) -> list[Path]:
    """Write sites.geojson, context.geojson, backlog.csv, backlog.xlsx, backlog-map.html, coverage.csv and summary.txt.

    Returns:
        The paths written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    with writing_into(folder):
        return list(_write(city, backlog, findings, folder, provenance, policy, summary, progress))


def _write(
    city: City,
    backlog: Backlog,
    findings: Findings,
    folder: Path,
    provenance: Provenance,
    policy: OsmPolicy,
    summary: Sequence[str],
    progress: Progress,
) -> Iterator[Path]:
    columns = city_columns(city, policy)
    progress(say("writing the places and their surroundings"))
    parts = [part.feature for part in city.sites.parts]
    yield _write_features([*city.sites.features, *parts], city, folder / "sites.geojson")
    around = {feature.id: feature.feature for feature in city.context}
    yield _write_features(around.values(), city, folder / "context.geojson")
    progress(say("writing the lists"))
    path = folder / "backlog.csv"
    path.write_text(backlog_csv(backlog, provenance, columns), encoding="utf-8", newline="")
    yield path
    path = folder / "backlog.xlsx"
    notes = [(say("Note"), str(note)) for note in city_notes(city)]
    path.write_bytes(backlog_workbook(backlog, provenance, columns, notes))
    yield path
    path = folder / "coverage.csv"
    path.write_text(csv_text(backlog.coverage), encoding="utf-8", newline="")
    yield path
    progress(say("drawing the map"))
    path = folder / "backlog-map.html"
    backlog_map(city, backlog, findings).save(path)
    yield path
    path = folder / "summary.txt"
    path.write_text("\n".join(summary) + "\n", encoding="utf-8")
    yield path


def backlog_map(city: City, backlog: Backlog, findings: Findings) -> ComplianceMap:
    """Return a map for offline use: the places with their rank before their names, and the area."""
    made = build_map(
        [_map_site(row, city, findings) for row in backlog.rows],
        boundaries=[
            {**boundary.feature, "properties": {"name": boundary.name}, "geometry": mapping(boundary.shape)}
            for boundary in city.area.boundaries
            if boundary.shape is not None
        ],
        title=str(say("Audit backlog")),
        subtitle=f"{city.area.name} · {reach_unit(backlog.coverage)}",
        credit=f"{CREDIT}, {LICENCE}",
    )
    return replace(made, ground=saved_tiles(build_basemap(city.context), drawn_credits(city.context)))


def _map_site(row: BacklogRow, city: City, findings: Findings) -> MapSite:
    site = city.sites[row.index]
    return MapSite(
        id=site.id,
        name=f"{rank_text(row)} · {place_name(city, row.index)}",
        status=row.status,
        kind=site.kind,
        kind_label=str(city.by_id[site.id].rule.title),
        score_low=int(findings.conclusions.score_low[row.index]),
        score_high=int(findings.conclusions.score_high[row.index]),
        geometry=None if site.shape is None else mapping(site.shape),
    )


def _write_features(features: Iterable[Mapping[str, Any]], city: City, path: Path) -> Path:
    members = {"type": "FeatureCollection", "attribution": CREDIT, "licence": LICENCE, "complete": False}
    members |= {"date": city.day} if city.day else {}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(members, ensure_ascii=False)[:-1] + ', "features": [')
        for number, feature in enumerate(features):
            file.write((",\n" if number else "\n") + json.dumps(feature, ensure_ascii=False, allow_nan=False))
        file.write("\n]}\n")
    return path
