"""Documents and requests of a register, with each site that was merged replaced by the site that it belongs to now."""

from __future__ import annotations

from dataclasses import replace

from rba_audit.register import Register
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.register.kla.requests import DocumentRequest


def current_documents(register: Register) -> list[DocumentVersion]:
    """Return all versions of all documents, each document's oldest first."""
    target_of = register.site_events.merge_targets().target_of
    return [
        replace(version, body=replace(version.body, sites=tuple(dict.fromkeys(map(target_of, version.body.sites)))))
        if version.body.sites
        else version
        for version in register.kla.documents.all()
    ]


def current_requests(register: Register) -> list[DocumentRequest]:
    """Return all requests, newest first."""
    target_of = register.site_events.merge_targets().target_of
    return [
        replace(request, site_id=target_of(request.site_id)) if request.site_id else request
        for request in register.kla.requests.all()
    ]
