"""Read the table of a shapefile (dBase): whole numbers exact, days as ISO text, and the encoding found out rather than assumed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from rba_audit.file_formats.problems import FormatError, check_size, shown
from rba_audit.messages import Message, say

_CUT: Final = 254
_DELETED: Final = b"*"[0]
_CODE_PAGES: Final = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
"""Encodings by the number in the table's header. 0x57 is what most programs write without looking, so UTF-8 is tried first anyway."""
_JULIAN: Final = 1_721_425  # of the day before the first day of Python's calendar


@dataclass(frozen=True, slots=True)
class DbaseField:
    """A column: its name as bytes, its type, and where it is in a row."""

    name: bytes
    type: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class DbaseTable:
    """A table of a shapefile.

    Attributes:
        columns: Its headings, unique.
        rows: Values by heading, without empty ones; None for a row that was deleted. The row of a shape is the one at its index.
        notes: What was guessed or cut off.
    """

    columns: tuple[str, ...]
    rows: tuple[dict[str, Any] | None, ...]
    notes: tuple[Message, ...]


def read_dbase(data: bytes, stated_encoding: str) -> DbaseTable:
    """Return the table of a .dbf file.

    Args:
        data: Its bytes.
        stated_encoding: What the .cpg file says; empty if there is none.

    Raises:
        FormatError: It is damaged or too large.
    """
    if len(data) < 33:
        raise _damaged()
    count, header, length = struct.unpack_from("<IHH", data, 4)
    fields = tuple(_fields(data, header))
    if not fields or length < 1 or header > len(data):
        raise _damaged()
    count = min(count, (len(data) - header) // length)
    check_size(count, len(fields))
    encoding, notes = _encoding(data, stated_encoding, fields, (header, count, length))
    names = _names(fields, encoding)
    rows: list[dict[str, Any] | None] = []
    cut: dict[str, int] = {}
    for index in range(count):
        row = data[header + index * length : header + (index + 1) * length]
        if row[0] == _DELETED:
            rows.append(None)
            continue
        values: dict[str, Any] = {}
        for name, field in zip(names, fields, strict=True):
            raw = row[field.start : field.start + field.length]
            if (value := _value(raw, field, encoding)) is not None:
                values[name] = value
                if field.type == "C" and field.length >= _CUT and len(raw.rstrip(b"\x00 ")) >= _CUT:
                    cut[name] = cut.get(name, 0) + 1
        rows.append(values)
    notes.extend(
        say(
            "“{column}”: texts that may be cut off ({count}): a shapefile holds {length} characters",
            column=shown(name),
            count=number,
            length=_CUT,
        )
        for name, number in cut.items()
    )
    if any(field.type in "MGBP" and field.length == 10 for field in fields):
        notes.append(say("texts in a file of their own (.dbt) are not read"))
    return DbaseTable(tuple(names), tuple(rows), tuple(notes))


def _fields(data: bytes, header: int) -> Iterator[DbaseField]:
    start = 1
    for at in range(32, min(header, len(data)) - 31, 32):
        if data[at] == 0x0D:
            return
        name, kind, length = data[at : at + 11].split(b"\x00")[0], chr(data[at + 11]), data[at + 16]
        if kind == "C":
            length += data[at + 17] << 8  # long texts of some programs
        yield DbaseField(name, kind, start, length)
        start += length


def _names(fields: tuple[DbaseField, ...], encoding: str) -> list[str]:
    names: list[str] = []
    for field in fields:
        name = free = field.name.decode(encoding, "replace").strip()
        copies = 1
        while free in names:
            copies += 1
            free = f"{name} ({copies})"
        names.append(free)
    return names


def _encoding(
    data: bytes, stated: str, fields: tuple[DbaseField, ...], shape: tuple[int, int, int]
) -> tuple[str, list[Message]]:
    """Return the encoding, and what has to be said of it: the stated one if all texts fit it, else UTF-8, else the usual one of Windows."""
    header, count, length = shape
    texts = [field.name for field in fields]
    for field in fields:
        if field.type == "C":
            start = header + field.start
            texts += [data[at : at + field.length] for at in range(start, start + count * length, length)]
    texts = [text for text in {text.rstrip(b"\x00 ") for text in texts} if not text.isascii()]
    if not texts:
        return "utf-8", []
    named = _codec(stated)
    if named and _fits(texts, named):
        return named, []
    if _fits(texts, "utf-8"):
        return "utf-8", [] if not stated else [
            say("the file says its text is {stated}, but it is UTF-8", stated=shown(stated))
        ]
    guess = _CODE_PAGES.get(data[29], "cp1252")
    guess = guess if _fits(texts, guess) else "cp1252"
    sample = shown(texts[0].decode(guess, "replace"))
    return guess, [
        say(
            "the text is read as {encoding}, which the file does not say; look at “{sample}”",
            encoding=guess,
            sample=sample,
        )
    ]


def _codec(stated: str) -> str:
    """Return Python's name of the encoding in a .cpg file; empty if it is not known."""
    name = stated.strip().lower().replace("ansi ", "cp").replace("windows-", "cp")
    if name.isdigit():
        name = "utf-8" if name == "65001" else f"iso-{name[:4]}-{name[4:]}" if name.startswith("8859") else f"cp{name}"
    try:
        return name if name and "x".encode(name) == b"x" else ""
    except (LookupError, UnicodeError):
        return ""


def _fits(texts: list[bytes], encoding: str) -> bool:
    for text in texts:
        try:
            text.decode(encoding)
        except UnicodeDecodeError as error:
            if not (encoding == "utf-8" and len(text) >= _CUT - 3 and error.start >= len(text) - 3):
                return False  # a text that was cut within a letter is still UTF-8
    return True


def _value(raw: bytes, field: DbaseField, encoding: str) -> Any:
    match field.type:
        case "C":
            return raw.rstrip(b"\x00 ").decode(encoding, "replace").strip("\x00") or None
        case "N" | "F":
            return _number(raw.strip(b"\x00 ").decode("ascii", "replace"))
        case "D":
            return _day(raw.decode("ascii", "replace").strip("\x00 "))
        case "L":
            return {
                b"T": True,
                b"t": True,
                b"Y": True,
                b"y": True,
                b"F": False,
                b"f": False,
                b"N": False,
                b"n": False,
            }.get(raw[:1])
        case "I" | "+" if len(raw) == 4:
            return int.from_bytes(raw, "little", signed=True)
        case "O" | "B" if len(raw) == 8:
            (number,) = struct.unpack("<d", raw)
            return number if number - number == 0 else None
        case "T" | "@" if len(raw) == 8:
            return _moment(*struct.unpack("<ii", raw))
    return None


def _number(text: str) -> Any:
    if not text or text.strip("*") == "":
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if number - number == 0 else None


def _day(text: str) -> str | None:
    if not text.strip("0"):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return text


def _moment(day: int, milliseconds: int) -> str | None:
    try:
        moment = date.fromordinal(day - _JULIAN + 1)
    except (ValueError, OverflowError):
        return None
    clock = timedelta(milliseconds=milliseconds % 86_400_000) // timedelta(seconds=1)
    return f"{moment.isoformat()}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}"


def _damaged() -> FormatError:
    return FormatError(say("the table of the shapefile (.dbf) is damaged"), say("export the shapefile again"))
