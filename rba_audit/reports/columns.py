"""Column of an exported table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar

from rba_audit.messages import Message

Cell = str | int | float | date | None
T = TypeVar("T")


class Column(Generic[T]):
    """A column: its heading, a function that returns the cell of a row, its width in characters, and its number format.

    The format is that of a spreadsheet, such as `#,##0`; empty for the usual one.
    """

    def __init__(self, heading: Message, value: Callable[[T], Cell], width: int = 14, number_format: str = "") -> None:
        self.heading = heading
        self.value = value
        self.width = width
        self.number_format = number_format
