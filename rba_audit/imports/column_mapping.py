"""Types for the meaning of the columns of a file, guessed or chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rba_audit.messages import Message

PlaceTarget = Literal["longitude", "latitude", "coordinates", "easting", "northing", "zone", "wkt"]
"""Targets that make a position; together with `crs` of the mapping."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column becomes.

    Attributes:
        column: Its heading in the file.
        target: `id`, one of `PlaceTarget`, the key of a property (`name`, `kind`, `kelurahan`, `position_accuracy_m` …), or the id of a
            question or fact of the edition; empty if it stays what it is.
        guessed: Whether the program chose it; False if a person did, or a saved mapping.
        why: Why it was guessed; empty text if it was not.
        samples: A few different values of it, as text.
        unread: Values that are no answer to that question, with their number, commonest first.
    """

    column: str
    target: str
    guessed: bool
    why: Message | str = ""
    samples: tuple[str, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a table of a file becomes.

    Attributes:
        table: Name of the table that holds the sites.
        columns: One use for each column, in the order of the file.
        crs: Reference system of its positions, if the file does not say it or a person chose it; empty for longitude and latitude.
        values: By target and value of the file, the word it is read as: `{"QUESTION": {"Tersedia": "yes"}}`.
    """

    table: str
    columns: tuple[ColumnUse, ...]
    crs: str = ""
    values: Mapping[str, Mapping[str, str]] | None = None
