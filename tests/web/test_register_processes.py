"""Several processes open, upgrade and write one register at once, and nothing is lost, done twice or counted apart."""

import json
import shutil
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from helpers.registers import empty_register
from rba_audit import accounts
from rba_audit.errors import RbaError
from rba_audit.passwords import hash_password
from rba_audit.register import Visit, open_register
from rba_audit.register.people import Person

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
    program = (
        "import sys; from datetime import date; from uuid import uuid4; from rba_audit.register import Visit, open_register\n"
        "register = open_register(sys.argv[1])\n"
        "for _ in range(10): register.visits.add(Visit(str(uuid4()), 'alun-b', 'rbra-2024', 'self', 'P', date(2026, 1, 1), {}))"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(2)]
    faults = []

    def write():
        try:
            for _ in range(10):
                day = date(2026, 11, 12)
                register.visits.add(
                    Visit(str(uuid4()), "taman-a", "rbra-2024", "auditor", "Siti", day, {"MUD-01": "yes"})
                )
                register.visits.counting()
        except RbaError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for each in (*threads, *processes):
        each.join() if isinstance(each, threading.Thread) else each.wait()
    assert faults == []
    assert [process.returncode for process in processes] == [0, 0]
    assert (len(register.visits.of("taman-a")), len(register.visits.of("alun-b"))) == (60, 20)
    with register._database.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).all() == [("ok",)]


ATTEMPTS = """
import sys
from datetime import UTC, datetime
from rba_audit import accounts
from rba_audit.register import open_register
register = open_register(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
print(sum(accounts.sign_in(register, "rina", "x", "203.0.113.7", "", at).retry_after_s == 0 for _ in range(5)))
"""


def test_failed_attempts_to_sign_in_are_counted_over_two_processes_together(register, url):
    password = "taman kota dekat sungai"
    register.people.add(Person("rina", "rina", "Rina", "surveyor", ("*",), True), hash_password(password), NOON, None)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ATTEMPTS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    tried = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert sum(tried) == 5
    assert accounts.sign_in(register, "rina", password, HERE, "Chrome, Android", NOON).retry_after_s > 0


def test_opening_an_older_file_several_times_at_once_takes_the_steps_once(old):
    program = "import sys; from rba_audit.register import open_register; print(open_register(sys.argv[1]).count())"
    started = [
        subprocess.Popen([sys.executable, "-c", program, f"sqlite:///{old}"], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    assert [each.communicate()[0].strip() for each in started] == ["2", "2", "2"]


def test_a_step_that_fails_leaves_the_older_file_as_it_was(old):
    with subprocess.Popen([sys.executable, "-c", _DAMAGE, str(old)]) as damaging:
        assert damaging.wait() == 0
    with pytest.raises(json.JSONDecodeError):
        open_register(f"sqlite:///{old}")
    with subprocess.Popen([sys.executable, "-c", _COLUMNS, str(old)], stdout=subprocess.PIPE, text=True) as looking:
        columns = looking.communicate()[0].split()

    assert "answers" in columns
    assert "document" not in columns


# In a process of their own: nothing else may open the file in ours.
_DAMAGE = (
    "import sqlite3, sys; file = sqlite3.connect(sys.argv[1]); file.execute('DROP TRIGGER visit_no_update');"
    "file.execute(\"UPDATE visit SET answers = '{'\"); file.commit()"
)
_COLUMNS = (
    "import sqlite3, sys; print(*[row[1] for row in sqlite3.connect(sys.argv[1]).execute('PRAGMA table_info(visit)')])"
)
