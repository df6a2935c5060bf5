"""A backup is whole or refused in words, holds all that was recorded before it, and brings back nobody who was erased."""

import dataclasses
import errno
import json
import os
import shutil
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from helpers.backups import add_visit, backed_up, faults_of, new_register, newest, url_of, visits_in
from helpers.visits import put_visit
from rba_audit import accounts
from rba_audit.errors import RbaError
from rba_audit.messages import using_language
from rba_audit.register import database_at, open_register
from rba_audit.register.backup_generations import BackupFolder, Manifest, manifest_of
from rba_audit.register.backup_log import last_note
from rba_audit.register.erasures import add_erasure, erasures_file, read_erasures
from rba_audit.register.integrity import check_generation
from rba_audit.register.restoration import restore_backup

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    """A register of two visits and three photos, one of which both share."""
    folder = tmp_path / "home"
    with closing(new_register(folder)) as register:
        add_visit(register, b"one", b"shared")
        add_visit(register, b"two", b"shared")
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backups"


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def restored(target, folder, **named):
    restore_backup(target, url_of(folder), **named)
    return folder


def rewritten(generation, change):
    """Write the manifest of a generation anew, with a right hash."""
    file = generation / "manifest.json"
    told = json.loads(file.read_text())
    change(told)
    told.pop("digest")
    fields = {
        **{name: told[name] for name in ("register", "generation", "program", "schema", "counts", "photos")},
        "made_at": datetime.fromisoformat(told["made_at"]),
        "files": {name: (each["sha256"], each["bytes"]) for name, each in told["files"].items()},
        "missing": tuple(told["missing"]),
    }
    file.write_text(Manifest(**fields).text())


# --- what is in it ---


def test_a_backup_restores_to_what_was_backed_up(home, target, tmp_path):
    before = visits_in(home)
    made = backed_up(home, target)
    there = restored(target, tmp_path / "there")

    assert (made.manifest.counts["visit"], len(made.manifest.photos), made.new_photos) == (2, 3, 3)
    assert visits_in(there) == before
    assert faults_of(there) == []
    photos = {path.name: path.read_bytes() for path in (home / "photos").glob("*/*")}
    assert {path.name: path.read_bytes() for path in (there / "photos").glob("*/*")} == photos


def test_photos_are_shared_between_generations_and_go_with_the_last_that_names_them(home, target):
    first = backed_up(home, target).manifest.generation
    with closing(database_at(url_of(home))) as database, database.writing() as connection:
        connection.execute(text("DROP TRIGGER photo_no_delete"))  # as an erasure does
        connection.execute(text("DROP TRIGGER photo_sender_no_delete"))
        gone = connection.scalar(text("SELECT sha256 FROM photo WHERE rowid = (SELECT min(rowid) FROM photo)"))
        for table in ("photo_sender", "photo"):
            connection.execute(text(f"DELETE FROM {table} WHERE sha256 = :gone"), {"gone": gone})
    with closing(open_register(url_of(home))) as register:
        add_visit(register, b"three")
    second = backed_up(home, target)
    place = BackupFolder(target)

    assert second.new_photos == 1
    assert len(list(place.stored())) == 4
    third = backed_up(home, target, keep=2)
    assert third.removed == (first,)
    assert [name[:6] for name in place.names()] == ["000002", "000003"]
    assert len(list(place.stored())) == 3
    assert all(check_generation(place, name).faults == [] for name in place.names())


def test_a_clock_set_back_or_forward_by_a_day_changes_neither_the_order_nor_what_is_kept(home, target, tmp_path):
    moments = [NOON, NOON - timedelta(days=1), NOON + timedelta(days=1), NOON]
    for moment in moments:
        with closing(open_register(url_of(home))) as register:
            add_visit(register)
        backed_up(home, target, keep=3, now=lambda at=moment: at)
    names = BackupFolder(target).names()

    assert [name[:6] for name in names] == ["000002", "000003", "000004"]
    assert visits_in(restored(target, tmp_path / "there")) == visits_in(home)
    with closing(open_register(url_of(home))) as register:
        assert register.backups.last().generation == names[-1]


def test_a_visit_that_is_sent_again_after_the_clock_moved_is_kept_once_and_at_its_first_moment(home):
    with closing(open_register(url_of(home))) as register:
        first = register.visits.for_site("taman-a")
        for days in (-1, 1):
            for visit in first:
                sent = dataclasses.replace(visit, recorded_at=visit.recorded_at + timedelta(days=days))
                put_visit(register.visits, sent)
        assert [(each.id, each.recorded_at) for each in register.visits.for_site("taman-a")] == [
            (each.id, each.recorded_at) for each in first
        ]


def test_where_backups_are_is_remembered_in_the_register_and_beside_it(home, target):
    name = backed_up(home, target, now=lambda: NOON).manifest.generation
    with closing(open_register(url_of(home))) as register:
        inside = register.backups.last()
    beside = last_note(home / "register.db")

    assert (inside.at, inside.folder, inside.generation, inside.photos) == (NOON, str(target), name, 3)
    assert (beside.at, beside.folder, beside.generation) == (NOON, str(target), name)


def test_a_photo_that_is_missing_or_damaged_is_told_and_the_rest_is_backed_up(home, target, tmp_path):
    one, two, _ = sorted((home / "photos").glob("*/*"))
    one.unlink()
    two.write_bytes(b"other bytes")
    made = backed_up(home, target)
    there = restored(target, tmp_path / "there")

    assert set(made.manifest.missing) == {one.stem, two.stem}
    assert len(made.manifest.photos) == 1
    assert sorted(fault.rpartition(": ")[2] for fault in faults_of(home)) == [
        "the photo is damaged",
        "the photo is missing",
    ]
    assert visits_in(there) == visits_in(home)


# --- what is refused ---


@pytest.mark.parametrize("way", ["inside", "photos/deeper", "../link/inside"])
def test_a_folder_within_the_registers_own_is_refused_whatever_leads_there(home, tmp_path, way):
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(RbaError, match="the register's own folder"):
        backed_up(home, home / way)


def test_a_folder_that_holds_another_registers_backups_is_refused(home, target, tmp_path):
    backed_up(home, target)
    new_register(tmp_path / "other").close()
    with pytest.raises(RbaError, match="another register"):
        backed_up(tmp_path / "other", target, keep=1)
    assert len(BackupFolder(target).names()) == 1


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("spoil", [cut, flip, Path.unlink])
@pytest.mark.parametrize("what", ["register.db", "manifest.json", "object"])
def test_what_is_cut_off_altered_or_missing_is_refused_before_anything_is_written(home, target, tmp_path, what, spoil):
    backed_up(home, target)
    place = BackupFolder(target)
    path = next(place.stored()) if what == "object" else newest(target) / what
    spoil(path)

    with pytest.raises(RbaError, match=path.name[:20]):
        restore_backup(target, url_of(tmp_path / "there"))
    assert not (tmp_path / "there").exists()
    assert len(check_generation(place, place.choose()).faults) == 1


def test_a_manifest_that_was_altered_together_with_its_hash_contradicts_the_register(home, target, tmp_path):
    backed_up(home, target)
    rewritten(newest(target), lambda told: told["photos"].popitem())
    with pytest.raises(RbaError, match="the register knows the photo"):
        restore_backup(target, url_of(tmp_path / "there"))
    rewritten(newest(target), lambda told: told["counts"].update(visit=1))
    with pytest.raises(RbaError, match=r"2 rows in visit, and the manifest says 1 \(and 1 more"):
        restore_backup(target, url_of(tmp_path / "there"))


def test_a_manifest_of_another_generation_or_format_is_refused(home, target):
    backed_up(home, target)
    backed_up(home, target)
    place = BackupFolder(target)
    first, second = place.names()
    shutil.copy(place.generations / first / "manifest.json", place.generations / second / "manifest.json")

    assert "this is the manifest of" in str(check_generation(place, second).faults[0])
    for other in ("[]", "{}", "null", "", '{"format": 1'):
        with pytest.raises(RbaError, match="this is no manifest"):
            manifest_of(other, Path("manifest.json"))


def test_a_run_that_was_cut_short_leaves_nothing_that_is_taken_for_a_backup(home, target, monkeypatch):
    backed_up(home, target)
    place = BackupFolder(target)
    before = place.names()

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with closing(open_register(url_of(home))) as register:
        add_visit(register, b"four")
    for call in ("fsync", "replace", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(os if call == "fsync" else Path, call, full)
            with pytest.raises(RbaError, match=r"cannot be written \(No space left on device\)"):
                backed_up(home, target)
        assert place.names() == before
    (place.generations / ".part-000002-20261124T050000Z").mkdir()
    (place.objects / "ab").mkdir(exist_ok=True)
    (place.objects / "ab" / ".half").write_bytes(b"")
    assert backed_up(home, target).manifest.counts["visit"] == 3
    assert len(place.names()) == 2
    assert [*place.generations.glob(".*"), *place.objects.glob("??/.*")] == []


def test_two_backups_into_one_folder_do_not_run_at_once(home, target):
    def again(_done, _all):
        with pytest.raises(RbaError, match="another backup is being made there"):
            backed_up(home, target)

    backed_up(home, target, progress=again)


def test_no_photo_is_removed_while_a_kept_manifest_cannot_be_read(home, target):
    backed_up(home, target)
    cut(newest(target) / "manifest.json")
    made = backed_up(home, target, keep=2)
    assert ["cannot be read" in str(each) or "no manifest" in str(each) for each in made.problems] == [True]
    assert len(list(BackupFolder(target).stored())) == 3


def test_a_place_that_is_not_empty_is_left_alone_unless_it_is_to_be_replaced_and_is_kept_then(home, target):
    backed_up(home, target)
    with closing(open_register(url_of(home))) as register:
        later = add_visit(register, b"later")
    before = visits_in(home)
    with pytest.raises(RbaError, match="something is there already"):
        restore_backup(target, url_of(home))
    assert visits_in(home) == before
    done = restore_backup(target, url_of(home), replace=True)

    assert visits_in(home) == before - {later}
    assert visits_in(done.aside) == before
    assert faults_of(done.aside) == faults_of(home) == []


def test_photos_without_their_register_are_in_the_way_too(home, target):
    backed_up(home, target)
    (home / "register.db").unlink()
    with pytest.raises(RbaError, match="photos: something is there already"):
        restore_backup(target, url_of(home))
    assert restore_backup(target, url_of(home), replace=True).aside.joinpath("photos").is_dir()


def test_a_register_that_is_served_is_not_replaced(home, target):
    backed_up(home, target)
    with (
        closing(open_register(url_of(home))) as register,
        register.serving(),
        pytest.raises(RbaError, match="a program serves this register"),
    ):
        restore_backup(target, url_of(home), replace=True)
    restore_backup(target, url_of(home), replace=True)


def test_a_restore_that_fails_leaves_what_was_there(home, target, monkeypatch):
    backed_up(home, target)
    before = visits_in(home)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(RbaError, match="No space left on device"):
            restore_backup(target, url_of(home), replace=True)
    assert visits_in(home) == before
    assert [each.name for each in home.glob(".restoring*")] == []


def test_an_older_generation_can_be_named_and_one_that_is_not_there_is_told(home, target, tmp_path):
    backed_up(home, target)
    with closing(open_register(url_of(home))) as register:
        add_visit(register)
    backed_up(home, target)
    first, second = BackupFolder(target).names()

    assert len(visits_in(restored(target, tmp_path / "there", generation=first))) == 2
    with pytest.raises(RbaError, match=f"there are {first}, {second}"):
        restore_backup(target, url_of(tmp_path / "elsewhere"), generation="000009-20261124T050000Z")
    with pytest.raises(RbaError, match="there is no backup in this folder"):
        restore_backup(tmp_path / "nowhere", url_of(tmp_path / "elsewhere"))


# --- who comes back ---


def test_sessions_links_and_attempts_end_and_the_restore_is_logged(home, target, tmp_path):
    with closing(open_register(url_of(home))) as register:
        accounts.ensure_demo_people(register)
        token = accounts.begin_session(register, register.people.all()[0])
        _, link = accounts.invite(register, "Ayu", "ayu", "planner", [], by=None)
        accounts.sign_in(register, "nobody", "x", "203.0.113.7", "", NOON)
    backed_up(home, target)
    restored(target, tmp_path / "there")

    with closing(open_register(url_of(tmp_path / "there"))) as register:
        assert register.people.events(1)[0].what == "restored"
        assert "ayu" in [each.login for each in register.people.all()]
        with register._database.reading() as connection:
            left = [
                connection.scalar(text(f"SELECT count(*) FROM {name}"))
                for name in ("session", "join_link", "sign_in_attempt")
            ]
        assert left == [0, 0, 0]
    data = (tmp_path / "there" / "register.db").read_bytes()
    assert token.encode() not in data
    assert link.encode() not in data


def test_a_read_only_link_opens_nothing_after_a_restore(home, target, tmp_path):
    with closing(open_register(url_of(home))) as register:
        accounts.ensure_demo_people(register)
        someone = register.people.all()[0]
        _, token = accounts.make_link(register, "Camat", 30, someone)
        ended, _ = accounts.make_link(register, "Lurah", 30, someone)
        register.shared_links.end(ended.id, someone.id, NOON)
    backed_up(home, target)
    restored(target, tmp_path / "there")

    with closing(open_register(url_of(tmp_path / "there"))) as register:
        assert accounts.open_link(register, token, "203.0.113.7") == accounts.NoSuchLink()
        assert {link.recipient: link.ended_by for link in register.shared_links.all()} == {
            "Camat": "",
            "Lurah": someone.id,
        }


def test_persons_erased_before_or_after_the_backup_do_not_come_back(home, target, tmp_path):
    with closing(open_register(url_of(home))) as register:
        ids = [accounts.invite(register, f"N{at}", f"n{at}", "planner", [], by=None)[0].id for at in range(4)]
    add_erasure(home / "register.db", ids[0], NOON)
    backed_up(home, target)
    there = tmp_path / "there"
    there.mkdir()
    add_erasure(there / "register.db", ids[1], NOON)
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"person": ids[2], "on": NOON.isoformat()}) + "\n")

    done = restore_backup(target, url_of(there), erasures=[other])
    with closing(open_register(url_of(there))) as register:
        assert [each.id for each in register.people.all() if not each.erased] == [ids[3]]
    assert done.erased == 3
    assert set(read_erasures(erasures_file(there / "register.db"))) == set(ids[:3])
    for name in ("N0", "N1", "N2"):
        assert f'"{name}"'.encode() not in (there / "register.db").read_bytes()


def test_an_older_generation_forgets_who_is_erased_in_a_later_one_of_the_same_folder(home, target, tmp_path):
    with closing(open_register(url_of(home))) as register:
        budi = accounts.invite(register, "Budi Hilang", "budi", "planner", [], by=None)[0].id
    first = backed_up(home, target).manifest.generation
    with closing(open_register(url_of(home))) as register:
        register.people.erase(budi, NOON, None, "")
    second = backed_up(home, target).manifest.generation
    there = tmp_path / "there"

    done = restore_backup(target, url_of(there), generation=first)

    assert (done.erased, done.unread, done.erasures_known) == (1, (), False)
    assert b"Budi Hilang" not in b"".join(path.read_bytes() for path in there.glob("register.db*") if path.is_file())
    erasures_file(target / "generations" / second / "register.db").unlink()
    assert restore_backup(target, url_of(tmp_path / "again"), generation=first).unread == (second,)


def test_a_restore_tells_when_nobody_could_administer(home, target, tmp_path):
    with closing(open_register(url_of(home))) as register:
        accounts.invite(register, "Ayu", "ayu", "administrator", [], by=None)
    backed_up(home, target)

    assert restore_backup(target, url_of(tmp_path / "there")).nobody_administers


def test_a_register_is_not_restored_among_its_backups(home, target):
    backed_up(home, target)

    for place in (target, target / "generations" / "deep"):
        with pytest.raises(RbaError, match="in the folder of the backups"):
            restore_backup(target, url_of(place))


def test_a_generation_that_is_not_whole_names_one_that_is(home, target, tmp_path):
    first = backed_up(home, target).manifest.generation
    second = backed_up(home, target).manifest.generation
    (target / "generations" / second / "register.db").write_bytes(b"cut")

    with pytest.raises(RbaError, match=f"--generation {first}"):
        restore_backup(target, url_of(tmp_path / "there"))


def test_a_list_of_erased_persons_that_cannot_be_read_stops_the_restore_and_a_missing_one_too(home, target, tmp_path):
    erasures_file(home / "register.db").write_text('{"person": "a", "on": "x"}\n{"pers')
    assert any("line 2" in fault for fault in faults_of(home))
    backed_up(home, target)
    with pytest.raises(RbaError, match="line 2: this is no line"):
        restore_backup(target, url_of(tmp_path / "there"))
    erasures_file(home / "register.db").unlink()
    backed_up(home, target)
    with pytest.raises(RbaError, match="there is no list of erased persons"):
        restore_backup(target, url_of(tmp_path / "there"), erasures=[tmp_path / "none.jsonl"])


def test_a_line_that_was_cut_off_spoils_no_other(home):
    register = home / "register.db"
    erasures_file(register).write_text('{"pers')
    add_erasure(register, "a", NOON)
    assert erasures_file(register).read_text().split("\n")[1:] == [
        json.dumps({"person": "a", "on": "2026-11-24T05:00:00.000000+00:00"}),
        "",
    ]


def test_phones_are_told_of_a_restore(home, target):
    backed_up(home, target)
    with closing(open_register(url_of(home))) as register:
        assert register.backups.restored() is None
    restore_backup(target, url_of(home), replace=True, now=lambda: NOON)
    with closing(open_register(url_of(home))) as register:
        assert register.backups.restored() == NOON.timestamp() * 1000


# --- who may read it ---


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_nobody_but_the_owner_may_read_a_register_its_copies_and_its_backups(tmp_path, umask):
    before = os.umask(umask)
    try:
        with closing(new_register(tmp_path / "home")) as register:
            add_visit(register, b"one")
            add_erasure(register.path, "a", NOON)
        backed_up(tmp_path / "home", tmp_path / "backups")
        restore_backup(tmp_path / "backups", url_of(tmp_path / "there"))
    finally:
        os.umask(before)
    for folder in ("home", "backups", "there"):
        for path in [tmp_path / folder, *(tmp_path / folder).rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
