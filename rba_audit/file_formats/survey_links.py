"""Link the repeats of a survey form to the rows they belong to: `_parent_index` of KoboToolbox, `PARENT_KEY` of ODK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.messages import say

PART_OF: Final = "part_of"
_KIND: Final = "part"
_PARENT_COLUMNS: Final = ("_parent_index", "PARENT_KEY")
_KEYS: Final = (
    "id",
    "kode",
    "_uuid",
    "meta/instanceID",
    "meta-instanceID",
    "meta:instanceID",
    "instanceID",
    "KEY",
    "_id",
)
"""Columns by which a row is known to its repeats, the first that is filled and unique."""
_LONGEST_SHEET: Final = 31
_DEEPEST: Final = 10


def is_linked(table: SourceTable) -> bool:
    """Return whether a table holds the repeats of rows in another one."""
    return any(column in table.columns for column in _PARENT_COLUMNS)


def linked_rows(tables: Sequence[SourceTable]) -> Mapping[str, Mapping[int, tuple[str, int]]]:
    """Return for each table of repeats, by row number, the table and row number of the row at the top that it belongs to."""
    parents = {table.name: _parent_rows(table, tables) for table in tables if is_linked(table)}
    roots: dict[str, dict[int, tuple[str, int]]] = {}
    for name, rows in parents.items():
        tops = {number: _top(parent, parents) for number, parent in rows.items()}
        roots[name] = {number: top for number, top in tops.items() if top is not None}
    return roots


def _top(row: tuple[str, int], parents: Mapping[str, Mapping[int, tuple[str, int]]]) -> tuple[str, int] | None:
    """Return the row at the top above a row, itself included; None if the chain is broken or goes in a circle."""
    for _ in range(_DEEPEST):
        if row[0] not in parents:
            return row
        above = parents[row[0]].get(row[1])
        if above is None:
            return None
        row = above
    return None


def with_links(tables: Sequence[SourceTable]) -> tuple[SourceTable, ...]:
    """Return tables with `part_of` in the rows of repeats, and `part` where a question of theirs is called so; repeats last."""
    links = linked_rows(tables)
    keys = {table.name: _row_keys(table) for table in tables if table.name not in links}
    linked = [_with_parents(table, links[table.name], keys) if table.name in links else table for table in tables]
    return tuple(sorted(linked, key=lambda table: _depth(table, tables)))


def _with_parents(
    table: SourceTable, parents: Mapping[int, tuple[str, int]], keys: Mapping[str, Mapping[int, Any]]
) -> SourceTable:
    kind = next((column for column in table.columns if column.replace("-", "/").rpartition("/")[2] == _KIND), None)
    rows = []
    missing = 0
    for row in table.rows:
        values = dict(row.values)
        name, number = parents.get(row.number, ("", 0))
        key = keys.get(name, {}).get(number)
        if key is None:
            missing += 1
        else:
            values.setdefault(PART_OF, key)
        if kind is not None and kind in values:
            values.setdefault(_KIND, values[kind])
        rows.append(replace(row, values=values))
    columns = list(table.columns)
    columns += [column for column in (_KIND,) if kind is not None and column not in columns]
    columns += [column for column in (PART_OF,) if column not in columns]
    notes = list(table.notes)
    if missing:
        notes.append(say("repeats whose row is not in the file: {count}", count=missing))
    return replace(table, columns=tuple(columns), rows=tuple(rows), notes=tuple(notes))


def _parent_rows(table: SourceTable, tables: Sequence[SourceTable]) -> dict[int, tuple[str, int]]:
    """Return table and row number of the parent of each row that has one, by row number."""
    if "PARENT_KEY" in table.columns:
        by_key = {
            str(row.values["KEY"]): (other.name, row.number)
            for other in tables
            for row in other.rows
            if "KEY" in row.values and other.name != table.name
        }
        found = {row.number: by_key.get(str(row.values.get("PARENT_KEY"))) for row in table.rows}
        return {number: parent for number, parent in found.items() if parent is not None}
    by_index = {
        (other.name, str(row.values["_index"])): (other.name, row.number)
        for other in tables
        if other.name != table.name
        for row in other.rows
        if "_index" in row.values
    }
    roots = [other.name for other in tables if not is_linked(other) and "_index" in other.columns]
    names = [other.name for other in tables if other.name != table.name]
    parents: dict[int, tuple[str, int]] = {}
    for row in table.rows:
        name = _sheet_name(str(row.values.get("_parent_table_name", "")), names, roots)
        parent = by_index.get((name, str(row.values.get("_parent_index"))))
        if parent is not None:
            parents[row.number] = parent
    return parents


def _sheet_name(parent: str, names: Sequence[str], roots: Sequence[str]) -> str:
    """Return the sheet of a parent table: sheets have at most 31 characters of its name; by default the only one at the top."""
    if parent in names:
        return parent
    cut = [name for name in names if len(name) == _LONGEST_SHEET and parent.startswith(name.rstrip("… "))]
    if len(cut) == 1:
        return cut[0]
    return roots[0] if len(roots) == 1 else ""


def _row_keys(table: SourceTable) -> Mapping[int, Any]:
    """Return the key of each row by its number; empty if no column of keys is filled and unique."""
    for column in _KEYS:
        values = [row.values.get(column) for row in table.rows]
        if values and None not in values and len({str(value) for value in values}) == len(values):
            return {row.number: value for row, value in zip(table.rows, values, strict=True)}
    return {}


def _depth(table: SourceTable, tables: Sequence[SourceTable]) -> int:
    """Return 0 for a table of sites, 1 for repeats, 2 for repeats in repeats."""
    if not is_linked(table):
        return 0
    parents = {name for name, _ in _parent_rows(table, tables).values()}
    linked = {other.name for other in tables if is_linked(other)}
    return 2 if parents & linked else 1
