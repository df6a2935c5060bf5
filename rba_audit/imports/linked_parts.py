"""Read the repeats of a survey form as parts of the sites they belong to, such as one row for each piece of equipment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rba_audit.file_formats import PART_OF, SourceFile, SourceTable, linked_rows
from rba_audit.messages import say
from rba_audit.sites import FeatureRow
from rba_audit.sites.features import hashed_id, lenient_id
from rba_audit.sites.part_kinds import part_kind
from rba_audit.sites.problems import quote

_PART: Final = "part"


def with_parts(rows: Iterable[FeatureRow], source: SourceFile, table: SourceTable) -> Iterator[FeatureRow]:
    """Yield the rows of the sites, then those of the tables that are linked to theirs, as parts.

    Args:
        rows: The rows of `table`, in its order.
        source: The file.
        table: The table with the sites.

    Yields:
        The rows; for a linked table that does not say which parts of a site it lists, one row with that as its fault.
    """
    links = linked_rows(source.tables)
    site_ids: dict[int, str] = {}
    for source_row, row in zip(table.rows, rows, strict=True):
        site_ids[source_row.number] = lenient_id(row.mapped) or hashed_id(row.feature)
        yield row
    for linked in source.tables:
        if linked.rows and any(name == table.name for name, _ in links.get(linked.name, {}).values()):
            yield from _parts(linked, links[linked.name], site_ids)


def _parts(
    table: SourceTable, links: Mapping[int, tuple[str, int]], site_ids: Mapping[int, str]
) -> Iterator[FeatureRow]:
    column = _kind_column(table)
    if column is None:
        found = say(
            "“{table}”: {count} rows belong to rows of sites, and no column says which part of a site each is",
            table=quote(table.name),
            count=len(table.rows),
        )
        place = say("{table}, row {row}", table=table.name, row=str(table.rows[0].number))
        remedy = say("call a column “part” if they are parts of sites; otherwise they are not needed here")
        nothing: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
        yield FeatureRow(place, nothing, nothing, fault=(found, remedy))
        return
    count = Counter[str]()
    for row in table.rows:
        place = say("{table}, row {row}", table=table.name, row=str(row.number))
        feature = {"type": "Feature", "properties": dict(row.values), "geometry": row.geometry}
        site = site_ids.get(links[row.number][1]) if row.number in links else None
        if site is None:
            remedy = say("export the form again with all of its rows")
            found = say("the row that it belongs to is not in the file")
            yield FeatureRow(place, feature, feature, fault=(found, remedy))
            continue
        count[site] += 1
        properties = {**row.values, PART_OF: site, _PART: row.values.get(column, "")}
        mapped = {"type": "Feature", "properties": properties, "geometry": row.geometry}
        if lenient_id(feature) is None:  # numbers of rows change from one export to the next
            mapped["id"] = f"{site}-{table.name}-{count[site]}"
        fault = None if row.fault is None else (row.fault, say("correct it in the file and bring it again"))
        yield FeatureRow(place, feature, mapped, fault=fault)


def _kind_column(table: SourceTable) -> str | None:
    """Return the column that says which part of a site a row is: `part`, or one with nothing but words for parts."""
    if _PART in table.columns:
        return _PART
    for column in table.columns:
        values = [row.values[column] for row in table.rows if column in row.values]
        if values and all(isinstance(value, str) and part_kind(value) is not None for value in values):
            return column
    return None
