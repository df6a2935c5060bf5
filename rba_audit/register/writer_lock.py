"""Advisory FIFO lock for writers of the register's file, within and between processes.

A writer that does not acquire it is not blocked by it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rba_audit.register.file_locks import file_lock


class WriterLock:
    """Admit one writer at a time: threads in FIFO order through a queue, processes through a file lock.

    With SQLite alone waiting writers retry after growing pauses, so that under load the first one may come last.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Block until it is this writer's turn, and hold the lock inside the block."""
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
            # Remove the ticket even if the wait was interrupted: an abandoned one would block all later writers.
            with self._moved:
                self._queue.remove(ticket)
                self._moved.notify_all()
