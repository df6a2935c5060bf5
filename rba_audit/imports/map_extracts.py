"""Reduce a map extract to its play spaces, because its other objects are not to be audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rba_audit.file_formats import FileFormat, SourceFile, SourceTable
from rba_audit.layers import matches_tags
from rba_audit.messages import say
from rba_audit.standard.policies import OsmPolicy

EXTRACTS: Final[tuple[FileFormat, ...]] = ("osm_pbf", "overpass")


def play_spaces_of_extract(source: SourceFile, policy: OsmPolicy) -> SourceFile:
    """Return a map extract with only the objects that `osm.toml` names as play spaces, and a note that counts the others.

    A file of another format, or without any play space, is returned as it is.
    """
    if source.format not in EXTRACTS:
        return source
    return replace(source, tables=tuple(_play_spaces(table, policy) for table in source.tables))


def _play_spaces(table: SourceTable, policy: OsmPolicy) -> SourceTable:
    rows = tuple(row for row in table.rows if _is_play_space(row.values, policy))
    left_out = len(table.rows) - len(rows)
    if not rows or not left_out:
        return table
    note = say(
        "{count} objects of the map are no play spaces and are left out; “rba-audit city” reads equipment, streets and water from them",
        count=left_out,
    )
    return replace(table, rows=rows, notes=(*table.notes, note))


def _is_play_space(tags: Mapping[str, object], policy: OsmPolicy) -> bool:
    return any(matches_tags(tags, wanted) for rule in policy.play_spaces for wanted in rule.any_of)
