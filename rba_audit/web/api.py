"""What phones talk to: visits, photos, dangers and parcels in, receipts and the day's work out, as JSON.

Nothing is decided here; whatever is sent twice is answered twice and kept once.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import Forbidden

from rba_audit.errors import Conflict
from rba_audit.fieldwork import (
    LARGEST_BYTES,
    LARGEST_PARCEL,
    Desk,
    Entry,
    danger_photo_receipt,
    danger_receipt,
    dangers_without_photo,
    differences,
    name_of,
    own_places,
    own_receipts,
    own_visit,
    photo_receipt,
    place_receipt,
    receipt,
    seen_visit,
    sent_by_colleague,
    take_danger,
    take_danger_photo,
    take_document,
    take_parcel,
    take_photo,
    take_place,
)
from rba_audit.findings import STATUSES
from rba_audit.moves import COUNTED
from rba_audit.photographs import LARGEST_BYTES as LARGEST_PHOTO
from rba_audit.register import Register, Visit
from rba_audit.register.dangers import Danger
from rba_audit.register.places import Proposal
from rba_audit.web.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.bounds import takes
from rba_audit.web.exporting import note_content
from rba_audit.web.judged import judged
from rba_audit.web.night import night_visit
from rba_audit.web.settled import lost_by
from rba_audit.web.stages import stages_told
from rba_audit.web.standards import edition_at_hand
from rba_audit.web.telephones import told_to_phones
from rba_audit.words import say

pages = Blueprint("api", __name__)

_OK, _CREATED, _CONFLICT = 200, 201, 409
_SPARE: Final = 1000
"""Bytes over the limit that are still read, so that the refusal can say what was found."""
_CHUNK: Final = 1 << 20


def desk() -> Desk:
    """Return where fieldwork arrives in this application."""
    now = judged()
    lost = partial(lost_by, now.register)
    return Desk(now.register, edition_at_hand, now.context, lost)


# --- visits ----------------------------------------------------------------------------------------------------------


@pages.put("/api/visits/<uuid:visit_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_BYTES + _SPARE)
def put_visit(visit_id: UUID) -> tuple[Response, int]:
    """A visit, as it was frozen on the phone; also from whose role has changed since it was begun."""
    _refuse_who_never_surveyed()
    body = _body()
    try:
        taken = take_document(desk(), body, signed_in(), id=str(visit_id))
    except Conflict as fault:
        return jsonify(_contradiction(fault, body)), _CONFLICT
    answer = {**receipt(desk().register, taken.visit), "remarks": [str(told) for told in taken.remarks]}
    return jsonify(answer), _CREATED if taken.new else _OK


@pages.get("/api/visits/<uuid:visit_id>")
@open_to(SIGNED_IN)
def get_visit(visit_id: UUID) -> Response:
    """The receipt of a visit."""
    register = desk().register
    return jsonify(receipt(register, seen_visit(register, str(visit_id), signed_in())))


@pages.get("/api/visits/<uuid:visit_id>/document")
@open_to(SIGNED_IN)
def get_document(visit_id: UUID) -> Response:
    """A visit byte for byte as it was sent."""
    register = desk().register
    visit = seen_visit(register, str(visit_id), signed_in())
    note_content(1)
    return Response(register.visits.document(visit.id), mimetype="application/json")


@pages.get("/api/visits/<uuid:visit_id>/colleague")
@open_to(SIGNED_IN)
def get_colleague(visit_id: UUID) -> Response:
    """Who has sent a visit that this person handed over half-done; nobody, too, where there is no such visit of theirs."""
    register = desk().register
    kept = sent_by_colleague(register, str(visit_id), signed_in().id)
    return jsonify({"name": name_of(register, kept.author) if kept else None})


@pages.put("/api/visits/<uuid:visit_id>/photos/<sha256>")
@open_to(SIGNED_IN)
@takes(LARGEST_PHOTO + _SPARE)
def put_photo(visit_id: UUID, sha256: str) -> tuple[Response, int]:
    """A photo that a stored visit names."""
    _refuse_who_never_surveyed()
    register = desk().register
    # Whether it may be sent is asked before megabytes are read.
    visit = own_visit(register, str(visit_id), signed_in())
    kept, new = take_photo(register, visit.id, sha256, _body(), signed_in())
    return jsonify(photo_receipt(register, kept, visit)), _CREATED if new else _OK


# --- dangers ---------------------------------------------------------------------------------------------------------


@pages.put("/api/dangers/<uuid:danger_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_BYTES + _SPARE)
def put_danger(danger_id: UUID) -> tuple[Response, int]:
    """The report of an immediate danger."""
    body = _body()
    try:
        taken = take_danger(desk(), body, signed_in(), id=str(danger_id))
    except Conflict as fault:
        return jsonify(_contradiction(fault, body)), _CONFLICT
    answer = {**danger_receipt(desk().register, taken.danger), "remarks": [str(told) for told in taken.remarks]}
    return jsonify(answer), _CREATED if taken.new else _OK


@pages.put("/api/dangers/<uuid:danger_id>/photos/<sha256>")
@open_to(SIGNED_IN)
@takes(LARGEST_PHOTO + _SPARE)
def put_danger_photo(danger_id: UUID, sha256: str) -> tuple[Response, int]:
    """The photo that the report of a danger names."""
    register = desk().register
    kept, new = take_danger_photo(register, str(danger_id), sha256, _body(), signed_in())
    answer = danger_photo_receipt(register, kept, register.dangers.get(str(danger_id)))
    return jsonify(answer), _CREATED if new else _OK


# --- places ----------------------------------------------------------------------------------------------------------


@pages.put("/api/places/<uuid:place_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_BYTES + _SPARE)
def put_place(place_id: UUID) -> tuple[Response, int]:
    """A place that is not in the register, proposed by who stands there."""
    _refuse_who_never_surveyed()
    body = _body()
    try:
        taken = take_place(desk(), body, signed_in(), id=str(place_id))
    except Conflict as fault:
        return jsonify(_contradiction(fault, body)), _CONFLICT
    answer = {**place_receipt(desk().register, taken.proposal), "remarks": [str(told) for told in taken.remarks]}
    return jsonify(answer), _CREATED if taken.new else _OK


# --- parcels and the day's work --------------------------------------------------------------------------------------


@pages.post("/api/parcels")
@open_to(SIGNED_IN)
@takes(LARGEST_PARCEL)
def post_parcel() -> Response:
    """A phone's queue as one ZIP: one's own, or that of a colleague who cannot send it."""
    _refuse_who_never_surveyed()
    with tempfile.TemporaryFile() as file:
        while chunk := request.stream.read(_CHUNK):
            file.write(chunk)
        file.seek(0)
        entries = take_parcel(desk(), file, signed_in())
    return jsonify({"entries": [_entry(entry) for entry in entries]})


@pages.get("/api/work")
@open_to(SIGNED_IN)
def work() -> Response:
    """What a phone keeps to work without signal: the sites of its person, and how their own visits stand."""
    now, someone = judged(), signed_in()
    own = own_receipts(now.register, someone)
    findings = now.findings()
    days = {site_id: counts.newest.day.isoformat() for site_id, counts in now.audited(COUNTED).counts.items()}
    for told in own:
        days[told["site"]] = max(days.get(told["site"], ""), told["day"])
    sites = []
    for at, site in enumerate(findings.source):
        if not someone.covers(site):
            continue
        middle = None if site.shape is None else site.shape.representative_point()
        sites.append(
            {
                "id": site.id,
                "name": site.name,
                "kelurahan": site.kelurahan,
                "kelurahan_code": site.kelurahan_code,
                "point": None if middle is None else [middle.x, middle.y],
                "status": STATUSES[findings.conclusions.status[at]],
                "last_day": days.get(site.id),
                "night": night_visit(findings, at) if site.id in days else [],
            }
        )
    return jsonify(
        {
            "person": {
                "id": someone.id,
                "name": someone.name,
                "role": someone.role,
                **stages_told(now.register, someone),
            },
            "edition": now.standard.edition,
            "sites": sites,
            "own": own,
            "places": own_places(now.register, someone),
            "restored": now.register.backups.restored(),
            "dangers": dangers_without_photo(now.register, someone),
            "telephone": told_to_phones(),
            "public_key": None,
        }
    )


# --- pieces ----------------------------------------------------------------------------------------------------------


def _refuse_who_never_surveyed() -> None:
    """Refuse whoever cannot have begun anything: no role of theirs ever filled the form.

    Raises:
        Forbidden: they cannot.
    """
    someone = signed_in()
    if someone.surveys:
        return
    if not any(each.person.surveys for each in judged().register.people.history(someone.id)):
        raise Forbidden(str(say("Your role does not include this page; ask an administrator if it should.")))


def _body() -> bytes:
    return request.get_data(cache=False)


def _entry(entry: Entry) -> dict[str, Any]:
    register = desk().register
    author, site = "", ""
    if entry.receipt is not None:
        kept: Visit | Danger | Proposal
        match entry.kind:
            case "visit":
                kept = register.visits.get(entry.id)
            case "place":
                kept = register.places.proposal(entry.id)
            case _:
                kept = register.dangers.get(entry.id)
        author = "" if kept.author == signed_in().id else name_of(register, kept.author)
        site = register.site(kept.site_id).name
    return {
        "site_name": site,
        "author_name": author,
        "path": entry.path,
        "kind": entry.kind,
        "id": entry.id,
        "result": entry.result,
        "error": entry.error,
        "told": " ".join(str(told) for told in entry.told),
        "receipt": entry.receipt,
    }


def _contradiction(fault: Conflict, body: bytes) -> dict[str, Any]:
    """Return a conflict with both sides, as far as there are two."""
    answer: dict[str, Any] = {"error": fault.code, "told": str(fault)}
    register = desk().register
    kept = _kept_document(register, fault.kept)
    if kept is not None:
        sent = json.loads(body)  # it was read before it could contradict anything
        answer |= {"kept": kept, "sent": sent, "differences": differences(kept, sent)}
    if isinstance(fault.kept, Visit):
        answer["receipt"] = receipt(register, fault.kept)
    if isinstance(fault.kept, Danger):
        answer["receipt"] = danger_receipt(register, fault.kept)
    if isinstance(fault.kept, Proposal):
        answer["receipt"] = place_receipt(register, fault.kept)
    return answer


def _kept_document(register: Register, kept: object) -> dict[str, Any] | None:
    match kept:
        case Visit():
            return cast("dict[str, Any]", json.loads(register.visits.document(kept.id)))
        case Danger():
            return cast("dict[str, Any]", json.loads(register.dangers.document(kept.id)))
        case Proposal():
            return dict(kept.told)
        case _:
            return None


@pages.after_request
def _never_stored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
