"""LRU memo; an entry is recomputed when its source object changes identity, or its version number.

Threads that ask for the same key at the same time wait for one computation; other keys are not blocked.
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
    """Thread-safe LRU cache of at most `most` answers."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._slots: OrderedDict[Hashable, _MemoSlot] = OrderedDict()

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return the answer for `key`, computed unless one is cached that was made from `source`.

        Args:
            key: Key of the answer.
            source: What the answer is computed from: an object, compared by identity, or a version number.
            make: Computes the answer; an exception is passed on and nothing is cached.
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


def _is_same(cached: object, source: object) -> bool:
    return cached is source or (isinstance(cached, int) and isinstance(source, int) and cached == source)
