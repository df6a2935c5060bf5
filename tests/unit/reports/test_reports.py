"""Lists and files that leave the house."""

import csv
import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from rba_audit.auditing import audit
from rba_audit.messages import using_language
from rba_audit.reports import (
    LISTED,
    Provenance,
    escape_formula,
    features_of,
    geojson_chunks,
    kml,
    list_csv,
    list_rows,
    repairs,
    site_rows,
    workbook,
)
from rba_audit.sites import sites_from_features

ABOUT = Provenance(date(2026, 11, 30), "rbra-2024", "An edition")
KML = "{http://www.opengis.net/kml/2.2}"
HOSTILE = ["=1+1", "+62 811", "-5", "@SUM(A1)", "\tlater", "\rlater"]


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def named(*names):
    """Return sites with these names that fail one requirement each."""
    return sites_from_features(
        [
            {
                "type": "Feature",
                "id": f"site-{number}",
                "properties": {"name": name, "LOK-03": 1, "keep": {"deep": [1, None]}},
                "geometry": None,
            }
            for number, name in enumerate(names)
        ],
        "here",
    )


def opened(findings):
    return openpyxl.load_workbook(io.BytesIO(workbook(findings, ABOUT)))


def test_the_two_lists_share_no_site_and_leave_out_only_standard_ones(findings):
    first, second = ({row.id for row in list_rows(findings, name)} for name in ("non_standard", "not_known"))

    assert not first & second
    assert first | second == {row.id for row in site_rows(findings) if row.status != "standard"}
    assert {row.status for row in list_rows(findings, "non_standard")} <= set(LISTED["non_standard"])


def test_csv_begins_with_a_mark_that_makes_excel_read_utf8(findings):
    text = list_csv(list_rows(findings, "non_standard"))

    assert text.startswith("\ufeffId,Name,")
    assert len(list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))) == len(
        list_rows(findings, "non_standard")
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_begins_like_a_formula_is_made_plain(name):
    assert escape_formula(name) == f"'{name}"


@pytest.mark.parametrize("value", ["Taman Sari", "3–5", "", "1 = 1", 7, -7, 0.5, None])
def test_other_cells_stay_as_they_are(value):
    assert escape_formula(value) == value


def test_hostile_names_reach_no_csv_as_a_formula(standard):
    found = site_rows(audit(named("=1+1", "@SUM(A1)", "+62", "-5"), standard))

    table = list(csv.reader(io.StringIO(list_csv(found).removeprefix("\ufeff"))))

    assert {line[1] for line in table[1:]} == {"'=1+1", "'@SUM(A1)", "'+62", "'-5"}


def test_every_sheet_has_a_frozen_heading_and_the_lists_have_filters(findings):
    book = opened(findings)
    lists = [book[name] for name in ("Not standard", "Not known yet", "Repairs", "All sites")]

    assert [sheet.freeze_panes for sheet in lists] == ["C2"] * 4
    assert all(sheet.auto_filter.ref and sheet.auto_filter.ref.startswith("A1:") for sheet in lists)


def test_no_cell_of_the_workbook_is_a_formula(standard):
    book = opened(audit(named("=1+1", "+62", '=HYPERLINK("http://x")'), standard))

    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]

    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert not [cell.coordinate for cell in cells if cell.hyperlink]
    assert "'=1+1" in [cell.value for cell in cells]


def test_the_workbook_has_one_row_for_each_requirement_to_repair(findings):
    sheet = opened(findings)["Repairs"]
    heading, *lines = sheet.iter_rows(values_only=True)
    expected = {
        (row.id, requirement.id) for row in list_rows(findings, "non_standard") for requirement in row.fails
    } | {(row.id, requirement.id) for row in list_rows(findings, "non_standard") for requirement in row.red}
    found = [dict(zip(heading, line, strict=True)) for line in lines]

    keys = [(line["Id"], line["Requirement"]) for line in found]
    assert len(keys) == len(set(keys))
    assert expected <= set(keys)
    assert all(line["Remedy"] and line["Lead agency"] and line["Cost band"] for line in found)


def test_the_sheets_hold_each_list_whole(findings):
    book = opened(findings)

    for name, count in (
        ("Not standard", len(list_rows(findings, "non_standard"))),
        ("Not known yet", len(list_rows(findings, "not_known"))),
        ("All sites", len(findings)),
    ):
        assert book[name].max_row == count + 1


def test_repairs_name_mandatory_requirements_before_others(findings):
    for row in list_rows(findings, "non_standard"):
        red = [repair.requirement in row.red for repair in repairs(findings, [row])]
        assert red == sorted(red, reverse=True)


def test_kml_is_well_formed_and_places_only_what_is_located(findings):
    found = site_rows(findings)
    tree = ET.fromstring(kml(findings, found, ABOUT))
    marks = tree.findall(f".//{KML}Placemark")

    assert [mark.findtext(f"{KML}name") for mark in marks] == [row.name for row in found]
    located = [row for row in found if findings.source.shapes[row.position] is not None]
    assert len(tree.findall(f".//{KML}coordinates")) == len(located)
    assert {mark.findtext(f"{KML}styleUrl") for mark in marks} <= {
        f"#{style.get('id')}" for style in tree.iter(f"{KML}Style")
    }


def test_kml_takes_names_that_xml_cannot_hold(standard):
    judged = audit(named("a\x01b <&> \uffffc"), standard)

    tree = ET.fromstring(kml(judged, site_rows(judged), ABOUT))

    assert tree.findtext(f".//{KML}Placemark/{KML}name") == "a b <&>  c"


def test_geojson_keeps_what_it_does_not_know_and_adds_the_verdict(findings, sample_sites):
    found = list_rows(findings, "non_standard")
    collection = json.loads("".join(geojson_chunks(features_of(findings, found))))
    kept = {feature["id"]: feature for feature in collection["features"]}

    assert set(kept) == {row.id for row in found}
    for row in found:
        original = sample_sites.features[row.position]
        assert kept[row.id]["geometry"] == original["geometry"]
        assert kept[row.id]["properties"].items() >= original["properties"].items()
        assert kept[row.id]["properties"]["status"] == row.status


def test_geojson_goes_out_and_in_again_unchanged(standard):
    judged = audit(named("Taman"), standard)
    out = json.loads("".join(geojson_chunks(features_of(judged, site_rows(judged)))))

    again = sites_from_features(out["features"], "again")

    assert again.properties(0)["keep"] == {"deep": [1, None]}
    assert audit(again, standard).counts() == judged.counts()


def test_an_empty_list_is_a_collection_of_nothing():
    assert json.loads("".join(geojson_chunks([]))) == {"type": "FeatureCollection", "features": []}
