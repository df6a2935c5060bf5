"""Scans of certificates: validation of a file by its content, and its form as it is stored.

A picture is re-encoded without metadata, as every photo here is. A PDF is stored as it was sent, and never shown within a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rba_audit.errors import EvidenceError, Forbidden
from rba_audit.messages import format_number, say
from rba_audit.photographs import LARGEST_PHOTO_BYTES, NotAPhoto, clean_photo
from rba_audit.register import Register
from rba_audit.register.certificate_scans import CertificateScan, ScanKind
from rba_audit.register.person_records import Person
from rba_audit.register.photo_files import PDF_START

LARGEST_SCAN_BYTES: Final = LARGEST_PHOTO_BYTES
_END: Final = b"%%EOF"
_TAIL: Final = 2048
"""Bytes at the end of a PDF in which its last line stands; some programs append blanks or a signature."""
_MEGA: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ScanFile:
    """A file as it is stored.

    Attributes:
        sent_sha256: Hash of the bytes that were sent.
        sha256: Hash of `data`.
    """

    kind: ScanKind
    sent_sha256: str
    sha256: str
    data: bytes


def read_scan(data: bytes) -> ScanFile:
    """Return a file that was sent as it is stored.

    Raises:
        EvidenceError: it is empty, too large, damaged, or neither a PDF nor a picture; also `PhotoError`.
    """
    if not data:
        raise EvidenceError(say("Choose the file with the scan."))
    if len(data) > LARGEST_SCAN_BYTES:
        raise EvidenceError(
            say(
                "The scan has {found} MB, and at most {limit} MB are taken; scan it with fewer dots per inch.",
                found=format_number(len(data) / _MEGA, 1),
                limit=format_number(LARGEST_SCAN_BYTES / _MEGA, 1),
            )
        )
    sent = sha256(data).hexdigest()
    if data.startswith(PDF_START):
        if _END not in data[-_TAIL:]:
            raise EvidenceError(say("The PDF is not whole: its end is missing; save or send it again."))
        return ScanFile("pdf", sent, sent, data)
    try:
        picture = clean_photo(data)
    except NotAPhoto as error:
        raise EvidenceError(
            say("A scan is a PDF, or a picture as JPEG, PNG or WebP; save it as one of these.")
        ) from error
    return ScanFile("picture", sent, picture.sha256, picture.jpeg)


def save_scan(register: Register, certificate_id: str, file: ScanFile, by: Person, *, seen: int) -> CertificateScan:
    """Store the scan of a certificate; an earlier one stays in its history. Idempotent.

    `seen` is the number of the newest scan that the user had seen; 0 if there was none.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such certificate.
        Conflict: another scan was stored meanwhile.
        Unavailable: the file cannot be written.
    """
    if not by.may("record_certificates"):
        raise Forbidden(say("Your role does not include certificates; ask an administrator if it should."))
    return register.certificate_scans.keep(
        certificate_id, file.kind, file.sent_sha256, (file.sha256, file.data), by.id, seen=seen
    )
