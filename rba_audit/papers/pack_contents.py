"""Choose the contents of an evidence pack: its sites, the documents that count on the day, what is missing, and safe file names.

Refused and withdrawn versions, those that wait for a decision, and documents that have expired are in no pack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rba_audit.days import CITY
from rba_audit.findings import Findings
from rba_audit.kla.calendar import KlaRound
from rba_audit.kla.folder import FolderItem, FolderState, last_valid_day
from rba_audit.messages import Message, say
from rba_audit.papers.pack_papers import TrainedPerson
from rba_audit.register import Register
from rba_audit.register.certificate_scans import ENDINGS as SCAN_ENDINGS
from rba_audit.register.certificate_scans import CertificateScan
from rba_audit.register.certificates import Certificate
from rba_audit.register.kla.document_records import DocumentVersion, counted_version
from rba_audit.register.kla.document_rows import ENDINGS
from rba_audit.reports import SiteRow, site_rows
from rba_audit.standard.policies import KlaPolicy

_LACKING: Final[Mapping[FolderState, Message]] = {
    "missing": say("missing"),
    "expired": say("expired"),
    "unsigned": say("not signed"),
    "refused": say("refused"),
    "waiting": say("waits to be accepted"),
}
"""States in which a document is not there as it has to be, in words."""
_LONGEST_PART: Final = 40
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class PackDocument:
    """A document of a pack: the version that counts, and how it is called."""

    version: DocumentVersion
    words: str
    unsigned: bool


@dataclass(frozen=True, slots=True)
class PackCertificate:
    """A certificate of a site of a pack that is valid on the day, and its newest scan, if there is one."""

    certificate: Certificate
    scan: CertificateScan | None


def nominated_rows(register: Register, findings: Findings, year: int) -> tuple[SiteRow, ...]:
    """Return the sites nominated in a round, by name; while none is nominated, all sites that were audited."""
    rows = sorted(site_rows(findings), key=lambda row: (row.name.casefold(), row.id))
    nominated = {nomination.site_id for nomination in register.kla.nominations.of_year(year)}
    if nominated:
        return tuple(row for row in rows if row.id in nominated)
    return tuple(row for row in rows if row.status != "not_audited")


def lacking_items(items: Iterable[FolderItem]) -> list[FolderItem]:
    """Return the items that are missing, expired, unsigned, refused or not accepted yet, in their order."""
    return [item for item in items if item.state in _LACKING]


def lacking_words(state: FolderState) -> str:
    """Return the state of such an item in words."""
    return str(_LACKING[state])


def pack_documents(
    policy: KlaPolicy, versions: Iterable[DocumentVersion], sites: Sequence[str], day: date
) -> list[PackDocument]:
    """Return the documents of a pack: the version of each that counts, if it is valid on the day, about the city or one of the sites.

    They are in the order of the kinds of the rules, then by site, date and id.
    """
    chains: dict[str, list[DocumentVersion]] = {}
    for version in sorted(versions, key=lambda version: version.seq):
        if version.at.astimezone(CITY).date() <= day:
            chains.setdefault(version.document_id, []).append(version)
    order = {kind.name: number for number, kind in enumerate(policy.documents.kinds)}
    documents = []
    for version in filter(None, map(counted_version, chains.values())):
        body, kind = version.body, policy.kind(version.body.kind)
        last = body.valid_until if kind is None else last_valid_day(kind, version)
        if (last is not None and last < day) or (body.sites and not {*body.sites} & {*sites}):
            continue
        unsigned = kind is not None and kind.needs_signer and not body.signer.strip()
        documents.append(PackDocument(version, str(kind.words) if kind else body.kind, unsigned))
    place = {site: number for number, site in enumerate(sites)}
    return sorted(
        documents,
        key=lambda document: (
            order.get(document.version.body.kind, len(order)),
            min((place[site] for site in document.version.body.sites if site in place), default=-1),
            document.version.body.dated or date.min,
            document.version.document_id,
        ),
    )


def pack_certificates(register: Register, sites: Sequence[str], day: date) -> dict[str, list[PackCertificate]]:
    """Return the certificates of sites that are valid on a day, newest first, by site id."""
    scans = register.certificate_scans.by_certificate()
    by_site: dict[str, list[PackCertificate]] = {site: [] for site in sites}
    for certificate in register.certificates.all():
        if (
            certificate.site_id in by_site
            and certificate.withdrawn is None
            and certificate.issued <= day <= certificate.valid_until
        ):
            newest = next(iter(scans.get(certificate.id, ())), None)
            by_site[certificate.site_id].append(PackCertificate(certificate, newest))
    return by_site


def trained_people(register: Register, policy: KlaPolicy, day: date) -> list[TrainedPerson]:
    """Return the people trained on the rights of the child, by name; without numbers of certificates."""
    # The register of trainings is another part of the folder; a register without it has no people.
    trainings: Any = getattr(register.kla, "trainings", None)
    sectors = {sector.name: str(sector.words) for sector in policy.kha.sectors}
    return [
        TrainedPerson(person.name, person.institution, sectors.get(person.sector, ""), _validity(person, day))
        for person in (trainings.people() if trainings is not None else ())
    ]


def _validity(person: Any, day: date) -> str:
    if not person.certificates:
        return str(say("no certificate"))
    ends = [certificate.valid_until for certificate in person.certificates]
    if any(end is not None and end >= day for end in ends):
        return str(say("valid"))
    return str(say("validity not stated") if any(end is None for end in ends) else say("expired"))


def safe_name(text: str) -> str:
    """Return a text as part of a file name: at most 40 lower-case ASCII letters, digits and dashes; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _UNSAFE.sub("-", plain).strip("-")[:_LONGEST_PART].rstrip("-") or "x"


def numbered(number: int, all: int, *parts: str) -> str:
    """Return a file name without ending that no other file of a folder has: its number, then its parts."""
    digits = max(len(str(all)), 2)
    return "-".join([f"{number:0{digits}}", *map(safe_name, filter(None, parts))])


def document_ending(version: DocumentVersion) -> str:
    """Return the ending of the file of a version, by its type and never by the name that was sent."""
    return ENDINGS[version.file.type] if version.file else ""


def scan_ending(scan: CertificateScan) -> str:
    """Return the ending of the file of a scan."""
    return SCAN_ENDINGS[scan.kind]


def about_round(
    round: KlaRound, policy_digest: str, findings: Findings, program: str, language: str, day: date
) -> dict[str, Any]:
    """Return what a manifest states about the whole pack."""
    return {
        "program": program,
        "round": round.year,
        "day": day.isoformat(),
        "language": language,
        "edition": findings.standard.edition,
        "policies": policy_digest,
    }
