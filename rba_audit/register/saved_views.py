"""Views of lists that a person saved under a name: the list and the query of its address.

A view is no evidence: it can be deleted, and goes with its person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from sqlalchemy import Row, delete, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register.account_tables import saved_view
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database

LONGEST_VIEW_NAME: Final = 80
MOST_VIEWS: Final = 50
"""How many views one person can save."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved view.

    Attributes:
        list: The list that it shows, such as `non_standard`.
        query: The parameters of its address.
    """

    id: str
    name: str
    list: str
    query: Mapping[str, str]
    at: datetime


class SavedViews:
    """The saved views of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_person(self, person_id: str) -> list[SavedView]:
        """Return the views of a person, by name."""
        wanted = select(saved_view).where(saved_view.c.person_id == person_id)
        with self._database.reading() as connection:
            views = read_all(connection, connection.execute(wanted), _view, "saved_view")
        return sorted(views, key=lambda view: (view.name.casefold(), view.id))

    def save(self, person_id: str, name: str, list_name: str, query: Mapping[str, str]) -> None:
        """Save a view; one with the same name is replaced.

        Raises:
            EvidenceError: the name is empty, unprintable or too long, or the person has too many views.
        """
        text = " ".join(name.split())
        if not text or not text.isprintable():
            raise EvidenceError(say("Write a name for this view."))
        if len(text) > LONGEST_VIEW_NAME:
            raise EvidenceError(say("The name is too long; {most} letters are enough.", most=LONGEST_VIEW_NAME))
        own = saved_view.c.person_id == person_id
        with self._database.writing() as connection:
            connection.execute(delete(saved_view).where(own, saved_view.c.name == text))
            if (connection.scalar(select(func.count(saved_view.c.id)).where(own)) or 0) >= MOST_VIEWS:
                raise EvidenceError(say("You have {count} saved views; delete one first.", count=MOST_VIEWS))
            connection.execute(
                insert(saved_view).values(
                    id=str(uuid4()),
                    person_id=person_id,
                    name=text,
                    list=list_name,
                    query=urlencode(query),
                    at=as_time(now_utc()),
                )
            )

    def delete(self, person_id: str, id: str) -> None:
        """Delete a view of a person; no change if the person has none with this id."""
        with self._database.writing() as connection:
            connection.execute(delete(saved_view).where(saved_view.c.person_id == person_id, saved_view.c.id == id))


def _view(row: Row[Any]) -> SavedView:
    return SavedView(row.id, row.name, row.list, dict(parse_qsl(row.query)), moment(row.at))
