"""Serve files under static/: own scripts minified, texts also gzipped, cached in memory."""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Final

import deflate
from rjsmin import jsmin
from werkzeug.security import safe_join

from rba_audit.resources import static_dir
from rba_audit.web.http.memo import Memo
from rba_audit.web.http.script_packs import is_packed, packed_script

TEXT_TYPES: Final = frozenset(
    {
        "application/geo+json",
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/vnd.google-earth.kml+xml",
        "application/xml",
        "image/svg+xml",
    }
)
"""Media types that are text, besides text/*; every other type is compressed already, or small."""
_BEST: Final = 12  # level of libdeflate: 5 % smaller than the best of zlib, and fast
_VENDORED: Final = "vendor/"
_PACKED_FOLDERS: Final = ("", "generated", "phone")
_OTHER: Final = "application/octet-stream"
_FILES: Final = Memo(512)  # entries: the files under static/, and spare ones for files that change during development


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent.

    Attributes:
        mimetype: Its media type.
        content: Its bytes; own scripts are minified.
        gzipped: The content compressed; None if that saves nothing.
    """

    mimetype: str
    content: bytes
    gzipped: bytes | None


def is_text(mimetype: str | None) -> bool:
    """Return whether a media type is text, which compresses well."""
    return mimetype is not None and (mimetype.startswith("text/") or mimetype in TEXT_TYPES)


def static_file(name: str) -> StaticFile | None:
    """Return a file under static/ by its path there; None if there is none."""
    if is_packed(name):
        return _FILES.get((name, *_state()), None, lambda: _read_packed(name))
    path = safe_join(str(static_dir()), name)
    if path is None or not Path(path).is_file():
        return None
    stat = Path(path).stat()
    return _FILES.get((name, stat.st_mtime_ns, stat.st_size), None, lambda: _read(name, str(path)))


def script_text(name: str) -> str:
    """Return an own script without comments and blanks; a test compares it with the source token by token."""
    return str(jsmin((static_dir() / name).read_text(encoding="utf-8")))


def _state() -> tuple[int, ...]:
    """Return a cache key that changes with any own script: their number and newest modification time."""
    scripts = [path.stat() for folder in _PACKED_FOLDERS for path in (static_dir() / folder).glob("*.js")]
    return len(scripts), max(stat.st_mtime_ns for stat in scripts)


def _read_packed(name: str) -> StaticFile | None:
    text = packed_script(name, script_text)
    return None if text is None else _served("text/javascript", text.encode())


def _served(mimetype: str, content: bytes) -> StaticFile:
    gzipped = bytes(deflate.gzip_compress(content, _BEST)) if is_text(mimetype) else None
    return StaticFile(mimetype, content, gzipped if gzipped and len(gzipped) < len(content) else None)


def _read(name: str, path: str) -> StaticFile:
    mimetype = guess_type(path)[0] or _OTHER
    own = name.endswith(".js") and not name.startswith(_VENDORED)
    content = script_text(name).encode() if own else Path(path).read_bytes()
    return _served(mimetype, content)
