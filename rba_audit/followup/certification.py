"""Certificates that users record from paper: validation, withdrawal, and the state of a certificate on a day.

Certificates are never issued or computed here.
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
_MOST: Final = 200  # characters of a number or an issuer


def state_of_certificate(
    certificate: Certificate, today: date, *, policy: FollowupPolicy | None = None
) -> CertificateState:
    """Return the state of a certificate on a day; it is still valid on its last day."""
    if certificate.withdrawn is not None:
        return "withdrawn"
    if certificate.valid_until < today:
        return "expired"
    expiry_days = (policy or shipped_policies().followup).expiry_days.value
    return "expiring" if (certificate.valid_until - today).days <= expiry_days else "valid"


def rungs_by_edition(standard: Standard) -> dict[str, tuple[str, ...]]:
    """Return the names of the rungs, highest first, of each available edition of a standard, by edition; newest edition first."""
    return {
        edition.edition: tuple(rung.name for rung in reversed(edition.ladder.rungs))
        for edition in reversed(editions_of(standard))
    }


def save_certificate(
    register: Register, certificate: Certificate, by: Person, today: date, standard: Standard
) -> Certificate:
    """Record a certificate that a user read from paper, and return it. Idempotent: a form sent twice records one certificate.

    Its rank must be one of its edition of `standard`.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such site.
        EvidenceError: a field is missing or impossible.
        Conflict: the site has another certificate with that number.
    """
    _refuse_others(by)
    for text, missing in (
        (certificate.number, say("Write the number that stands on the certificate.")),
        (certificate.issuer, say("Write who issued the certificate.")),
    ):
        if not text.strip() or len(text) > _MOST:
            raise EvidenceError(missing)
    if certificate.rank not in rungs_by_edition(standard).get(certificate.edition, ()):
        raise EvidenceError(say("Choose the rank that stands on the certificate."))
    if certificate.issued > today:
        raise EvidenceError(
            say(
                "The certificate cannot have been issued on {day}, which has not come yet.",
                day=certificate.issued,
            )
        )
    if certificate.valid_until < certificate.issued:
        raise EvidenceError(say("The certificate ends before it was issued; correct one of the two days."))
    return register.certificates.add(certificate)


def revoke_certificate(register: Register, id: str, reason: str, by: Person, today: date) -> Certificate:
    """Record that a certificate is withdrawn, and return it.

    Raises:
        Forbidden: the person's role does not include it.
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
