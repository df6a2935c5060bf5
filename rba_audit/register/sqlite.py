"""SQLite file of a register: create and upgrade it, read and write it in transactions, and copy it."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, insert, inspect
from sqlalchemy.exc import DBAPIError

from rba_audit.errors import RbaError, Unavailable
from rba_audit.logs import log_event
from rba_audit.messages import say
from rba_audit.register.damaged_rows import DamagedRows, watch_connection
from rba_audit.register.file_locks import try_file_lock
from rba_audit.register.notices import mark_all_seen
from rba_audit.register.open_checks import refuse_missing, refuse_new, refuse_tables, tighten
from rba_audit.register.private_files import create_file, make_folder, sync_file, sync_folder
from rba_audit.register.schema_upgrade import is_older, newest_step, note_newest, step_of, take_steps
from rba_audit.register.site_event_tables import forget_merge_targets
from rba_audit.register.sqlite_library import dbapi2, engine_of, refuse_unsafe
from rba_audit.register.tables import KEPT, meta, metadata
from rba_audit.register.triggers import make_append_only
from rba_audit.register.writer_lock import WriterLock

_LOG: Final = logging.getLogger(__name__)


class Database:
    """One SQLite file, with a new connection for each transaction.

    Raises:
        RbaError: the URL names no file, or the SQLite library is unsafe.
    """

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise RbaError(say("the register needs a file; write its place as sqlite:///folder/register.db"))
        refuse_unsafe(dbapi2)
        self.path = Path(url.database).absolute()
        self._engine = engine_of(self.path)
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self.damaged = DamagedRows()
        self._gate = WriterLock(self.path.with_name(f"{self.path.name}.lock"))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection with a consistent snapshot of the register for the whole block.

        Raises:
            Unavailable: the file cannot be read.
        """
        with self._database_errors(), self._engine.begin() as connection:
            watch_connection(connection, self.damaged)
            forget_merge_targets(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose changes are committed at the end of the block, or rolled back on an exception.

        Raises:
            Unavailable: the file cannot be written.
        """
        with self._database_errors(), self._gate.hold(), self._writer.begin() as connection:
            watch_connection(connection, self.damaged)
            forget_merge_targets(connection)
            yield connection

    def prepare(self, *, create: bool = True, insist: bool = False) -> None:
        """Create the file if there is none, and upgrade an older one.

        Without `create` no file is created. With `insist` one is created even in place of an empty file or next to signs of
        a lost register, but not next to its write-ahead log.

        Raises:
            NoRegister: there is no register, and none may be created.
            RbaError: the database is not a register, or was made by another version of this program.
            Unavailable: the file is not a database, or cannot be used.
        """
        if not create:
            refuse_missing(self.path)
        self._make_parent()
        with self._database_errors(), self._gate.hold():
            if not self.path.exists() or not self.path.stat().st_size:
                refuse_new(self.path, insist=insist)
                self._make_file()
            tighten(self.path)
            with self._engine.connect() as connection:
                # The mode is stored in the file; it cannot be set inside a transaction.
                raw: Any = connection.connection.dbapi_connection
                raw.execute("PRAGMA journal_mode = WAL")
        with self.writing() as connection:
            step = step_of(connection)
            if step is None and not inspect(connection).get_table_names():
                raise refuse_tables(self.path)
            if step is None:
                raise RbaError(
                    say(
                        "{file}: this is a database of something else; name another place for the register",
                        file=self.path,
                    )
                )
            if step != newest_step() and not is_older(step):
                raise RbaError(
                    say(
                        "{file}: made by another version of this program ({found}, not {wanted}); use that one",
                        file=self.path,
                        found=step,
                        wanted=newest_step(),
                    )
                )
        if is_older(step):
            self._bring_up_to_date(step)
        with self.writing() as connection:
            _create_triggers(connection)  # an upgrade may recreate tables without their triggers

    def _make_parent(self) -> None:
        try:
            make_folder(self.path.parent)
        except OSError as error:
            raise RbaError(
                say(
                    "{folder}: the folder cannot be made ({fault}); name another place",
                    folder=self.path.parent,
                    fault=error.strerror,
                )
            ) from error

    def _make_file(self) -> None:
        """Create a new register under a temporary name and rename it, so that an interrupted one is never opened."""
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        try:
            os.close(create_file(part))
            engine = engine_of(part)
            with engine.begin() as connection:
                metadata.create_all(connection)
                connection.execute(insert(meta).values(key="changes", value=0))
                mark_all_seen(connection)
                note_newest(connection)
                _create_triggers(connection)
            engine.dispose()
            sync_file(part)
            part.replace(self.path)
            sync_folder(self.path.parent)
        finally:
            part.unlink(missing_ok=True)
        log_event(_LOG, "new_register", register=str(self.path), schema=newest_step())

    def snapshot(self, target: Path) -> None:
        """Write a snapshot of the register into a new private file and sync it; writers are not blocked.

        Free pages are not copied.

        Raises:
            OSError: the file cannot be created.
            Unavailable: the file cannot be written; it is removed.
        """
        os.close(create_file(target))
        try:
            with self._engine.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                raw.execute("VACUUM INTO ?", (str(target),))
            sync_file(target)
        except (DBAPIError, dbapi2.Error) as error:
            target.unlink(missing_ok=True)
            message = say(
                "{file}: the copy of the register cannot be written ({fault}); check the space left there",
                file=target,
                fault=error,
            )
            raise Unavailable(message) from error

    def wipe_free_space(self) -> bool:
        """Rewrite the file without deleted data, and truncate its write-ahead log.

        Returns False if a reader still uses an old snapshot; the log is then emptied when the last connection closes.
        """
        with self._database_errors(), self._gate.hold(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("VACUUM")
            busy, _pages, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def older_copies(self) -> list[Path]:
        """Return the copies that upgrades left next to the file."""
        return sorted(self.path.parent.glob(f"{self.path.name}.before-*"))

    @contextmanager
    def serving(self, *, alone: bool = False) -> Iterator[bool]:
        """Hold a shared lock inside the block while this process serves the register; with `alone` an exclusive one.

        Yields whether the lock was acquired.
        """
        with try_file_lock(self.path.with_name(f"{self.path.name}.serving"), shared=not alone) as acquired:
            yield acquired

    def _bring_up_to_date(self, step: str) -> None:
        """Run the missing migrations; a copy of the file from before remains next to it.

        Raises:
            RbaError: a foreign key is broken afterwards; the migrations are rolled back.
        """
        copy = self.path.with_name(f"{self.path.name}.before-{newest_step()}")
        with self._gate.hold(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            if not copy.exists():
                # Copy to a temporary name first, so that the next start does not use an interrupted copy.
                part = copy.with_name(f"{copy.name}.part")
                part.unlink(missing_ok=True)
                self.snapshot(part)
                part.replace(copy)
                sync_folder(copy.parent)
            # A migration may recreate a table that others refer to. Foreign keys are therefore checked at the end.
            raw.execute("PRAGMA foreign_keys = OFF")
            connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                if step_of(connection) == newest_step():
                    return  # another process has upgraded it meanwhile
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
        log_event(_LOG, "upgrade", register=str(self.path), from_schema=step, to_schema=newest_step(), copy=str(copy))

    def close(self) -> None:
        """Close the connections to the file."""
        self._engine.dispose()

    @contextmanager
    def _database_errors(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, dbapi2.Error, OSError) as error:
            # While a connection is being made, SQLAlchemy does not wrap the errors of the driver.
            detail = error.orig if isinstance(error, DBAPIError) else getattr(error, "strerror", None) or error
            message = say(
                "{file}: the register cannot be used ({fault}); check the file, its folder and the space left",
                file=self.path,
                fault=detail,
            )
            raise Unavailable(message) from error


def _create_triggers(connection: Connection) -> None:
    """Create the triggers that make tables append-only."""
    for table in KEPT:
        make_append_only(connection, table)
