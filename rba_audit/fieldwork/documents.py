"""Read the documents that phones send (visits, danger reports, proposals) and validate their JSON shape.

`validation` and the intake check the meaning; unknown keys are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rba_audit.fieldwork.shapes import (
    LONGEST_KEY,
    ListShape,
    MapShape,
    Nullable,
    ObjectShape,
    Predicate,
    Shape,
    is_day,
    is_flag,
    is_hash,
    is_moment,
    is_number,
    is_text,
    is_uuid,
    shape_faults,
)
from rba_audit.fieldwork.submission_errors import SubmissionTooLarge, submission_error
from rba_audit.messages import say
from rba_audit.photographs import LARGEST_PHOTO_BYTES as LARGEST_PHOTO
from rba_audit.register import STAGES
from rba_audit.register.records import SCOPES, SOURCES, VISIT_FORMAT
from rba_audit.strict_json import NotJson, is_whole, read_json

LARGEST_DOCUMENT_BYTES: Final = 1_000_000
"""Limit of one visit or report, without its photos."""
MOST_PHOTOS: Final = 200
_NAMED: Final = 5  # invalid parts that an error names
# Limits: characters of an id, a line and a page, and members of a list.
_ID: Final = LONGEST_KEY
_LINE: Final = 500
_PAGE: Final = 10_000
_LIST: Final = 2_000
_ANYWHERE_M: Final = 50_000_000


def _format(value: Any) -> bool:
    return is_whole(value, VISIT_FORMAT, VISIT_FORMAT)


def _answer(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= _LIST and all(isinstance(name, str) and len(name) <= _LINE for name in value)
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) <= _PAGE


_POINT: Final[Mapping[str, Shape]] = {"lon": is_number(-180, 180), "lat": is_number(-90, 90)}
_PLACE: Final = ObjectShape(_POINT, {"accuracy_m": Nullable(is_number(0, _ANYWHERE_M)), "at": Nullable(is_moment)})
_POSITION: Final = ObjectShape(
    _POINT,
    {
        "accuracy_m": Nullable(is_number(0, _ANYWHERE_M)),
        "at": Nullable(is_moment),
        "how": lambda value: value in ("gps", "pin"),
        "fixes": Nullable(is_number(0, 10**6)),
        "gps": Nullable(_PLACE),
        "reason": Nullable(is_text(_PAGE)),
        "sure": Nullable(is_flag),
    },
)
_ITEM: Final = ObjectShape(
    {"id": is_text(_ID, 1), "kind": is_text(_ID)},
    {
        "name": Nullable(is_text(_LINE)),
        "gone": is_flag,
        "same_as": Nullable(is_text(_ID, 1)),
        "answers": MapShape(_answer, _LIST),
        "note": Nullable(is_text(_PAGE)),
    },
)
# The source of a photo with its time and position; for a gallery photo these are the ones in its file.
_ORIGIN: Final[Mapping[str, Shape]] = {
    "bytes": is_number(1, LARGEST_PHOTO),
    "source": lambda value: value in SOURCES,
    "taken_at": Nullable(is_moment),
    "position": Nullable(_PLACE),
}
_PHOTO: Final = ObjectShape(
    {"sha256": is_hash}, {"question": Nullable(is_text(_ID)), "item": Nullable(is_text(_ID)), **_ORIGIN}
)
_VISIT: Final = ObjectShape(
    {
        "format": _format,
        "id": is_uuid,
        "site": is_text(_LINE, 1),
        "edition": is_text(_ID, 1),
        "stage": lambda value: value in STAGES,
        "author": is_text(_ID, 1),
        "auditor": is_text(_LINE),
        "day": is_day,
        "answers": MapShape(_answer, _LIST),
    },
    {
        "scope": lambda value: value in SCOPES,
        "given_by": Nullable(
            ObjectShape({"author": is_text(_ID, 1)}, {"at": Nullable(is_moment), "begun_at": Nullable(is_moment)})
        ),
        "begun_at": Nullable(is_moment),
        "frozen_at": Nullable(is_moment),
        "replaces": Nullable(is_uuid),
        "notes": MapShape(is_text(_PAGE), _LIST),
        "note": Nullable(is_text(_PAGE)),
        "position": Nullable(_POSITION),
        "items": ListShape(_ITEM, _ID),
        "photos": ListShape(_PHOTO, MOST_PHOTOS),
    },
)
_WHERE: Final = ObjectShape({}, {"at_site": is_flag, "words": Nullable(is_text(_PAGE))})
_DANGER: Final = ObjectShape(
    {"format": _format, "id": is_uuid, "site": is_text(_LINE, 1), "author": is_text(_ID, 1)},
    {
        "question": Nullable(is_text(_ID)),
        "note": Nullable(is_text(_PAGE)),
        "at": Nullable(is_moment),
        "position": Nullable(_POSITION),
        "where": Nullable(_WHERE),
        "photo": Nullable(ObjectShape({"sha256": is_hash}, _ORIGIN)),
    },
)


MOST_OF_A_WALK: Final = 5_000
"""Limit of positions in a walk around a site and in an outline: an hour at more than one per second."""
_FIX: Final = (is_number(-180, 180), is_number(-90, 90), lambda value: value is None or _accuracy(value), is_moment)


def _accuracy(value: Any) -> bool:
    return is_number(0, _ANYWHERE_M)(value)


def _fix(value: Any) -> bool:
    return isinstance(value, list) and len(value) == len(_FIX) and all(map(_matches, _FIX, value))


def _matches(fits: Predicate, value: Any) -> bool:
    return fits(value)


def _is_drawn_shape(value: Any) -> bool:
    """Return whether a value is a point, or a polygon of at most `MOST_OF_A_WALK` positions; the intake checks the rest."""
    if not isinstance(value, dict) or value.get("type") not in ("Point", "Polygon"):
        return False
    content = value.get("coordinates")
    if value["type"] == "Point":
        return isinstance(content, list)
    return isinstance(content, list) and sum(len(ring) for ring in content if isinstance(ring, list)) <= MOST_OF_A_WALK


_PROPOSAL: Final = ObjectShape(
    {
        "id": is_uuid,
        "site": is_text(_ID, 1),
        "name": is_text(_LINE, 1),
        "kind": is_text(_ID),
        "geometry": _is_drawn_shape,
        "accuracy_m": Nullable(is_number(0, _ANYWHERE_M)),
        "walk": ListShape(_fix, MOST_OF_A_WALK),
        "note": is_text(_PAGE),
        "near": ListShape(is_text(_LINE, 1), _ID),
        "author": is_text(_ID, 1),
        "begun_at": Nullable(is_moment),
    },
    {},
)


def read_proposal(body: bytes) -> dict[str, Any]:
    """Return the document of a proposal, valid in shape.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it is not JSON or not a proposal.
    """
    return _read(body, _PROPOSAL)


def read_visit(body: bytes) -> dict[str, Any]:
    """Return the document of a visit, valid in shape; `validation.check_visit` checks its meaning.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it is not JSON or not a visit.
    """
    return _read(body, _VISIT)


def read_danger(body: bytes) -> dict[str, Any]:
    """Return the document of a danger report, valid in shape.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it is not JSON or not a danger report.
    """
    return _read(body, _DANGER)


def _read(body: bytes, shape: ObjectShape) -> dict[str, Any]:
    if len(body) > LARGEST_DOCUMENT_BYTES:
        raise SubmissionTooLarge(
            say(
                "The visit has more than {limit} MB of answers; send it as two visits.",
                limit=LARGEST_DOCUMENT_BYTES // 10**6,
            )
        )
    try:
        document: dict[str, Any] = read_json(body)
    except NotJson:
        raise submission_error(
            say("What arrived is no whole visit; keep it, open this app again with signal and send it again.")
        ) from None
    parts = list(shape_faults(document, shape, ""))
    if parts:
        named = ", ".join(part.lstrip(".") or "JSON" for part in parts[:_NAMED])
        raise submission_error(
            say(
                "What arrived is not as this server expects it ({parts}); renew this app and send it again.",
                parts=named,
            )
        )
    return document
