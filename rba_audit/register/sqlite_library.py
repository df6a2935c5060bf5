"""Choice of the SQLite library, its connection settings and transactions, and read-only copies.

No other library in the process may open the register, because a second SQLite library would release the locks of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from rba_audit.errors import RbaError
from rba_audit.messages import say

try:
    from pysqlite3 import dbapi2
except ImportError:
    from sqlite3 import dbapi2

__all__ = ["SAFE_VERSION", "dbapi2", "engine_of", "library_version", "reading_copy", "refuse_unsafe"]

SAFE_VERSION: Final = (3, 51, 3)
"""Older libraries may corrupt a database in WAL mode when the log is restarted while another connection writes."""
_BUSY_TIMEOUT_S: Final = 30
_ON_CONNECT: Final = (
    f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_S * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA secure_delete = ON",  # overwrite deleted data: an erased person must not remain in free pages
    "PRAGMA recursive_triggers = ON",  # otherwise INSERT OR REPLACE removes a row without firing its trigger
)


def refuse_unsafe(library: ModuleType) -> None:
    """Refuse a library that may corrupt the database.

    Raises:
        RbaError: it is older than `SAFE_VERSION`.
    """
    if library.sqlite_version_info < SAFE_VERSION:
        safe = ".".join(map(str, SAFE_VERSION))
        message = say(
            "SQLite {found} can damage the register; get {safe} or newer with: pip install 'pysqlite3>=0.6.1' "
            "(where there is none for this computer, use a Python that brings SQLite {safe} or newer)",
            found=library.sqlite_version,
            safe=safe,
        )
        raise RbaError(message)


def library_version() -> str:
    """Return the version of the SQLite library in use."""
    return str(dbapi2.sqlite_version)


def engine_of(path: Path) -> Engine:
    """Return an engine that opens a new connection to a file for each use."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=dbapi2,
        poolclass=NullPool,
        hide_parameters=True,  # they are personal data, and error messages get into logs
        # Disable the driver's implicit transactions; `_begin` starts each one explicitly.
        connect_args={"timeout": _BUSY_TIMEOUT_S, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading_copy(path: Path) -> Iterator[Connection]:
    """Yield a read-only connection to a copy of a register that no process writes; no file is created next to it.

    Raises:
        RbaError: it is not a database, or damaged.
    """
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        poolclass=NullPool,
        hide_parameters=True,
        creator=lambda: dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True),
    )
    try:
        with engine.connect() as connection:
            yield connection
    except (DBAPIError, dbapi2.Error) as error:
        detail = error.orig if isinstance(error, DBAPIError) else error
        raise RbaError(say("{file}: the copy of the register is damaged ({fault})", file=path, fault=detail)) from error


def _prepare(raw: dbapi2.Connection, _record: object) -> None:
    for pragma in _ON_CONNECT:
        raw.execute(pragma)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
