"""Compare two documents of one visit part by part; a person decides which of them is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_OF_THE_SENDING: Final = frozenset({"format", "id", "begun_at", "frozen_at", "replaces"})
"""Members about the sending rather than the observations; they are not compared."""
_NAMES: Final = ("id", "sha256")


def differing_parts(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts that differ as `path`, `kept` and `sent`; a value is None where a document lacks the part."""
    return [
        {"path": path, "kept": one, "sent": other}
        for key in [*kept, *(key for key in sent if key not in kept)]
        if key not in _OF_THE_SENDING
        for path, one, other in _between(kept.get(key), sent.get(key), key)
    ]


def _between(kept: Any, sent: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    kept, sent = _by_name(kept), _by_name(sent)
    if isinstance(kept, Mapping) and isinstance(sent, Mapping):
        for key in [*kept, *(key for key in sent if key not in kept)]:
            yield from _between(kept.get(key), sent.get(key), f"{at}.{key}")
    elif kept != sent or isinstance(kept, bool) != isinstance(sent, bool):
        yield at, kept, sent


def _by_name(value: Any) -> Any:
    """Return a list of members with unique ids or hashes as an object by them, so that members are compared by identity."""
    if not isinstance(value, list) or not value:
        return value
    for name in _NAMES:
        if all(isinstance(member, Mapping) and isinstance(member.get(name), str) for member in value):
            named = {member[name]: member for member in value}
            return named if len(named) == len(value) else value
    return value
