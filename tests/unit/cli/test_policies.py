"""`--policies DIR` and RBA_POLICIES: a city's own rules files, from a terminal."""

import json

import pytest

from rba_audit.cli import main
from rba_audit.resources import standards_dir


@pytest.fixture
def sites(tmp_path):
    """Return a file of two points some twenty metres apart."""
    features = [
        {
            "type": "Feature",
            "id": name,
            "properties": {"name": name},
            "geometry": {"type": "Point", "coordinates": [lon, -6.11234]},
        }
        for name, lon in (("satu", 106.16345), ("dua", 106.16363))
    ]
    path = tmp_path / "sites.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path):
    """Return a folder with one rules file: points are near one another up to 25 m, and not up to 5."""
    text = (standards_dir() / "whereabouts.toml").read_text(encoding="utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "whereabouts.toml").write_text(text.replace("near_m = { value = 5", "near_m = { value = 25"), "utf-8")
    return folder


def doubts(capsys, *words):
    assert main(["audit", *map(str, words), "--format", "json", "--lang", "en"]) == 0
    return json.loads(capsys.readouterr().out)["doubts"]


def test_a_number_of_a_city_holds_for_a_command(sites, own, capsys, monkeypatch):
    assert doubts(capsys, sites) == []

    by_option = doubts(capsys, sites, "--policies", own)
    monkeypatch.setenv("RBA_POLICIES", str(own))
    by_environment = doubts(capsys, sites)

    assert len(by_option) == 2
    assert by_environment == by_option


def test_rules_of_reach_of_a_city_can_be_named_and_others_cannot(sites, tmp_path, capsys):
    text = (standards_dir() / "coverage.toml").read_text(encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "coverage.toml").write_text(text.replace('name = "300m"', 'name = "near"'), encoding="utf-8")
    words = ["coverage", str(sites), "--policies", str(tmp_path / "rules"), "--format", "json"]

    assert main([*words, "--rule", "near"]) == 0
    assert json.loads(capsys.readouterr().out)["rule"] == "near"
    with pytest.raises(SystemExit):
        main([*words, "--rule", "300m"])


def test_a_folder_that_cannot_be_used_is_refused_in_a_sentence(sites, own, capsys):
    (own / "whereabout.toml").write_text("")

    assert main(["audit", str(sites), "--policies", str(own), "--lang", "en"]) == 1
    assert "whereabout.toml is no rules file" in capsys.readouterr().err


def test_the_help_of_a_command_is_there_where_the_folder_cannot_be_used(monkeypatch):
    monkeypatch.setenv("RBA_POLICIES", "/nowhere")

    with pytest.raises(SystemExit) as done:
        main(["coverage", "--help"])

    assert done.value.code == 0


def test_an_empty_folder_name_is_refused_and_an_empty_variable_is_none(sites, capsys, monkeypatch):
    assert main(["audit", str(sites), "--policies", "", "--lang", "en"]) == 1
    assert "is no folder" in capsys.readouterr().err

    monkeypatch.setenv("RBA_POLICIES", "")
    assert doubts(capsys, sites) == []
