"""The tiles of a context, cut once in a thread of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from threading import Lock, Thread
from typing import Final

from rba_audit.ground.tiles import Ground, ground_of
from rba_audit.layers import Place

_PATIENCE_S: Final = 2.0


class CutGround:
    """The tiles of a context: cut in a thread of their own, once."""

    def __init__(self, context: Sequence[Place]) -> None:
        self._context = context
        self._lock = Lock()
        self._cut: Future[Ground] | None = None

    def begin(self) -> Future[Ground]:
        """Begin to cut, where nobody did before."""
        with self._lock:
            if self._cut is None:
                self._cut = Future()
                Thread(target=_finish, args=(self._cut, self._context), name="ground", daemon=True).start()
            return self._cut

    def ready(self, patience_s: float = _PATIENCE_S) -> Ground | None:
        """Return the tiles; None where they are still being cut after so many seconds."""
        try:
            return self.begin().result(timeout=patience_s)
        except TooLong:
            return None


def _finish(cut: Future[Ground], context: Sequence[Place]) -> None:
    try:
        cut.set_result(ground_of(context))
    except BaseException as fault:  # whoever asks for a tile is told, and the log
        cut.set_exception(fault)
