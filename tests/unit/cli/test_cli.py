"""The command line does what its help says, with one sentence where it cannot."""

import csv
import json
from contextlib import closing

import pytest

from helpers.public_data import KARLSRUHE, VIENNA
from rba_audit.cli import main
from rba_audit.register import open_register
from rba_audit.register.site_event_records import SiteChange
from rba_audit.resources import sample_sites, standards_dir
from rba_audit.standard import OUTCOMES, default_edition, edition_names, load_published


def run(capsys, *words, code=0):
    assert main([*map(str, words)]) == code
    return capsys.readouterr()


def test_audit_prints_a_count_for_every_status_and_names_the_reds(capsys):
    out = run(capsys, "audit", sample_sites(), "--lang", "en").out

    assert "Readiness estimate, not an official score" in out
    for status in ("standard", "nearly_standard", "non_standard", "undetermined", "not_audited"):
        assert f"({status})" in out
    assert "Mandatory requirements not met" in out


def test_audit_speaks_indonesian_unless_asked(capsys):
    assert "Perkiraan kesiapan" in run(capsys, "audit", sample_sites()).out


def test_audit_writes_the_five_files_and_the_tables_have_their_columns(capsys, tmp_path):
    out = run(capsys, "audit", sample_sites(), "--out", tmp_path, "--format", "json").out
    summary = json.loads(out)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audited.geojson",
        "findings.csv",
        "map.html",
        "non_standard.csv",
        "non_standard.xlsx",
    ]
    with (tmp_path / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "site_id",
        "requirement",
        "outcome",
        "mark",
        "observed",
        "expected",
        "reason",
        "evidence_source",
        "edition",
    ]
    assert len(rows) == summary["sites"] * len(load_published(default_edition()).requirements)
    assert {row["outcome"] for row in rows} == set(OUTCOMES)
    assert {row["mark"] for row in rows} == {"", "0", "3", "5"}
    assert {row["evidence_source"] for row in rows} == {"", "surveyor"}
    features = json.loads((tmp_path / "audited.geojson").read_text(encoding="utf-8"))["features"]
    wanted = {
        "status",
        "rank_low",
        "rank_high",
        "score_low",
        "score_high",
        "score_max",
        "answered_pct",
        "red",
        "fails",
        "undetermined_count",
        "edition",
    }
    assert all(wanted <= set(feature["properties"]) for feature in features)
    assert {feature["properties"]["status"] for feature in features} == set(summary["counts"])


def test_unknown_properties_and_the_document_survive_untouched(capsys, tmp_path):
    sites = tmp_path / "sites.geojson"
    feature = {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "Point", "coordinates": [106.150000000001, -6.1, 12.5]},
        "properties": {"name": "Taman", "x-y": [1, {"z": None}], "ünï": "ö"},
        "extra": {"kept": True},
    }
    sites.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")

    run(capsys, "audit", sites, "--out", tmp_path / "out")

    audited = json.loads((tmp_path / "out" / "audited.geojson").read_text(encoding="utf-8"))["features"][0]
    assert audited["geometry"] == feature["geometry"]
    assert audited["extra"] == {"kept": True}
    assert audited["id"] == "7"
    assert {key: audited["properties"][key] for key in feature["properties"]} == feature["properties"]


def test_explain_tells_what_was_wanted_found_and_why(capsys):
    requirement = load_published(default_edition()).requirements[2]
    out = run(capsys, "explain", sample_sites(), "alun-alun-barat", requirement.id, "--lang", "en").out

    for word in (requirement.id, requirement.title.en, "Wanted: ", "Found: ", "Why: ", "Source: ", "Remedy: "):
        assert word in out


def test_explain_a_site_that_is_not_there_says_which_are_close(capsys):
    said = run(capsys, "explain", sample_sites(), "alun-alun-bart", "--lang", "en", code=1)

    assert said.out == ""
    assert "alun-alun-barat" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["audit", "no-such-file.geojson"],
        ["audit", "{sample}", "--standard", "no-such-edition"],
        ["audit", "{sample}", "--context", "{empty}"],
        ["audit", "{empty}"],
        ["audit", "{folder}"],
        ["audit", "{sample}", "--out", "{empty}"],
        ["explain", "{sample}", "taman-sari", "no-such-requirement"],
        ["standard", "show", "no-such-edition"],
        ["standard", "check", "no-such-folder"],
        ["serve", "--host", "0.0.0.0"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_ends_with_code_1_and_a_sentence_and_no_traceback(capsys, tmp_path, words):
    empty = tmp_path / "empty.geojson"
    empty.write_text("")

    said = run(capsys, *(word.format(sample=sample_sites(), empty=empty, folder=tmp_path) for word in words), code=1)

    assert said.err.strip()
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [[], ["audit"], ["nonsense"], ["audit", "x", "--format", "xml"], ["standard"]])
def test_what_is_not_understood_ends_with_code_2(words):
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2


def test_strict_refuses_what_is_otherwise_left_out(capsys, tmp_path):
    sites = tmp_path / "sites.geojson"
    bad = '{"type":"Feature","id":"b","properties":{},"geometry":{"type":"Point","coordinates":["106","-6"]}}'
    good = '{"type":"Feature","id":"a","properties":{},"geometry":{"type":"Point","coordinates":[106,-6]}}'
    sites.write_text(f'{{"type":"FeatureCollection","features":[{bad},\n{good}]}}')

    lenient = run(capsys, "audit", sites, "--format", "json")
    run(capsys, "audit", sites, "--strict", code=1)

    assert json.loads(lenient.out)["sites"] == 1
    assert len(json.loads(lenient.out)["refused"]) == 1


@pytest.mark.slow
def test_every_edition_is_listed_shown_checked_and_compared(capsys):
    listed = run(capsys, "standard", "list").out
    for name in edition_names():
        assert name in listed
        assert load_published(name).requirements[0].id in run(capsys, "standard", "show", name).out
        assert (
            str(len(load_published(name).requirements)) in run(capsys, "standard", "check", standards_dir() / name).out
        )
    first, *_, last = edition_names()
    added = {each.id for each in load_published(last).requirements} - {
        each.id for each in load_published(first).requirements
    }
    assert all(name in run(capsys, "standard", "diff", first, last).out for name in added)


def test_reaudit_shows_who_flips_and_what_is_new(capsys):
    first, *_, last = edition_names()
    out = run(capsys, "reaudit", "--from", first, "--to", last, sample_sites(), "--lang", "en").out

    assert "alun-alun-barat: Not known yet → Nearly standard" in out
    assert "new and not answered everywhere" in out


@pytest.mark.public_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "count"),
    [
        (KARLSRUHE / "playgrounds.geojson", 385),
        (VIENNA / "SPIELPLATZPUNKTOGD.json", 757),
        (VIENNA / "PARKINFOOGD.json", 1029),
    ],
)
def test_public_inventories_audit_without_error_and_nothing_is_invented(capsys, tmp_path, path, count):
    summary = json.loads(run(capsys, "audit", path, "--out", tmp_path, "--format", "json").out)

    assert summary["sites"] == count
    assert summary["counts"]["not_audited"] == count
    assert summary["refused"] == []
    features = json.loads((tmp_path / "audited.geojson").read_text(encoding="utf-8"))["features"]
    maximum = load_published(default_edition()).ladder.maximum
    assert {(each["properties"]["score_low"], each["properties"]["score_high"]) for each in features} == {(0, maximum)}
    unmeasured = [each for each in features if each["properties"]["area_m2"] is None]
    assert {each["properties"]["answered_pct"] for each in unmeasured} <= {0.0}
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig") as file:
        sources = {row["evidence_source"] for row in csv.DictReader(file)}
    assert sources <= {"", "measured:outline@undated"}
    assert all(
        (each["properties"]["area_m2"] is None)
        == (each["geometry"]["type"] in ("Point", "LineString") or not each["properties"]["area_m2"])
        for each in features
    )


def test_sites_go_into_the_register_and_come_out_as_they_were(capsys, tmp_path):
    register = f"sqlite:///{tmp_path / 'register.db'}"
    first = run(capsys, "register", "import", sample_sites(), "--register", register, "--lang", "en").out
    again = run(capsys, "register", "import", sample_sites(), "--register", register, "--lang", "en").out
    run(capsys, "register", "export", tmp_path / "out.geojson", "--register", register)

    assert "65 new" in first
    assert "0 new, 0 changed, 65 as they were" in again
    given, taken = (
        json.loads(path.read_text(encoding="utf-8"))["features"] for path in (sample_sites(), tmp_path / "out.geojson")
    )
    assert {feature["id"]: feature for feature in given} == {feature["id"]: feature for feature in taken}


def test_a_file_does_not_bring_back_what_the_office_retired_and_both_commands_say_so(capsys, tmp_path):
    register = f"sqlite:///{tmp_path / 'register.db'}"
    run(capsys, "register", "import", sample_sites(), "--register", register)
    with closing(open_register(register)) as opened:
        opened.site_events.record([SiteChange("taman-sari", "retired")], "tono", "Jadi gedung.", {})

    again = run(capsys, "register", "import", sample_sites(), "--register", register, "--replace", "--lang", "en")
    out = run(capsys, "register", "export", tmp_path / "out.geojson", "--register", register, "--lang", "en")

    assert "“taman-sari” is not taken: in the office it is “retired”" in again.err
    assert "15 sites in the register" in again.out
    assert "Left out, because they do not count (proposed, declined, merged, retired): 1" in out.err
    assert '"id": "taman-sari"' not in (tmp_path / "out.geojson").read_text(encoding="utf-8")
