"""Brings the tables of an older register up to this program's, step by step, and refuses those of a newer one.

A copy of the file is made before the first step; the steps are taken whole or not at all.
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
"""What the first release's files are at; they do not say so themselves."""


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS))
    return config


def newest_step() -> str:
    """Return the step that this program's tables are at."""
    return str(_script().get_current_head())


def step_of(connection: Connection) -> str | None:
    """Return the step that a file's tables are at; None where it has no tables yet."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None and inspect(connection).has_table(meta.name):
        known = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
        return _FIRST if known == 1 else f"schema {known}"
    return found


def is_older(step: str) -> bool:
    """Tell whether tables at `step` can be brought up to date by this program."""
    return step != newest_step() and step in {each.revision for each in _script().walk_revisions()}


def take_steps(connection: Connection, begun_at: str) -> None:
    """Take every step that is missing, within the transaction of `connection`."""
    if MigrationContext.configure(connection).get_current_revision() is None:
        command.stamp(_config(connection), begun_at)
    command.upgrade(_config(connection), "head")


def note_newest(connection: Connection) -> None:
    """Note in a new file that its tables are at the newest step."""
    command.stamp(_config(connection), "head")
