"""The gate before the register's file: one writer at a time, in the order they came.

It guards nothing by itself; a writer that does not pass through it is not stopped.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rba_audit.register.file_locks import file_lock


class WriterLock:
    """Lets writers pass one by one: threads through a queue, processes through a lock on a file.

    SQLite alone lets waiting writers try again after growing pauses, so that under load an early one may come last.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for one's turn, and keep the others waiting inside the block."""
        with self._turn(), file_lock(self._path):
            yield

    @contextmanager
    def _turn(self) -> Iterator[None]:
        ticket = object()
        with self._moved:
            self._queue.append(ticket)
        try:
            with self._moved:
                self._moved.wait_for(lambda: self._queue[0] is ticket)
            yield
        finally:
            # Also when the wait was interrupted: a ticket nobody holds would stop all behind it.
            with self._moved:
                self._queue.remove(ticket)
                self._moved.notify_all()
