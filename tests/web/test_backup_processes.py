"""Writers, backups and upgrades that are killed: whatever was acknowledged is there, and what is half done is taken for nothing."""

import random
import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest

from helpers.backups import faults_of, new_register, url_of, visits_in
from helpers.effort import cases
from helpers.processes import PATIENCE_S, ended, started
from helpers.register_work import die_while_upgrading, keep_backing_up, keep_sending
from rba_audit.register import open_register
from rba_audit.register.backup_generations import BackupFolder
from rba_audit.register.integrity import check_generation
from rba_audit.register.restoration import restore_backup
from rba_audit.register.schema_upgrade import newest_step

RELEASED = Path(__file__).parents[1] / "golden" / "register-0001.db"
ROUNDS = cases(4, 20)


def killed(*processes):
    for process in processes:
        process.kill()
    for process in processes:
        process.join(PATIENCE_S)


def test_what_was_acknowledged_before_a_backup_is_in_it_however_writers_and_backups_are_killed(tmp_path):
    home, target = tmp_path / "home", tmp_path / "backups"
    acknowledged, finished = tmp_path / "acknowledged", tmp_path / "finished"
    new_register(home).close()
    acknowledged.touch()
    finished.touch()
    chance = random.Random(20261130)
    for round_ in range(ROUNDS):
        lines = len(finished.read_text().splitlines())
        writer = started(keep_sending, home, acknowledged)
        backup = started(keep_backing_up, home, target, acknowledged, finished)
        while len(finished.read_text().splitlines()) == lines:
            assert backup.is_alive()
            assert writer.is_alive()
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        killed(*((writer, backup) if round_ % 2 else (backup, writer)))

        safe = acknowledged.read_text().splitlines()
        before = dict(line.split() for line in finished.read_text().splitlines())
        place = BackupFolder(target)
        assert faults_of(home) == []
        assert set(safe) <= visits_in(home)
        assert place.names()
        for name in place.names():
            assert check_generation(place, name).faults == []
            there = tmp_path / f"there-{round_}-{name}"
            restore_backup(target, url_of(there), generation=name)
            assert faults_of(there) == []
            # Of a generation whose process was killed before it could say so, the one before counts.
            assert set(safe[: int(before.get(name, 0))]) <= visits_in(there)
            shutil.rmtree(there)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("rba_audit.register.sqlite", "create_file"),
        ("rba_audit.register.sqlite", "sync_file"),
        ("rba_audit.register.sqlite", "take_steps"),
        ("alembic.command", "upgrade"),
    ],
)
def test_an_upgrade_that_is_killed_loses_nothing_and_is_done_by_the_next_start(tmp_path, module, name):
    old = Path(shutil.copy(RELEASED, tmp_path / "register.db"))
    assert ended(started(die_while_upgrading, old, module, name)) == [9]
    for path in (old, tmp_path / "again.db"):
        with closing(open_register(f"sqlite:///{path}")) as register:
            assert len([visit for site in ("taman-a", "alun-b") for visit in register.visits.for_site(site)]) == 3
        if path == old:
            shutil.copy(old.with_name(f"register.db.before-{newest_step()}"), tmp_path / "again.db")
    assert [path.name for path in tmp_path.glob("*.part")] == []
