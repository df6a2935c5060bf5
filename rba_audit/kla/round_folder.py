"""Read the folder of a round from a register: the sites that it is about, and what it has to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rba_audit.kla.calendar import KlaRound
from rba_audit.kla.folder import FolderItem, folder_items, without_site
from rba_audit.register import Register
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.standard.policies import KlaPolicy


@dataclass(frozen=True, slots=True)
class FolderSites:
    """The sites of a round: those that are nominated, or while none is, all sites of the list."""

    ids: tuple[str, ...]
    nominated: bool


@dataclass(frozen=True, slots=True)
class RoundFolder:
    """The folder of a round.

    Attributes:
        items: What it has to hold, as `folder_items` orders it.
        stray: Documents of kinds that are needed per site, that name no site.
        requests: All requests, newest first.
        documents: All versions of all documents.
    """

    round: KlaRound
    sites: FolderSites
    items: tuple[FolderItem, ...]
    stray: tuple[DocumentVersion, ...]
    requests: Sequence[DocumentRequest]
    documents: Sequence[DocumentVersion]


def folder_sites(register: Register, round: KlaRound) -> FolderSites:
    """Return the sites that are nominated in a round; while none is, all sites of the list."""
    nominated = tuple(nomination.site_id for nomination in register.kla.nominations.of_year(round.year))
    return FolderSites(nominated or tuple(site.id for site in register.sites()), bool(nominated))


def read_folder(register: Register, policy: KlaPolicy, round: KlaRound, day: date) -> RoundFolder:
    """Return the folder of a round as it is on a day."""
    sites = folder_sites(register, round)
    documents, requests = register.kla.documents.all(), register.kla.requests.all()
    return RoundFolder(
        round=round,
        sites=sites,
        items=folder_items(policy, round, sites.ids, documents, requests, day),
        stray=tuple(without_site(policy, documents)),
        requests=requests,
        documents=documents,
    )
