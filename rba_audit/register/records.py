"""Frozen records of visits and photos, and their conversion from and to JSON and time stamps.

Conversion is lossless: nothing is rounded or reworded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import Row

from rba_audit.days import days_of, now_utc, usable_day, usable_moment
from rba_audit.register.damaged_rows import moment
from rba_audit.sites import FileProblem

Stage = Literal["self", "auditor"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""Who answered: the manager of the site (self-assessment), or an auditor."""
Scope = Literal["full", "check"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""Scope of a visit: the whole site, or only the given answers, which are merged into the current ones."""

PhotoSource = Literal["camera", "gallery"]
SOURCES: Final[tuple[PhotoSource, ...]] = get_args(PhotoSource)
"""Source of a photo: taken during the visit, or an existing file."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a visit, as the visit's document names it.

    Attributes:
        sha256: Hash of the bytes that are sent, in hexadecimal digits.
        question: The question it was taken for; empty if it is for the whole visit.
        item: The item of equipment it shows; empty if it shows none.
        taken_at: When it was taken: from the camera by the phone's clock, from the gallery by the metadata of the file,
            perhaps without a UTC offset; empty if unknown.
        position: Longitude, latitude and accuracy in metres, if known; never stored inside the picture.
        source: Camera or gallery; empty from older forms, which did not record it: then `taken_at` and `position` are the
            phone's when the file was chosen.
    """

    sha256: str
    question: str = ""
    item: str = ""
    taken_at: str = ""
    position: Mapping[str, float] | None = None
    source: PhotoSource | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One version of a visit: what one person recorded at one site on one day.

    Attributes:
        id: A UUID in canonical form, generated where the visit began.
        site_id: The site that was visited.
        edition: The edition whose questions were answered; the visit is evaluated by newer ones too.
        stage: Who answered.
        auditor: Their name as they signed.
        day: The day of the visit.
        answers: Facts and answers by question id: a word, a number, or a list of names.
        note: The note about the visit as a whole.
        author: The id of the person who sent it; empty if no sign-in was needed.
        notes: Notes by question id.
        items: Items of equipment, each with an `id`, a `kind`, a `name` and `answers`; with `same_as`, the id of the known
            item that it turned out to be, under which it continues.
        photos: The photos that belong to it.
        position: The surveyor's position, with `lon`, `lat` (degrees), `accuracy_m` and how it was determined.
        replaces: The id of the version that this one corrects; empty for a first version.
        root: The id of the first version.
        version: The number of the version, from 1.
        sha256: Hash of the document as it was sent.
        scope: Whether it covers the whole site, or only what it answers.
        given_by: The id of the person who began it and handed it over unfinished; empty if its author began it.
        recorded_at: When the server received it, in UTC; not part of equality.
        finished_at: When it was finished on that day, in UTC: by the phone's clock if plausible, else the time of receipt;
            None if both are on another day. A correction on the same day has the time of the first version.
        first_recorded_at: When the server received the first version; None if this is the first.
    """

    id: str
    site_id: str
    edition: str
    stage: Stage
    auditor: str
    day: date
    answers: Mapping[str, Any]
    note: str = ""
    author: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Mapping[str, Any], ...] = ()
    photos: tuple[Photo, ...] = ()
    position: Mapping[str, Any] | None = None
    replaces: str = ""
    scope: Scope = "full"
    given_by: str = ""
    root: str = field(default="", compare=False)
    version: int = field(default=1, compare=False)
    sha256: str = field(default="", compare=False)
    recorded_at: datetime = field(default_factory=now_utc, compare=False)
    finished_at: datetime | None = field(default=None, compare=False)
    first_recorded_at: datetime | None = field(default=None, compare=False)

    @property
    def order(self) -> tuple[date, datetime, datetime]:
        """Sort key of visits: day, time on that day, and time of receipt of the first version."""
        came = self.first_recorded_at or self.recorded_at
        return self.day, self.finished_at or came, came


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import of features.

    Attributes:
        new: How many were added.
        changed: How many got a new version.
        same: How many were in the register unchanged.
        problems: Rejected features, and warnings about imported ones.
    """

    new: int
    changed: int
    same: int
    problems: tuple[FileProblem, ...]


VISIT_FORMAT: Final = 1
"""The version of the format of visit documents, in requests and in the database."""


def visit_of(document: bytes | str) -> Visit:
    """Return the visit of a document.

    The document was validated before it was stored; this only checks types, so that every page can show it.

    Raises:
        ValueError: a part has an unexpected type; KeyError, TypeError, AttributeError and others too.
    """
    return _visit(json.loads(document))


def _visit(members: dict[str, Any]) -> Visit:
    _refuse_other_kinds(members)
    return Visit(
        id=members["id"],
        site_id=members["site"],
        edition=members["edition"],
        stage=members["stage"],
        auditor=members["auditor"],
        day=date.fromisoformat(members["day"]),
        answers=members["answers"],
        note=members.get("note") or "",
        author=members.get("author") or "",
        notes=members.get("notes") or {},
        items=tuple(members.get("items") or ()),
        photos=tuple(
            Photo(
                photo["sha256"],
                photo.get("question") or "",
                photo.get("item") or "",
                photo.get("taken_at") or "",
                photo.get("position"),
                photo.get("source") or "",
            )
            for photo in members.get("photos") or ()
        ),
        position=members.get("position"),
        replaces=members.get("replaces") or "",
        scope=members.get("scope") or "full",
        given_by=(members.get("given_by") or {}).get("author") or "",
    )


def visit_of_row(row: Row[Any]) -> Visit:
    """Return the visit of a row; an implausible day is replaced by the day of receipt.

    Raises:
        ValueError: the row is damaged; others too, see `damaged_rows.ROW_ERRORS`.
    """
    recorded_at = moment(row.recorded_at)
    members: dict[str, Any] = json.loads(row.document)
    day = usable_day(date.fromisoformat(row.day), recorded_at)
    stated = members.get("frozen_at")
    return replace(
        _visit(members),
        site_id=row.site_id,
        author=row.author or "",
        day=day,
        finished_at=_finished(stated if isinstance(stated, str) else "", day, recorded_at),
        root=row.root,
        version=row.version,
        sha256=row.sha256,
        recorded_at=recorded_at,
    )


def _finished(stated: str, day: date, recorded_at: datetime) -> datetime | None:
    """Return when a visit was finished: by the phone's clock, else its receipt; None if neither is on the `day` of the visit."""
    by_phone = usable_moment(stated, recorded_at)
    if by_phone is not None and day in days_of(by_phone):
        return min(by_phone, recorded_at)  # a clock that is ahead must not give a time after the receipt
    return recorded_at if day in days_of(recorded_at) else None


def _refuse_other_kinds(members: Mapping[str, Any]) -> None:
    texts = [members[name] for name in ("id", "site", "edition", "stage", "auditor", "day")]
    texts += [members.get(name) or "" for name in ("note", "author", "replaces")]
    texts.append((members.get("given_by") or {}).get("author") or "")
    notes, items, photos = members.get("notes") or {}, members.get("items") or (), members.get("photos") or ()
    texts += [*notes.values()]
    for item in items:
        texts += [item["id"], item["kind"], *(item.get(name) or "" for name in ("name", "note", "same_as"))]
    for photo in photos:
        texts += [photo["sha256"], *(photo.get(name) or "" for name in ("question", "item", "taken_at"))]
    answers = [
        *members["answers"].values(),
        *(answer for item in items for answer in (item.get("answers") or {}).values()),
    ]
    plain = all(isinstance(text, str) for text in texts)
    plain = plain and (members.get("scope") or "full") in SCOPES
    plain = plain and all((photo.get("source") or "") in ("", *SOURCES) for photo in photos)
    if not plain or not all(isinstance(answer, (str, int, float, list)) for answer in answers):
        raise ValueError("a part of this visit is of another kind")
    for position in (members.get("position"), *(photo.get("position") for photo in photos)):
        refuse_other_position(position)


def refuse_other_position(position: Any) -> None:
    """Refuse a value that is neither None nor a position with valid longitude and latitude in degrees.

    Raises:
        ValueError: the position is not on earth; KeyError and TypeError if it has another structure.
    """
    if position is None:
        return
    accuracy_m = position.get("accuracy_m")
    if not (
        abs(float(position["lon"])) <= 180  # degrees
        and abs(float(position["lat"])) <= 90
        and (accuracy_m is None or math.isfinite(float(accuracy_m)))
    ):
        raise ValueError("this is no position on earth")


def as_json(document: object) -> str:
    """Return a document as one line of JSON, with its members in their given order.

    Raises:
        ValueError: it has a value that JSON does not allow, such as NaN.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def as_time(moment: datetime) -> str:
    """Return a time in UTC to the microsecond as ISO 8601, so that the order as text is the order in time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
