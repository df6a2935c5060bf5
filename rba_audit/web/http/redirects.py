"""Validate redirect targets: only paths of this server are accepted, so that no link can lead elsewhere (open redirect)."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next_path(given: str | None) -> str | None:
    """Return `given` if it is a path of this server, else None.

    Browsers drop tabs and line breaks from a URL and read a backslash as a slash; both could hide a foreign host.
    """
    if not given or not given.startswith("/") or given.startswith("//") or "\\" in given:
        return None
    if any(not character.isprintable() or character.isspace() for character in given):
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else given
