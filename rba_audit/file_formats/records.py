"""JSON lines of tables and messages: how a worker process hands over what it read.

A worker that was taken over by its file can send wrong values but no code; messages keep their parameters for both languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import BilingualText, LocalizedNumber, Message

_PLACEHOLDERS_ONLY: Final = re.compile(r"(?:[^{}]|\{[a-z][a-z0-9_]*\})*")
"""A text whose braces are plain names: `{x.y}` would read attributes of a value."""


def encode_tables(tables: Iterable[SourceTable]) -> Iterator[bytes]:
    """Yield a line for each table and each of its rows.

    Raises:
        ValueError: A value is no JSON value, such as NaN.
    """
    for table in tables:
        notes = [encode_message(note) for note in table.notes]
        yield _line({"table": table.name, "columns": table.columns, "crs": table.crs, "notes": notes})
        for row in table.rows:
            fault = None if row.fault is None else encode_message(row.fault)
            yield _line([row.number, dict(row.values), row.geometry, fault])


def decode_tables(lines: Iterable[bytes]) -> tuple[SourceTable, ...]:
    """Return the tables of the lines of `encode_tables`.

    Raises:
        ValueError: A line is something else.
    """
    tables: list[tuple[dict[str, Any], list[SourceRow]]] = []
    for line in lines:
        record = json.loads(line)
        if isinstance(record, dict):
            tables.append((record, []))
        elif isinstance(record, list) and len(record) == 4 and tables:
            tables[-1][1].append(_row(*record))
        else:
            raise ValueError("no record of a table")
    return tuple(_table(head, rows) for head, rows in tables)


def encode_message(message: Message | str) -> Any:
    """Return a message as a JSON value."""
    if isinstance(message, str):
        return message
    return {"text": message.text, "params": [[name, _encode_param(value)] for name, value in message.params]}


def decode_message(record: Any) -> Message:
    """Return the message of a JSON value of `encode_message`.

    Raises:
        ValueError: It is something else, or its text has braces that are no plain placeholder.
    """
    if isinstance(record, str):
        return Message("{text}", (("text", record),))
    if not isinstance(record, dict) or not isinstance(text := record.get("text"), str):
        raise ValueError("no message")
    if not _PLACEHOLDERS_ONLY.fullmatch(text):
        raise ValueError("no plain placeholder")
    return Message(text, tuple((str(name), _decode_param(value)) for name, value in record.get("params", ())))


def _line(record: Any) -> bytes:
    return json.dumps(record, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def _row(number: Any, values: Any, geometry: Any, fault: Any) -> SourceRow:
    if not isinstance(number, int) or not isinstance(values, dict) or not isinstance(geometry, (dict, type(None))):
        raise ValueError("no row")
    return SourceRow(number, values, geometry, None if fault is None else decode_message(fault))


def _table(head: Mapping[str, Any], rows: list[SourceRow]) -> SourceTable:
    name, columns, crs, notes = (head.get(key) for key in ("table", "columns", "crs", "notes"))
    if not isinstance(name, str) or not isinstance(crs, (str, type(None))):
        raise ValueError("no table")
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        raise ValueError("no columns")
    return SourceTable(name, tuple(columns), tuple(rows), crs, tuple(decode_message(note) for note in notes or ()))


def _encode_param(value: object) -> Any:
    match value:
        case Message():
            return {"message": encode_message(value)}
        case BilingualText():
            return {"id": value.id, "en": value.en}
        case date():
            return {"day": value.isoformat()}
        case LocalizedNumber():
            return {"number": str(Fraction(value.value))}
        case Decimal() | Fraction():
            return {"number": str(Fraction(value))}
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _decode_param(value: Any) -> object:
    match value:
        case {"message": record}:
            return decode_message(record)
        case {"id": str(id), "en": str(en)}:
            return BilingualText(id, en)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"number": str(number)}:
            return LocalizedNumber(Fraction(number))
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise ValueError("no parameter of a message")
