"""Write the results of an audit into a folder: the audited sites, the findings, the lists and the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rba_audit.basemap import build_basemap, credits_of, drawn_credits, saved_tiles
from rba_audit.days import today
from rba_audit.findings import Findings
from rba_audit.layers import ContextFeature
from rba_audit.maps import compliance_map
from rba_audit.messages import say
from rba_audit.outputs.folders import Progress, writing_into
from rba_audit.reports import (
    Provenance,
    geojson_chunks,
    list_csv,
    list_rows,
    site_details,
    workbook,
    write_findings_csv,
)

# Above this many rows the findings are written as Parquet, because a CSV would be too slow and too large to read.
PARQUET_FROM_ROWS = 5_000_000


def write_results(
    findings: Findings, folder: Path, context: Sequence[ContextFeature] = (), progress: Progress = lambda _message: None
) -> list[Path]:
    """Write the audited sites, the findings table, the list of non-standard sites and the map; return the paths written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    with writing_into(folder):
        return list(_write(findings, folder, context, progress))


def _write(findings: Findings, folder: Path, context: Sequence[ContextFeature], progress: Progress) -> Iterator[Path]:
    provenance = Provenance.of(findings.standard, today())
    progress(say("writing the audited sites"))
    path = folder / "audited.geojson"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(geojson_chunks(findings.features(), provenance))
    yield path
    progress(say("writing the findings"))
    if len(findings) * len(findings.standard.requirements) > PARQUET_FROM_ROWS:
        yield _write_parquet(findings, folder / "findings.parquet")
    else:
        path = folder / "findings.csv"
        write_findings_csv(findings, path)
        yield path
    progress(say("writing the lists"))
    path = folder / "non_standard.csv"
    rows = list_rows(findings, "non_standard")
    path.write_text(list_csv(rows, provenance, site_details(findings, rows)), encoding="utf-8", newline="")
    yield path
    path = folder / "non_standard.xlsx"
    path.write_bytes(workbook(findings, provenance))
    yield path
    progress(say("drawing the map"))
    path = folder / "map.html"
    boundaries = [feature for feature in context if feature.layer == "boundary"]
    compliance_map(
        findings,
        boundaries=[boundary.feature for boundary in boundaries],
        credit=" · ".join(credits_of(boundaries, name_files=False)),
        ground=saved_tiles(build_basemap(context), drawn_credits(context)),
    ).save(path)
    yield path


def _write_parquet(findings: Findings, path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for block in findings.table_blocks():
        table = pa.Table.from_pandas(block, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return path
