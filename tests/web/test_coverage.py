"""The page of who has a place within reach, and its files, asked for by a reader of English."""

import csv
import io
import json
import re
import threading
from html import unescape

import openpyxl
import pytest

from helpers.documents import seen
from helpers.public_data import KOTA_SERANG
from helpers.registers import filled_register, shared_client, signed_in_client
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.resources import sample_areas, sample_sites
from rba_audit.web import create_app
from rba_audit.web.http.memo import Memo
from rba_audit.web.pages.coverage.query import coverage_of_query, read_coverage_query

XHTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = '<img src=x onerror="ran=1">{{7*7}}'
KELURAHAN = KOTA_SERANG / "kota_serang_kelurahan.geojson"
SOMEWHERE = [106.1637, -6.1094]


def areas_in(answer):
    """Return the names of the areas in the table, in order."""
    table = answer.get_data(as_text=True).partition("reach-table")[2].partition("</table>")[0]
    return [unescape(name) for name in re.findall(r'<th scope="row">([^<]*)<', table)]


def features_file(folder, name, *features, **members):
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": list(features)}), encoding="utf-8")
    return path


def feature(kind, coordinates, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def boundaries(folder):
    """Return a file of the sample's areas without its people."""
    document = json.loads(sample_areas().read_text(encoding="utf-8"))
    return features_file(
        folder, "areas.geojson", *(each for each in document["features"] if each["properties"]["layer"] == "boundary")
    )


@pytest.fixture
def open_client(tmp_path, standard):
    """Return a maker of clients: a planner of a register with the sample or other features, in some context."""
    registers = []

    def make(*paths, features=None):
        register = filled_register(tmp_path, features, people=True)
        registers.append(register)
        return signed_in_client(create_app(register, standard, read_context(paths)), "planner")

    yield make
    for register in registers:
        register.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    """A planner of the sample who changes nothing."""
    with shared_client(
        tmp_path_factory.mktemp("coverage"), standard, "planner", read_context([sample_areas()])
    ) as client:
        yield client


def test_the_headline_says_what_is_counted_and_that_straight_lines_are_the_most_there_can_be(client):
    text = seen(client.get("/coverage"))

    assert re.search(
        r"[\d,]+ of 768,377 people \([\d.]+–[\d.]+ %\) have a standard place within reach, in a straight line", text
    )
    assert "Straight lines, so this is an upper bound." in text
    assert "All people are counted, not only children." in text


def test_a_number_for_the_whole_city_is_not_shown_as_known_by_area(client):
    text = seen(client.get("/coverage"))

    assert "These numbers are known only for a larger area" in text
    assert "768,377 people are stated only for areas larger than these and are spread evenly" in text


def test_numbers_by_area_need_no_such_caution(open_client, tmp_path):
    square = [[[106.1, -6.2], [106.2, -6.2], [106.2, -6.1], [106.1, -6.1], [106.1, -6.2]]]
    areas = [
        feature("Polygon", square, layer=layer, name="A", code="36.73.01.1001", population=900)
        for layer in ("boundary", "population")
    ]
    text = seen(open_client(features_file(tmp_path, "b.geojson", *areas)).get("/coverage"))

    assert "of 900 people" in text
    assert "larger" not in text


def test_without_people_the_ground_counts(open_client, tmp_path):
    text = seen(open_client(boundaries(tmp_path)).get("/coverage"))

    assert re.search(
        r"[\d.]+ of 265\.40 km² \([\d.]+–[\d.]+ %\) have a standard place within reach, in a straight line", text
    )
    assert "Ground is counted, not children." in text
    assert "The worst-served 10 % of the ground have together 0 % of all access" in text
    assert re.search(r"On average there are [\d.]+ m² of places that count for each hectare of ground\.", text)


def test_the_worst_served_areas_stand_first(client):
    found = areas_in(client.get("/coverage"))

    assert sorted(found) == ["Cipocok Jaya", "Curug", "Kasemen", "Serang", "Taktakan", "Walantaka"]
    assert found[-1] == "Serang"


def test_what_counts_can_be_chosen(client):
    strict, generous = (seen(client.get(f"/coverage?count={count}")) for count in ("standard", "any"))

    assert "have a standard place within reach" in strict
    assert "have any place within reach" in generous
    assert "0 perhaps, not known yet" in generous


def test_how_far_a_place_reaches_can_be_chosen(client):
    page = client.get("/coverage?rule=400m")

    assert re.search(r'<option value="400m" selected>', page.get_data(as_text=True))
    assert "400 m for all (SDG 11.7.1):" in seen(page)


def test_an_address_that_asks_for_nothing_known_shows_what_is_usual(client):
    usual, odd = (
        seen(client.get(address)) for address in ("/coverage", "/coverage?rule=x&count=y&level=z&show=w&all=v")
    )

    assert odd == usual


def test_without_boundaries_one_area_counts_and_the_page_says_so(open_client):
    page = open_client().get("/coverage")

    assert "No boundaries are given" in seen(page)
    assert "--context" not in seen(page)  # nobody can follow that in a browser
    assert areas_in(page) == []


def test_where_there_is_nowhere_to_look_the_page_says_what_to_give(open_client):
    client = open_client(features=[{"type": "Feature", "id": "a", "properties": {"name": "A"}, "geometry": None}])
    page = client.get("/coverage")

    assert page.status_code == 200
    assert "There is nowhere to look yet" in seen(page)
    assert client.get("/coverage.js").status_code == 404


def test_an_empty_register_covers_nobody(open_client):
    text = seen(open_client(sample_areas(), features=[]).get("/coverage"))

    assert "0 of 768,377 people (0 %) have a standard place within reach" in text


def test_where_nothing_is_standard_yet_nobody_is_covered_and_any_place_is_told_beside(open_client):
    site = {**feature("Point", SOMEWHERE, name="A", scale="rw"), "id": "a"}
    text = seen(open_client(sample_areas(), features=[site]).get("/coverage"))

    assert "0 of 768,377 people (0–" in text
    assert "No place that counts is known to reach anybody." in text
    assert re.search(
        r"If every play space counted, whatever its status: [\d,]+ of 768,377 people \([\d.]+ %\) have any place", text
    )


def test_children_count_where_they_are_known(open_client, tmp_path, findings):
    sure = findings.source.shapes[findings.status.tolist().index("standard")].centroid
    children = [feature("Point", at, children=50) for at in ([sure.x, sure.y], [106.19, -6.05])]
    client = open_client(sample_areas(), features_file(tmp_path, "c.geojson", *children, date="2025-06-30"))
    text = seen(client.get("/coverage"))

    assert "50 of 100 children (50 %) have a standard place within reach" in text
    assert "30 Jun 2025" in text
    assert "Ground is counted" not in text


def test_streets_take_the_place_of_straight_lines(open_client, tmp_path):
    street = feature("LineString", [[106.1, -6.12], [106.2, -6.12]], highway="residential")
    text = seen(open_client(sample_areas(), features_file(tmp_path, "s.geojson", street)).get("/coverage"))

    assert "within reach, along streets" in text
    assert "upper bound" not in text


@pytest.mark.public_data
def test_kelurahan_can_be_switched_to_kecamatan_with_the_names_that_sites_give_them(open_client):
    client = open_client(KELURAHAN)
    fine, coarse, all_fine = (client.get(f"/coverage{query}") for query in ("", "?level=kecamatan", "?all=1"))

    assert len(areas_in(fine)) == 20
    assert "Show all 67" in seen(fine)
    assert len(areas_in(all_fine)) == 67
    assert {"Serang", "Kasemen", "Curug"} <= set(areas_in(coarse))
    assert len(areas_in(coarse)) == 6


def test_the_page_says_which_places_are_not_located_and_what_was_not_given(client):
    text = seen(client.get("/coverage"))

    assert "3 places are not located and reach nobody" in text
    assert "Streets and ways to walk along nothing" in text


def test_equity_is_told_in_sentences(client):
    text = seen(client.get("/coverage"))

    assert "Gini index of access: 0.99" in text
    assert "The worst-served 10 % of people have together 0 % of all access" in text
    assert re.search(r"On average there are [\d.]+ m² of places that count for each\.", text)


def test_the_csv_file_holds_what_the_table_shows(client):
    answer = client.get("/coverage.csv?count=any")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))

    assert {row["Which places count"] for row in rows} == {"any"}
    assert [row["Level"] for row in rows] == ["kecamatan"] * 6 + ["everything"]
    assert re.search(r"filename=coverage-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"])


@pytest.mark.public_data
def test_the_geojson_file_holds_the_areas_of_one_level(open_client):
    found = open_client(KELURAHAN).get("/coverage.geojson?level=kecamatan").get_json(force=True)

    assert [each["properties"]["level"] for each in found["features"]] == ["kecamatan"] * 6


@pytest.mark.public_data
def test_the_workbook_has_a_sheet_for_each_level_and_one_about_it(open_client):
    answer = open_client(KELURAHAN).get("/coverage.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))

    assert book.sheetnames == ["Kelurahan-desa", "Kecamatan", "All areas", "About"]
    assert book["Kelurahan-desa"].max_row == 68
    assert "Kasemen" in [row[1].value for row in book["Kecamatan"].iter_rows()]


def test_names_of_areas_stay_text(open_client, tmp_path):
    square = [[[106.1, -6.2], [106.2, -6.2], [106.2, -6.1], [106.1, -6.1], [106.1, -6.2]]]
    area = feature("Polygon", square, layer="boundary", name=HOSTILE, code="36.73.01.1001")
    client = open_client(features_file(tmp_path, "b.geojson", area))

    for address in ("/coverage", "/coverage.js"):
        assert "<img" not in client.get(address).get_data(as_text=True)


def test_the_script_is_sent_once(client):
    first = client.get("/coverage.js?count=any")

    assert client.get("/coverage.js?count=any", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/coverage.js", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_page_loads_nothing_inline(client):
    page = client.get("/coverage").get_data(as_text=True)

    assert "<style" not in page
    assert not re.search(r'\sstyle="|\son\w+="|<script>', page)


@pytest.mark.parametrize("address", ["/", "/map"])
def test_the_overview_and_the_map_lead_here(client, address):
    assert re.search(r'<main.*href="/coverage(#on-the-map)?"', client.get(address).get_data(as_text=True), re.DOTALL)


def test_coverage_is_worked_out_once_for_each_choice_until_the_register_changes(open_client):
    app = open_client(sample_areas()).application

    def asked(query):
        with app.test_request_context("/coverage"), using_language("en"):
            return coverage_of_query(read_coverage_query(query))[1]

    first, again, other = asked({}), asked({}), asked({"count": "any"})
    app.extensions["judged"].register.import_features([{**feature("Point", SOMEWHERE, name="New"), "id": "new"}])

    assert first is again
    assert first is not other
    assert asked({}) is not first


def test_an_answer_is_made_once_for_all_who_ask_for_it_at_the_same_time():
    kept, source, made = Memo(4), object(), []
    together = threading.Barrier(4)

    def ask():
        together.wait()
        kept.get("a", source, lambda: made.append(1) or "answer")

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()

    assert made == [1]


def test_who_asks_for_something_else_does_not_wait():
    kept, source = Memo(4), object()
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert go_on.wait(10)
        return "slow"

    asking = threading.Thread(target=lambda: kept.get("slow", source, slow))
    asking.start()
    assert begun.wait(10)
    quick = kept.get("quick", source, lambda: "quick")
    go_on.set()
    asking.join()

    assert quick == "quick"


def test_only_the_newest_answers_are_kept():
    kept, source, made = Memo(1), object(), []

    for key in ("a", "b", "a"):
        kept.get(key, source, lambda key=key: made.append(key))

    assert made == ["a", "b", "a"]


@pytest.mark.parametrize("far", [(0, 0), (180, -6), (106, 90), (20, 50)])
@pytest.mark.parametrize("page", ["/coverage", "/plan?budget=1000000000", "/map", "/"])
def test_a_far_site_takes_no_page_down_and_is_named(open_client, page, far):
    features = json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
    lost = {**feature("Point", far, name="Taman Jauh"), "id": "taman-jauh"}
    answer = open_client(features=[*features, lost]).get(page)

    assert answer.status_code == 200
    if page.startswith(("/coverage", "/plan")):
        assert "taman-jauh" in answer.get_data(as_text=True)
        assert "50 km" in answer.get_data(as_text=True)
