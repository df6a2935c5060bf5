"""Whatever is named instead of a file earns a sentence, at every command that takes one."""

from __future__ import annotations

import os
import shutil

import pytest

from rba_audit.cli import main
from rba_audit.errors import StandardError
from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.resources import standards_dir
from rba_audit.standard import read_edition
from rba_audit.standard.toml_tables import read_toml


def folder(path):
    path.mkdir()


def loop(path):
    path.symlink_to(path)


def fifo(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def huge(path):
    with path.open("wb") as file:
        file.truncate(2_000_000_000)


NO_FILES = [folder, loop, fifo, device, huge]


@pytest.mark.parametrize("make", NO_FILES)
@pytest.mark.parametrize(
    "command",
    [
        ["audit", "FILE"],
        ["coverage", "FILE"],
        ["plan", "FILE", "x"],
        ["explain", "FILE", "x"],
        ["reaudit", "FILE", "--from", "rbra-2018", "--to", "rbra-2024"],
        ["audit", "sample_sites.geojson", "--context", "FILE"],
        ["coverage", "sample_sites.geojson", "--population", "FILE"],
        ["register", "import", "FILE", "--register", "REGISTER"],
        ["register", "take-parcel", "FILE", "--register", "REGISTER"],
    ],
    ids=" ".join,
)
def test_what_is_no_file_is_refused_in_a_sentence(tmp_path, capsys, make, command):
    path = tmp_path / "input"
    make(path)
    words = {"FILE": str(path), "REGISTER": f"sqlite:///{tmp_path / 'r.db'}"}
    if "REGISTER" in command:
        open_register(words["REGISTER"]).close()

    assert main([*(words.get(word, word) for word in command), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert f"{path}" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("make", NO_FILES)
@pytest.mark.parametrize("name", ["standard.toml", "lok.toml", "examples/lok.toml"])
def test_what_is_no_file_in_an_edition_is_refused_in_a_sentence(tmp_path, make, name):
    edition = tmp_path / "own"
    shutil.copytree(standards_dir() / "rbra-2018", edition)
    (edition / name).unlink()
    make(edition / name)

    with using_language("en"):
        _, problems = read_edition(edition)

    assert any(name in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        b"a = " + b"[" * 100_000,
        b"a = " + b"{a = " * 100_000,
        b"a = " + b"[" * 80 + b"]" * 80,
        b"a = " + b"9" * 5000,
        b"a = " + b"9" * 400,
        b"a = 1e999999",
        b"a = 1e-999999",
        b"a = nan",
        b"a = inf",
        b"a = '\xff'",
        b"\x00",
        "a = 1".encode("utf-16"),
        b"#" * 6_000_000,
    ],
    ids=range(13),
)
def test_a_hostile_edition_is_refused_in_a_short_sentence(tmp_path, text):
    path = tmp_path / "lok.toml"
    path.write_bytes(text)

    with using_language("en"), pytest.raises(StandardError) as why:
        read_toml(path)

    assert "lok.toml" in str(why.value)
    assert len(str(why.value)) < 500


def test_a_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1_000_000)
    assert len(read_file(path, 1)) == 1_000_000

    path.write_bytes(b"x" * 1_000_001)
    with pytest.raises(UnreadableFile):
        read_file(path, 1)


def test_no_file_and_a_name_that_none_can_have_are_told_apart(tmp_path):
    with pytest.raises(UnreadableFile) as missing:
        read_file(tmp_path / "none", 1)
    with pytest.raises(UnreadableFile) as impossible:
        read_file("a\0b", 1)

    assert missing.value.missing
    assert not impossible.value.missing
