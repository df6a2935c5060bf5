"""The telephone numbers that a surveyor without signal is shown for a danger: lists that administrators saved, the newest one counts.

Lists are only ever added: what a phone showed on some day can be looked up.
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
    """Somebody who is responsible for dangers.

    Attributes:
        name: Who answers, as people say it.
        number: As people write it.
        area: The code of the kelurahan, kecamatan or city that it is for; empty for everywhere.
    """

    name: str
    number: str
    area: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone dials it; empty where it is none."""
        dialled = _NOT_DIALLED.sub("", self.number)
        return dialled if _DIALLED.fullmatch(dialled) else ""


@dataclass(frozen=True, slots=True)
class TelephoneList:
    """A list of numbers in the order in which they are shown; `seq` is 0 where none was ever saved."""

    seq: int
    numbers: tuple[Telephone, ...]
    person_id: str = ""
    at: datetime | None = None


NO_LIST: Final = TelephoneList(0, ())


class Telephones:
    """The numbers of a register. Any thread may call any method; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> TelephoneList:
        """Return the list that counts; a damaged one is left out, and the one before it counts.

        Its `seq` is that of the newest row, also where that one is damaged: else nobody could ever save over it.
        """
        wanted = select(telephone_list).order_by(telephone_list.c.seq.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            found = read_all(connection, rows, _list, "telephone_list", "seq")
        counts = found[0] if found else NO_LIST
        return replace(counts, seq=rows[0].seq) if rows else counts

    def save(self, numbers: Sequence[Telephone], person_id: str, seen: int) -> TelephoneList:
        """Keep a list of numbers; the one that counts already changes nothing.

        Args:
            numbers: In the order in which they are to be shown.
            person_id: Who saves it.
            seen: The `seq` of the list that they had before them.

        Raises:
            Conflict: somebody else saved another list meanwhile.
        """
        text = as_json({"numbers": [asdict(each) for each in numbers]})
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
    numbers = tuple(Telephone(**each) for each in json.loads(row.document)["numbers"])
    if not all(isinstance(text, str) for each in numbers for text in (each.name, each.number, each.area)):
        raise ValueError("a part of this list is of another kind")
    return TelephoneList(row.seq, numbers, row.person_id, moment(row.at))
