"""Shares in words, and the points of the trend that its chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rba_audit.auditing import TrendPoint
from rba_audit.messages import format_number

_WHOLE: Final = 100
_SPACE: Final = "\N{NO-BREAK SPACE}"


def share_words(part: int, whole: int) -> str:
    """Return a share in whole percent, such as `12 %`; never 0 % for some or 100 % for not all, and `–` of nothing."""
    if not whole:
        return "–"
    percent = round(_WHOLE * part / whole)
    if part and not percent:
        return f"< 1{_SPACE}%"
    if part < whole and percent == _WHOLE:
        return f"> 99{_SPACE}%"
    return f"{format_number(percent, 0)}{_SPACE}%"


def changed_points(points: Sequence[TrendPoint], most: int) -> list[TrendPoint]:
    """Return the newest `most` points that differ from the one before, newest first; the newest point is always one of them."""
    changed = [
        point
        for number, point in enumerate(points)
        if number in (0, len(points) - 1) or point.counts != points[number - 1].counts
    ]
    return changed[::-1][:most]
