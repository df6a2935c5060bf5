"""Record documents of the KLA folder and decide about them: validation, permissions, and the two-person rule.

Whoever recorded a version that proves requirements cannot accept it. A decision is undone by another one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from rba_audit.current_answers import document_questions, validate_document_answers
from rba_audit.days import CITY, months_later, newest_day
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister
from rba_audit.kla.document_chains import version_in
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.kla.document_records import (
    DocumentBody,
    DocumentDecisionState,
    DocumentState,
    DocumentVersion,
    StoredFile,
)
from rba_audit.register.person_records import Person
from rba_audit.standard import Standard
from rba_audit.standard.policies import KlaPolicy
from rba_audit.standard.policies.kla_documents import DocumentKind

LONGEST_TEXT: Final = 200
"""Characters of a title, a number and a signer."""
LONGEST_REMARK: Final = 2000
LONGEST_LINK: Final = 1000
MOST_YEARS: Final = 60
"""Years before today or after it in which a date of a document lies; others are typing errors."""
NEXT_STATES: Final[Mapping[DocumentState, tuple[DocumentDecisionState, ...]]] = {
    "waiting": ("accepted", "refused"),
    "accepted": ("withdrawn",),
    "refused": ("accepted",),
    "withdrawn": ("accepted",),
}
"""The decisions that each state admits; the last two undo a decision."""
_BAD_LINK: Final = re.compile(r"[\s\x00-\x1f\x7f<>\"'`\\]")


def proposed_requirements(kind: DocumentKind, standard: Standard) -> tuple[str, ...]:
    """Return ids of the requirements that a kind of document usually proves, as far as the edition lets a document prove them."""
    askable = document_questions(standard)
    return tuple(id for id in kind.requirements if id in askable)


def proposed_end(kind: DocumentKind, dated: date | None, today: date) -> date | None:
    """Return the last day on which a document is valid if it states none: some months after its date, or after today without one."""
    return None if kind.valid_months is None else months_later(dated or today, kind.valid_months)


def checked_body(
    body: DocumentBody, policy: KlaPolicy, standard: Standard, sites: Collection[str], now: datetime
) -> DocumentBody:
    """Return what a document states as it is stored: texts without needless blanks, and an end if its kind has one.

    Args:
        body: What the form states.
        policy: The kinds of documents.
        standard: The edition with the requirements and questions.
        sites: Ids of the sites that may be named.
        now: The current time.

    Raises:
        EvidenceError: a part is missing, too long, unknown or contradicts another; with one sentence.
    """
    kind = policy.kind(body.kind)
    if kind is None:
        raise EvidenceError(say("Choose the kind of document."))
    title, number, signer = (" ".join(text.split()) for text in (body.title, body.number, body.signer))
    if not title:
        raise EvidenceError(say("Write the title of the document."))
    if max(map(len, (title, number, signer))) > LONGEST_TEXT:
        raise EvidenceError(
            say("Title, number and signer have at most {most} characters each; shorten them.", most=LONGEST_TEXT)
        )
    if len(body.note) > LONGEST_REMARK:
        raise EvidenceError(say("This note is too long; shorten it."))
    if body.agency and body.agency not in standard.agencies:
        raise EvidenceError(say("Choose the agency from the list."))
    unknown = [site for site in body.sites if site not in sites]
    if unknown:
        raise EvidenceError(say("There is no site {site} in the list; choose another one.", site=unknown[0][:100]))
    valid_until = body.valid_until or proposed_end(kind, body.dated, now.astimezone(CITY).date())
    _check_days(body.dated, valid_until, now)
    validate_document_answers(standard, body.requirements, body.answers)
    if body.answers and not body.sites:
        raise EvidenceError(say("Choose the sites at which its answers count."))
    return replace(
        body,
        title=title,
        number=number,
        signer=signer,
        valid_until=valid_until,
        sites=tuple(dict.fromkeys(body.sites)),
        requirements=tuple(dict.fromkeys(body.requirements)),
        link=checked_link(body.link),
        note=body.note.strip(),
    )


def checked_link(text: str) -> str:
    """Return the address of a document; empty without one. It is never fetched.

    Raises:
        EvidenceError: it is no whole address that begins with https:// or http://, or it carries a password.
    """
    link = text.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        usable = False
    if not usable or len(link) > LONGEST_LINK or _BAD_LINK.search(link) or not link.isprintable():
        raise EvidenceError(
            say("Write the whole address of the document, beginning with https:// and without a password.")
        )
    return link


def _check_days(dated: date | None, valid_until: date | None, now: datetime) -> None:
    most = timedelta(days=366 * MOST_YEARS)
    day = now.date()
    if dated is not None and not day - most <= dated <= newest_day(now):
        raise EvidenceError(
            say("The date of the document lies in the future or long ago; correct it or leave it empty.")
        )
    if valid_until is not None and not day - most <= valid_until <= day + most:
        raise EvidenceError(say("The day until which it is valid is too far away; correct it."))
    if dated is not None and valid_until is not None and valid_until < dated:
        raise EvidenceError(say("The document ends before its date; correct one of them or leave it empty."))


def record_document(
    register: Register,
    document_id: str,
    body: DocumentBody,
    file: tuple[StoredFile, bytes] | None,
    by: Person,
    at: datetime,
    *,
    seen: int,
) -> DocumentVersion:
    """Store a new document or a new version of one, which waits for a decision, and return it. Idempotent.

    Args:
        register: The register.
        document_id: A new id, or that of the document of which it is a new version.
        body: What it states, from `checked_body`.
        file: Its file with the bytes; None to keep that of the version before.
        by: Who records it.
        at: The current time.
        seen: Number of the newest version that the user had seen; 0 for a new document.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: it has neither a file nor an address.
        Conflict: another version was recorded meanwhile.
        Unavailable: the file cannot be written.
    """
    if not by.may("record_documents"):
        raise Forbidden(say("Your role does not include documents; ask an administrator if it should."))
    documents = register.kla.documents
    try:
        versions = documents.versions(document_id)
    except NotInRegister:
        versions = []
    newest = versions[-1] if versions else None
    if seen and newest is None:
        raise NotInRegister(say("There is no such document; look it up in the list of documents."))
    kept = file[0] if file else newest.file if newest else None
    if kept is None and not body.link:
        raise EvidenceError(say("Choose the file of the document, or write the address where it can be read."))
    if newest is not None and newest.seq == seen + 1 and (newest.body, newest.person_id) == (body, by.id):
        same_file = file is None or (newest.file is not None and newest.file.sha256 == file[0].sha256)
        if same_file:
            return newest  # a form that was sent twice
    return documents.add(document_id, body, file, person_id=by.id, at=at, seen=seen)


def may_accept(version: DocumentVersion, by: Person) -> bool:
    """Return whether a person may accept a version: not one that proves requirements and that they recorded themselves."""
    own = version.person_id == by.id and bool(version.body.requirements or version.body.answers)
    return by.may("accept_documents") and not own


def decide_document(
    register: Register,
    document_id: str,
    seq: int,
    state: DocumentDecisionState,
    note: str,
    by: Person,
    at: datetime,
    *,
    seen: int,
) -> None:
    """Accept, refuse or withdraw a version; no change if that is its state already.

    Args:
        register: The register.
        document_id: The document.
        seq: Number of the version.
        state: The decision.
        note: The reason; a document is not refused or withdrawn without one.
        by: Who decides.
        at: The current time.
        seen: Number of decisions about the version that the user had seen.

    Raises:
        Forbidden: the person's role does not include it, or they recorded the version themselves and it proves requirements.
        NotInRegister: there is no such version.
        EvidenceError: the reason is missing or too long.
        Conflict: the state does not admit the decision, or another one was recorded meanwhile.
    """
    version = version_in(register.kla.documents.versions(document_id), seq)
    if version is None:
        raise NotInRegister(say("There is no such document; look it up in the list of documents."))
    if not by.may("accept_documents"):
        raise Forbidden(say("Your role does not include decisions about documents; ask an administrator if it should."))
    if state == "accepted" and not may_accept(version, by):
        raise Forbidden(say("You recorded this document, and it proves requirements; a second person accepts it."))
    note = note.strip()
    if state != "accepted" and not note:
        raise EvidenceError(say("Write the reason."))
    if len(note) > LONGEST_REMARK:
        raise EvidenceError(say("This note is too long; shorten it."))
    if version.state != state and state not in NEXT_STATES[version.state]:
        raise Conflict(say("This document is in another state meanwhile; look at it first."), "stale", None)
    register.kla.documents.decide(document_id, seq, state, person_id=by.id, at=at, note=note, seen=seen)
