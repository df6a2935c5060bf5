"""What the register keeps, as frozen records, and how their parts are written as text.

Nothing here is rounded or reworded: what is read is what was written.
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
from rba_audit.messages import Message
from rba_audit.register.damaged_rows import moment
from rba_audit.sites import FileProblem

Stage = Literal["self", "auditor"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""Who answered: the manager for themselves, or an auditor."""
Scope = Literal["full", "check"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""What a visit looked at: the whole place anew, or only what it answers, laid over what counted before."""

PhotoSource = Literal["camera", "gallery"]
SOURCES: Final[tuple[PhotoSource, ...]] = get_args(PhotoSource)
"""Where a photo comes from: taken in the visit, or a file that was there before."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that belongs to a visit, as the visit names it.

    Attributes:
        sha256: Of the bytes that are sent, in hexadecimal digits.
        question: The question it was taken for; empty where it is for the whole visit.
        item: The item of equipment it shows; empty where it shows none.
        taken_at: When: of one from the camera by the phone's clock, of one from the gallery as its own file said, there
            perhaps without an offset; empty where it is not known.
        position: Longitude, latitude and accuracy in metres, where known; never kept inside the picture.
        source: Where it comes from; empty where an older form did not note it: then time and place are the phone's when
            the file was chosen.
    """

    sha256: str
    question: str = ""
    item: str = ""
    taken_at: str = ""
    position: Mapping[str, float] | None = None
    source: PhotoSource | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one person saw at one site on one day; one version of it.

    Attributes:
        id: A UUID in its ordinary spelling, made where the visit began.
        site_id: The site that was visited.
        edition: The edition whose questions were answered; the visit is judged by newer ones too.
        stage: Who answered.
        auditor: Their name as they signed.
        day: The day of the visit.
        answers: Facts and answers by question id: a word, a number, or a list of names.
        note: What else was to be said.
        author: The id of the person who sent it; empty where nobody had to sign in.
        notes: Notes by question id.
        items: Items of equipment, each with an `id`, a `kind`, a `name` and `answers`; with `same_as`, the id of the item
            that it turned out to be, under which it goes on.
        photos: The pictures that belong to it.
        position: Where the surveyor stood, with `lon`, `lat`, `accuracy_m` and how it was found.
        replaces: The id of the version that this one corrects; empty for a first version.
        root: The id of the first version.
        version: 1 for the first, counted up.
        sha256: Of the bytes that are kept.
        scope: Whether the whole place was looked at anew, or only what is answered.
        given_by: The id of who began it and handed it over half-done; empty where its author began it.
        recorded_at: When it reached the register, in UTC; no part of what makes two visits the same.
        finished_at: When it was finished on that day, in UTC: by the phone's clock where that can be, else when it
            reached the register; None where both are on another day. A correction of the same day keeps that of the first
            version.
        first_recorded_at: When the first version reached the register; None where this is it.
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
        """What visits are sorted by: the day, the time on it, then when they, or what they correct, first came."""
        came = self.first_recorded_at or self.recorded_at
        return self.day, self.finished_at or came, came


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the features that were handed in.

    Attributes:
        new: How many were not known.
        changed: How many were known and differ now.
        same: How many were known just so.
        problems: What was refused, or taken with a warning.
        held_back: What was not taken, because the office had decided otherwise: a sentence each.
    """

    new: int
    changed: int
    same: int
    problems: tuple[FileProblem, ...]
    held_back: tuple[Message, ...] = ()


VISIT_FORMAT: Final = 1
"""The version of the document in which a visit travels and is kept."""


def visit_of(document: bytes | str) -> Visit:
    """Return the visit that a document tells of.

    The document has been checked before it was taken; here it only must be such that every page can show it.

    Raises:
        ValueError: a part of it is of another kind; KeyError, TypeError, AttributeError and others too.
    """
    return _visit(json.loads(document))


def _visit(told: dict[str, Any]) -> Visit:
    _refuse_other_kinds(told)
    return Visit(
        id=told["id"],
        site_id=told["site"],
        edition=told["edition"],
        stage=told["stage"],
        auditor=told["auditor"],
        day=date.fromisoformat(told["day"]),
        answers=told["answers"],
        note=told.get("note") or "",
        author=told.get("author") or "",
        notes=told.get("notes") or {},
        items=tuple(told.get("items") or ()),
        photos=tuple(
            Photo(
                photo["sha256"],
                photo.get("question") or "",
                photo.get("item") or "",
                photo.get("taken_at") or "",
                photo.get("position"),
                photo.get("source") or "",
            )
            for photo in told.get("photos") or ()
        ),
        position=told.get("position"),
        replaces=told.get("replaces") or "",
        scope=told.get("scope") or "full",
        given_by=(told.get("given_by") or {}).get("author") or "",
    )


def visit_of_row(row: Row[Any]) -> Visit:
    """Return the visit that a row of the table holds; a day that cannot be counts as the one on which it came.

    Raises:
        ValueError: the row is damaged; others too, see `register.damaged`.
    """
    recorded_at = moment(row.recorded_at)
    told: dict[str, Any] = json.loads(row.document)
    day = usable_day(date.fromisoformat(row.day), recorded_at)
    stated = told.get("frozen_at")
    return replace(
        _visit(told),
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
    """Return when a visit of a day was finished, by what the phone stated or by when it came; None where neither is on that day."""
    found = usable_moment(stated, recorded_at)
    if found is not None and day in days_of(found):
        return min(found, recorded_at)  # a clock that is ahead puts nothing after its receipt
    return recorded_at if day in days_of(recorded_at) else None


def _refuse_other_kinds(told: Mapping[str, Any]) -> None:
    texts = [told[name] for name in ("id", "site", "edition", "stage", "auditor", "day")]
    texts += [told.get(name) or "" for name in ("note", "author", "replaces")]
    texts.append((told.get("given_by") or {}).get("author") or "")
    notes, items, photos = told.get("notes") or {}, told.get("items") or (), told.get("photos") or ()
    texts += [*notes.values()]
    for item in items:
        texts += [item["id"], item["kind"], *(item.get(name) or "" for name in ("name", "note", "same_as"))]
    for photo in photos:
        texts += [photo["sha256"], *(photo.get(name) or "" for name in ("question", "item", "taken_at"))]
    answers = [*told["answers"].values(), *(each for item in items for each in (item.get("answers") or {}).values())]
    plain = all(isinstance(text, str) for text in texts)
    plain = plain and (told.get("scope") or "full") in SCOPES
    plain = plain and all((photo.get("source") or "") in ("", *SOURCES) for photo in photos)
    if not plain or not all(isinstance(each, (str, int, float, list)) for each in answers):
        raise ValueError("a part of this visit is of another kind")
    for position in (told.get("position"), *(photo.get("position") for photo in photos)):
        refuse_other_position(position)


def refuse_other_position(position: Any) -> None:
    """Refuse what is neither a position on earth nor None.

    Raises:
        ValueError: it is not; KeyError and TypeError too.
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
    """Return a document as one line of JSON, its members in their own order.

    Raises:
        ValueError: it holds what JSON cannot say, such as NaN.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def as_time(moment: datetime) -> str:
    """Return a moment in UTC to the microsecond, so that later ones sort after earlier ones as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
