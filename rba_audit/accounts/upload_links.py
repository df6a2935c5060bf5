"""Links by which an agency sends one document without an account: make, open and end them.

The token has 256 random bits. An unknown, an ended and an expired link are alike to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from rba_audit.accounts.households import household
from rba_audit.accounts.sessions import hash_secret, new_token
from rba_audit.accounts.shared_links import GUESS_WINDOW, GUESSES, NoSuchLink
from rba_audit.days import CITY, now_utc
from rba_audit.register import Register
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import RateLimit

_DAY: Final = timedelta(days=1)
_LONGEST_TOKEN: Final = 100
_NO_PART: Final = re.compile(r"[^A-Za-z0-9_-]")
"""What programs add to a link: invisible marks where a line may break, the full stop of a sentence."""


@dataclass(frozen=True, slots=True)
class WantedDocument:
    """A document to ask for.

    Attributes:
        kind: Name of its kind.
        site_id: The site; empty for the whole city.
        agency: Key of the agency that is asked.
        due: The day by which it is needed.
    """

    kind: str
    site_id: str
    agency: str
    due: date


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request whose link is valid, and the versions of the document that was sent with it, oldest first.

    Attributes:
        accepted: Whether one of them was accepted: then the link takes no more.
    """

    request: DocumentRequest
    versions: tuple[DocumentVersion, ...]
    accepted: bool


def make_requests(
    register: Register, wanted: Sequence[WantedDocument], days: int, by: Person, at: datetime | None = None
) -> list[tuple[DocumentRequest, str]]:
    """Ask for documents with a link each, valid for `days` days after today; return them with their tokens, which are stored nowhere.

    Links of earlier requests for the same documents end.
    """
    now = at or now_utc()
    again = {(document.kind, document.site_id) for document in wanted}
    for before in register.kla.requests.all():
        if (before.kind, before.site_id) in again and before.ended_by is None:
            register.kla.requests.end(before.id, by.id, now)
    made = []
    for document in wanted:
        request = DocumentRequest(
            id=str(uuid4()),
            kind=document.kind,
            site_id=document.site_id,
            agency=document.agency,
            due=document.due,
            valid_until=now.astimezone(CITY).date() + days * _DAY,
            note="",
            person_id=by.id,
            at=now,
        )
        token = new_token()
        register.kla.requests.add(request, hash_secret(token))
        made.append((request, token))
    return made


def find_request(register: Register, token: str, at: datetime | None = None) -> OpenRequest | None:
    """Return the request of a token if its link is valid now. Nothing is written, so it can be called before a body is read."""
    # Only hashes are compared, so the time of the look-up says nothing about the token.
    request = register.kla.requests.find(hash_secret(_NO_PART.sub("", token[:_LONGEST_TOKEN])))
    now = at or now_utc()
    if request is None or request.state(now.astimezone(CITY).date(), ()) != "open":
        return None
    sent = register.kla.documents.for_request(request.id)
    versions = tuple(register.kla.documents.versions(sent[0].document_id)) if sent else ()
    return OpenRequest(
        request, versions, any(each.state == "accepted" for version in versions for each in version.decisions)
    )


def open_request(register: Register, token: str, address: str, at: datetime | None = None) -> OpenRequest | NoSuchLink:
    """Return the request of a token if its link is valid now; attempts that fail are limited by address."""
    now = at or now_utc()
    whose = hash_secret(f"upload link from {household(address)}")
    attempt = register.sessions.attempt((RateLimit(whose, GUESSES, GUESS_WINDOW),), _DAY, now)
    if attempt.held_until is not None:
        return NoSuchLink(max(1, -(-(attempt.held_until - now) // timedelta(seconds=1))))
    opened = find_request(register, token, now)
    if opened is None:
        return NoSuchLink()
    register.sessions.withdraw_attempts(attempt.counted)
    return opened
