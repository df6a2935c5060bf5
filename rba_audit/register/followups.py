"""The actions that follow from findings: what was asked for, and everything that happened to it. Rows are only ever added.

Whether something may happen is decided above; here it is only kept from happening twice, or on something older.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import uuid4

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.register.damaged import moment, read_all, read_one
from rba_audit.register.place_tables import homes_of, not_in_use
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata
from rba_audit.words import Words, say

ActionState = Literal["open", "done", "closed"]
ACTION_STATES: Final[tuple[ActionState, ...]] = get_args(ActionState)
"""To be done; done and waiting for a second person; over."""
Happening = Literal["made", "due", "owner", "done", "not_needed", "closed", "reopened"]

action: Final = Table(
    "action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("requirement", Text, nullable=False),
    Column("round", Integer, nullable=False),  # 1, and one more each time the requirement fails again
    Column("previous", Text, ForeignKey("action.id")),  # the action of the round before
    Column("edition", Text, nullable=False),  # by which the requirement was not met
    Column("outcome", Text, nullable=False),
    Column("visit_id", Text, ForeignKey("visit.id")),  # what was judged; null where the site's own document says it
    Column("risk", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("words", Text, nullable=False),  # JSON: title, remedy, lead and cost as they were, in both languages
    UniqueConstraint("site_id", "requirement", "round"),
    sqlite_strict=True,
)
action_event: Final = Table(
    "action_event",
    metadata,
    Column("action_id", Text, ForeignKey("action.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 where the action was made
    Column("what", Text, nullable=False),
    Column("state", Text, CheckConstraint("state in ('open', 'done', 'closed')"), nullable=False),
    Column("due", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),  # in the city's own calendar
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("photo", Text),  # the SHA-256 under which the picture was sent
    Column("visit_id", Text, ForeignKey("visit.id")),  # the visit that proves it
    sqlite_strict=True,
)
KEPT.extend([action, action_event])


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action asks for; it never changes.

    Attributes:
        round: 1, and one more each time the requirement fails again at the site.
        previous: The id of the action of the round before; empty in the first.
        edition: The edition by which the requirement was not met.
        outcome: How far it was met: not, or partly.
        visit_id: The visit that was judged; empty where the site's own document says it.
        risk: The class of risk, as the rules of follow-up name it.
        lead: The agency that leads, by its short name; `lead_words` is how people call it.
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
    title: Words
    remedy: Words
    lead_words: Words
    cost_words: Words


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an action, and how the action stood after it.

    Attributes:
        seq: Which event of the action it is; the first is 1.
        day: The day in the city's own calendar; `at` is the moment in UTC.
        photo: The SHA-256 under which a picture was sent; empty without one.
        visit_id: The visit that proves it; empty without one.
    """

    action_id: str
    seq: int
    what: Happening
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
    """What was asked for, and the last thing that happened to it."""

    id: str
    asked: Asked
    last: Event

    @property
    def state(self) -> ActionState:
        """Whether it is to be done, waits for a second person, or is over."""
        return self.last.state

    @property
    def due(self) -> date:
        """The last day on which it is in time."""
        return self.last.due

    @property
    def owner(self) -> str:
        """The person or agency who is to do it; empty where nobody was named."""
        return self.last.owner

    def overdue(self, today: date) -> bool:
        """Tell whether it should have been over before `today`."""
        return self.state != "closed" and self.due < today


class Followups:
    """All actions. Any thread may call any method; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, wanted: Iterable[tuple[Asked, date, str]], person_id: str, today: date) -> tuple[Action, ...]:
        """Record actions, each with its due date and owner, and return the new ones; one that is known is left alone."""
        with self._database.writing() as connection:
            known = {tuple(row) for row in connection.execute(select(*_KEY))}
            actions: list[Action] = []
            now = now_utc()
            for asked, due, owner in wanted:
                key = (asked.site_id, asked.requirement, asked.round)
                if key not in known:
                    known.add(key)
                    id = str(uuid4())
                    actions.append(Action(id, asked, Event(id, 1, "made", "open", due, owner, person_id, today, now)))
            if actions:
                connection.execute(insert(action), [_action_row(each) for each in actions])
                connection.execute(insert(action_event), [_event_row(each.last) for each in actions])
        return tuple(actions)

    def get(self, id: str) -> Action:
        """Return one action as it stands.

        Raises:
            NotInRegister: there is none with that id.
        """
        with self._database.reading() as connection:
            return _one(connection, id)

    def all(self, sites: Sequence[str] | None = None) -> tuple[Action, ...]:
        """Return the actions of all sites that count, or of some, as they stand; the oldest round of a requirement first."""
        wanted = _standing().order_by(action.c.site_id, action.c.requirement, action.c.round)
        with self._database.reading() as connection:
            homes = homes_of(connection)
            if sites is None:
                wanted = wanted.where(action.c.site_id.not_in(not_in_use(connection)))
            else:
                here = {each for id in sites for each in homes.members(homes.of(id))}
                wanted = wanted.where(action.c.site_id.in_(here))
            found = _at_home(connection, read_all(connection, connection.execute(wanted), _action, "action"))
        if homes.into:  # those of several ids stand at one place
            found.sort(key=lambda each: (each.asked.site_id, each.asked.requirement, each.asked.round))
        return tuple(found)

    def history(self, id: str) -> tuple[Event, ...]:
        """Return everything that happened to an action, oldest first."""
        with self._database.reading() as connection:
            wanted = select(action_event).where(action_event.c.action_id == id).order_by(action_event.c.seq)
            return tuple(read_all(connection, connection.execute(wanted), _event, "action_event", "action_id"))

    def newest(self, what: Happening) -> dict[str, Event]:
        """Return the newest event of one kind for each action that has one, by the action's id."""
        wanted = select(action_event).where(action_event.c.what == what).order_by(action_event.c.seq)
        with self._database.reading() as connection:
            events = read_all(connection, connection.execute(wanted), _event, "action_event", "action_id")
        return {event.action_id: event for event in events}

    def add(self, event: Event) -> Action:
        """Record what happened, as number `seq` of its action, and return the action as it stands then.

        What is known as that number already, to the word and from the same person, is left alone.

        Raises:
            NotInRegister: there is no such action.
            Conflict: something else happened to it meanwhile.
        """
        with self._database.writing() as connection:
            now = _one(connection, event.action_id)
            if not _is_next(connection, now, event):
                return now  # a form that was sent twice
            connection.execute(insert(action_event).values(_event_row(event)))
            return _one(connection, event.action_id)

    def add_each(self, events: Sequence[Event]) -> dict[str, Action | Conflict | NotInRegister]:
        """Record what happened to several actions, each as `add` does, and return by id how it stands, or why nothing was recorded.

        What is refused of one refuses none of the others; what is recorded is recorded together.
        """
        found: dict[str, Action | Conflict | NotInRegister] = {}
        with self._database.writing() as connection:
            wanted = _standing().where(action.c.id.in_([event.action_id for event in events]))
            rows = read_all(connection, connection.execute(wanted), _action, "action")
            known = {each.id: each for each in _at_home(connection, rows)}
            new = []
            for event in events:
                now = known.get(event.action_id)
                if now is None:
                    found[event.action_id] = _no_action()
                    continue
                try:
                    if _is_next(connection, now, event):
                        new.append(_event_row(event))
                        now = replace(now, last=event)
                    found[event.action_id] = now
                except Conflict as fault:
                    found[event.action_id] = fault
            if new:
                connection.execute(insert(action_event), new)
        return found


_KEY: Final = (action.c.site_id, action.c.requirement, action.c.round)


def _standing() -> Select[Any]:
    last = (
        select(action_event.c.action_id, func.max(action_event.c.seq).label("seq"))
        .group_by(action_event.c.action_id)
        .subquery()
    )
    return (
        select(action, *(column.label(f"event_{column.name}") for column in action_event.c))
        .join(last, last.c.action_id == action.c.id)
        .join(action_event, (action_event.c.action_id == last.c.action_id) & (action_event.c.seq == last.c.seq))
    )


def _one(connection: Connection, id: str) -> Action:
    row = connection.execute(_standing().where(action.c.id == id)).one_or_none()
    if row is None:
        raise _no_action()
    return _at_home(connection, [read_one(connection, row, _action, "action")])[0]


def _at_home(connection: Connection, actions: list[Action]) -> list[Action]:
    """Return actions at the places they belong to now: those of a merged place at the one it went into."""
    homes = homes_of(connection)
    if not homes.into:
        return actions
    return [replace(each, asked=replace(each.asked, site_id=homes.of(each.asked.site_id))) for each in actions]


def _no_action() -> NotInRegister:
    return NotInRegister(say("There is no such action; look it up in the list of actions."))


def _is_next(connection: Connection, now: Action, event: Event) -> bool:
    """Tell whether an event comes next; it does not where it is known already.

    Raises:
        Conflict: something else happened to the action meanwhile.
    """
    if event.seq == now.last.seq + 1:
        return True
    if event.seq <= now.last.seq and _same(_at(connection, event), event):
        return False
    raise Conflict(
        say("Someone else changed this action meanwhile; nothing was recorded. Look at it again."), "stale", now
    )


def _at(connection: Connection, event: Event) -> Event:
    """Return what is kept under the number of an event."""
    place = (action_event.c.action_id == event.action_id) & (action_event.c.seq == event.seq)
    row = connection.execute(select(action_event).where(place)).one()
    return read_one(connection, row, _event, "action_event", "action_id")


def _same(kept: Event, given: Event) -> bool:
    return kept == replace(given, at=kept.at, day=kept.day)


def _action_row(given: Action) -> dict[str, object]:
    asked = given.asked
    words = {"title": asked.title, "remedy": asked.remedy, "lead": asked.lead_words, "cost": asked.cost_words}
    return {
        "id": given.id,
        "site_id": asked.site_id,
        "requirement": asked.requirement,
        "round": asked.round,
        "previous": asked.previous or None,
        "edition": asked.edition,
        "outcome": asked.outcome,
        "visit_id": asked.visit_id or None,
        "risk": asked.risk,
        "lead": asked.lead,
        "words": as_json({name: [text.id, text.en] for name, text in words.items()}),
    }


def _event_row(event: Event) -> dict[str, object]:
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


def _action(row: Row[Any]) -> Action:
    words = {name: Words(*texts) for name, texts in json.loads(row.words).items()}
    asked = Asked(
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
    return Action(row.id, asked, _event(row, "event_"))


def _event(row: Row[Any], prefix: str = "") -> Event:
    def of(name: str) -> Any:
        return row._mapping[f"{prefix}{name}"]  # noqa: SLF001  # SQLAlchemy's public name begins with an underscore

    return Event(
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
