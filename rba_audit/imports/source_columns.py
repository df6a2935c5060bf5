"""Columns of one table with their values; GeoJSON features as such a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from rba_audit.file_formats import SourceRow, SourceTable
from rba_audit.layers.property_words import is_blank
from rba_audit.sites.names import property_text

_SAMPLES: Final = 3
_SAMPLED: Final = 200  # rows that are looked at for them
_LONGEST: Final = 60
_DEPTH: Final = 4


@dataclass(frozen=True, eq=False)
class SourceColumn:
    """One column by its heading; its cells are read on first access, because most columns of a wide file need no look."""

    heading: str
    _rows: Sequence[SourceRow]

    @cached_property
    def values(self) -> Sequence[Any]:
        """Its value in every row, None where it has none."""
        return [row.values.get(self.heading) for row in self._rows]

    @cached_property
    def filled(self) -> list[Any]:
        """Its values that are not blank."""
        return [value for value in self.values if not is_blank(value)]

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """A few different values as text."""
        cells = (row.values.get(self.heading) for row in self._rows[:_SAMPLED])
        texts = (sample_text(value) for value in cells if not is_blank(value))
        return tuple(dict.fromkeys(text for text in _first(texts) if text))[:_SAMPLES]


def column_of(table: SourceTable, heading: str) -> SourceColumn:
    """Return one column of a table."""
    return SourceColumn(heading, table.rows)


def cells_differ(one: SourceColumn, other: SourceColumn) -> bool:
    """Return whether two columns have different values in one row."""
    return any(
        not is_blank(first) and not is_blank(second) and sample_text(first).casefold() != sample_text(second).casefold()
        for first, second in zip(one.values, other.values, strict=True)
    )


def sample_text(value: object) -> str:
    """Return a value as short text."""
    text = " ".join((property_text(value) or ("" if isinstance(value, Mapping | list) else str(value))).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def table_of_features(features: Sequence[object]) -> SourceTable:
    """Return GeoJSON features as a table; what lies in nested objects has headings such as `group.name`."""
    rows, headings = [], {}
    for number, feature in enumerate(features, start=1):
        members = feature if isinstance(feature, Mapping) else {}
        properties, geometry = members.get("properties"), members.get("geometry")
        values: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
        if members.get("id") is not None:
            values = {**values, "id": members["id"]}
        if dict in set(map(type, values.values())):
            values = {**values, **dict(nested_values(values))}
        headings.update(dict.fromkeys(values))
        rows.append(SourceRow(number, values, geometry if isinstance(geometry, Mapping) else None))
    return SourceTable("", tuple(map(str, headings)), tuple(rows), "EPSG:4326")


def nested_values(values: Mapping[str, Any], at: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield the values inside nested objects with their path, `group.name`; lists are left as they are."""
    for key, value in values.items():
        path = f"{at}.{key}" if at else str(key)
        if isinstance(value, Mapping):
            if depth:
                yield from nested_values(value, path, depth - 1)
        elif at and path not in values:
            yield path, value


def _first(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts until a few different ones have come; long columns are not read to their end."""
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) > _SAMPLES:
            return
