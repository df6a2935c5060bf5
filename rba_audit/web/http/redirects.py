"""Where to go back to after a form: a path of this site, whatever the address asks for.

Nobody is ever sent elsewhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next_path(given: str | None) -> str | None:
    """Return `given` if it is a path of this site, else None.

    Browsers drop tabs and line breaks from an address and read a backslash as a slash: both can hide the way elsewhere.
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
