"""The commands that make, back up, restore and check a register: what they print, and their exit codes."""

import sys

import pytest

from helpers.backups import add_visit, faults_of, new_register
from rba_audit.cli import main
from rba_audit.register import open_register
from rba_audit.register.backup_generations import BackupFolder
from rba_audit.resources import sample_sites


@pytest.fixture
def run(capsys, tmp_path):
    def command(*words, code=0, register="home"):
        url = f"sqlite:///{tmp_path / register / 'register.db'}"
        assert main(["register", *map(str, words), "--register", url, "--lang", "en"]) == code
        return capsys.readouterr()

    return command


def test_a_register_is_made_backed_up_restored_and_checked(run, tmp_path):
    target = tmp_path / "backups"
    assert "the register has 0 sites" in run("init").out
    run("import", sample_sites())
    for _ in range(3):
        told = run("backup", target, "--keep", "2")
    assert "65 sites and parts, 0 visits, 1 photos and files (0 of them new here)" in told.out
    assert "removed: 000001-" in told.out
    assert "photos:" not in told.err
    assert run("check").out == (
        "the register: 65 sites and parts, 0 visits, 1 photos and files whole, 0 photos not arrived yet, faults: 0\n"
    )
    assert run("check", "--backup", target).out.count("faults: 0") == 2
    told = run("restore", target, register="there").out
    assert "65 sites and parts, 0 visits, 1 photos and files" in told
    assert "Everybody signs in again" in told
    assert "send again what they sent within the last 7 days" in told
    assert faults_of(tmp_path / "there") == []


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(run, tmp_path):
    for words in (("backup", tmp_path / "b"), ("check",), ("export", tmp_path / "x.geojson")):
        assert "it is missing" in run(*words, code=1).err
    assert list(tmp_path.iterdir()) == []
    run("init")
    assert "keep one generation at least" in run("backup", tmp_path / "b", "--keep", "0", code=1).err
    assert "the register's own folder" in run("backup", tmp_path / "home" / "b", code=1).err
    assert "there is no backup" in run("check", "--backup", tmp_path / "b", code=1).err
    assert "there is no backup" in run("restore", tmp_path / "b", code=1).err


def test_a_damaged_backup_and_a_damaged_register_are_told_line_by_line(run, tmp_path):
    run("init")
    run("backup", tmp_path / "b")
    place = BackupFolder(tmp_path / "b")
    (place.generations / place.choose() / "register.db").unlink()
    lines = run("check", "--backup", tmp_path / "b", code=1).out.splitlines()
    assert lines[0].endswith("could not be counted; faults: 1")
    assert lines[1].endswith("register.db: the file is missing")
    path = tmp_path / "home" / "register.db"
    path.write_bytes(path.read_bytes()[:20_000])
    assert "malformed" in run("check", code=1).out


def test_progress_is_shown_on_a_terminal_only(run, tmp_path, monkeypatch):
    register = new_register(tmp_path / "home")
    add_visit(register, b"one", b"two")
    register.close()
    assert run("backup", tmp_path / "b").err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "photos: 2 of 2" in run("backup", tmp_path / "b").err


def test_a_backup_without_some_photos_is_made_and_ends_with_1(run, tmp_path):
    register = new_register(tmp_path / "home")
    add_visit(register, b"one", b"two")
    register.close()
    next((tmp_path / "home" / "photos").glob("*/*")).unlink()
    told = run("backup", tmp_path / "b", code=1)
    assert "1 photos could not be backed up" in told.err
    assert "1 photos and files (1 of them new here)" in told.out
    assert "1 photos were missing already" in run("restore", tmp_path / "b", register="there").out
    assert open_register(f"sqlite:///{tmp_path}/there/register.db", create=False).count() == 1
