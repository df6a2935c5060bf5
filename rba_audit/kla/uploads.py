"""Take the document that an agency sends with the link of a request: a new version until one was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from rba_audit.days import CITY, newest_day
from rba_audit.errors import Conflict, EvidenceError
from rba_audit.kla.documents import proposed_end
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.kla.document_records import THROUGH_A_LINK, DocumentBody, DocumentVersion, StoredFile
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.standard.policies.kla_documents import DocumentKind

LONGEST_UPLOAD_TEXT: Final = 120
"""Characters of the number and of the signer."""
MOST_UPLOADS: Final = 20
"""Versions that one link takes: enough for corrections, too few to fill a disk."""
_ATTEMPTS: Final = 5
_EARLIEST: Final = date(1945, 8, 17)


def upload_body(
    request: DocumentRequest, form: Mapping[str, str], kind: DocumentKind | None, now: datetime
) -> DocumentBody:
    """Return what a sent document states, from the optional fields `number`, `dated`, `signer` and `valid_until` of a form.

    Without an end it has that of its kind, as a document that the office records.

    Raises:
        EvidenceError: a field is too long, is no text or no day, or the document ends before its date.
    """
    dated, valid_until = _day(form, "dated"), _day(form, "valid_until")
    if dated is not None and not _EARLIEST <= dated <= newest_day(now):
        raise EvidenceError(
            say("The date of the document lies in the future or long ago; correct it or leave it empty.")
        )
    if dated is not None and valid_until is not None and valid_until < dated:
        raise EvidenceError(say("The document ends before its date; correct one of them or leave it empty."))
    end = None if kind is None else proposed_end(kind, dated, now.astimezone(CITY).date())
    return DocumentBody(
        kind=request.kind,
        number=_text(form, "number"),
        dated=dated,
        signer=_text(form, "signer"),
        valid_until=valid_until or end,
        agency=request.agency,
        sites=(request.site_id,) if request.site_id else (),
    )


def store_upload(
    register: Register,
    request: DocumentRequest,
    versions: Sequence[DocumentVersion],
    body: DocumentBody,
    file: tuple[StoredFile, bytes],
    at: datetime,
) -> DocumentVersion:
    """Store a sent document as a new version of what the link sent before, and return it; the same file again is no new version.

    Args:
        register: The register.
        request: The request whose link was used.
        versions: The versions of the document so far.
        body: What it states, as `upload_body` returns it.
        file: Its file with the bytes.
        at: The current time.

    Raises:
        EvidenceError: the link has sent as many versions as it may.
        Conflict: too many others send at the same time.
        Unavailable: the file cannot be written.
    """
    document_id = versions[0].document_id if versions else request.id  # so that two first files are of one document
    for attempt in range(_ATTEMPTS):
        if versions and versions[-1].state == "waiting" and (versions[-1].body, versions[-1].file) == (body, file[0]):
            return versions[-1]
        if len(versions) >= MOST_UPLOADS:
            raise EvidenceError(
                say("This link has taken {most} files, and no more; ask the office for a new one.", most=MOST_UPLOADS)
            )
        seen = versions[-1].seq if versions else 0
        try:
            return register.kla.documents.add(
                document_id, body, file, person_id=THROUGH_A_LINK, at=at, request_id=request.id, seen=seen
            )
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
            versions = register.kla.documents.versions(document_id)
    raise AssertionError("the loop returns or raises")


def _text(form: Mapping[str, str], name: str) -> str:
    text = " ".join(form.get(name, "").split())
    if len(text) > LONGEST_UPLOAD_TEXT or not (text.isprintable() or not text):
        raise EvidenceError(
            say("Write at most {most} letters for the number and for the signer.", most=LONGEST_UPLOAD_TEXT)
        )
    return text


def _day(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise EvidenceError(say("Choose the days from the calendar, or leave them empty.")) from None
