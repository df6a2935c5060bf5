"""Page of immediate dangers: the reports of surveyors, and who has acknowledged them.

A danger is never closed automatically: a user acknowledges it and writes what they do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import usable_moment
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import clock_remarks, handed_over_words
from rba_audit.fieldwork.positions import distance_m
from rba_audit.messages import format_number, say
from rba_audit.register.danger_records import Danger, DangerAcknowledgement
from rba_audit.register.photo_records import PhotoArrival
from rba_audit.web.http.access import open_to, person, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.photos.routes import picture

pages = Blueprint("dangers", __name__)

_SEE_OTHER: Final = 303
_LONGEST_NOTE: Final = 2000
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class DangerReply:
    """An acknowledgement of a danger: by whom, when, and what they do about it."""

    name: str
    when: str
    note: str


@dataclass(frozen=True, slots=True)
class DangerView:
    """A danger as it is shown."""

    id: str
    site_id: str
    site: str
    where: str
    note: str
    question: str
    by: str
    when: str
    noticed: str
    clock: str
    handed_over: str
    place: tuple[str, ...]
    photo: bool
    photo_waiting: bool
    photo_lost: bool
    replies: tuple[DangerReply, ...]


@pages.get("/dangers")
@open_to("handle_dangers")
def page() -> str:
    """The dangers that are not acknowledged yet, and the last 50 that are."""
    dangers = services().register.dangers
    return render_template(
        "dangers/dangers.html",
        page="dangers",
        open=_reports(dangers.open()),
        seen=_reports(dangers.seen(_SHOWN)),
        longest_note=_LONGEST_NOTE,
    )


@pages.post("/dangers/<uuid:danger_id>/seen")
@open_to("handle_dangers")
def seen(danger_id: UUID) -> BaseResponse:
    """Acknowledge a danger, with a note on what the user does about it."""
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    services().register.dangers.acknowledge(str(danger_id), signed_in().id, note)
    flash(str(say("Noted: you have seen this danger.")), "success")
    return redirect(url_for("dangers.page"), code=_SEE_OTHER)


@pages.get("/dangers/<uuid:danger_id>/photo")
@open_to("handle_dangers")
def photo(danger_id: UUID) -> BaseResponse:
    """The picture of a danger; `?size=small` for lists."""
    register = services().register
    danger = register.dangers.get(str(danger_id))
    return picture(register, danger.photo, danger.author)


def dangers_open() -> int:
    """Return the number of dangers not acknowledged yet if the user may handle dangers, else 0."""
    someone = person()
    return services().register.dangers.open_count() if someone is not None and someone.may("handle_dangers") else 0


def damaged_rows() -> list[str]:
    """Return table and id of each damaged row of the register if the user may read results, else nothing."""
    someone = person()
    rows = services().register.damaged() if someone is not None and someone.may("read_results") else ()
    return [f"{row.table} {row.id}" for row in rows]


pages.add_app_template_global(dangers_open)
pages.add_app_template_global(damaged_rows)


def _reports(dangers: list[Danger]) -> list[DangerView]:
    register = services().register
    people = {user.id: user.name for user in register.people.all()}
    arrivals = {
        author: register.photos.arrival(author, [danger.photo for danger in dangers if danger.author == author])
        for author in {danger.author for danger in dangers if danger.photo}
    }
    nothing = PhotoArrival(frozenset(), frozenset())
    return [_report(danger, people, arrivals.get(danger.author, nothing)) for danger in dangers]


def _report(danger: Danger, people: dict[str, str], arrival: PhotoArrival) -> DangerView:
    name, where = _site(danger.site_id)
    return DangerView(
        id=danger.id,
        site_id=danger.site_id,
        site=name,
        where=where,
        note=danger.note,
        question=_question(danger.question),
        by=people.get(danger.author, danger.author),
        when=format_moment(danger.recorded_at),
        noticed=_noticed(danger),
        clock=_clock(danger),
        handed_over=str(handed_over_words(services().register, danger.id) or ""),
        place=_location(danger),
        photo=danger.photo in arrival.here,
        photo_waiting=bool(danger.photo) and danger.photo not in arrival.here | arrival.lost,
        photo_lost=danger.photo in arrival.lost,
        replies=tuple(_reply(acknowledgement, people) for acknowledgement in danger.seen),
    )


def _reply(seen: DangerAcknowledgement, people: dict[str, str]) -> DangerReply:
    return DangerReply(people.get(seen.person_id, seen.person_id), format_moment(seen.at), seen.note)


def _site(site_id: str) -> tuple[str, str]:
    try:
        site = services().register.site(site_id)
    except NotInRegister:
        return site_id, ""
    return site.name, ", ".join(filter(None, (site.kelurahan, site.kecamatan)))


def _question(question_id: str) -> str:
    standard = services().standard
    return str(standard.question(question_id).ask) if standard.has_question(question_id) else question_id


def _location(danger: Danger) -> tuple[str, ...]:
    """Return where the danger is: in words, at the site, by a position; only what the report states."""
    parts = [danger.where, str(say("at this place")) if danger.at_site else "", *_position(danger)]
    return tuple(filter(None, parts))


def _position(danger: Danger) -> list[str]:
    if danger.position is None:
        return []
    text = f"{danger.position['lat']:.5f}, {danger.position['lon']:.5f}"
    accuracy_m = danger.position.get("accuracy_m")
    texts = [text if accuracy_m is None else f"{text} ± {format_number(accuracy_m, 0)} m"]
    try:
        away_m = distance_m(danger.position, services().register.site(danger.site_id))
    except NotInRegister:
        return texts
    if away_m is not None and away_m > (accuracy_m or 0):
        texts.append(str(say("{metres} m from the place in the register", metres=format_number(away_m, 0))))
    return texts


def _noticed(danger: Danger) -> str:
    moment = usable_moment(danger.noticed_at, danger.recorded_at)
    return format_moment(moment) if moment else ""


def _clock(danger: Danger) -> str:
    """Return the warnings about a wrong clock of the phone; empty if there are none."""
    sent = {"at": danger.noticed_at, "position": danger.position}
    return " ".join(str(warning) for warning in clock_remarks(sent, danger.recorded_at))
