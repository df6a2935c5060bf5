"""Proposals of new sites from phones."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request

from rba_audit.errors import Conflict
from rba_audit.fieldwork import LARGEST_DOCUMENT_BYTES, place_receipt, take_place
from rba_audit.web.api.deliveries import CONFLICT, CREATED, OK, SPARE, contradiction, refuse_who_never_surveyed
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.intake import intake_context

routes = Routes()


@routes.put("/api/places/<uuid:place_id>")
@open_to(SIGNED_IN)
@takes(LARGEST_DOCUMENT_BYTES + SPARE)
def put_place(place_id: UUID) -> tuple[Response, int]:
    """Take the proposal of a site that is not in the register; idempotent. 409 if the stored one differs."""
    refuse_who_never_surveyed()
    body = request.get_data(cache=False)
    try:
        intake = take_place(intake_context(), body, signed_in(), id=str(place_id))
    except Conflict as fault:
        return jsonify(contradiction(fault, body)), CONFLICT
    answer = {
        **place_receipt(intake_context().register, intake.proposal),
        "remarks": [str(message) for message in intake.remarks],
    }
    return jsonify(answer), CREATED if intake.new else OK
