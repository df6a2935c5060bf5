"""The commands about imports: a preview changes nothing, mappings are found again, and what was taken can be undone."""

from contextlib import closing

import pytest

from rba_audit.cli import main
from rba_audit.register import open_register


@pytest.fixture
def run(capsys, tmp_path):
    def command(*words, code=0):
        url = f"sqlite:///{tmp_path / 'register.db'}"
        assert main(["register", *map(str, words), "--register", url, "--lang", "en"]) == code
        return capsys.readouterr()

    return command


def table(folder, name, *rows):
    file = folder / name
    file.write_text("\n".join(["kode,sebutan,lintang,bujur", *rows]) + "\n", encoding="utf-8")
    return file


def test_a_table_is_previewed_taken_listed_and_undone(run, tmp_path):
    file = table(tmp_path, "taman.csv", "a,Taman Sari,-6.11234,106.15123", "b,Taman Melati,-6.12345,106.16234")
    words = ("import", file, "--map", "lintang=latitude", "--map", "bujur=longitude", "--map", "sebutan=name")

    assert (
        "2 new, 0 changed, 0 as they were, 0 doubtful, 0 refused; nothing was changed" in run(*words, "--preview").out
    )
    assert "Nothing was imported yet" in run("imports").out
    assert "Import 1; take it back with: rba-audit register undo 1" in run(*words).out
    later = table(tmp_path, "juni.csv", "a,Taman Sari Baru,-6.11234,106.15123")
    assert "changed: “a”: " in run("import", later, "--preview").out
    again = run("import", later)  # its columns are known by their headings
    assert "0 new, 1 changed" in again.out
    assert "1 sites of the register are not in this file; they stay" in again.err
    with closing(open_register(f"sqlite:///{tmp_path / 'register.db'}")) as register:
        assert [site.name for site in register.sites()] == ["Taman Sari Baru", "Taman Melati"]
        assert register.imports.read_file(register.imports.all()[0]) == later.read_bytes()

    assert "was in the later import of juni.csv; undo that one first" in run("undo", "1", code=1).err
    assert "juni.csv is undone" in run("undo", "2").out
    assert "0 sites in the register" in run("undo", "1").out
    listed = run("imports").out
    assert listed.count("undone") == 2
    assert "command line: 2 new, 0 changed" in listed
    assert "There is no such import" in run("undo", "9", code=1).err
