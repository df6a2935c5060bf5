"""Work on a register in separate processes (see `processes`)."""

import importlib
import os
import sqlite3
from datetime import UTC, date, datetime
from uuid import uuid4

from helpers.backups import add_visit, backed_up, url_of
from helpers.visits import put_visit
from rba_audit import accounts
from rba_audit.register import Visit, open_register


def add_visits(url, site, count):
    """Add so many visits to a site."""
    register = open_register(url)
    for _ in range(count):
        put_visit(register.visits, Visit(str(uuid4()), site, "rbra-2024", "self", "P", date(2026, 1, 1), {}))


def mistype(url, login, count, together, found):
    """Try to sign in with a wrong password, when the others begin too; put how often no wait was asked for."""
    register = open_register(url)
    together.wait()
    at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    tried = [accounts.sign_in(register, login, "x", "203.0.113.7", "", at).retry_after_s for _ in range(count)]
    found.put(tried.count(0))


def count_sites(url, together, found):
    """Open a register when the others do too; put how many sites it holds."""
    together.wait()
    found.put(open_register(url).count())


def damage(path):
    """Write answers into a file of the first release that are no JSON."""
    file = sqlite3.connect(path)
    file.execute("DROP TRIGGER visit_no_update")
    file.execute("UPDATE visit SET answers = '{'")
    file.commit()


def put_columns(path, found):
    """Put the names of the columns of the table of visits."""
    found.put([row[1] for row in sqlite3.connect(path).execute("PRAGMA table_info(visit)")])


def keep_sending(folder, acknowledged):
    """Record visits with a photo each until killed; the id of each that is safe gets a line in a file."""
    register = open_register(url_of(folder))
    with acknowledged.open("a", buffering=1) as lines:
        while True:
            lines.write(f"{add_visit(register, os.urandom(2000))}\n")


def keep_backing_up(folder, target, acknowledged, finished):
    """Back up until killed; each finished generation gets a line with how many visits were safe before it began."""
    with finished.open("a", buffering=1) as lines:
        while True:
            before = len(acknowledged.read_text().splitlines())
            lines.write(f"{backed_up(folder, target, keep=3).manifest.generation} {before}\n")


def die_while_upgrading(path, module, name):
    """Open a register and die where a function of the upgrade has done its work."""
    place = importlib.import_module(module)
    real = getattr(place, name)

    def then_die(*given):
        real(*given)
        os._exit(9)

    setattr(place, name, then_die)
    open_register(f"sqlite:///{path}")
