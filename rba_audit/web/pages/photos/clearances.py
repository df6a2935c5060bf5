"""Clearance of photos: the office's pages to decide, and the only view that serves a photo to the public.

The decision is made by another person than the one who took the photo.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import Message, say
from rba_audit.register import Photo, Visit
from rba_audit.register.clearances import Clearance, ClearanceDecision, Consent
from rba_audit.review import LONGEST_TEXT, decide_clearance, photos_to_clear, public_jpeg, public_photos, public_picture
from rba_audit.strict_json import read_json
from rba_audit.web.http.access import OF_A_SITE, open_to, person, require_readable, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.photos.routes import picture_response

pages = Blueprint("clearances", __name__)

DECISION_WORDS: Final[Mapping[ClearanceDecision, Message]] = {
    "no_children": say("free of recognisable children"),
    "covered": say("faces covered"),
    "consent": say("consent recorded"),
    "withdrawn": say("not to be shown"),
}
_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_SHOWN: Final = 60
_LONGEST_JSON: Final = 20_000


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A photo on a site's page: its address and its alternative text."""

    href: str
    alt: str


@dataclass(frozen=True, slots=True)
class ClearanceLine:
    """One photo in the office's list."""

    visit: Visit
    photo: Photo
    site: str
    standing: str
    decided: bool


@dataclass(frozen=True, slots=True)
class ClearanceDraft:
    """The fields of a clearance form as sent, shown again if the form is refused."""

    decision: str = ""
    rectangles: str = "[]"
    giver: str = ""
    day: str = ""
    scope: str = ""


# --- the office ------------------------------------------------------------------------------------------------------


@pages.get("/photos")
@open_to("clear_photos")
def page() -> str:
    """List the photos of approved visits, those without a decision first."""
    register = services().register
    photos = photos_to_clear(register)
    number = max(request.args.get("page", 1, type=int), 1)
    pages_ = max(-(-len(photos) // _SHOWN), 1)
    number = min(number, pages_)
    names = {site.id: site.name for site in register.sites(everything=True)}
    return render_template(
        "photos/photos.html",
        page="photos",
        lines=[
            ClearanceLine(
                row.visit,
                row.photo,
                names.get(row.visit.site_id) or row.visit.site_id,
                _decision_words(row.clearance),
                row.clearance is not None,
            )
            for row in photos[(number - 1) * _SHOWN : number * _SHOWN]
        ],
        undecided=sum(row.clearance is None for row in photos),
        number=number,
        pages=pages_,
    )


@pages.get("/photos/<uuid:visit_id>/<sha256>/clearance")
@open_to("clear_photos")
def photo(visit_id: UUID, sha256: str) -> str:
    """Show one photo, the history of its decisions, and the form to decide."""
    return _photo_page(_visit_naming(str(visit_id), sha256), sha256, ClearanceDraft())


@pages.post("/photos/<uuid:visit_id>/<sha256>/clearance")
@open_to("clear_photos")
def decide(visit_id: UUID, sha256: str) -> BaseResponse | tuple[str, int]:
    """Record the decision whether a photo may be shown to the public."""
    visit = _visit_naming(str(visit_id), sha256)
    typed = ClearanceDraft(
        decision=request.form.get("decision", "")[:LONGEST_TEXT],
        rectangles=request.form.get("rectangles", "")[:_LONGEST_JSON] or "[]",
        giver=request.form.get("giver", "")[:LONGEST_TEXT],
        day=request.form.get("day", "")[:LONGEST_TEXT],
        scope=request.form.get("scope", "")[:LONGEST_TEXT],
    )
    try:
        made = decide_clearance(
            services().register,
            signed_in(),
            sha256,
            typed.decision,
            seq=request.form.get("seq", 0, type=int),
            rectangles=_rectangles(typed.rectangles),
            consent=Consent(typed.giver, typed.day, typed.scope),
        )
    except Conflict as fault:
        return _photo_page(visit, sha256, typed, str(fault)), _CONFLICT
    except EvidenceError as fault:
        return _photo_page(visit, sha256, typed, str(fault)), _BAD_REQUEST
    message = (
        say("Everybody may see this photo now, as it is shown here, while the public view is on.")
        if made.public
        else say("This photo is not shown to the public.")
    )
    flash(str(message), "success")
    return redirect(url_for("clearances.photo", visit_id=visit_id, sha256=sha256), code=_SEE_OTHER)


@pages.get("/photos/<uuid:visit_id>/<sha256>/as-shown")
@open_to("clear_photos")
def preview(visit_id: UUID, sha256: str) -> BaseResponse:
    """Serve a cleared photo as the public sees it (faces covered), to the office."""
    _visit_naming(str(visit_id), sha256)
    jpeg, clearance = public_jpeg(services().register, sha256)
    return picture_response(jpeg, sha256, f"{sha256}-{clearance.seq}")


# --- the public ------------------------------------------------------------------------------------------------------


@pages.get("/sites/<path:site_id>/photos/<sha256>")
@open_to(OF_A_SITE)
def public_photo(site_id: str, sha256: str) -> BaseResponse:
    """Serve a cleared photo of a site; any other photo is answered as not found, for every reader."""
    register = services().whole  # not the public projection: `public_picture` checks the clearance
    require_readable(person(), site_id)
    jpeg, clearance = public_picture(register, site_id, sha256)
    return picture_response(jpeg, sha256, f"{sha256}-{clearance.seq}")


def shown_photos(site_id: str) -> list[PublicPhoto]:
    """Return the cleared photos of a site; the office gets the same ones, so that it sees what the public sees."""
    now = services()
    asks = {question.id: str(question.ask) for question in now.standard.questions}
    return [
        PublicPhoto(
            url_for("clearances.public_photo", site_id=site_id, sha256=photo.sha256),
            asks.get(photo.question) or str(say("the place")),
        )
        for photo in public_photos(now.whole, site_id)
    ]


# --- parts -----------------------------------------------------------------------------------------------------------


def _visit_naming(visit_id: str, sha256: str) -> Visit:
    visit = services().register.visits.get(visit_id)
    if sha256 not in {photo.sha256 for photo in visit.photos}:
        raise NotInRegister(say("There is no such photo; look it up at its visit."))
    return visit


def _rectangles(text: str) -> list[list[object]]:
    try:
        rectangles = read_json(text.encode())
    except ValueError:
        rectangles = None
    if not isinstance(rectangles, list) or not all(isinstance(rectangle, list) for rectangle in rectangles):
        raise EvidenceError(say("A box lies outside the photo; draw it again."))
    return rectangles


def _photo_page(visit: Visit, sha256: str, typed: ClearanceDraft, fault: str = "") -> str:
    register, someone = services().register, signed_in()
    stored = register.photos.find(sha256)
    if stored is None:
        raise NotInRegister(say("There is no such photo; look it up at its visit."))
    history = register.clearances.history(sha256)
    last = history[-1] if history else None
    names = {person.id: person.name for person in register.people.all()}
    if typed == ClearanceDraft() and last is not None:
        typed = ClearanceDraft(rectangles=json.dumps(last.rectangles))
    return render_template(
        "photos/clearance.html",
        page="photos",
        visit=visit,
        sha256=sha256,
        site=register.site(visit.site_id).name,
        kept=stored,
        own=someone.id in register.clearances.takers(sha256),
        may=someone.may("clear_photos"),
        seq=last.seq if last else 0,
        last=last,
        standing=_decision_words(last),
        history=[
            (format_moment(row.at), names.get(row.person_id, ""), _decision_words(row), row.consent)
            for row in reversed(history)
        ],
        typed=typed,
        fault=fault,
        longest=LONGEST_TEXT,
    )


def _decision_words(clearance: Clearance | None) -> str:
    return str(say("not decided, so not shown") if clearance is None else DECISION_WORDS[clearance.decision])
