"""Lists of telephone numbers that a phone without signal shows for an immediate danger; the newest list is used.

Append-only, so that the numbers that phones showed on a given day can be looked up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

telephone_list: Final = Table(
    "telephone_list",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first list
    Column("document", Text, nullable=False),  # the numbers in their order, as JSON
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(telephone_list)
_NOT_DIALLED: Final = re.compile(r"[\s().\-/]+")
_DIALLED: Final = re.compile(r"\+?[0-9]{3,15}")


@dataclass(frozen=True, slots=True)
class Telephone:
    """The telephone number of a contact who is responsible for dangers.

    Attributes:
        name: The person or agency that answers.
        number: The number as written, with blanks or punctuation.
        area: The code of the kelurahan, kecamatan or city that it is for; empty for everywhere.
    """

    name: str
    number: str
    area: str = ""

    @property
    def dial(self) -> str:
        """The number for dialling, without blanks and punctuation; empty if it is not a valid number."""
        dialled = _NOT_DIALLED.sub("", self.number)
        return dialled if _DIALLED.fullmatch(dialled) else ""


@dataclass(frozen=True, slots=True)
class TelephoneList:
    """A list of numbers in display order; `seq` is 0 if none was ever saved."""

    seq: int
    numbers: tuple[Telephone, ...]
    person_id: str = ""
    at: datetime | None = None


NO_LIST: Final = TelephoneList(0, ())


class Telephones:
    """The telephone lists of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> TelephoneList:
        """Return the newest list that is not damaged; `NO_LIST` if there is none.

        Its `seq` is that of the newest row even if that row is damaged: otherwise `save` would always report a conflict.
        """
        wanted = select(telephone_list).order_by(telephone_list.c.seq.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            lists = read_all(connection, rows, _list, "telephone_list", "seq")
        newest = lists[0] if lists else NO_LIST
        return replace(newest, seq=rows[0].seq) if rows else newest

    def save(self, numbers: Sequence[Telephone], person_id: str, seen: int) -> TelephoneList:
        """Store a list of numbers; no change if it equals the newest one.

        Args:
            numbers: The numbers in display order.
            person_id: Who saves them.
            seen: The `seq` of the list that the user had edited.

        Raises:
            Conflict: `stale`: another list was saved meanwhile.
        """
        text = as_json({"numbers": [asdict(telephone) for telephone in numbers]})
        with self._database.writing() as connection:
            last = connection.execute(
                select(telephone_list).order_by(telephone_list.c.seq.desc()).limit(1)
            ).one_or_none()
            seq = last.seq if last else 0
            if (last.document if last else as_json({"numbers": []})) != text:
                if seq != seen:
                    raise Conflict(say("Somebody else changed the numbers meanwhile; look at them again."), "stale")
                seq += 1
                connection.execute(
                    insert(telephone_list).values(seq=seq, document=text, person_id=person_id, at=as_time(now_utc()))
                )
        return TelephoneList(seq, tuple(numbers), person_id)


def _list(row: Row[Any]) -> TelephoneList:
    numbers = tuple(Telephone(**entry) for entry in json.loads(row.document)["numbers"])
    if not all(isinstance(text, str) for entry in numbers for text in (entry.name, entry.number, entry.area)):
        raise ValueError("a part of this list is of another kind")
    return TelephoneList(row.seq, numbers, row.person_id, moment(row.at))
