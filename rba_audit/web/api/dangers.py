"""Reports of immediate dangers from phones, and their photos."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request

from rba_audit.errors import Conflict
from rba_audit.fieldwork import (
    LARGEST_DOCUMENT_BYTES,
    danger_photo_receipt,
    danger_receipt,
    take_danger,
    take_danger_photo,
)
from rba_audit.photographs import LARGEST_PHOTO_BYTES as LARGEST_PHOTO
from rba_audit.web.api.deliveries import CONFLICT, CREATED, OK, SPARE, contradiction
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.intake import intake_context

routes = Routes()


@routes.put("/api/dangers/<uuid:danger_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_DOCUMENT_BYTES + SPARE)
def put_danger(danger_id: UUID) -> tuple[Response, int]:
    """Take the report of an immediate danger; idempotent. 409 if the stored one differs."""
    body = request.get_data(cache=False)
    try:
        intake = take_danger(intake_context(), body, signed_in(), id=str(danger_id))
    except Conflict as fault:
        return jsonify(contradiction(fault, body)), CONFLICT
    answer = {
        **danger_receipt(intake_context().register, intake.danger),
        "remarks": [str(message) for message in intake.remarks],
    }
    return jsonify(answer), CREATED if intake.new else OK


@routes.put("/api/dangers/<uuid:danger_id>/photos/<sha256>")
@open_to(SIGNED_IN)
@takes(LARGEST_PHOTO + SPARE)
def put_danger_photo(danger_id: UUID, sha256: str) -> tuple[Response, int]:
    """Take the photo that a stored danger report names."""
    register = intake_context().register
    photo, new = take_danger_photo(register, str(danger_id), sha256, request.get_data(cache=False), signed_in())
    answer = danger_photo_receipt(register, photo, register.dangers.get(str(danger_id)))
    return jsonify(answer), CREATED if new else OK
