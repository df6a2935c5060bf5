"""The tiles of a context, cut once in a thread of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from threading import Lock, Thread
from typing import Final

from rba_audit.basemap.tiles import BasemapTiles, build_basemap
from rba_audit.layers import ContextFeature

_PATIENCE_S: Final = 2.0


class BasemapCache:
    """The tiles of a context: cut in a thread of their own, once."""

    def __init__(self, context: Sequence[ContextFeature]) -> None:
        self._context = context
        self._lock = Lock()
        self._cut: Future[BasemapTiles] | None = None

    def begin(self) -> Future[BasemapTiles]:
        """Begin to cut, where nobody did before."""
        with self._lock:
            if self._cut is None:
                self._cut = Future()
                Thread(target=_finish, args=(self._cut, self._context), name="ground", daemon=True).start()
            return self._cut

    def ready(self, patience_s: float = _PATIENCE_S) -> BasemapTiles | None:
        """Return the tiles; None where they are still being cut after so many seconds."""
        try:
            return self.begin().result(timeout=patience_s)
        except TooLong:
            return None


def _finish(cut: Future[BasemapTiles], context: Sequence[ContextFeature]) -> None:
    try:
        cut.set_result(build_basemap(context))
    except BaseException as fault:  # whoever asks for a tile is told, and the log
        cut.set_exception(fault)
