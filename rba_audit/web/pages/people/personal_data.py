"""Personal data pages: the privacy notice, the export of a person's data, and erasure on request."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit import accounts
from rba_audit.errors import Conflict, Forbidden
from rba_audit.messages import say
from rba_audit.register.person_records import AccountEvent, Person
from rba_audit.web.http.access import EVERYONE, OWN_ACCOUNT, open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.people.log import entry_words, seen_line
from rba_audit.web.pages.people.privacy_notice import notice

pages = Blueprint("personal", __name__)

_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_LONGEST_FIELD: Final = 1000


@pages.get("/privacy")
@open_to(EVERYONE)
def privacy() -> str:
    """Show the privacy notice: what is stored about people, why and for how long, and what they can ask for."""
    return render_template("people/privacy.html", page="privacy", notice=notice())


@pages.get("/account/data.zip")
@open_to(OWN_ACCOUNT)
def own_file() -> Response:
    """Serve everything that is stored about the signed-in person, as ZIP."""
    return _file(signed_in())


@pages.get("/admin/people/<id>/data.zip")
@open_to("administer")
def file(id: str) -> Response:
    """Serve everything that is stored about a person as ZIP, for an administrator to hand over."""
    return _file(services().register.people.get(id))


@pages.get("/admin/people/<id>/erase")
@open_to("administer")
def erasure(id: str) -> str:
    """Show what erasing a person means, and the form to do it."""
    return _erasure_page(services().register.people.get(id))


@pages.post("/admin/people/<id>/erase")
@open_to("administer")
def erase(id: str) -> BaseResponse | str | tuple[str, int]:
    """Erase a person; if their name remains anywhere, show where."""
    register = services().register
    someone = register.people.get(id)
    reason = request.form.get("reason", "")[:_LONGEST_FIELD]
    if request.form.get("login", "").strip().casefold() != someone.login:
        fault = say("Nothing was erased: what was typed is not the login.")
        return _erasure_page(someone, str(fault), reason), _BAD_REQUEST
    try:
        done = accounts.erase_account(register, id, reason=reason, by=signed_in(), seen=seen_line())
    except Conflict as fault:
        return _erasure_page(someone, str(fault), reason, fault), _CONFLICT
    except Forbidden as fault:
        return _erasure_page(someone, str(fault), reason), _BAD_REQUEST
    flash(str(say("Erased; in the register this person is now called “{name}”.", name=done.name)), "success")
    if done.mentions or done.copies or not done.wiped:
        return render_template("people/erased.html", page="people", done=done)
    return redirect(url_for("people.page"), code=_SEE_OTHER)


def _file(someone: Person) -> Response:
    files, count = accounts.files_of_person(services().register, someone)
    describe_export(count, filter=someone.id)
    response = Response(accounts.personal_zip(files), mimetype="application/zip")
    response.headers["Cache-Control"] = "no-store"
    return download(response, name_of("personal_data", "zip"))


def _erasure_page(someone: Person, fault: str = "", reason: str = "", overtaken: Conflict | None = None) -> str:
    register = services().register
    seq = register.people.last_line(someone.id)
    names = {person.id: person.name for person in register.people.all()}
    lines = cast("tuple[AccountEvent, ...]", overtaken.kept) if overtaken else ()
    return render_template(
        "people/erase.html",
        page="people",
        someone=someone,
        fault=fault,
        seq=seq,
        meanwhile=[entry_words(line, names) for line in lines],
        reason=reason,
        longest=accounts.LONGEST_REASON,
        told=accounts.pending_words(accounts.pending_work(register, someone)),
        mentions=accounts.mentions_of(register, someone),
    )
