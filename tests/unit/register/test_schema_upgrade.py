"""A register of an earlier release goes on in this one: nothing in it is lost, and it counts as it did."""

import hashlib
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from helpers.counted import counting
from rba_audit.errors import RbaError
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.register.schema_upgrade import newest_step
from rba_audit.register.tables import metadata

RELEASED = Path(__file__).parents[2] / "golden" / "register-0001.db"
"""A file as the first release wrote it: two sites, one of them in two versions, and three visits."""


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copy(RELEASED, tmp_path / "register.db"))


def opened(path):
    return open_register(f"sqlite:///{path}")


def rows(register, sql):
    with register._database.reading() as connection:
        return connection.execute(text(sql)).all()


def made_of(register):
    """Return how each table, index and trigger of a register was made."""
    return {
        (kind, name): " ".join(sql.split())
        for kind, name, sql in rows(register, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    }


def test_the_visits_of_the_first_release_are_all_there_and_go_on_counting(old):
    register = opened(old)
    visits = [visit for site in ("taman-a", "alun-b") for visit in register.visits.for_site(site)]
    counted = counting(register)
    register.close()

    assert [(visit.id[-1], visit.day.isoformat(), visit.auditor, visit.answers, visit.note) for visit in visits] == [
        ("3", "2026-11-12", "Budi", {"MUD-01": "yes", "LOK-08": 1200}, ""),
        ("1", "2026-11-02", "Siti", {"MUD-01": "no", "UDR-01.smells": ["none"]}, "cerah “sekali”"),
        ("2", "2026-11-05", "Agus", {"LOK-03": 1.5}, ""),
    ]
    assert {site: visit.id[-1] for site, visit in counted.items()} == {"taman-a": "3", "alun-b": "2"}


def test_the_documents_of_an_older_file_carry_their_own_hashes(old):
    register = opened(old)
    found = rows(register, "SELECT document, sha256 FROM visit")
    register.close()

    assert len(found) == 3
    assert all(hashlib.sha256(document.encode()).hexdigest() == sha256 for document, sha256 in found)


def test_an_older_file_becomes_just_like_a_new_one(old, tmp_path):
    upgraded, new = opened(old), opened(tmp_path / "new.db")
    first, second = made_of(upgraded), made_of(new)
    with upgraded._database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    upgraded.close()
    new.close()

    assert first == second
    assert [each for each in differences if "alembic_version" not in str(each)] == []


def test_the_file_as_it_was_stays_beside_it(old):
    before = old.read_bytes()
    opened(old).close()
    copy = old.with_name(f"register.db.before-{newest_step()}")

    assert copy.exists()
    assert before == RELEASED.read_bytes()
    shutil.move(copy, old.with_name("again.db"))
    again = opened(old.with_name("again.db"))
    assert len(rows(again, "SELECT id FROM visit")) == 3
    again.close()


def test_a_file_of_a_newer_release_is_refused_and_left_alone(old):
    opened(old).close()
    register = opened(old)
    with register._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    register.close()

    with using_language("en"), pytest.raises(RbaError, match="another version"):
        opened(old)
