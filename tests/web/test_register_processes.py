"""Several processes open, upgrade and write one register at once, and nothing is lost, done twice or counted apart."""

import json
import shutil
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from helpers.processes import CONTEXT, PATIENCE_S, ended, started
from helpers.register_work import add_visits, count_sites, damage, mistype, put_columns
from helpers.registers import empty_register
from helpers.visits import put_visit
from rba_audit import accounts
from rba_audit.errors import RbaError
from rba_audit.passwords import hash_password
from rba_audit.register import Visit, open_register
from rba_audit.register.person_records import Person

RELEASED = Path(__file__).parents[1] / "golden" / "register-0001.db"
"""A file as the first release wrote it: two sites."""
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HERE = "203.0.113.7"


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/register.db"


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features(
        [{"type": "Feature", "id": site, "geometry": None, "properties": {}} for site in ("taman-a", "alun-b")]
    )
    yield opened
    opened.close()


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copy(RELEASED, tmp_path / "register.db"))


def test_every_write_of_many_threads_and_processes_is_kept(register, url):
    processes = [started(add_visits, url, "alun-b", 10) for _ in range(2)]
    faults = []

    def write():
        try:
            for _ in range(10):
                day = date(2026, 11, 12)
                put_visit(
                    register.visits,
                    Visit(str(uuid4()), "taman-a", "rbra-2024", "auditor", "Siti", day, {"MUD-01": "yes"}),
                )
                register.visits.by_site()
        except RbaError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended(*processes) == [0, 0]
    assert faults == []
    assert (len(register.visits.for_site("taman-a")), len(register.visits.for_site("alun-b"))) == (60, 20)
    with register._database.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).all() == [("ok",)]


def test_failed_attempts_to_sign_in_are_counted_over_two_processes_together(register, url):
    password = "taman kota dekat sungai"
    register.people.add(Person("rina", "rina", "Rina", "surveyor", ("*",), True), hash_password(password), NOON, None)
    together, found = CONTEXT.Barrier(2), CONTEXT.Queue()
    processes = [started(mistype, url, "rina", 5, together, found) for _ in range(2)]

    assert found.get(timeout=PATIENCE_S) + found.get(timeout=PATIENCE_S) == 5
    assert ended(*processes) == [0, 0]
    assert accounts.sign_in(register, "rina", password, HERE, "Chrome, Android", NOON).retry_after_s > 0


def test_opening_an_older_file_several_times_at_once_takes_the_steps_once(old):
    together, found = CONTEXT.Barrier(3), CONTEXT.Queue()
    processes = [started(count_sites, f"sqlite:///{old}", together, found) for _ in range(3)]

    assert [found.get(timeout=PATIENCE_S) for _ in range(3)] == [2, 2, 2]
    assert ended(*processes) == [0, 0, 0]


def test_a_step_that_fails_leaves_the_older_file_as_it_was(old):
    # In a process of their own: nothing else may open the file in ours.
    assert ended(started(damage, old)) == [0]
    with pytest.raises(json.JSONDecodeError):
        open_register(f"sqlite:///{old}")
    found = CONTEXT.Queue()
    process = started(put_columns, old, found)
    columns = found.get(timeout=PATIENCE_S)

    assert ended(process) == [0]
    assert "answers" in columns
    assert "document" not in columns
