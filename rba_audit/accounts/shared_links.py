"""Make, open and end read-only links: one page for a reader without an account, until a day.

The token has 256 random bits. An unknown, an ended and an expired link are alike to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from rba_audit.accounts.households import household
from rba_audit.accounts.sessions import hash_secret, new_token
from rba_audit.days import CITY, now_utc
from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import RateLimit
from rba_audit.register.shared_links import SharedLink

LINK_DAYS: Final = 30
"""How many days a link is valid unless its maker chooses otherwise."""
MOST_LINK_DAYS: Final = 365
LONGEST_RECIPIENT: Final = 120
GUESSES: Final = 40
"""Openings of unknown links from one address, per `GUESS_WINDOW`; a whole office may share an address."""
GUESS_WINDOW: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)
_LONGEST_TOKEN: Final = 100


@dataclass(frozen=True, slots=True)
class NoSuchLink:
    """A link that opens nothing; `retry_after_s` is 0, or how long this address has to wait after too many of them."""

    retry_after_s: int = 0


def make_link(
    register: Register, recipient: str, days: int, by: Person, at: datetime | None = None
) -> tuple[SharedLink, str]:
    """Make a read-only link that is valid for `days` days after today; return it with its token, which is stored nowhere.

    Raises:
        EvidenceError: no recipient is named, the name is too long or unprintable, or the number of days is not between 1 and 365.
    """
    name = " ".join(recipient.split())
    if not name or not name.isprintable():
        raise EvidenceError(say("Write for whom the link is."))
    if len(name) > LONGEST_RECIPIENT:
        raise EvidenceError(say("Write at most {most} characters for whom the link is.", most=LONGEST_RECIPIENT))
    if not 1 <= days <= MOST_LINK_DAYS:
        raise EvidenceError(say("Choose from 1 to {most} days.", most=MOST_LINK_DAYS))
    now = at or now_utc()
    link = SharedLink(str(uuid4()), name, now.astimezone(CITY).date() + timedelta(days=days), by.id, now)
    token = new_token()
    register.shared_links.add(link, hash_secret(token))
    return link, token


def open_link(register: Register, token: str, address: str, at: datetime | None = None) -> SharedLink | NoSuchLink:
    """Return the link of a token if it is open now, and count the opening; openings that fail are limited by address."""
    now = at or now_utc()
    whose = hash_secret(f"shared link from {household(address)}")
    attempt = register.sessions.attempt((RateLimit(whose, GUESSES, GUESS_WINDOW),), _DAY, now)
    if attempt.held_until is not None:
        return NoSuchLink(max(1, -(-(attempt.held_until - now) // timedelta(seconds=1))))
    # Only hashes are compared, so the time of the look-up says nothing about the token.
    link = register.shared_links.find(hash_secret(token[:_LONGEST_TOKEN]))
    if link is None or link.state(now.astimezone(CITY).date()) != "open":
        return NoSuchLink()
    register.sessions.withdraw_attempts(attempt.counted)
    register.shared_links.record_opening(link.id, now)
    return link
