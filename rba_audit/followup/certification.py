"""Certificates as people read them from paper: what may be recorded, and how one stands on a day.

No certificate is ever given or worked out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, get_args

from rba_audit.errors import EvidenceError, Forbidden
from rba_audit.followup.action_updates import LONGEST_ACTION_NOTE
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.certificates import Certificate
from rba_audit.register.person_records import Person
from rba_audit.standard import Standard, editions_of
from rba_audit.standard.policies import FollowupPolicy, shipped_policies

CertificateState = Literal["expiring", "expired", "valid", "withdrawn"]
CERTIFICATE_STATES: Final[tuple[CertificateState, ...]] = get_args(CertificateState)
CERTIFICATE_STATE_WORDS: Final[Mapping[CertificateState, Message]] = {
    "expiring": say("expires soon"),
    "expired": say("expired"),
    "valid": say("valid"),
    "withdrawn": say("withdrawn"),
}
_MOST: Final = 200  # letters of a number or an issuer


def state_of_certificate(
    certificate: Certificate, today: date, *, policy: FollowupPolicy | None = None
) -> CertificateState:
    """Return how a certificate stands on a day; it is valid on its last day still."""
    if certificate.withdrawn is not None:
        return "withdrawn"
    if certificate.valid_until < today:
        return "expired"
    expiry_days = (policy or shipped_policies().followup).expiry_days.value
    return "expiring" if (certificate.valid_until - today).days <= expiry_days else "valid"


def rungs_by_edition(standard: Standard) -> dict[str, tuple[str, ...]]:
    """Return the rungs of each edition of a standard that is at hand, the highest first, by edition; the newest edition first."""
    return {
        each.edition: tuple(rung.name for rung in reversed(each.ladder.rungs))
        for each in reversed(editions_of(standard))
    }


def save_certificate(
    register: Register, given: Certificate, by: Person, today: date, standard: Standard
) -> Certificate:
    """Record a certificate as somebody read it from paper, and return it; the same form sent twice records one.

    Its rank is one of an edition of `standard`.

    Raises:
        NotAllowed: the person's role does not include it.
        NotInRegister: there is no such site.
        EvidenceError: something is missing or cannot be.
        Conflict: the site has a certificate with that number.
    """
    _refuse_others(by)
    for text, missing in (
        (given.number, say("Write the number that stands on the certificate.")),
        (given.issuer, say("Write who issued the certificate.")),
    ):
        if not text.strip() or len(text) > _MOST:
            raise EvidenceError(missing)
    if given.rank not in rungs_by_edition(standard).get(given.edition, ()):
        raise EvidenceError(say("Choose the rank that stands on the certificate."))
    if given.issued > today:
        raise EvidenceError(
            say(
                "The certificate cannot have been issued on {day}, which has not come yet.",
                day=given.issued,
            )
        )
    if given.valid_until < given.issued:
        raise EvidenceError(say("The certificate ends before it was issued; correct one of the two days."))
    return register.certificates.add(given)


def revoke_certificate(register: Register, id: str, reason: str, by: Person, today: date) -> Certificate:
    """Record that a certificate counts no more, and return it.

    Raises:
        NotAllowed: the person's role does not include it.
        NotInRegister: there is no such certificate.
        EvidenceError: there is no reason.
        Conflict: it is withdrawn already.
    """
    _refuse_others(by)
    text = reason.strip()[:LONGEST_ACTION_NOTE]
    if not text:
        raise EvidenceError(say("Write why the certificate is withdrawn."))
    return register.certificates.withdraw(id, today, text, by.id)


def _refuse_others(by: Person) -> None:
    if not by.may("record_certificates"):
        raise Forbidden(say("Your role does not include certificates; ask an administrator if it should."))
