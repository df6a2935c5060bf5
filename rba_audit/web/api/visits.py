"""Visits and their photos from phones, and their receipts; sending again is idempotent."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request

from rba_audit.errors import Conflict
from rba_audit.fieldwork import (
    LARGEST_DOCUMENT_BYTES,
    name_of,
    own_visit,
    photo_receipt,
    receipt,
    seen_visit,
    sent_by_colleague,
    take_document,
    take_photo,
)
from rba_audit.photographs import LARGEST_PHOTO_BYTES as LARGEST_PHOTO
from rba_audit.web.api.deliveries import CONFLICT, CREATED, OK, SPARE, contradiction, refuse_who_never_surveyed
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.intake import intake_context

routes = Routes()


@routes.put("/api/visits/<uuid:visit_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_DOCUMENT_BYTES + SPARE)
def put_visit(visit_id: UUID) -> tuple[Response, int]:
    """Take a visit as the phone froze it, also if the role of its author has changed since it was begun. 409 if the stored one differs."""
    refuse_who_never_surveyed()
    body = request.get_data(cache=False)
    try:
        intake = take_document(intake_context(), body, signed_in(), id=str(visit_id))
    except Conflict as fault:
        return jsonify(contradiction(fault, body)), CONFLICT
    answer = {
        **receipt(intake_context().register, intake.visit),
        "remarks": [str(message) for message in intake.remarks],
    }
    return jsonify(answer), CREATED if intake.new else OK


@routes.get("/api/visits/<uuid:visit_id>")
@open_to(SIGNED_IN)
def get_visit(visit_id: UUID) -> Response:
    """Return the receipt of a visit."""
    register = intake_context().register
    return jsonify(receipt(register, seen_visit(register, str(visit_id), signed_in())))


@routes.get("/api/visits/<uuid:visit_id>/document")
@open_to(SIGNED_IN)
def get_document(visit_id: UUID) -> Response:
    """Return a visit byte for byte as it was sent."""
    register = intake_context().register
    visit = seen_visit(register, str(visit_id), signed_in())
    describe_export(1)
    return Response(register.visits.document(visit.id), mimetype="application/json")


@routes.get("/api/visits/<uuid:visit_id>/colleague")
@open_to(SIGNED_IN)
def get_colleague(visit_id: UUID) -> Response:
    """Return the name of the colleague who sent a visit that this person handed over unfinished; null if there is none."""
    register = intake_context().register
    visit = sent_by_colleague(register, str(visit_id), signed_in().id)
    return jsonify({"name": name_of(register, visit.author) if visit else None})


@routes.put("/api/visits/<uuid:visit_id>/photos/<sha256>")
@open_to(SIGNED_IN)
@takes(LARGEST_PHOTO + SPARE)
def put_photo(visit_id: UUID, sha256: str) -> tuple[Response, int]:
    """Take a photo that a stored visit names; idempotent."""
    refuse_who_never_surveyed()
    register = intake_context().register
    # Check the permission before reading megabytes.
    visit = own_visit(register, str(visit_id), signed_in())
    photo, new = take_photo(register, visit.id, sha256, request.get_data(cache=False), signed_in())
    return jsonify(photo_receipt(register, photo, visit)), CREATED if new else OK
