"""Administration of people: accounts, roles and work areas, the public view, and the account log.

A one-time link is shown once, in the response to the form; only its hash is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit import accounts
from rba_audit.days import now_utc, today
from rba_audit.errors import Conflict, Forbidden
from rba_audit.messages import format_day, say
from rba_audit.permissions import ROLE_TASKS, ROLE_WORDS, ROLES, is_guest, works_in_field
from rba_audit.register.person_records import EVERYWHERE, Member, Person
from rba_audit.web.http.access import open_to, public_view, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.accounts.routes import secret_page
from rba_audit.web.pages.people.areas import known_boundaries, offered_areas
from rba_audit.web.pages.people.log import day_of, entry_words, meanwhile_of, seen_line
from rba_audit.web.pages.people.system_status import upkeep
from rba_audit.web.public_view.fields import public_list

pages = Blueprint("people", __name__)

_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_EVENTS: Final = 50
_LONGEST_FIELD: Final = 1000
_ROLES_OFFERED: Final = tuple((role, ROLE_WORDS[role], ROLE_TASKS[role]) for role in ROLES)
_ROLES_WITH_AREA: Final = tuple(role for role in ROLES if works_in_field(role))
_GUEST_ROLES: Final = tuple(role for role in ROLES if is_guest(role))

_BEGUN_BEFORE: Final = say(
    "What was begun on the phone before this change is still taken, if it is sent or handed over as a ZIP file."
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list."""

    person: Person
    role: str
    where: str
    standing: str
    seen: str


# --- the list --------------------------------------------------------------------------------------------------------


@pages.get("/admin")
@open_to("administer")
def page() -> str:
    """List all people, with the invitation form, the public view and the account log."""
    return _people_page({})


@pages.post("/admin")
@open_to("administer")
def invite() -> BaseResponse | tuple[str, int]:
    """Add a person and show their one-time link."""
    given = {name: request.form.get(name, "")[:_LONGEST_FIELD] for name in ("name", "login", "role", "valid_until")}
    try:
        person, link = accounts.invite(
            services().register,
            given["name"],
            given["login"],
            given["role"],
            _area(),
            by=signed_in(),
            valid_until=day_of(given["valid_until"]),
        )
    except Forbidden as fault:
        return _people_page({**given, "area": _area(), "fault": str(fault)}), _BAD_REQUEST
    return _link_page(person, link, voided=False)


@pages.get("/admin/public-view")
@open_to("administer")
def public_view_page() -> str:
    """Show what the public view opens and what it does not, before it is switched on."""
    return render_template("people/public_view.html", page="people", public_view_on=public_view(), opens=public_list())


@pages.post("/admin/public-view")
@open_to("administer")
def switch_public_view() -> BaseResponse:
    """Switch the public view on or off; on only if the form confirms that the list of what it opens was seen."""
    on = request.form.get("on") == "1"
    if on and request.form.get("seen") != "1":
        return redirect(url_for("people.public_view_page"), code=_SEE_OTHER)
    accounts.set_public_view(services().register, on=on, by=signed_in())
    message = (
        say("Everybody can read the results now, without signing in.")
        if on
        else say("Only people with an account can read the results now.")
    )
    flash(str(message), "success")
    return redirect(url_for("people.page", _anchor="public-view"), code=_SEE_OTHER)


# --- one person ------------------------------------------------------------------------------------------------------


@pages.get("/admin/people/<id>")
@open_to("administer")
def person(id: str) -> str:
    """Show one person and the actions on their account."""
    return _person_page(id, {})


@pages.post("/admin/people/<id>")
@open_to("administer")
def change(id: str) -> BaseResponse | tuple[str, int]:
    """Change a person's name, role and area, unless another user changed them meanwhile."""
    register = services().register
    given = {name: request.form.get(name, "")[:_LONGEST_FIELD] for name in ("name", "role", "valid_until")}
    typed = {**given, "area": _area()}
    before = register.people.get(id)
    try:
        changed = accounts.change_person(
            register,
            id,
            name=given["name"],
            role=given["role"],
            area=_area(),
            by=signed_in(),
            seen=seen_line(),
            valid_until=day_of(given["valid_until"]),
        )
    except Conflict as fault:
        return _person_page(id, typed, fault), _CONFLICT
    except Forbidden as fault:
        return _person_page(id, {**typed, "fault": str(fault)}), _BAD_REQUEST
    lost = (changed.role, changed.area) != (before.role, before.area) and before.may("audit")
    flash(f"{say('Saved.')} {_BEGUN_BEFORE if lost else ''}".strip(), "success")
    return redirect(url_for("people.person", id=id), code=_SEE_OTHER)


@pages.get("/admin/people/<id>/link")
@open_to("administer")
def no_link(id: str) -> BaseResponse:
    """Redirect a reload of the link page to the person, because a link is shown only once."""
    return redirect(url_for("people.person", id=id), code=_SEE_OTHER)


@pages.post("/admin/people/<id>/link")
@open_to("administer")
def make_link(id: str) -> BaseResponse | tuple[str, int]:
    """Void password and sessions of a person and show a new one-time link, unless another user made one meanwhile."""
    register = services().register
    before = register.people.member(id)
    try:
        link = accounts.reset(register, id, by=signed_in(), seen=seen_line())
    except Conflict as fault:
        return _person_page(id, {}, fault), _CONFLICT
    except Forbidden as fault:
        return _back(id, fault)
    return _link_page(before.person, link, voided=before.joined)


@pages.post("/admin/people/<id>/active")
@open_to("administer")
def set_active(id: str) -> BaseResponse | tuple[str, int]:
    """Deactivate or reactivate a person, unless another user did either meanwhile."""
    active = request.form.get("active") == "1"
    try:
        changed = accounts.set_active(services().register, id, active=active, by=signed_in(), seen=seen_line())
    except Conflict as fault:
        return _person_page(id, {}, fault), _CONFLICT
    except Forbidden as fault:
        return _back(id, fault)
    message = (
        say("{name} may come in again.", name=changed.name)
        if active
        else say("{name} is signed out everywhere and cannot come in any more.", name=changed.name)
    )
    flash(f"{message} {_BEGUN_BEFORE if not active and changed.may('audit') else ''}".strip(), "success")
    return redirect(url_for("people.person", id=id), code=_SEE_OTHER)


# --- parts -----------------------------------------------------------------------------------------------------------


def _area() -> list[str]:
    """Return the ticked entries and the typed ones, which are separated by newlines or commas."""
    typed = request.form.get("others", "")[:_LONGEST_FIELD].replace(",", "\n").split("\n")
    return [*request.form.getlist("area"), *typed]


def _back(id: str, fault: Forbidden) -> BaseResponse:
    flash(str(fault), "error")
    return redirect(url_for("people.person", id=id), code=_SEE_OTHER)


def _people_page(given: Mapping[str, Any]) -> str:
    register = services().register
    members = register.people.members()
    names = {member.person.id: member.person.name for member in members}
    return render_template(
        "people/people.html",
        page="people",
        people=[_line(member) for member in members],
        log=[entry_words(event, names) for event in register.people.events(_EVENTS)],
        log_count=_EVENTS,
        public_view_on=public_view(),
        opens=public_list(),
        upkeep=upkeep(register),
        given=given,
        areas=offered_areas(register.sites(), given.get("area", ()), known_boundaries()),
        roles=_ROLES_OFFERED,
        roles_with_area=_ROLES_WITH_AREA,
        guest_roles=_GUEST_ROLES,
    )


def _person_page(id: str, given: Mapping[str, Any], overtaken: Conflict | None = None) -> str:
    register = services().register
    # Read the log position before the data: a change in between is then reported once too often, but never overwritten.
    seq = register.people.last_line(id)
    member = register.people.member(id)
    someone = member.person
    sites = register.sites()
    return render_template(
        "people/person.html",
        page="people",
        line=_line(member),
        member=member,
        seq=seq,
        given={"name": someone.name, "role": someone.role, "valid_until": someone.valid_until or "", **given},
        areas=offered_areas(sites, given.get("area", someone.area), known_boundaries()),
        covered=sum(someone.covers(site) for site in sites),
        all=len(sites),
        roles=_ROLES_OFFERED,
        roles_with_area=_ROLES_WITH_AREA,
        guest_roles=_GUEST_ROLES,
        myself=someone.id == signed_in().id,
        overtaken=overtaken,
        meanwhile=meanwhile_of(register, someone, given, overtaken) if overtaken else (),
        waiting=accounts.unsent_work_words(register, member),
    )


def _link_page(person: Person, link: str, *, voided: bool) -> Response:
    member = services().register.people.member(person.id)
    return secret_page(
        "accounts/link.html",
        page="people",
        someone=person,
        address=url_for("accounts.join", link=link, _external=True),
        until=format_moment(member.link_until) if member.link_until else "",
        voided=voided,
    )


def _line(member: Member) -> PersonLine:
    someone = member.person
    if someone.erased:
        status = say("erased on request")
    elif not someone.active:
        status = say("kept out")
    elif someone.expired(today()):
        status = say("has ended; set a later day")
    elif member.joined:
        status = say("may come in")
    elif member.link_until is not None and member.link_until > now_utc():
        status = say("link not used yet; it holds until {moment}", moment=format_moment(member.link_until))
    else:
        status = say("has no password and no link that works; make one")
    return PersonLine(
        someone,
        str(ROLE_WORDS[someone.role]),
        _where(someone),
        str(status),
        format_moment(member.last_seen) if member.last_seen else "",
    )


def _where(someone: Person) -> str:
    if is_guest(someone.role):
        until = "–" if someone.valid_until is None else format_day(someone.valid_until)
        return str(say("rehearsals only, until {day}", day=until))
    if someone.may("reach_all_sites") or EVERYWHERE in someone.area:
        return str(say("everywhere"))
    return ", ".join(someone.area) or str(say("nowhere yet"))
