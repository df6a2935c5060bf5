"""Plan an evidence pack: its sites, documents, certificates and photos, and what is missing from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.kla.calendar import KlaRound, round_in
from rba_audit.kla.folder import FolderItem, folder_items
from rba_audit.layers import ContextFeature
from rba_audit.papers.pack_contents import (
    PackCertificate,
    PackDocument,
    lacking_items,
    nominated_rows,
    pack_certificates,
    pack_documents,
    trained_people,
)
from rba_audit.papers.pack_papers import TrainedPerson
from rba_audit.papers.photo_sheet import RequirementPhoto, requirement_photos
from rba_audit.papers.pictures import LocationMaps
from rba_audit.register import Register
from rba_audit.register.office import Office
from rba_audit.reports import SiteRow

_CITY_PAPERS: Final = 5
"""Annex as PDF file and workbook, trend, costs of the rest, and the letter."""


@dataclass(frozen=True, slots=True)
class PackSource:
    """What a pack is made from: a register, its audit by approved visits, layers and maps, and the round and day of the pack."""

    register: Register
    audited: RegisterAudit
    context: Sequence[ContextFeature]
    locations: LocationMaps
    year: int
    day: date


@dataclass(frozen=True, slots=True)
class PackPlan:
    """Contents of a pack before it is written.

    Attributes:
        rows: Its sites, in their order.
        nominated: Whether these sites are nominated; otherwise nothing is, and they are all that were audited.
        lacking: What is missing, expired, unsigned, refused or not accepted yet.
    """

    round: KlaRound
    rows: tuple[SiteRow, ...]
    nominated: bool
    lacking: tuple[FolderItem, ...]
    documents: tuple[PackDocument, ...]
    certificates: dict[str, list[PackCertificate]]
    photos: dict[str, list[RequirementPhoto]]
    people: tuple[TrainedPerson, ...]
    office: Office

    @property
    def steps(self) -> int:
        """How often `write_pack` calls `advance`."""
        scans = sum(each.scan is not None for own in self.certificates.values() for each in own)
        files = sum(document.version.file is not None for document in self.documents)
        return files + scans + 2 * len(self.rows) + _CITY_PAPERS + bool(self.people)


@dataclass(frozen=True, slots=True)
class PackOutline:
    """Sites of a pack, whether they are nominated, and what is missing; see `PackPlan`."""

    round: KlaRound
    rows: tuple[SiteRow, ...]
    nominated: bool
    lacking: tuple[FolderItem, ...]


def pack_items(source: PackSource) -> PackOutline:
    """Return what a pack would be about, without its files."""
    register, policy = source.register, source.audited.policies.kla
    rows = nominated_rows(register, source.audited.findings, source.year)
    round = round_in(register, policy, source.year)
    versions, requests = register.kla.documents.all(), register.kla.requests.all()
    items = folder_items(policy, round, [row.id for row in rows], versions, requests, source.day)
    nominated = bool(register.kla.nominations.of_year(source.year))
    return PackOutline(round, rows, nominated, tuple(lacking_items(items)))


def plan_pack(source: PackSource) -> PackPlan:
    """Return the contents of a pack."""
    register, policy, day = source.register, source.audited.policies.kla, source.day
    outline = pack_items(source)
    sites = [row.id for row in outline.rows]
    return PackPlan(
        round=outline.round,
        rows=outline.rows,
        nominated=outline.nominated,
        lacking=outline.lacking,
        documents=tuple(pack_documents(policy, register.kla.documents.all(), sites, day)),
        certificates=pack_certificates(register, sites, day),
        photos={site: requirement_photos(register, source.audited.findings, site, day) for site in sites},
        people=tuple(trained_people(register, policy, day)),
        office=register.office.get(),
    )
