"""Answers that take a moment, kept until what they were made from has changed.

Whoever asks for the same answer at the same time waits for the one that is being made; whoever asks for another does not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(slots=True)
class _Slot:
    lock: Lock = field(default_factory=Lock)
    source: object = None
    answer: Any = None


class Kept:
    """Remembers the answers that were asked for last, `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return the answer to `key`, made from `source` if it is not kept, or was made from another object."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        with slot.lock:
            if slot.source is not source:
                slot.answer = make()
                slot.source = source
            return cast("T", slot.answer)
