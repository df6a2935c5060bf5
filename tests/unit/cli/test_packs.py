"""The commands that write an evidence pack and verify one: exit codes, a sentence for each problem, and nothing left behind."""

from contextlib import closing

import pytest

from helpers.registers import filled_register, sample_features
from helpers.reviews import SITE
from rba_audit.cli import main
from rba_audit.register import open_register


@pytest.fixture
def url(tmp_path):
    with closing(filled_register(tmp_path, sample_features((SITE,)))) as register:
        register.kla.nominations.add(SITE, 2027, "", "tono")
    return f"sqlite:///{tmp_path}/register.db"


def built(url, out, *words):
    return main(["pack", "build", "--register", url, "--round", "2027", "--out", str(out), "--lang", "en", *words])


def verified(path):
    return main(["pack", "verify", str(path), "--lang", "en"])


def test_a_pack_is_built_verified_logged_and_the_same_again(url, tmp_path, capsys):
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    assert built(url, first, "--day", "2026-11-20") == 0
    assert built(url, second, "--day", "2026-11-20") == 0
    assert first.read_bytes() == second.read_bytes()
    assert verified(first) == 0
    out = capsys.readouterr().out
    with closing(open_register(url)) as register:
        packs, exports = register.kla.packs.all(), register.exports.between()

    assert [(pack.year, pack.person_id) for pack in packs] == [(2027, "")]
    assert packs[0].sha256 in out
    assert "whole; round 2027, as of 2026-11-20" in out
    assert [export.kind for export in exports] == ["pack build"] * 2
    assert first.stat().st_mode & 0o077 == 0


def test_an_altered_pack_and_a_file_that_is_none_have_their_own_exit_codes(url, tmp_path, capsys):
    pack = tmp_path / "pack.zip"
    assert built(url, pack) == 0
    data = bytearray(pack.read_bytes())
    data[data.index(b"%PDF") + 20] ^= 1
    pack.write_bytes(data)

    assert verified(pack) == 1
    assert "profile.pdf was altered" in capsys.readouterr().err
    assert verified(tmp_path / "register.db") == 2
    assert verified(tmp_path / "nowhere.zip") == 2
    assert "cannot be read" in capsys.readouterr().err


def test_what_cannot_be_built_says_so_and_leaves_nothing(url, tmp_path, capsys):
    before = {path.name for path in tmp_path.iterdir()}
    assert built(url, tmp_path / "nowhere" / "pack.zip") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert built(url, tmp_path / "pack.zip", "--day", "soon") == 1
    assert "is no day" in capsys.readouterr().err
    assert built("sqlite:////nowhere/register.db", tmp_path / "pack.zip") == 1
    with pytest.raises(SystemExit) as refused:
        main(["pack", "build", "--out", "x.zip"])
    assert refused.value.code == 2
    assert {path.name for path in tmp_path.iterdir()} - before <= {"register.db-shm", "register.db-wal", "photos"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--day", "2200-01-01"), "is no day"),
        (("--day", "1979-12-31"), "is no day"),
        (("--day", "20261130"), "is no day"),
        (("--day", "2026-W49-1"), "is no day"),
        (("--round", "0"), "no round of 0"),
        (("--round", "-5"), "no round of -5"),
        (("--round", "99999"), "no round of 99999"),
    ],
    ids=str,
)
def test_a_year_or_a_day_that_cannot_be_is_refused_in_a_sentence_and_nothing_is_logged(
    url, tmp_path, capsys, words, told
):
    out = tmp_path / "pack.zip"
    command = ["pack", "build", "--register", url, "--round", "2027", "--out", str(out), "--lang", "en", *words]

    assert main(command) == 1
    assert told in capsys.readouterr().err
    assert not out.exists()
    with closing(open_register(url)) as register:
        assert register.exports.between() == []
