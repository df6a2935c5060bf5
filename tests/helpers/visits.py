"""Visits stored in a register directly, without the intake, for tests of their evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from rba_audit.register import Register, Visit
from rba_audit.register.records import VISIT_FORMAT, as_json
from rba_audit.register.visits import Visits
from rba_audit.standard import Standard


def document_of(visit: Visit) -> bytes:
    """Return a visit as a document; the same visit gives the same bytes."""
    document: dict[str, object] = {
        "format": VISIT_FORMAT,
        "id": visit.id,
        "site": visit.site_id,
        "edition": visit.edition,
        "stage": visit.stage,
        "author": visit.author,
        "auditor": visit.auditor,
        "day": visit.day.isoformat(),
        "replaces": visit.replaces or None,
        "answers": dict(visit.answers),
        "notes": dict(visit.notes),
        "note": visit.note,
        "position": visit.position,
        "items": [dict(item) for item in visit.items],
        "photos": [
            {
                "sha256": photo.sha256,
                "question": photo.question,
                "item": photo.item,
                "taken_at": photo.taken_at,
                "position": photo.position,
                **({"source": photo.source} if photo.source else {}),
            }
            for photo in visit.photos
        ],
        # Written only where it says something, so that a full visit gives the bytes it always gave.
        **({} if visit.scope == "full" else {"scope": visit.scope}),
        **({"given_by": {"author": visit.given_by}} if visit.given_by else {}),
    }
    return as_json(document).encode()


def put_visit(visits: Visits, visit: Visit, at: datetime | None = None) -> Visit:
    """Keep a visit, dated by when it was made unless `at` says otherwise, and return it as it is kept."""
    return visits.take(document_of(visit), at=at or visit.recorded_at).visit


def take_visit(
    register: Register,
    standard: Standard,
    site_id: str,
    answers: Mapping[str, Any],
    *,
    auditor: str = "Siti",
    day: date = date(2026, 11, 12),
    stage: str = "auditor",
    note: str = "",
    notes: Mapping[str, str] | None = None,
    author: str = "",
    id: str | None = None,
    scope: str = "full",
) -> Visit:
    """Keep the answers of one day at one site and return the visit as it is kept."""
    visit = Visit(
        id or str(uuid4()),
        site_id,
        standard.edition,
        stage,
        auditor,
        day,
        dict(answers),
        note,
        author=author,
        notes=dict(notes or {}),
        scope=scope,
    )
    return put_visit(register.visits, visit)
