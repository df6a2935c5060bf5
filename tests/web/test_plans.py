"""The pages of plans, for a city and for a site, and their files, asked for by a reader of English."""

import csv
import io
import json
import re

import html5lib
import openpyxl
import pytest

from helpers.documents import seen
from helpers.registers import filled_register, shared_client, signed_in_client
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.resources import sample_areas, sample_sites
from rba_audit.web import create_app
from rba_audit.web.pages.plans.city_query import CityPlanQuery, city_plan_view

XHTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = '<img src=x onerror="ran=1">{{7*7}}'


def main_of(answer):
    return html5lib.parse(answer.get_data(as_text=True)).find(f".//{XHTML}main")


def table_of(answer, name):
    """Return the ids of the places that a table of the city's page links to, in order."""
    html = answer.get_data(as_text=True).partition(name)[2].partition("</table>")[0]
    return re.findall(r'<a href="/sites/([^"#]+)">', html)


def links_of(answer):
    return [each.get("href") for each in main_of(answer).iter(f"{XHTML}a")]


def typed(answer, name):
    return next(each.get("value") for each in main_of(answer).iter(f"{XHTML}input") if each.get("name") == name)


def ticked(answer):
    boxes = [each for each in main_of(answer).iter(f"{XHTML}input") if each.get("type") == "checkbox"]
    return [each.get("value") for each in boxes if "checked" in each.attrib]


def chosen(answer, name):
    select = next(each for each in main_of(answer).iter(f"{XHTML}select") if each.get("name") == name)
    return [each.text for each in select if "selected" in each.attrib]


@pytest.fixture
def open_client(tmp_path, standard):
    """Return a maker of clients: a planner, or another, of a register with the sample or other features."""
    registers = []

    def make(features=None, role="planner", context=None):
        register = filled_register(tmp_path, features, people=True)
        registers.append(register)
        return signed_in_client(
            create_app(register, standard, read_context([sample_areas()] if context is None else context)), role
        )

    yield make
    for register in registers:
        register.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    """A planner of the sample who changes nothing."""
    with shared_client(tmp_path_factory.mktemp("plans"), standard, "planner", read_context([sample_areas()])) as client:
        yield client


def test_a_reader_who_asks_for_nothing_gets_a_plan_for_about_a_quarter_of_what_all_would_cost(client):
    page = client.get("/plan")

    assert typed(page, "budget") == "2,000,000,000"
    assert "about a quarter of what all priced places would cost" in seen(page)
    assert len(table_of(page, "plan-table")) == 5


def test_the_city_page_says_what_the_money_brings_and_that_nothing_better_can_be_had(client):
    text = seen(client.get("/plan?budget=135.000.000"))

    assert (
        "3 sites for Rp135,000,000 of Rp135,000,000 newly bring 21,690 people within reach of a standard place." in text
    )
    assert "No other choice within the budget covers more" in text
    assert "Readiness estimate, not an official score" in text
    assert (
        "Costs are orders of magnitude; none is an offer. The amounts are this project's own estimate (inferred)"
        in text
    )
    assert "All people are counted, not only children." in text


def test_places_stand_in_the_order_of_what_each_adds_per_rupiah(client):
    page = client.get("/plan?budget=135.000.000")

    assert table_of(page, "plan-table") == ["taman-bermain-kp3b", "taman-deduluran", "alun-alun-barat"]
    assert re.search(r"9,849 9,849 Rp30,000,000 .* 6,601 16,450 Rp65,000,000 .* 5,240 21,690 Rp135,000,000", seen(page))


def test_money_may_be_written_with_or_without_dots_and_comes_back_with_marks_for_thousands(client):
    pages = [client.get("/plan", query_string={"budget": text}) for text in ("90000000", "Rp 90.000.000")]

    assert [table_of(page, "plan-table") for page in pages] == [table_of(pages[0], "plan-table")] * 2
    assert [typed(page, "budget") for page in pages] == ["90,000,000"] * 2


@pytest.mark.parametrize("budget", ["abc", "-5", "1.5", "٣", "9" * 5_000])
def test_a_budget_that_is_no_sum_of_money_earns_one_sentence_and_stays_as_it_was_typed(client, budget):
    page = client.get("/plan", query_string={"budget": budget, "rule": "400m"})

    assert page.status_code == 400
    assert seen(page).count("is no sum of money") == 1
    assert typed(page, "budget") == budget
    assert chosen(page, "rule") == ["400 m for all (SDG 11.7.1)"]
    assert table_of(page, "plan-table") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("rule=x", "“x” is no rule of reach"),
        ("price=x", "No figure of the cost bands is called “x”"),
        ("refuse=nowhere", "No site has the id “nowhere”"),
    ],
)
def test_what_is_not_known_earns_one_sentence(client, query, sentence):
    page = client.get(f"/plan?{query}")

    assert (page.status_code, sentence in seen(page)) == (400, True)


def test_an_unknown_place_can_be_taken_out_of_the_question_again(client):
    page = client.get("/plan?budget=135.000.000&refuse=nowhere&refuse=alun-alun-barat")

    assert "/plan?budget=135.000.000&refuse=alun-alun-barat" in links_of(page)


def test_a_place_can_be_refused_and_the_page_says_what_is_lost_and_what_comes_instead(client):
    first = client.get("/plan?budget=2.000.000.000")
    refused = client.get("/plan?budget=2.000.000.000&refuse=alun-alun-masjid-agung-banten")

    assert "/plan?budget=2.000.000.000&refuse=alun-alun-masjid-agung-banten#answer" in links_of(first)
    assert re.search(
        r"Without Alun-alun Masjid Agung Banten ?, [\d,]+ people fewer come within reach\. Instead: ", seen(refused)
    )
    assert "alun-alun-masjid-agung-banten" not in table_of(refused, "plan-table")
    assert "/plan?budget=2.000.000.000#answer" in links_of(refused)


def test_a_refusal_that_costs_nothing_says_so(client):
    text = seen(client.get("/plan?budget=135.000.000&refuse=taman-tugu-jam-ciceri"))

    assert re.search(r"Without Taman Tugu Jam Ciceri ?, nothing is lost at this budget\.", text)


def test_refusing_a_place_that_is_standard_already_changes_nothing(client):
    page = client.get("/plan?budget=135.000.000&refuse=taman-sari")

    assert "standard already, so nothing changes" in seen(page)
    assert len(table_of(page, "plan-table")) == 3


def test_every_place_that_is_not_in_the_plan_has_its_reason(client):
    page = client.get("/plan?budget=135.000.000")
    text = seen(page)

    assert len(table_of(page, "plan-left-out")) == 12
    assert "It costs more than the whole budget." in text
    assert "Nobody has audited it yet, so its cost is not known." in text
    assert "It lies nowhere known; locate it first." in text


def test_several_budgets_are_held_beside_each_other_and_more_money_never_brings_less(client):
    html = client.get("/plan").get_data(as_text=True)
    rows = html.partition("plan-budgets")[2].partition("</table>")[0].split("<tr")[2:]
    brings = [float(re.search(r"<div>([\d.]+)", row)[1]) for row in rows]

    assert len(brings) == 5
    assert brings == sorted(brings)
    assert sum("this plan" in row for row in rows) == 1


def test_the_page_says_where_looking_ahead_pays(client):
    text = seen(client.get("/plan?budget=135.000.000"))

    assert "Always taking the best bargain next, without looking ahead, comes to the same here." in text


def test_without_money_there_is_no_plan_but_everything_else(client):
    page = client.get("/plan?budget=0")

    assert "With Rp0, no place can be made standard that brings anything within reach." in seen(page)
    assert len(table_of(page, "plan-left-out")) == 15


def test_where_nothing_was_audited_the_page_says_that_nothing_can_be_priced(open_client):
    site = {
        "type": "Feature",
        "id": "a",
        "properties": {"name": HOSTILE, "scale": "rw"},
        "geometry": {"type": "Point", "coordinates": [106.1637, -6.1094]},
    }
    page = open_client([site]).get("/plan")

    assert "No place can be priced yet" in seen(page)
    assert HOSTILE in seen(page)
    assert "<img" not in page.get_data(as_text=True)


def test_an_empty_register_and_one_with_nowhere_to_look_have_a_page_of_their_own(open_client):
    assert "The register has no play space yet." in seen(open_client([]).get("/plan"))


def test_where_there_is_nowhere_to_look_the_page_says_so(open_client):
    site = {"type": "Feature", "id": "a", "properties": {"name": "A"}, "geometry": None}
    client = open_client([site], context=())

    assert "There is nowhere to look yet" in seen(client.get("/plan"))
    assert client.get("/plan.csv").status_code == 404


def test_without_people_the_ground_counts_and_the_page_says_so(open_client, tmp_path):
    document = json.loads(sample_areas().read_text(encoding="utf-8"))
    document["features"] = [each for each in document["features"] if each["properties"]["layer"] == "boundary"]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    page = open_client(context=(path,)).get("/plan?budget=135.000.000")

    assert "newly bring 7.49 km² within reach of a standard place." in seen(page)
    assert "Ground is counted, not children." in seen(page)
    assert re.search(r"3\.40 3\.40 Rp30,000,000 .* 2\.28 5\.68 Rp65,000,000 .* 1\.81 7\.49 Rp135,000,000", seen(page))


def test_children_count_where_they_are_known(open_client, tmp_path, findings):
    place = findings.source.shapes[findings.source.index_of("alun-alun-barat")].centroid
    point = {"type": "Point", "coordinates": [place.x, place.y]}
    path = tmp_path / "children.geojson"
    feature = {"type": "Feature", "properties": {"children": 50}, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    page = open_client(context=(sample_areas(), path)).get("/plan?budget=70.000.000&rule=300m")

    assert "One site for Rp70,000,000 of Rp70,000,000 newly brings 50 children within reach" in seen(page)
    assert "Ground is counted" not in seen(page)


def test_a_plan_is_worked_out_once_for_each_question_until_the_register_changes(open_client):
    app = open_client().application

    def asked(**wish):
        with app.test_request_context("/plan"), using_language("en"):
            return city_plan_view(CityPlanQuery(**wish)).plan

    first, again, other = asked(), asked(), asked(budget="90.000.000")
    new = {
        "type": "Feature",
        "id": "new",
        "properties": {"name": "N"},
        "geometry": {"type": "Point", "coordinates": [106.16, -6.1]},
    }
    app.extensions["judged"].register.import_features([new])

    assert first is again
    assert other is not first
    assert asked() is not first


def test_the_citys_files_hold_what_the_page_shows_for_the_same_question(client):
    query = "?budget=135.000.000&refuse=alun-alun-barat"
    answer = client.get(f"/plan.csv{query}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plan.xlsx{query}").data))

    assert [row["Id"] for row in rows] == table_of(client.get(f"/plan{query}"), "plan-table")
    assert book.sheetnames == ["Plan", "Not in the plan", "Other budgets", "About"]
    assert book["Not in the plan"].max_row == 14
    about = [cell.value for row in book["About"].iter_rows() for cell in row]
    assert "Readiness estimate, not an official score" in about
    assert re.search(r"filename=plan-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"])


@pytest.mark.parametrize("address", ["/plan.csv?budget=abc", "/plan.xlsx?refuse=x", "/plan/taman-sari.csv?to=x"])
def test_a_file_of_a_wrong_question_is_refused_with_a_sentence(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_a_sites_plan_says_what_to_do_who_leads_what_it_costs_and_where_it_leads(client):
    text = seen(client.get("/plan/alun-alun-barat"))

    assert "Alun-Alun Barat Kota Serang to RBRA: 7 remedies, Rp5,000,000–70,000,000." in text
    assert "Certain today 501, Utama After all of it 536, RBRA" in text
    assert "Mandatory: as long as it is not met, the top rank stays closed." in text
    assert re.search(r"536 \+6 RBRA new rank", text)
    assert "All together 7 Rp5,000,000–\u200b70,000,000" in text
    assert "Costs are orders of magnitude" in text


def test_a_sites_plan_can_aim_at_any_rank(client):
    usual, top, named = (client.get(f"/plan/stadion-maulana-yusuf{query}") for query in ("", "?to=top", "?to=madya"))

    assert "to Pratama: one remedy, Rp0." in seen(usual)
    assert "to RBRA: 47 remedies" in seen(top)
    assert chosen(named, "to") == ["Madya"]


def test_what_nobody_knows_yet_is_marked_to_be_looked_at_first(client):
    text = seen(client.get("/plan/stadion-maulana-yusuf?to=top"))

    assert text.count("look first: may be met already") == 3
    assert "Of the cost, for what may be met already Rp5,000,000–\u200b50,000,000" in text


def test_the_page_says_what_changes_if_one_remedy_is_not_possible(client):
    text = seen(client.get("/plan/alun-alun-barat"))

    assert re.search(r"Civic texts and symbols MAN-08 RBRA cannot be reached", text)
    assert re.search(r"Children's participation MAN-10 it costs Rp5,000,000 more Name board KLL-04", text)


def test_a_remedy_that_is_not_possible_leaves_the_plan_and_stays_ticked(client):
    page = client.get("/plan/alun-alun-barat?refuse=MAN-10&refuse=KLL-05")

    assert ticked(page) == ["MAN-10", "KLL-05"]
    assert "KLL-04" in seen(page)
    assert "Meet the kelurahan's children's forum" not in seen(page)


def test_a_rank_that_cannot_be_reached_is_told_with_what_stands_in_the_way(client):
    text = seen(client.get("/plan/alun-alun-barat?refuse=MAN-08"))

    assert "Alun-Alun Barat Kota Serang cannot be brought to RBRA." in text
    assert "What stands in the way MAN-08 Civic texts and symbols is mandatory for the top rank" in text
    assert "What to do, in this order" not in text


def test_a_site_at_the_top_has_nothing_to_do(client):
    text = seen(client.get("/plan/taman-sari"))

    assert "Taman Sari certainly has RBRA already; nothing is to be done for it." in text
    assert "What to do, in this order" not in text


@pytest.mark.parametrize(("role", "leads_to"), [("reviewer", "/sites/taman-sepur/audit"), ("planner", "/not-known")])
def test_a_site_nobody_audited_is_called_the_worst_case_and_leads_to_an_audit(open_client, role, leads_to):
    page = open_client(role=role).get("/plan/taman-sepur")

    assert "Nobody has audited this place This is the worst case" in seen(page)
    assert leads_to in links_of(page)


def test_a_rank_or_requirement_that_is_not_known_earns_one_sentence_and_stays_as_it_was_asked(client):
    rank, requirement, price = (
        client.get(f"/plan/alun-alun-barat?{query}") for query in ("to=Super", "refuse=XYZ-99&to=top", "price=x")
    )

    assert [page.status_code for page in (rank, requirement, price)] == [400] * 3
    assert "rbra-2024 has no rank 'Super'" in seen(rank)
    assert chosen(rank, "to") == ["Super"]
    assert ticked(requirement) == ["XYZ-99"]
    assert chosen(requirement, "to") == ["the top rank and the status standard"]


def test_a_site_that_is_not_there_has_no_plan(client):
    assert [client.get(address).status_code for address in ("/plan/nowhere", "/plan/nowhere.csv")] == [404, 404]


def test_a_sites_files_hold_the_steps_of_the_same_question(client):
    answer = client.get("/plan/alun-alun-barat.csv?refuse=MAN-10")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/plan/alun-alun-barat.xlsx?refuse=MAN-10").data))

    assert [row["No."] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert "MAN-10" not in {row["Requirement"] for row in rows}
    assert book.sheetnames == ["Plan", "By agency", "If refused", "About"]
    assert book["Plan"].max_row == len(rows) + 1


def test_a_site_with_a_slash_and_a_dot_in_its_id_has_its_page_and_its_files(open_client):
    feature = next(
        each
        for each in json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
        if each.get("id") == "alun-alun-barat"
    )
    client = open_client([{**feature, "id": "way/1.5"}])

    assert [client.get(f"/plan/way/1.5{end}").mimetype for end in ("", ".csv")] == ["text/html", "text/csv"]


@pytest.mark.parametrize(
    ("address", "link"), [("/sites/alun-alun-barat", "/plan/alun-alun-barat"), ("/non-standard", "/plan")]
)
def test_a_sites_page_and_the_list_lead_to_the_plan(client, address, link):
    assert link in links_of(client.get(address))


def test_the_plan_is_among_the_sections(client):
    assert re.search(r'<nav class="sections".*href="/plan"', client.get("/").get_data(as_text=True), re.DOTALL)


@pytest.mark.parametrize("address", ["/plan", "/plan/alun-alun-barat"])
def test_the_pages_load_nothing_inline_and_every_table_says_what_it_is(client, address):
    page = client.get(address)
    html = page.get_data(as_text=True)

    assert "<style" not in html
    assert not re.search(r'\sstyle="|\son\w+="|<script>', html)
    assert html.count("<table") == html.count("<caption") > 2
    assert all(each.get("scope") for each in main_of(page).iter(f"{XHTML}th"))
