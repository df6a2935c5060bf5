"""What is SQLite's own: which library may be used, how the file is opened, and how writers take turns.

Nothing else in the process may open the file: a second SQLite library in the same process drops the locks of the first.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy import URL, Connection, NullPool, create_engine, event, insert, inspect
from sqlalchemy.exc import DBAPIError

from rba_audit.errors import RbaError, Unavailable
from rba_audit.logs import log_event
from rba_audit.register.gate import Gate
from rba_audit.register.guards import guard
from rba_audit.register.notices import mark_all_seen
from rba_audit.register.tables import KEPT, meta, metadata
from rba_audit.register.upgrading import is_older, newest, note_newest, step_of, take_steps
from rba_audit.words import say

try:
    from pysqlite3 import dbapi2
except ImportError:
    from sqlite3 import dbapi2

SAFE_VERSION: Final = (3, 51, 3)
"""Older libraries may corrupt a database in WAL mode when the log starts over while another connection writes."""
_BUSY_TIMEOUT_S: Final = 30
_LOG: Final = logging.getLogger(__name__)
_ON_CONNECT: Final = (
    f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_S * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA secure_delete = ON",  # what is erased must not stay readable in free pages
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE removes a row and no trigger sees it
)


def refuse_unsafe(library: ModuleType, platform: str = sys.platform) -> None:
    """Refuse a library that may lose what was written.

    Raises:
        RbaError: it is older than `SAFE_VERSION`, on Linux, where a newer one can be installed.
    """
    if platform.startswith("linux") and library.sqlite_version_info < SAFE_VERSION:
        safe = ".".join(map(str, SAFE_VERSION))
        told = say(
            "SQLite {found} can damage the register; get {safe} or newer with: pip install 'pysqlite3>=0.6.1'",
            found=library.sqlite_version,
            safe=safe,
        )
        raise RbaError(told)


def library_version() -> str:
    """Return the version of the SQLite library in use."""
    return str(dbapi2.sqlite_version)


class Database:
    """One SQLite file, with a new connection for each piece of work."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise RbaError(say("the register needs a file; write its place as sqlite:///folder/register.db"))
        refuse_unsafe(dbapi2)
        self.path = Path(url.database).absolute()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise RbaError(
                say(
                    "{folder}: the folder cannot be made ({fault}); name another place",
                    folder=self.path.parent,
                    fault=fault.strerror,
                )
            ) from fault
        self._engine = create_engine(
            url.set(database=str(self.path)),
            module=dbapi2,
            poolclass=NullPool,
            hide_parameters=True,  # they are what people wrote, and errors end in logs
            # The driver must not open transactions by itself: each begins as it is told below.
            connect_args={"timeout": _BUSY_TIMEOUT_S, "isolation_level": None},
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._gate = Gate(self.path.with_name(f"{self.path.name}.lock"))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the register throughout the block."""
        with self._faults(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose work is kept whole at the end of the block, or not at all."""
        with self._faults(), self._gate.passing(), self._writer.begin() as connection:
            yield connection

    def prepare(self) -> None:
        """Make the tables where the file is new; rows that are to be kept are guarded by triggers.

        Raises:
            RbaError: the file is no database, or another's.
        """
        with self._faults(), self._gate.passing(), self._engine.connect() as connection:
            # Kept in the file once set; it cannot be set inside a transaction.
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA journal_mode = WAL")
        with self.writing() as connection:
            step = step_of(connection)
            if step is None and inspect(connection).get_table_names():
                raise RbaError(
                    say(
                        "{file}: this is a database of something else; name another place for the register",
                        file=self.path,
                    )
                )
            if step is not None and step != newest() and not is_older(step):
                raise RbaError(
                    say(
                        "{file}: made by another version of this program ({found}, not {wanted}); use that one",
                        file=self.path,
                        found=step,
                        wanted=newest(),
                    )
                )
        if step is not None and is_older(step):
            self._bring_up_to_date(step)
        with self.writing() as connection:
            if step_of(connection) is None:  # another process may have made them meanwhile
                metadata.create_all(connection)
                connection.execute(insert(meta).values(key="changes", value=0))
                mark_all_seen(connection)
                note_newest(connection)
            for table in KEPT:
                guard(connection, table)

    def _bring_up_to_date(self, step: str) -> None:
        """Take the steps that are missing; a copy of the file as it was stays beside it."""
        copy = self.path.with_name(f"{self.path.name}.before-{newest()}")
        with self._gate.passing(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            if not copy.exists():
                raw.execute("VACUUM INTO ?", (str(copy),))
            # A step may make a table anew, and what points at it must not stop that; it is checked before the end.
            raw.execute("PRAGMA foreign_keys = OFF")
            connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                if step_of(connection) == newest():
                    return  # another process was faster
                take_steps(connection, step)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RbaError(
                        say(
                            "{file}: it cannot be brought up to date, {count} rows point at nothing; use the copy {copy}",
                            file=self.path,
                            count=len(broken),
                            copy=copy,
                        )
                    )
        log_event(_LOG, "upgrade", register=str(self.path), from_schema=step, to_schema=newest(), copy=str(copy))

    def wipe_free_space(self) -> bool:
        """Write the file anew without what was deleted, and empty its log; False where a reader held on to the old state.

        Then the log is emptied when the last one lets go of the file.
        """
        with self._faults(), self._gate.passing(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("VACUUM")
            busy, _pages, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def older_copies(self) -> list[Path]:
        """Return the copies that upgrades left beside the file."""
        return sorted(self.path.parent.glob(f"{self.path.name}.before-*"))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, OSError) as fault:
            found = fault.orig if isinstance(fault, DBAPIError) else fault.strerror
            told = say(
                "{file}: the register cannot be used ({fault}); check the file, its folder and the space left",
                file=self.path,
                fault=found,
            )
            raise Unavailable(told) from fault


def _prepare(raw: dbapi2.Connection, _record: object) -> None:
    for pragma in _ON_CONNECT:
        raw.execute(pragma)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
