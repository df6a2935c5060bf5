"""Read the accepted documents of a register as evidence, and when each of them began and ceased to count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from rba_audit.current_answers import DocumentEvidence
from rba_audit.days import CITY
from rba_audit.evidence import DocumentState
from rba_audit.register import Register
from rba_audit.register.kla.document_records import DocumentBody, DocumentVersion

_TABLES: Final = ("document_version", "document_decision")


@dataclass(frozen=True, slots=True)
class DocumentEvent:
    """What happened to a document: it began to count, expired, was withdrawn, or would count if it could be read."""

    document: DocumentEvidence
    what: Literal["accepted", "expired", "withdrawn", "damaged"]


def documents_of_register(register: Register) -> list[DocumentEvidence]:
    """Return the versions of documents that were ever accepted and answer a question, each document's oldest first."""
    versions = register.kla.documents.all()
    found = [evidence for version in versions if (evidence := _evidence(version)) is not None]
    if not found:
        return []
    damaged = {row.id for row in register.damaged() if row.table in _TABLES}
    return [replace(evidence, damaged=evidence.document_id in damaged) for evidence in found]


def _evidence(version: DocumentVersion) -> DocumentEvidence | None:
    body = version.body
    accepted = next((number for number, each in enumerate(version.decisions) if each.state == "accepted"), None)
    if accepted is None or not body.answers or not body.sites:
        return None
    decisions = version.decisions[accepted:]
    return DocumentEvidence(
        document_id=version.document_id,
        seq=version.seq,
        name=_name(body),
        dated=body.dated or _day(version.at),
        valid_until=body.valid_until,
        accepted_at=decisions[0].at,
        decisions=tuple((_day(decision.at), decision.state == "accepted") for decision in decisions),
        sites=body.sites,
        answers=body.answers,
    )


def _name(body: DocumentBody) -> str:
    if body.title and body.number:
        return f"{body.title} ({body.number})"
    return body.title or body.number or body.kind


def _day(moment: datetime) -> date:
    return moment.astimezone(CITY).date()


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
    """Yield day and event of one version: where it begins to count, expires, is withdrawn, or is accepted again."""
    days = {version.begins, *(max(day, version.begins) for day, _ in version.decisions)}
    if version.valid_until is not None and version.valid_until < date.max:
        days.add(max(version.valid_until + timedelta(days=1), version.begins))
    before: DocumentState | None = None
    for day in sorted(days):
        state = version.state(day)
        if state is not None and state != before:
            yield day, DocumentEvent(version, "accepted" if state == "valid" else state)
        before = state
