"""Read the sites of a file of any format: its columns are mapped, and our strict reader judges every feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from rba_audit.errors import SiteError
from rba_audit.file_formats import SourceFile, SourceTable, is_linked, read_source
from rba_audit.files import UnreadableFile, read_file
from rba_audit.imports.column_choices import ColumnChoices, checked_targets, with_choices
from rba_audit.imports.column_guesses import guess_columns, sites_table, with_answers
from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.imports.linked_parts import with_parts
from rba_audit.imports.map_extracts import play_spaces_of_extract
from rba_audit.imports.mapped_features import FeatureMapper, feature_rows
from rba_audit.imports.position_columns import PositionReader
from rba_audit.imports.source_columns import table_of_features
from rba_audit.messages import Message, say
from rba_audit.sites import Sites, sites_from_bytes, sites_from_rows
from rba_audit.sites.collector import ID_ELSEWHERE, FeatureMap
from rba_audit.sites.problems import quote, unusable_file
from rba_audit.sites.reader import MOST_MB
from rba_audit.sites.source_files import is_geojson, unpacked_geojson
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies

_NAMED: Final = 10  # rows that a note names
NO_CHOICES: Final = ColumnChoices()


def sites_of_file(
    data: bytes,
    name: str,
    standard: Standard,
    policies: Policies,
    mapping: ColumnMapping | None = None,
    *,
    choices: ColumnChoices = NO_CHOICES,
    strict: bool = False,
) -> tuple[Sites, SourceFile | None, ColumnMapping]:
    """Return the sites of a file of any format, its tables (None for GeoJSON), and what its columns became.

    Args:
        data: The bytes of the file.
        name: Its name in messages.
        standard: The edition whose questions and facts are recognised.
        policies: The usual spellings of columns.
        mapping: What the columns mean; guessed if it is None.
        choices: What a person chose on top of that.
        strict: Whether a single refused feature refuses the whole file.

    Raises:
        SiteError: The file cannot be used as a whole, a choice cannot be followed, or something is refused and `strict` is set.
        Unavailable: Other files are being read.
    """
    checked_targets(choices.targets, standard)
    data, name = unpacked_geojson(data, name)
    if is_geojson(data):
        return _of_geojson(data, name, standard, policies, mapping, choices, strict=strict)
    source = play_spaces_of_extract(read_source(data, name), policies.osm)
    table = _table(source, policies, mapping, choices)
    if not table.rows:
        raise SiteError(
            say("{source}: it has no row below its headings; bring a file with at least one place", source=name)
        )
    mapping = _mapping(table, standard, policies, mapping, choices, own_keys=True)
    positions = PositionReader(table, mapping, policies)
    crs = (mapping.crs or table.crs or "") if positions.leaves_crs else ""
    rows = with_parts(feature_rows(source, table, mapping, policies), source, table)
    source = replace(source, notes=(*source.notes, *table.notes, *_tables_not_read(source, table)))
    sites = sites_from_rows(rows, name, crs=crs, strict=strict)
    zero = [str(row.number) for row in table.rows if positions.is_zero(row)]
    if zero:
        note = say(
            "the position of {count} rows is 0, 0, which was never measured; they are not located: rows {rows}",
            count=len(zero),
            rows=", ".join(zero[:_NAMED]),
        )
        source = replace(source, notes=(*source.notes, note))
    return _without_id_advice(sites), source, mapping


def site_file(path: Path) -> bytes:
    """Return the bytes of a file of sites.

    Raises:
        SiteError: It is missing, too large or cannot be read.
    """
    try:
        return read_file(path, MOST_MB)
    except UnreadableFile as why:
        raise unusable_file(str(path), why.found, why.remedy) from why


def _of_geojson(
    data: bytes,
    name: str,
    standard: Standard,
    policies: Policies,
    mapping: ColumnMapping | None,
    choices: ColumnChoices,
    *,
    strict: bool,
) -> tuple[Sites, None, ColumnMapping]:
    used = [mapping or ColumnMapping("", ())]

    def mapped(features: Sequence[object]) -> FeatureMap:
        table = table_of_features(features)
        used[0] = _mapping(table, standard, policies, mapping, choices, own_keys=False)
        return FeatureMapper(used[0], translate=False).mapped

    sites = sites_from_bytes(
        data, name, strict=strict, mapping=mapped, crs=choices.crs or (mapping.crs if mapping else "")
    )
    return _without_id_advice(sites), None, used[0]


def _mapping(
    table: SourceTable,
    standard: Standard,
    policies: Policies,
    mapping: ColumnMapping | None,
    choices: ColumnChoices,
    *,
    own_keys: bool,
) -> ColumnMapping:
    if mapping is None:
        mapping = guess_columns(table, standard, policies, own_keys=own_keys)
    else:
        mapping = _aligned(mapping, table)
    mapping = with_choices(mapping, choices.targets, choices.crs)
    return with_answers(mapping, table, standard, policies, own_keys=own_keys)


def _tables_not_read(source: SourceFile, table: SourceTable) -> Iterator[Message]:
    """Yield a message on the tables of a file that hold rows and are not read."""
    others = [other.name for other in source.tables if other.rows and other.name != table.name and not is_linked(other)]
    if others and table.name:
        yield say(
            "of the tables of the file only “{table}” is read, not {others}; name another one if that is wrong",
            table=quote(table.name),
            others=", ".join(f"“{quote(name)}”" for name in others),
        )


def _aligned(mapping: ColumnMapping, table: SourceTable) -> ColumnMapping:
    """Return a given mapping for the columns of this table; a column that it does not name stays what it is."""
    uses = {use.column: use for use in mapping.columns}
    return replace(
        mapping,
        table=table.name,
        columns=tuple(uses.get(heading, ColumnUse(heading, "", guessed=False)) for heading in table.columns),
    )


def _without_id_advice(sites: Sites) -> Sites:
    """Return the sites without warnings about columns that may hold ids: the mapping says which one does, and why."""
    problems = tuple(problem for problem in sites.problems if problem.rule != ID_ELSEWHERE)
    return sites if len(problems) == len(sites.problems) else replace(sites, problems=problems)


def _table(
    source: SourceFile, policies: Policies, mapping: ColumnMapping | None, choices: ColumnChoices
) -> SourceTable:
    names = [table.name for table in source.tables]
    if choices.table is not None and choices.table not in names:
        raise SiteError(
            say(
                "{source}: it has no table “{table}”; its tables are: {tables}",
                source=source.name,
                table=choices.table,
                tables=", ".join(names),
            )
        )
    return sites_table(
        source, policies, choices.table if choices.table is not None else mapping.table if mapping else None
    )
