"""Origin of the photos of a visit in words, with doubts: another day, far from the site, or no origin at all.

A doubt never rejects a photo; a reviewer decides what the photo proves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rba_audit.days import CITY, days_of
from rba_audit.fieldwork.positions import distance_m, far_m
from rba_audit.messages import Message, format_day, format_number, say
from rba_audit.register import Photo
from rba_audit.sites import Site


@dataclass(frozen=True, slots=True)
class PhotoOrigin:
    """The origin of a photo as messages for a reviewer.

    Attributes:
        source: Camera, gallery or not recorded.
        when: When it was taken, if that is recorded.
        where: The distance from the site, if a position is recorded.
        doubts: What does not fit the visit.
    """

    source: Message
    when: Message
    where: Message
    doubts: tuple[Message, ...] = ()


def origin_words(photo: Photo, day: date, site: Site) -> PhotoOrigin:
    """Return the origin of a photo of a visit on a `day` at a `site`."""
    doubts = []
    taken_at = _moment(photo.taken_at)
    if taken_at is not None and day not in _days(taken_at):
        doubts.append(say("Taken on another day: {day}.", day=format_day(taken_at.date())))
    far = far_m(photo.position, site) if photo.position else None
    if far is not None:
        doubts.append(say("Taken {distance} m from the site.", distance=format_number(far, 0)))
    if photo.source == "gallery" and taken_at is None and not photo.position:
        doubts.append(say("Its file says neither when nor where it was taken."))
    return PhotoOrigin(_source(photo), _when(photo, taken_at), _where(photo, site), tuple(doubts))


def _source(photo: Photo) -> Message:
    match photo.source:
        case "camera":
            return say("From the camera")
        case "gallery":
            return say("From the gallery")
        case _:
            return say("Not noted whether from the camera or the gallery")


def _moment(text: str) -> datetime | None:
    """Return a moment in the time of the city, or without a time zone if the text has no offset; None if it is unreadable."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is None else moment.astimezone(CITY)
    except (ValueError, OverflowError):
        return None


def _days(taken_at: datetime) -> frozenset[date]:
    # A time without an offset is local time where the photo was taken.
    return frozenset({taken_at.date()}) if taken_at.tzinfo is None else days_of(taken_at)


def _when(photo: Photo, taken_at: datetime | None) -> Message:
    if taken_at is None:
        return say("no time in its file") if photo.source == "gallery" else say("no time")
    day, clock = format_day(taken_at.date()), f"{taken_at:%H.%M}"
    if taken_at.tzinfo is None:
        return say("taken on {day}, {clock} by the clock of the camera", day=day, clock=clock)
    return say("taken on {day}, {clock} {zone}", day=day, clock=clock, zone=str(CITY))


def _where(photo: Photo, site: Site) -> Message:
    if not photo.position:
        return say("no place in its file") if photo.source == "gallery" else say("no place")
    site_distance_m = distance_m(photo.position, site)
    if site_distance_m is None:
        return say("place known; that of the site is not")
    return say("{distance} m from the site", distance=format_number(site_distance_m, 0))
