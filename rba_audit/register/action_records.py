"""Stored actions: tables, records, and the conversion between rows and records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
)

from rba_audit.messages import BilingualText
from rba_audit.register.damaged_rows import moment
from rba_audit.register.records import as_json, as_time
from rba_audit.register.tables import metadata

ActionState = Literal["open", "done", "closed"]
ACTION_STATES: Final[tuple[ActionState, ...]] = get_args(ActionState)
"""To do; done and waiting for a second person; finished."""
ActionEventKind = Literal["made", "due", "owner", "done", "not_needed", "closed", "reopened", "undone"]

action: Final = Table(
    "action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("requirement", Text, nullable=False),
    Column("round", Integer, nullable=False),  # 1, and one more each time the requirement fails again
    Column("previous", Text, ForeignKey("action.id")),  # the action of the round before
    Column("edition", Text, nullable=False),  # the edition whose requirement was not met
    Column("outcome", Text, nullable=False),
    Column("visit_id", Text, ForeignKey("visit.id")),  # the evaluated visit; null: the site's own document
    Column("risk", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("words", Text, nullable=False),  # JSON: title, remedy, lead and cost of that time, in both languages
    UniqueConstraint("site_id", "requirement", "round"),
    sqlite_strict=True,
)
action_event: Final = Table(
    "action_event",
    metadata,
    Column("action_id", Text, ForeignKey("action.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the event that made the action
    Column("what", Text, nullable=False),
    Column("state", Text, CheckConstraint("state in ('open', 'done', 'closed')"), nullable=False),
    Column("due", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),  # in the time zone of the city
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("photo", Text),  # the SHA-256 under which the picture was sent
    Column("visit_id", Text, ForeignKey("visit.id")),  # the visit that proves it
    sqlite_strict=True,
)


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """The immutable content of an action: the requirement that is not met, and its remedy.

    Attributes:
        round: 1, and one more each time the requirement fails again at the site.
        previous: The id of the action of the round before; empty in the first.
        edition: The edition whose requirement was not met.
        outcome: `does_not_conform` or `partial`.
        visit_id: The evaluated visit; empty if the evidence is the site's own document.
        risk: The class of risk, as the rules of follow-up name it.
        lead: The short name of the agency that leads; `lead_words` is its full name.
    """

    site_id: str
    requirement: str
    round: int
    previous: str
    edition: str
    outcome: str
    visit_id: str
    risk: str
    lead: str
    title: BilingualText
    remedy: BilingualText
    lead_words: BilingualText
    cost_words: BilingualText


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """An event of an action, with the action's state, due date and owner after it.

    Attributes:
        seq: The number of the event within its action, from 1.
        day: The day in the time zone of the city; `at` is the time in UTC.
        photo: The SHA-256 under which a picture was sent; empty without one.
        visit_id: The visit that proves it; empty without one.
    """

    action_id: str
    seq: int
    what: ActionEventKind
    state: ActionState
    due: date
    owner: str
    person_id: str
    day: date
    at: datetime
    note: str = ""
    photo: str = ""
    visit_id: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """An action: its content and its last event."""

    id: str
    request: ActionRequest
    last: ActionEvent

    @property
    def state(self) -> ActionState:
        """The state after the last event: open, done (waits for a second person) or closed."""
        return self.last.state

    @property
    def due(self) -> date:
        """The last day on which it is not overdue."""
        return self.last.due

    @property
    def owner(self) -> str:
        """The person or agency responsible for it; empty if none is named."""
        return self.last.owner

    def overdue(self, today: date) -> bool:
        """Return whether it is not closed and was due before `today`."""
        return self.state != "closed" and self.due < today


def action_row(action_: Action) -> dict[str, object]:
    """Return an action as a row of the table `action`."""
    request = action_.request
    words = {"title": request.title, "remedy": request.remedy, "lead": request.lead_words, "cost": request.cost_words}
    return {
        "id": action_.id,
        "site_id": request.site_id,
        "requirement": request.requirement,
        "round": request.round,
        "previous": request.previous or None,
        "edition": request.edition,
        "outcome": request.outcome,
        "visit_id": request.visit_id or None,
        "risk": request.risk,
        "lead": request.lead,
        "words": as_json({name: [text.id, text.en] for name, text in words.items()}),
    }


def event_row(event: ActionEvent) -> dict[str, object]:
    """Return an event as a row of the table `action_event`."""
    return {
        "action_id": event.action_id,
        "seq": event.seq,
        "what": event.what,
        "state": event.state,
        "due": event.due.isoformat(),
        "owner": event.owner,
        "person_id": event.person_id,
        "day": event.day.isoformat(),
        "at": as_time(event.at),
        "note": event.note,
        "photo": event.photo or None,
        "visit_id": event.visit_id or None,
    }


def action_of_row(row: Row[Any]) -> Action:
    """Return the action of a row whose columns with the prefix `event_` hold its last event."""
    words = {name: BilingualText(*texts) for name, texts in json.loads(row.words).items()}
    request = ActionRequest(
        site_id=row.site_id,
        requirement=row.requirement,
        round=row.round,
        previous=row.previous or "",
        edition=row.edition,
        outcome=row.outcome,
        visit_id=row.visit_id or "",
        risk=row.risk,
        lead=row.lead,
        title=words["title"],
        remedy=words["remedy"],
        lead_words=words["lead"],
        cost_words=words["cost"],
    )
    return Action(row.id, request, event_of_row(row, "event_"))


def event_of_row(row: Row[Any], prefix: str = "") -> ActionEvent:
    """Return the event of a row; the names of its columns begin with `prefix`."""

    def of(name: str) -> Any:
        return row._mapping[f"{prefix}{name}"]  # noqa: SLF001  # SQLAlchemy's public name begins with an underscore

    return ActionEvent(
        action_id=of("action_id"),
        seq=of("seq"),
        what=of("what"),
        state=of("state"),
        due=date.fromisoformat(of("due")),
        owner=of("owner"),
        person_id=of("person_id"),
        day=date.fromisoformat(of("day")),
        at=moment(of("at")),
        note=of("note"),
        photo=of("photo") or "",
        visit_id=of("visit_id") or "",
    )
