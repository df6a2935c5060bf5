"""Compare two documents of one visit part by part; a person decides which of them is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_SENDING_MEMBERS: Final = frozenset({"format", "id", "begun_at", "frozen_at", "replaces"})
"""Members about the sending rather than the observations; they are not compared."""
_NAMES: Final = ("id", "sha256")


def differing_parts(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts that differ as `path`, `kept` and `sent`; a value is None where a document lacks the part."""
    return [
        {"path": path, "kept": one, "sent": other}
        for key in [*stored, *(key for key in sent if key not in stored)]
        if key not in _SENDING_MEMBERS
        for path, one, other in _differences(stored.get(key), sent.get(key), key)
    ]


def _differences(stored: Any, sent: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    stored, sent = _by_name(stored), _by_name(sent)
    if isinstance(stored, Mapping) and isinstance(sent, Mapping):
        for key in [*stored, *(key for key in sent if key not in stored)]:
            yield from _differences(stored.get(key), sent.get(key), f"{path}.{key}")
    elif stored != sent or isinstance(stored, bool) != isinstance(sent, bool):
        yield path, stored, sent


def _by_name(value: Any) -> Any:
    """Return a list of members with unique ids or hashes as an object by them, so that members are compared by identity."""
    if not isinstance(value, list) or not value:
        return value
    for name in _NAMES:
        if all(isinstance(member, Mapping) and isinstance(member.get(name), str) for member in value):
            named = {member[name]: member for member in value}
            return named if len(named) == len(value) else value
    return value
