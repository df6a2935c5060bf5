"""Read the accepted documents of a register as evidence, and when each of them began and ceased to count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rba_audit.current_answers import DocumentEvidence
from rba_audit.register import Register


@dataclass(frozen=True, slots=True)
class DocumentEvent:
    """What happened to a document: it began to count, expired, or was withdrawn."""

    document: DocumentEvidence
    what: Literal["accepted", "expired", "withdrawn"]


def documents_of_register(register: Register) -> list[DocumentEvidence]:
    """Return the versions of documents that were ever accepted and answer a question."""
    del register
    return []


def document_events(versions: Sequence[DocumentEvidence], until: date | None) -> dict[date, tuple[DocumentEvent, ...]]:
    """Return what happened to documents, by day; days after `until` and days without an event are absent.

    What happens to a version after a later one has replaced it is no event.
    """
    if until is None:
        return {}
    by_day: dict[date, list[DocumentEvent]] = {}
    for version in versions:
        later = [each.begins for each in versions if each.document_id == version.document_id and each.seq > version.seq]
        for day, event in _events(version):
            if day <= until and all(day < begins for begins in later):
                by_day.setdefault(day, []).append(event)
    return {day: tuple(by_day[day]) for day in sorted(by_day)}


def _events(version: DocumentEvidence) -> Iterator[tuple[date, DocumentEvent]]:
    """Yield day and event of one version: it begins to count, and expires or is withdrawn, whatever comes first."""
    withdrawn = None if version.withdrawn_on is None else max(version.withdrawn_on, version.begins)
    expired = None if version.valid_until is None else max(version.valid_until + timedelta(days=1), version.begins)
    if version.state(version.begins) == "valid":
        yield version.begins, DocumentEvent(version, "accepted")
    if expired is not None and (withdrawn is None or expired < withdrawn):
        yield expired, DocumentEvent(version, "expired")
    if withdrawn is not None:
        yield withdrawn, DocumentEvent(version, "withdrawn")
