"""Check `bbox` members (RFC 7946, section 5).

A `bbox` stays in its document; bounds are never read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rba_audit.messages import Message, say
from rba_audit.sites.problems import ProblemLog


def warn_of_bbox(holder: Mapping[str, Any], notes: ProblemLog, at: str = "") -> None:
    """Add a warning if the `bbox` of `holder` breaks RFC 7946, section 5."""
    if "bbox" in holder and (problem := _bbox_problem(holder["bbox"])) is not None:
        notes.warn("bbox", problem, say("correct the bbox or remove it"), f"{at}.bbox")


def _bbox_problem(bbox: object) -> Message | None:
    if not isinstance(bbox, (list, tuple)):
        return say("the bbox is not an array")
    if len(bbox) < 4 or len(bbox) % 2:
        return say("the bbox has {count} values, not 4 or 6", count=len(bbox))
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in bbox):
        return say("the bbox holds something other than numbers")
    half = len(bbox) // 2
    west, south, east, north = bbox[0], bbox[1], bbox[half], bbox[half + 1]
    if not (abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        return say("the bbox reaches outside the world")
    if south > north:
        return say("the bbox has its south above its north")
    return None
