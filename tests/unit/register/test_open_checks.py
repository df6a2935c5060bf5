"""No empty, cut off or mistyped register is taken for a new one, and what is there is closed to others."""

import os
import stat
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text

from helpers.backups import SITE, add_visit, backed_up, new_register, url_of
from rba_audit import accounts
from rba_audit.errors import NoRegister, RbaError
from rba_audit.messages import using_language
from rba_audit.register import database_at, open_register
from rba_audit.register.account_tables import session
from rba_audit.register.erasures import add_erasure


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    new_register(folder).close()
    return folder


def test_an_empty_file_is_no_new_register_until_somebody_insists(tmp_path):
    (tmp_path / "register.db").touch()
    for create in (True, False):
        with pytest.raises(NoRegister, match="the file is empty"):
            open_register(url_of(tmp_path), create=create)
    assert (tmp_path / "register.db").stat().st_size == 0
    with closing(open_register(url_of(tmp_path), insist=True)) as register:
        assert register.count() == 0


@pytest.mark.parametrize("share", [0.0005, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused_and_left_alone(home, share):
    path = home / "register.db"
    data = path.read_bytes()
    cut = data[: int(len(data) * share)]
    path.write_bytes(cut)
    for insist in (False, True):
        with pytest.raises(RbaError, match=r"register\.db"):
            open_register(url_of(home), insist=insist)
    assert path.read_bytes() == cut


def test_a_database_without_any_table_is_refused(home):
    path = home / "register.db"
    path.write_bytes(b"")
    with closing(database_at(url_of(home))) as database, database._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 1")
        connection.commit()
    with pytest.raises(NoRegister, match="without any table"):
        open_register(url_of(home))


def test_where_only_reading_is_wanted_a_mistyped_place_makes_nothing(tmp_path):
    with pytest.raises(NoRegister, match="it is missing"):
        open_register(f"sqlite:///{tmp_path}/mistyped/register.db", create=False)
    assert list(tmp_path.iterdir()) == []


def photos(folder):
    with closing(open_register(url_of(folder))) as register:
        add_visit(register, b"one")


def copies(folder):
    (folder / "register.db.before-0002").write_bytes(b"copy")


def erased(folder):
    add_erasure(folder / "register.db", "a", datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(("left", "name"), [(photos, "photos"), (copies, "before-0002"), (erased, "erasures.jsonl")])
def test_no_new_register_is_made_beside_signs_of_a_lost_one(home, left, name):
    left(home)
    (home / "register.db").unlink()
    with pytest.raises(NoRegister, match=f"{name} was left by it"):
        open_register(url_of(home))
    assert not (home / "register.db").exists()
    open_register(url_of(home), insist=True).close()


def test_the_photos_of_another_register_in_the_folder_are_no_sign(home):
    photos(home)
    open_register(f"sqlite:///{home}/demo.db").close()
    assert (home / "demo.db").exists()


def test_the_refusal_names_the_newest_backup(home, tmp_path):
    made = backed_up(home, tmp_path / "backups")
    for gone in ("missing", "empty"):
        (home / "register.db").unlink(missing_ok=True)
        if gone == "empty":
            (home / "register.db").touch()
        with pytest.raises(
            NoRegister, match=f"the newest backup known is {made.manifest.generation} in {tmp_path}/backups"
        ):
            open_register(url_of(home))


def test_the_log_of_a_lost_file_never_gets_into_a_new_one(home):
    (home / "register.db").unlink()
    (home / "register.db-wal").write_bytes(b"left")
    for insist in (False, True):
        with pytest.raises(NoRegister, match=r"register\.db-wal was left by it"):
            open_register(url_of(home), insist=insist)


def test_a_register_whose_making_was_cut_short_is_made_by_the_next_start(tmp_path, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rba_audit.register.sqlite.sync_file", stop)
        with pytest.raises(KeyboardInterrupt):
            open_register(url_of(tmp_path))
    assert not (tmp_path / "register.db").exists()
    open_register(url_of(tmp_path)).close()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_files_of_an_earlier_release_are_closed_to_others_and_that_is_told_once(tmp_path, caplog):
    folder = tmp_path / "instance"
    new_register(folder).close()
    (folder / "register.db.before-0002").touch()
    (folder / "photos").mkdir()
    for path in (folder, folder / "register.db", folder / "register.db.before-0002"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with caplog.at_level("INFO", "rba_audit"):
        open_register(url_of(folder)).close()
        open_register(url_of(folder)).close()

    assert (mode(folder), mode(folder / "register.db"), mode(folder / "register.db.before-0002")) == (
        0o700,
        0o600,
        0o600,
    )
    told = [str(record.msg) for record in caplog.records if str(record.msg).startswith("made_private")]
    assert len(told) == 1


def test_a_folder_that_holds_other_things_too_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "letters.txt").touch()
    new_register(tmp_path).close()
    (tmp_path / "register.db").chmod(0o644)
    open_register(url_of(tmp_path)).close()
    assert (mode(tmp_path), mode(tmp_path / "register.db")) == (0o755, 0o600)


def test_the_log_of_writes_is_as_private_as_the_register(home):
    before = os.umask(0)
    try:
        with closing(open_register(url_of(home))) as register, register._database.reading() as connection:
            connection.execute(text("SELECT 1"))
            register.import_features([{**SITE, "id": "b"}])
            assert {mode(path) for path in home.glob("register.db*")} == {0o600}
    finally:
        os.umask(before)


def test_what_is_deleted_is_not_in_the_file_any_more(home):
    with closing(open_register(url_of(home))) as register:
        person, _ = accounts.invite(register, "Ayu", "ayu", "planner", [], by=None)
        agent = "Peramban yang dihapus"
        with register._database.writing() as connection:
            for at in range(200):
                connection.execute(
                    text("INSERT INTO session VALUES (:id, :id, :person, '2026', '2026', :agent)"),
                    {"id": str(at), "person": person.id, "agent": f"{agent} {at}"},
                )
        register._database.wipe_free_space()
        assert agent.encode() in (home / "register.db").read_bytes()
        with register._database.writing() as connection:
            connection.execute(delete(session))
        register._database.wipe_free_space()
        found = b"".join(path.read_bytes() for path in home.glob("register.db*"))
    assert agent.encode() not in found
