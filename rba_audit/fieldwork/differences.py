"""Where two documents of one visit differ, part by part.

It weighs nothing: which of the two is right is for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_OF_THE_SENDING: Final = frozenset({"format", "id", "begun_at", "frozen_at", "replaces"})
"""Members about the sending, not about what was seen."""
_NAMES: Final = ("id", "sha256")


def differing_parts(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each part of what was seen that the two say differently, with its path; None where one says nothing."""
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
    """Return a list of things that have names as an object of them, so that each is held against itself."""
    if not isinstance(value, list) or not value:
        return value
    for name in _NAMES:
        if all(isinstance(each, Mapping) and isinstance(each.get(name), str) for each in value):
            named = {each[name]: each for each in value}
            return named if len(named) == len(value) else value
    return value
