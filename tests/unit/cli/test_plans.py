"""The command that plans: for one site and for a city, in words, as JSON and as files."""

import csv
import json

import openpyxl
import pytest

from helpers.pass_fail import pass_fail_edition
from rba_audit.cli import main
from rba_audit.resources import sample_areas, sample_sites


def run(capsys, *words, code=0):
    assert main(["plan", *map(str, words)]) == code
    return capsys.readouterr()


def test_a_plan_for_a_site_says_what_it_costs_where_each_step_leads_and_what_a_refusal_changes(capsys):
    out = run(capsys, sample_sites(), "alun-alun-barat", "--to", "top", "--lang", "en").out

    for words in (
        "7 remedies, Rp5,000,000–70,000,000",
        "Readiness estimate, not an official score",
        "→ 536, RBRA",
        "By agency:",
        "it cannot be reached",
        "it costs Rp5,000,000 more",
        "orders of magnitude (inferred)",
    ):
        assert words in out


def test_a_plan_is_in_the_money_of_its_edition(capsys, tmp_path):
    edition = pass_fail_edition(tmp_path).edition
    fails = {"SUR-01": 4, "SUR-02": 12.5, "EQP-01": "no", "has_swing": "yes"}
    park = {"type": "Feature", "id": "p", "properties": {"name": "Park", **fails}, "geometry": None}
    file = tmp_path / "parks.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [park]}), encoding="utf-8")
    words = (file, "p", "--to", "top", "--standard", tmp_path / edition, "--lang", "en", "--budget", "$30,000")
    out = run(capsys, *words, "--out", tmp_path / "plan").out
    book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")

    assert "Park to Lulus: 3 remedies, $500–21,000" in out
    assert "$30,000 is enough for it" in out
    assert "Rp" not in out
    assert [cell.value for cell in book["By agency"][1]][2:4] == ["Cost from ($)", "Cost to ($)"]


def test_as_json_every_step_has_its_gain_and_the_last_one_is_where_the_plan_ends(capsys):
    plan = json.loads(run(capsys, sample_sites(), "alun-alun-timur", "--to", "top", "--format", "json").out)

    assert plan["possible"]
    assert plan["after"] == {key: plan["steps"][-1][f"{key}_after"] for key in ("score", "rank", "status")}
    assert (plan["after"]["status"], plan["must_fix_left"]) == ("standard", [])
    assert plan["before"]["score"] + sum(step["score_gain"] for step in plan["steps"]) == plan["after"]["score"]
    assert [each["requirement"] for each in plan["if_refused"]] == [step["requirement"] for step in plan["steps"]]
    assert min(each["extra"] for each in plan["if_refused"]) >= 0


def test_a_named_rank_and_the_price_compared_are_taken_from_the_command(capsys):
    words = (sample_sites(), "alun-alun-timur", "--to", "madya", "--format", "json", "--price")
    low, high = (json.loads(run(capsys, *words, price).out) for price in ("low", "high"))

    assert (low["target"], high["target"]) == ("Madya", "Madya")
    assert low["figure"] == low["cost"][0] <= high["cost"][0]
    assert high["figure"] == high["cost"][1] <= low["cost"][1]


def test_a_plan_for_a_city_adds_up_says_how_sure_it_is_and_lists_what_has_no_price(capsys):
    words = (sample_sites(), "--context", sample_areas(), "--budget", "1.000.000.000", "--format", "json")
    plan = json.loads(run(capsys, *words).out)

    assert plan["budget"] == 1_000_000_000
    assert plan["cost"] == sum(each["cost"] for each in plan["sites"]) <= plan["budget"]
    assert plan["gap"] == 0
    assert plan["gained"] == pytest.approx(plan["sites"][-1]["gained_so_far"])
    assert set(plan["not_priced"]) == {
        "taman-sepur",
        "taman-cecantelan",
        "benteng-speelwijk",
        "hutan-kota-serang",
        "alun-alun-walantaka",
    }
    gains = [each["gained"] for each in plan["budgets"]]
    assert gains == sorted(gains)


def test_a_city_without_its_best_site_covers_less(capsys):
    words = (sample_sites(), "--budget", "1000000000", "--format", "json")
    plan = json.loads(run(capsys, *words).out)
    best = plan["sites"][0]["site_id"]
    without = json.loads(run(capsys, *words, "--refuse", best).out)

    assert without["refused"] == [best]
    assert best not in {each["site_id"] for each in without["sites"]}
    assert without["gained"] < plan["gained"]


def test_a_city_in_words_names_its_sites_and_what_other_budgets_bring(capsys):
    out = run(capsys, sample_sites(), "--budget", "1000000000", "--lang", "en").out

    for words in ("(taman-bermain-kp3b)", "What other budgets bring", "gap 0 %", "Nobody has audited it yet", "km²"):
        assert words in out


def test_both_files_are_written_and_no_cell_is_a_formula(capsys, tmp_path):
    document = json.loads(sample_sites().read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"]["name"] = "=1+1"
    sites = tmp_path / "sites.geojson"
    sites.write_text(json.dumps(document), encoding="utf-8")

    run(capsys, sites, "--budget", "1000000000", "--out", tmp_path / "city")
    run(capsys, sites, "alun-alun-barat", "--out", tmp_path / "site")

    for folder, count in (("city", 4), ("site", 7)):
        with (tmp_path / folder / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) == count + 1
        assert not [cell for row in rows for cell in row if cell.startswith("=")]
        book = openpyxl.load_workbook(tmp_path / folder / "plan.xlsx")
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
    assert rows[1][1] == "MAN-08"


@pytest.mark.parametrize(
    "words",
    [
        ["{sample}"],
        ["{sample}", "--budget", "500 juta"],
        ["{sample}", "--budget", "5", "--refuse", "NO-01"],
        ["{sample}", "no-such-site"],
        ["{sample}", "taman-sari", "--to", "no-such-rank"],
        ["{sample}", "taman-sari", "--out", "{sample}"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_planned_ends_with_code_1_and_one_sentence(capsys, words):
    said = run(capsys, *(word.format(sample=sample_sites()) for word in words), "--lang", "en", code=1)

    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("rba-audit: ")
    assert "Traceback" not in said.err
