"""Column of an exported table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from rba_audit.messages import Message

Cell = str | int | float | None
T = TypeVar("T")


class Column(Generic[T]):
    """A column: its heading, a function that returns the cell of a row, and its width in characters."""

    def __init__(self, heading: Message, value: Callable[[T], Cell], width: int = 14) -> None:
        self.heading = heading
        self.value = value
        self.width = width
