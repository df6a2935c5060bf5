"""Tables of rehearsals, and the conversion of their rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Integer, Row, Table, Text, select

from rba_audit.messages import BilingualText
from rba_audit.register.damaged_rows import moment, moment_or_none, read_all
from rba_audit.register.kla.document_records import FILE_TYPES, StoredFile
from rba_audit.register.kla.points import read_points
from rba_audit.register.kla.rehearsal_records import (
    REHEARSAL_STATES,
    RealOutcome,
    Rehearsal,
    RehearsalDecision,
    RehearsalItem,
)
from rba_audit.register.records import as_json
from rba_audit.register.tables import KEPT, metadata

_STATES: Final = ", ".join(f"'{name}'" for name in REHEARSAL_STATES)

rehearsal: Final = Table(
    "rehearsal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("year", Integer, nullable=False),  # the round
    Column("document", Text, nullable=False),  # the frozen copy of the folder, as JSON
    Column("sha256", Text, nullable=False),  # of the document
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
rehearsal_invitation: Final = Table(
    "rehearsal_invitation",
    metadata,
    Column("rehearsal_id", Text, ForeignKey("rehearsal.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first invitation to this rehearsal
    Column("guest_id", Text, nullable=False),
    Column("invited", Integer, CheckConstraint("invited in (0, 1)"), nullable=False),  # 0: taken back
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
rehearsal_decision: Final = Table(
    "rehearsal_decision",
    metadata,
    Column("rehearsal_id", Text, ForeignKey("rehearsal.id"), primary_key=True),
    Column("item", Integer, primary_key=True, autoincrement=False),  # its number in the copy
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first decision about it
    Column("state", Text, CheckConstraint(f"state in ({_STATES})"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
rehearsal_closing: Final = Table(
    "rehearsal_closing",
    metadata,
    Column("rehearsal_id", Text, ForeignKey("rehearsal.id"), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
kla_outcome: Final = Table(
    "kla_outcome",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("year", Integer, nullable=False),  # the round
    Column("kind", Text, nullable=False),  # of the item; empty for a whole indicator
    Column("site_id", Text, nullable=False),
    Column("indicator", Text, nullable=False),  # empty for an item
    Column("state", Text, CheckConstraint(f"state in ({_STATES}, '')"), nullable=False),  # empty: not known
    Column("points", Text, nullable=False),  # a decimal number; empty: not known
    Column("note", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([rehearsal, rehearsal_invitation, rehearsal_decision, rehearsal_closing, kla_outcome])


def copy_of(items: Iterable[RehearsalItem], day: date) -> tuple[str, str]:
    """Return the document of a frozen copy of the folder, and its hash."""
    text = as_json({"format": 1, "day": day.isoformat(), "items": [_as_json(item) for item in items]})
    return text, hashlib.sha256(text.encode()).hexdigest()


def read_rehearsals(connection: Connection, condition: Any = None) -> list[Rehearsal]:
    """Return the rehearsals under a condition, newest first; one with a damaged copy is left out.

    Where a decision or an invitation cannot be read, the item counts as undecided and the verifier as not invited.
    """
    wanted = select(rehearsal).order_by(rehearsal.c.at.desc(), rehearsal.c.id)
    rows = connection.execute(wanted if condition is None else wanted.where(condition)).all()
    ids = [row.id for row in rows]
    decisions, invitations = _decisions(connection, ids), _invitations(connection, ids)
    closings = {
        row.rehearsal_id: row
        for row in connection.execute(select(rehearsal_closing).where(rehearsal_closing.c.rehearsal_id.in_(ids)))
    }
    return read_all(
        connection,
        rows,
        lambda row: _rehearsal(
            row,
            decisions.get(row.id, {}),
            invitations.get(row.id, {}),
            closings.get(row.id),
            None
            if row.id not in closings
            else moment_or_none(connection, closings[row.id].at, "rehearsal_closing", row.id),
        ),
        "rehearsal",
    )


def _decisions(connection: Connection, ids: list[str]) -> dict[str, dict[int, RehearsalDecision]]:
    table = rehearsal_decision.c
    wanted = select(rehearsal_decision).where(table.rehearsal_id.in_(ids)).order_by(table.seq)
    rows = connection.execute(wanted).all()
    newest = {(row.rehearsal_id, row.item): row.seq for row in rows}
    read = read_all(
        connection, rows, lambda row: (row.rehearsal_id, _decision(row)), "rehearsal_decision", "rehearsal_id"
    )
    by_rehearsal: dict[str, dict[int, RehearsalDecision]] = {}
    for id, decision in read:
        if decision.seq == newest[id, decision.item]:  # a damaged one does not make the earlier one count again
            by_rehearsal.setdefault(id, {})[decision.item] = decision
    return by_rehearsal


def _invitations(connection: Connection, ids: list[str]) -> dict[str, dict[str, bool]]:
    table = rehearsal_invitation.c
    wanted = select(rehearsal_invitation).where(table.rehearsal_id.in_(ids)).order_by(table.seq)
    by_rehearsal: dict[str, dict[str, bool]] = {}
    for row in connection.execute(wanted):
        by_rehearsal.setdefault(row.rehearsal_id, {})[row.guest_id] = row.invited == 1
    return by_rehearsal


def _decision(row: Row[Any]) -> RehearsalDecision:
    if row.state not in REHEARSAL_STATES:
        raise ValueError("an item is accepted or refused")
    return RehearsalDecision(row.item, row.seq, row.state, row.reason, row.person_id, moment(row.at))


def _rehearsal(
    row: Row[Any],
    decisions: Mapping[int, RehearsalDecision],
    invitations: Mapping[str, bool],
    closing: Row[Any] | None,
    closed_at: datetime | None,
) -> Rehearsal:
    if hashlib.sha256(row.document.encode()).hexdigest() != row.sha256:
        raise ValueError("the copy of the folder is not the one that was stored")
    document = json.loads(row.document)
    return Rehearsal(
        id=row.id,
        year=row.year,
        day=date.fromisoformat(document["day"]),
        items=tuple(_item(number, item) for number, item in enumerate(document["items"], 1)),
        person_id=row.person_id,
        at=moment(row.at),
        verifiers=frozenset(id for id, invited in invitations.items() if invited),
        decisions=decisions,
        closed_by=None if closing is None else closing.person_id,
        closed_at=closed_at,
    )


def outcome_of(row: Row[Any]) -> RealOutcome:
    """Return the real outcome of a row.

    Raises:
        ValueError: the row is damaged.
    """
    if row.state not in (*REHEARSAL_STATES, ""):
        raise ValueError("an outcome is accepted, refused or not known")
    points = read_points(row.points) if row.points else None
    return RealOutcome(
        row.year, row.kind, row.site_id, row.indicator, row.state, points, row.note, row.person_id, moment(row.at)
    )


def _as_json(item: RehearsalItem) -> dict[str, Any]:
    file = item.file
    return {
        "kind": item.kind,
        "words": {"id": item.words.id, "en": item.words.en},
        "site_id": item.site_id,
        "site": item.site,
        "indicators": list(item.indicators),
        "agency": item.agency,
        "due": item.due.isoformat(),
        "state": item.state,
        "points": {name: str(points) for name, points in item.points.items()},
        "document_id": item.document_id,
        "seq": item.seq,
        "title": item.title,
        "number": item.document_number,
        "signer": item.signer,
        "dated": None if item.dated is None else item.dated.isoformat(),
        "valid_until": None if item.valid_until is None else item.valid_until.isoformat(),
        "link": item.link,
        "file": None
        if file is None
        else {"sha256": file.sha256, "type": file.type, "bytes": file.bytes, "name": file.name, "pages": file.pages},
    }


def _item(number: int, item: Mapping[str, Any]) -> RehearsalItem:
    file = item["file"]
    if file is not None and file["type"] not in FILE_TYPES:
        raise ValueError("the type of a file is one of those that can be stored")
    return RehearsalItem(
        number=number,
        kind=item["kind"],
        words=BilingualText(item["words"]["id"], item["words"]["en"]),
        site_id=item["site_id"],
        site=item["site"],
        indicators=tuple(item["indicators"]),
        agency=item["agency"],
        due=date.fromisoformat(item["due"]),
        state=item["state"],
        points={name: read_points(text) for name, text in item["points"].items()},
        document_id=item["document_id"],
        seq=item["seq"],
        title=item["title"],
        document_number=item["number"],
        signer=item["signer"],
        dated=_day(item["dated"]),
        valid_until=_day(item["valid_until"]),
        link=item["link"],
        file=None
        if file is None
        else StoredFile(file["sha256"], file["type"], file["bytes"], file["name"], file["pages"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
