"""Add what the columns of a file mean to its features, under their own keys; nothing that a file has is changed or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from rba_audit.file_formats import SourceFile, SourceRow, SourceTable
from rba_audit.file_formats.gpx import walked_outline
from rba_audit.imports.answer_columns import cell_text
from rba_audit.imports.column_mapping import ColumnMapping
from rba_audit.imports.headings import plain_heading
from rba_audit.imports.position_columns import POSITION_TARGETS, PositionReader
from rba_audit.imports.site_columns import NAME, TEXTS
from rba_audit.layers.property_words import is_blank
from rba_audit.messages import Message, say
from rba_audit.sites import FeatureRow
from rba_audit.sites.features import ID_PROPERTIES, hashed_id
from rba_audit.sites.names import property_text
from rba_audit.sites.problems import quote
from rba_audit.standard.policies import Policies

ORIGINAL: Final = "file."
"""Before the key of a column whose cells were read as other words: there the cell stays as the file has it."""
_LINED: Final = ("csv",)
_MOST_BELOW: Final = 2  # filled cells of a total or note: its word, and perhaps a number


class FeatureMapper:
    """Adds to features what their columns mean.

    Args:
        mapping: What the columns mean.
        translate: Whether cells under the very key of their question are read, too; in GeoJSON no key is ever changed.
    """

    def __init__(self, mapping: ColumnMapping, *, translate: bool) -> None:
        self._translate = translate
        self._values = mapping.values or {}
        self._columns: dict[str, list[str]] = {}
        chosen = sorted(mapping.columns, key=lambda use: (use.guessed, use.column != use.target))
        for use in chosen:
            if use.target and use.target not in (*POSITION_TARGETS, "id"):
                self._columns.setdefault(use.target, []).append(use.column)
        self._ids = [use.column for use in chosen if use.target == "id"][:1] or [""]
        self._id_chosen = any(use.target == "id" and not use.guessed for use in mapping.columns)
        self._no_ids = frozenset(
            use.column for use in mapping.columns if use.column in ID_PROPERTIES and use.target != "id"
        )
        self._idle = (
            not self._no_ids
            and not self._id_chosen
            and self._ids[0] in ("", *ID_PROPERTIES)
            and not (
                any(columns != [target] for target, columns in self._columns.items()) or (translate and self._values)
            )
        )

    def mapped(self, feature: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a feature with what its columns mean; the same object if there is nothing to add."""
        if self._idle:
            return feature
        properties = feature.get("properties")
        if not isinstance(properties, Mapping):
            return feature
        added = dict(self._added(properties))
        id = self._id(feature, properties)
        if not added and id is None:
            return feature
        mapped = {**feature, "properties": {**properties, **added}}
        if id is not None:
            mapped = {**mapped, "id": id}
        return mapped

    def _added(self, properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for target, columns in self._columns.items():
            own = properties.get(target)
            if not is_blank(own):
                word = self._values.get(target, {}).get(cell_text(own)) if self._translate else None
                if word is not None and word != own and ORIGINAL + target not in properties:
                    yield target, word
                    yield ORIGINAL + target, own
                continue
            value = next((cell for column in columns if not is_blank(cell := _cell(properties, column))), None)
            if value is None:
                continue
            word = self._values.get(target, {}).get(cell_text(value))
            if word is not None:
                yield target, word
            elif target == NAME or target in TEXTS:
                text = property_text(value)
                if text:
                    yield target, text
            else:
                yield target, value

    def _id(self, feature: Mapping[str, Any], properties: Mapping[str, Any]) -> object:
        """Return the id that a feature gets; None if it keeps what it has."""
        if feature.get("id") is not None and not self._id_chosen:
            return None
        column = self._ids[0]
        value = _cell(properties, column) if column else None
        if not is_blank(value):
            if not self._no_ids and not self._id_chosen and column in ID_PROPERTIES:
                return None
            return int(value) if isinstance(value, float) and value == value // 1 else value
        if feature.get("id") is None and any(not is_blank(properties.get(key)) for key in self._no_ids):
            return hashed_id(feature)
        return None


def _cell(properties: Mapping[str, Any], column: str) -> Any:
    """Return a cell by its heading, which may be a path into nested objects."""
    if column in properties:
        return properties[column]
    value: Any = properties
    for step in column.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def feature_rows(
    source: SourceFile, table: SourceTable, mapping: ColumnMapping, policies: Policies
) -> Iterator[FeatureRow]:
    """Yield the rows of a table as features, each as the file has it and with what its columns mean."""
    mapper, positions = FeatureMapper(mapping, translate=True), PositionReader(table, mapping, policies)
    several = len(source.tables) > 1 and bool(table.name)
    for row in table.rows:
        position = positions.position(row)
        original = {"type": "Feature", "properties": dict(row.values), "geometry": row.geometry}
        if source.format == "gpx" and (outline := walked_outline(row.geometry)) is not None:
            position = replace(position, geometry=outline)
        located = original if position.geometry is row.geometry else {**original, "geometry": position.geometry}
        below = _is_below_table(row, policies)
        fault = (
            below or position.fault
            if row.fault is None
            else (row.fault, say("correct it in the file and bring it again"))
        )
        mapped = mapper.mapped(located)
        yield FeatureRow(
            place=_place(source, table, row, several=several),
            feature=original,
            mapped=mapped if mapped is not original else dict(original),
            line=row.number if source.format in _LINED else None,
            fault=fault,
        )


def _is_below_table(row: SourceRow, policies: Policies) -> tuple[Message, Message] | None:
    """Return why a row is no place: all that it holds is a total or a note below the table, such as “Jumlah: 70”."""
    cells = [cell_text(value) for value in row.values.values() if not is_blank(value)]
    if row.geometry is not None or not 0 < len(cells) <= _MOST_BELOW:
        return None
    text = next((cell for cell in cells if any(map(str.isalpha, cell))), "")
    words = plain_heading(text).split()
    if not words or words[0] not in policies.columns.below:
        return None
    found = say("“{text}” stands below the table and is no place", text=quote(text))
    return found, say("remove the row, or give the place its other cells")


def _place(source: SourceFile, table: SourceTable, row: SourceRow, *, several: bool) -> Message:
    number = str(row.number)
    if source.format in _LINED:
        return say("line {line}", line=number)
    return say("{table}, row {row}", table=table.name, row=number) if several else say("row {row}", row=number)
