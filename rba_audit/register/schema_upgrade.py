"""Upgrade the schema of an older register with Alembic, and recognise unknown or newer schemas.

The caller copies the file first and runs all migrations in one transaction.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from rba_audit.register.tables import meta

_STEPS: Final = Path(__file__).parent / "migrations"
_FIRST: Final = "0001"
"""The revision of files of the first release, which do not state it themselves."""


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS))
    return config


def newest_step() -> str:
    """Return the schema revision of this program."""
    return str(_script().get_current_head())


def step_of(connection: Connection) -> str | None:
    """Return the schema revision of a file; None if it has no tables of a register."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None and inspect(connection).has_table(meta.name):
        format_number = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
        return _FIRST if format_number == 1 else f"schema {format_number}"
    return revision


def is_older(step: str) -> bool:
    """Return whether this program can upgrade tables of revision `step`."""
    return step != newest_step() and step in {script.revision for script in _script().walk_revisions()}


def take_steps(connection: Connection, begun_at: str) -> None:
    """Run all missing migrations within the transaction of `connection`; `begun_at` is the current revision."""
    if MigrationContext.configure(connection).get_current_revision() is None:
        command.stamp(_config(connection), begun_at)
    command.upgrade(_config(connection), "head")


def note_newest(connection: Connection) -> None:
    """Record in a new file that its tables have the newest revision."""
    command.stamp(_config(connection), "head")
