"""A memo of answers that take a moment, each kept until what it was made from has changed.

Whoever asks for the same answer at the same time waits for the one that is being made; whoever asks for another does not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")

_NOTHING: Final = object()


@dataclass(slots=True)
class _MemoSlot:
    lock: Lock = field(default_factory=Lock)
    source: object = _NOTHING
    answer: Any = None


class Memo:
    """Remembers the answers that were asked for last, `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._slots: OrderedDict[Hashable, _MemoSlot] = OrderedDict()

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return the answer to `key`, made where none is kept that was made from `source`.

        Args:
            key: What was asked.
            source: What the answer is made from: an object (another one makes another answer), or a version by its number.
            make: Makes the answer; what it raises is not kept.
        """
        with self._lock:
            slot = self._slots.setdefault(key, _MemoSlot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        with slot.lock:
            if not _is_same(slot.source, source):
                slot.answer = make()
                slot.source = source
            return cast("T", slot.answer)


def _is_same(kept: object, source: object) -> bool:
    return kept is source or (isinstance(kept, int) and isinstance(source, int) and kept == source)
