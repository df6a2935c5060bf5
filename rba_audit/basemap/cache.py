"""Build the basemap tiles of a context once, in a background thread."""

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
    """The basemap tiles of a context, built once in a background thread."""

    def __init__(self, context: Sequence[ContextFeature]) -> None:
        self._context = context
        self._lock = Lock()
        self._cut: Future[BasemapTiles] | None = None

    def begin(self) -> Future[BasemapTiles]:
        """Start building the tiles if that has not been started; return the future of the tiles."""
        with self._lock:
            if self._cut is None:
                self._cut = Future()
                Thread(target=_finish, args=(self._cut, self._context), name="ground", daemon=True).start()
            return self._cut

    def ready(self, patience_s: float = _PATIENCE_S) -> BasemapTiles | None:
        """Return the tiles; None if they are not ready after `patience_s` seconds."""
        try:
            return self.begin().result(timeout=patience_s)
        except TooLong:
            return None


def _finish(cut: Future[BasemapTiles], context: Sequence[ContextFeature]) -> None:
    try:
        cut.set_result(build_basemap(context))
    except BaseException as fault:  # raised again in the request that asks for a tile, which logs it
        cut.set_exception(fault)
