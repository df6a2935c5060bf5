"""What must be fixed first and what auditors ask for, on every list, file, map and line of the terminal."""

import json
from datetime import date

import pytest

from helpers.gate_sites import spoilt
from rba_audit.auditing import audit
from rba_audit.cli import main
from rba_audit.findings.status_changes import changes_by_must_fix
from rba_audit.maps import compliance_map
from rba_audit.messages import using_language
from rba_audit.reports import Provenance, kml, list_csv, list_rows, repairs, site_rows
from rba_audit.sites import sites_from_features
from rba_audit.standard import edition_names, load_published

STANDARD = load_published(edition_names()[-1])


@pytest.fixture(scope="module")
def case():
    """The findings of a place that is at the top by score with one must-fix item and one that auditors ask for."""
    feature, ids = spoilt(STANDARD, *STANDARD.must_fix, *STANDARD.before_audit)
    return audit(sites_from_features([feature], "a test"), STANDARD), ids


def test_a_place_at_the_top_by_score_with_a_must_fix_item_is_on_the_list_with_its_items(case):
    findings, (first, asked) = case
    (row,) = list_rows(findings, "non_standard")

    assert (row.status, row.rank_low, row.red) == ("nearly_standard", STANDARD.ladder.rungs[-1].name, ())
    assert ([each.id for each in row.must_fix], [each.id for each in row.before_audit]) == ([first], [asked])


def test_the_lists_name_them_and_repairs_begin_with_them(case):
    findings, (first, asked) = case
    with using_language("en"):
        heading, line, *_ = list_csv(site_rows(findings)).splitlines()
        assert '"Mandatory, not met",Must be fixed first,Asked by auditors' in heading
        assert f"{first} {STANDARD.requirement(first).title.en}" in line
    found = list(repairs(findings, site_rows(findings)))
    assert [each.requirement.id for each in found[:2]] == [first, asked]
    text = kml(findings, site_rows(findings), Provenance.of(STANDARD, date(2026, 11, 30))).decode()
    assert f'name="must_fix"><value>{first}<' in text.replace("ns0:", "")


def test_the_audited_site_and_the_map_carry_them(case):
    findings, (first, asked) = case
    properties = next(iter(findings.features()))["properties"]
    assert (properties["must_fix"], properties["before_audit"]) == ([first], [asked])
    with using_language("en"):
        script = compliance_map(findings).script
        assert f'"must_fix": ["{STANDARD.requirement(first).title.en}"]' in script
        assert '"must_fix": "Must be fixed first"' in script


def test_what_moved_by_the_rule_is_told_with_the_items(case):
    findings, (first, _) = case
    (change,) = changes_by_must_fix(findings)
    assert (change.before, change.after, change.cause.rule) == ("standard", "nearly_standard", "must_fix")
    assert [each.id for each in change.cause.requirements] == [first]


def test_what_is_not_known_moved_too_and_says_so():
    feature, _ = spoilt(STANDARD, *STANDARD.must_fix)
    first = next(each for each in STANDARD.requirements if each.mandatory in STANDARD.must_fix and each.tier == "core")
    for question in first.questions:
        feature["properties"].pop(question.id, None)
    findings = audit(sites_from_features([feature], "a test"), STANDARD)
    open_ones = [change.cause for change in changes_by_must_fix(findings)]
    assert {cause.rule for cause in open_ones} <= {"must_fix", "must_fix_unknown"}
    assert open_ones


def test_the_terminal_says_must_fix_items_after_the_red_ones(case, tmp_path, capsys):
    _, (first, asked) = case
    path = tmp_path / "sites.geojson"
    feature, _ = spoilt(STANDARD, *STANDARD.must_fix, *STANDARD.before_audit)
    worse, (red,) = spoilt(STANDARD, STANDARD.gate)
    worse["id"] = "worse"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, worse]}), encoding="utf-8")

    assert main(["audit", str(path), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    headings = [
        out.index(words) for words in ("Mandatory requirements not met:", "Must be fixed first:", "Asked by auditors:")
    ]
    assert headings == sorted(headings)
    assert f"{first} {STANDARD.requirement(first).title.en}" in out

    assert main(["audit", str(path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["red"]["worse"], told["must_fix"], told["before_audit"]) == (
        [red],
        {feature["id"]: [first]},
        {feature["id"]: [asked]},
    )

    assert main(["explain", str(path), feature["id"], "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert f"Must be fixed first: {first}" in out
    assert "Weight: must be fixed first" in out
