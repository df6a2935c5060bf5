"""Documents to choose from for a step of a nomination's trail."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.kla.document_chains import document_chains
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class DocumentOption:
    """A document that counts: its id and its name for readers."""

    id: str
    words: str


def document_options(site_id: str) -> list[DocumentOption]:
    """Return the accepted documents of a site and of the whole city, by name."""
    counted = (chain.counted for chain in document_chains(services().register.kla.documents.all()))
    options = [
        DocumentOption(version.document_id, _words(version))
        for version in counted
        if version is not None and (not version.body.sites or site_id in version.body.sites)
    ]
    return sorted(options, key=lambda option: (option.words.casefold(), option.id))


def _words(version: DocumentVersion) -> str:
    kind = services().policies.kla.kind(version.body.kind)
    parts = (str(kind.words) if kind else version.body.kind, version.body.title, version.body.number)
    return " · ".join(filter(None, parts))
