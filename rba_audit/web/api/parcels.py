"""Intake of a parcel: the queue of a phone as one ZIP file."""

from __future__ import annotations

import tempfile
from typing import Any, Final

from flask import Response, jsonify, request

from rba_audit.fieldwork import LARGEST_PARCEL, ParcelEntry, name_of, take_parcel
from rba_audit.register import Visit
from rba_audit.register.danger_records import Danger
from rba_audit.register.site_event_records import SiteProposal
from rba_audit.web.api.deliveries import refuse_who_never_surveyed
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.intake import intake_context

routes = Routes()

_CHUNK: Final = 1 << 20


@routes.post("/api/parcels")
@open_to(SIGNED_IN)
@takes(LARGEST_PARCEL)
def post_parcel() -> Response:
    """Take a phone's queue as one ZIP: the sender's own, or that of a colleague who cannot send it."""
    refuse_who_never_surveyed()
    with tempfile.TemporaryFile() as file:
        while chunk := request.stream.read(_CHUNK):
            file.write(chunk)
        file.seek(0)
        entries = take_parcel(intake_context(), file, signed_in())
    return jsonify({"entries": [_entry(entry) for entry in entries]})


def _entry(entry: ParcelEntry) -> dict[str, Any]:
    register = intake_context().register
    author, site = "", ""
    if entry.receipt is not None:
        record: Visit | Danger | SiteProposal
        match entry.kind:
            case "visit":
                record = register.visits.get(entry.id)
            case "place":
                record = register.site_events.proposal(entry.id)
            case _:
                record = register.dangers.get(entry.id)
        author = "" if record.author == signed_in().id else name_of(register, record.author)
        site = register.site(record.site_id).name
    return {
        "site_name": site,
        "author_name": author,
        "path": entry.path,
        "kind": entry.kind,
        "id": entry.id,
        "result": entry.result,
        "error": entry.error,
        "told": " ".join(str(message) for message in entry.told),
        "receipt": entry.receipt,
    }
