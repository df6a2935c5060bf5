"""Pages of read-only links: planners make and end them; a reader without an account opens the one page that a link shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as BaseResponse

from rba_audit import accounts
from rba_audit.days import now_utc, today
from rba_audit.errors import EvidenceError
from rba_audit.messages import LANGUAGES, Message, language, say, set_language
from rba_audit.register.exports import PUBLIC
from rba_audit.register.shared_links import LinkState, SharedLink
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import EVERYONE, open_to, signed_in
from rba_audit.web.http.formatting import format_day, format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.accounts.routes import secret_page
from rba_audit.web.pages.links.shared_overview import shared_overview

pages = Blueprint("links", __name__)

_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_TOO_OFTEN: Final = 429
_SEE_OTHER: Final = 303
_LONGEST_FIELD: Final = 1000
_LOGGED_EVERY: Final = timedelta(minutes=10)
"""A reader who loads the page again sooner is counted, and not logged once more."""
STATE_WORDS: Final[dict[LinkState, Message]] = {
    "open": say("open"),
    "ended": say("ended"),
    "expired": say("expired"),
}
_PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link in the list."""

    id: str
    recipient: str
    state: LinkState
    state_words: str
    valid_until: str
    made: str
    made_by: str
    ended: str
    openings: int
    opened: str


@pages.get("/links")
@open_to("share")
def page() -> Response:
    """All links, and the form for a new one."""
    return _page()


@pages.post("/links")
@open_to("share")
def make() -> Response:
    """Make a link and show it, once."""
    days = request.form.get("days", "")
    try:
        number = (
            int(days) if days.isascii() and days.isdecimal() and len(days) <= len(str(accounts.MOST_LINK_DAYS)) else 0
        )
        link, token = accounts.make_link(
            services().register, request.form.get("recipient", "")[:_LONGEST_FIELD], number, signed_in()
        )
    except EvidenceError as error:
        return _page(str(error.message), _BAD_REQUEST)
    return secret_page(
        "links/made.html",
        page="links",
        recipient=link.recipient,
        address=url_for("links.shared", token=token, _external=True),
        until=format_day(link.valid_until),
    )


@pages.post("/links/<uuid:link_id>/end")
@open_to("share")
def end(link_id: UUID) -> BaseResponse:
    """End a link: from now on it opens nothing."""
    services().register.shared_links.end(str(link_id), signed_in().id, now_utc())
    flash(str(say("The link is ended; it opens nothing any more.")), "success")
    return redirect(url_for("links.page"), code=_SEE_OTHER)


@pages.get("/shared/<token>")
@open_to(EVERYONE)
def shared(token: str) -> Response:
    """The page that a read-only link opens; the same answer for an unknown, an expired and an ended link."""
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES:
        set_language(chosen)  # by the address, because no cookie is set
    with force_locale(language()):
        link = accounts.open_link(services().whole, token, request.remote_addr or "")
        return _void(link) if isinstance(link, accounts.NoSuchLink) else _overview(link)


def _overview(link: SharedLink) -> Response:
    if link.opened_at is None or now_utc() - link.opened_at >= _LOGGED_EVERY:
        services().whole.exports.add("links.shared", role=PUBLIC, filter=f"{link.recipient} ({link.id})")
    content = shared_overview(services().whole, services().audited(COUNTED), today())
    response = make_response(
        render_template(
            "links/shared.html",
            content=content,
            office=services().whole.office.get(),
            as_of=format_moment(now_utc()),
            until=format_day(link.valid_until),
            languages=LANGUAGES,
        )
    )
    response.headers.update(_PRIVATE)
    return response


def _void(problem: accounts.NoSuchLink) -> Response:
    message = say("Nothing is shown at this address. Ask the office that gave you the link for a new one.")
    if problem.retry_after_s:
        message = say("Too many attempts failed. Try again in {minutes} min.", minutes=-(-problem.retry_after_s // 60))
    response = make_response(
        render_template("links/void.html", message=message), _TOO_OFTEN if problem.retry_after_s else _NOT_FOUND
    )
    response.headers.update(_PRIVATE)
    if problem.retry_after_s:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _page(problem: str = "", status: int = 200) -> Response:
    register = services().register
    names = {user.id: user.name for user in register.people.all()}
    return make_response(
        render_template(
            "links/links.html",
            page="links",
            links=[_line(link, names) for link in register.shared_links.all()],
            problem=problem,
            recipient=request.form.get("recipient", ""),
            days=request.form.get("days", "") or accounts.LINK_DAYS,
            most=accounts.MOST_LINK_DAYS,
            longest=accounts.LONGEST_RECIPIENT,
        ),
        status,
    )


def _line(link: SharedLink, names: dict[str, str]) -> LinkLine:
    state = link.state(today())
    ended = ""
    if link.ended_by is not None and link.ended_at is not None:
        by = names.get(link.ended_by, link.ended_by) or str(say("register restored from a backup"))
        ended = f"{format_moment(link.ended_at)}, {by}"
    return LinkLine(
        link.id,
        link.recipient,
        state,
        str(STATE_WORDS[state]),
        format_day(link.valid_until),
        format_moment(link.at),
        names.get(link.person_id, link.person_id),
        ended,
        link.openings,
        format_moment(link.opened_at) if link.opened_at else "",
    )
