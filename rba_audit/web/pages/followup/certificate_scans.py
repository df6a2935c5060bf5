"""Upload and download of scans of certificates.

A browser saves a scan and never shows it within a page, because a PDF may hold scripts.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import EvidenceError, NotInRegister
from rba_audit.followup.certificate_scans import LARGEST_SCAN_BYTES, read_scan, save_scan
from rba_audit.messages import say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.blueprint import SEE_OTHER, last_seen_event, pages
from rba_audit.web.pages.followup.certificates import FORM_BYTES, certificates_page, sent_scan
from rba_audit.web.pages.photos.routes import isolated

_TYPES: Final = {"pdf": ("pdf", "application/pdf"), "picture": ("jpg", "image/jpeg")}
"""Extension and media type by kind of scan."""


@pages.post("/certificates/<uuid:certificate_id>/scan")
@open_to("record_certificates")
@takes(LARGEST_SCAN_BYTES + FORM_BYTES)
def add_scan(certificate_id: UUID) -> BaseResponse | tuple[str, int]:
    """Store a scan of a certificate; it replaces an earlier one, which stays in the history."""
    id = str(certificate_id)
    try:
        file = read_scan(sent_scan())
        save_scan(services().register, id, file, signed_in(), seen=last_seen_event())
    except EvidenceError as error:
        return certificates_page(problem=str(error), of_certificate=id), 409 if hasattr(error, "code") else 400
    flash(str(say("The scan is recorded.")), "success")
    return redirect(url_for("followups.certificates", _anchor=f"certificate-{id}"), code=SEE_OTHER)


@pages.get("/certificates/<uuid:certificate_id>/scans/<int(max=99_999):seq>")
@open_to("follow_up")
def certificate_scan(certificate_id: UUID, seq: int) -> Response:
    """A scan of a certificate, as a file to save."""
    register, id = services().register, str(certificate_id)
    certificate = next((stored for stored in register.certificates.all() if stored.id == id), None)
    if certificate is None:
        raise NotInRegister(say("There is no such certificate; look it up in the list of certificates."))
    scan, data = register.certificate_scans.read(id, seq)
    describe_export(1, photos=int(scan.kind == "picture"))
    extension, media_type = _TYPES[scan.kind]
    response = isolated(Response(data, mimetype=media_type))
    return download(response, name_of("certificate", extension, site=certificate.site_id, day=certificate.issued))
