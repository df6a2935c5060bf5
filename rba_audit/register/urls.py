"""Parse the URL of a register into a database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.register.sqlite import Database

DEFAULT_URL: Final = "sqlite:///instance/register.db"


def database_at(url: str) -> Database:
    """Return the database of the register at `url`; nothing is opened or created yet.

    Raises:
        RbaError: it is not the URL of an SQLite file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise RbaError(
            say("{url}: this is no place for a register; write it as sqlite:///folder/register.db", url=url)
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise RbaError(
            say(
                "{url}: registers are kept in SQLite files here; write the place as sqlite:///folder/register.db",
                url=parsed.render_as_string(),
            )
        )
    return Database(parsed)
