"""Documents to choose from for a step of a nomination's trail."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class DocumentOption:
    """A document that counts: its id and its name for readers."""

    id: str
    words: str


def document_options(site_id: str) -> list[DocumentOption]:
    """Return the accepted documents of a site and of the whole city, by name."""
    newest: dict[str, DocumentVersion] = {}
    for version in services().register.kla.documents.all():
        if version.state == "accepted" and (not version.body.sites or site_id in version.body.sites):
            newest[version.document_id] = version  # versions are in order, the oldest first
    options = [DocumentOption(id, _words(version)) for id, version in newest.items()]
    return sorted(options, key=lambda option: (option.words.casefold(), option.id))


def _words(version: DocumentVersion) -> str:
    kind = services().policies.kla.kind(version.body.kind)
    parts = (str(kind.words) if kind else version.body.kind, version.body.title, version.body.number)
    return " · ".join(filter(None, parts))
