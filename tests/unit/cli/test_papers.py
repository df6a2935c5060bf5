"""`rba-audit papers` writes a report for each site, that of the city and the page for the mayor, from a file or a register."""

import json
from contextlib import closing

import pypdfium2
import pytest

from helpers.registers import filled_register, sample_features
from rba_audit.cli import main
from rba_audit.register.office import Office

SITE = "taman-sari"


@pytest.fixture
def one_site(tmp_path):
    """A file with one site and its parts."""
    path = tmp_path / "one.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": sample_features({SITE})}), encoding="utf-8")
    return path


def text_of(path):
    with closing(pypdfium2.PdfDocument(path)) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_a_file_of_sites_becomes_papers(one_site, tmp_path, capsys):
    folder = tmp_path / "a" / "papers"
    assert main(["papers", str(one_site), "--out", str(folder), "--lang", "en"]) == 0

    city, one, mayor = sorted(folder.iterdir(), key=lambda path: path.name.partition("-")[0].replace("1", "e"))
    assert city.name.startswith("city-report-")
    assert one.name.startswith("1-site-report-taman-sari-")
    assert mayor.name.startswith("for-the-mayor-")
    assert "Taman Sari" in text_of(one)
    assert "3 papers written" in capsys.readouterr().out


def test_a_register_gives_its_office_too(tmp_path):
    with closing(filled_register(tmp_path, sample_features({SITE}))) as register:
        register.office.save(Office(name="Dinas Contoh"), "ade", 0)
    url = f"sqlite:///{tmp_path / 'register.db'}"
    assert main(["papers", "--register", url, "--out", str(tmp_path / "out")]) == 0

    assert all("Dinas Contoh" in text_of(path) for path in (tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_written_and_a_register_that_is_not_there_are_sentences(one_site, tmp_path, capsys):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert main(["papers", str(one_site), "--out", str(tmp_path / "taken"), "--lang", "en"]) == 1
    assert "nothing can be written there" in capsys.readouterr().err
    assert main(["papers", "--register", f"sqlite:///{tmp_path}/no.db", "--out", str(tmp_path / "out")]) == 1
    assert not (tmp_path / "no.db").exists()
