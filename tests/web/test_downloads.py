"""Every file of a list holds the rows of its page in their order, and says of which day, edition and filter it is."""

import csv
import io
import json
import random
import re
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from helpers.effort import cases
from helpers.registers import shared_client
from rba_audit.days import today
from rba_audit.findings import STATUSES
from rba_audit.layers import read_context
from rba_audit.reports import LISTED
from rba_audit.resources import sample_areas

LISTS = {"sites": STATUSES, "non-standard": LISTED["non_standard"], "not-known": LISTED["not_known"]}
TABS = {"sites": "All sites", "non-standard": "Not standard", "not-known": "Not known yet"}


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    """A planner who reads English and changes nothing."""
    context = read_context([sample_areas()])
    with shared_client(tmp_path_factory.mktemp("downloads"), standard, "planner", context) as client:
        yield client


def shown(client, name, query):
    """Return the ids of the sites on every page of a list, in order."""
    ids, number = [], 1
    while True:
        page = client.get(f"/{name}?{urlencode({**query, 'page': number})}").get_data(as_text=True)
        ids += re.findall(r'<th scope="row"><a href="/sites/([^"]*)">', page)
        if 'rel="next"' not in page:
            return ids
        number += 1


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def column(sheet, at=1):
    return [row[at - 1].value for row in sheet.iter_rows(min_row=2) if row[at - 1].value is not None]


def about(book):
    return {row[0].value: row[1].value for row in book["About"].iter_rows()}


def random_filter(chance, name):
    wish = {
        "q": chance.choice(["", "", "taman", "alun", "zzz"]),
        "status": chance.choice(["", *LISTS[name]]),
        "kecamatan": chance.choice(["", "", "Curug", "Kasemen", "Serang", "-"]),
        "kind": chance.choice(["", "", "alun_alun", "rth", "-"]),
        "sort": chance.choice(["", "name", "-name", "score", "-score", "status", "-status"]),
    }
    return {key: value for key, value in wish.items() if value}


@pytest.mark.parametrize("name", LISTS)
def test_each_file_of_a_list_holds_the_rows_of_its_page(client, name, standard):
    for seed in range(cases(12, 200)):
        query = {} if seed == 0 else random_filter(random.Random(seed), name)
        ids = shown(client, name, query)
        answers = {kind: client.get(f"/{name}.{kind}?{urlencode(query)}") for kind in ("csv", "xlsx", "geojson", "kml")}
        lines = table(answers["csv"])
        book = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].data))
        collection = json.loads(answers["geojson"].data)
        document = ET.fromstring(answers["kml"].data)

        assert [line["Id"] for line in lines] == ids, query
        assert book.active.title == TABS[name]
        assert column(book.active) == ids, query
        assert [feature["id"] for feature in collection["features"]] == ids, query
        placed = document.findall(".//{*}Placemark")
        assert [each.find(".//{*}Data[@name='id']/{*}value").text for each in placed] == ids, query

        words = about(book)["Filter"]
        assert {(line["As of"], line["Edition"], line["Filter"]) for line in lines} <= {
            (today().isoformat(), standard.edition, words)
        }
        assert about(book)["As of"] == collection["about"]["date"] == today().isoformat()
        assert collection["about"]["edition"] == standard.edition
        assert collection["about"]["filter"] == words
        description = document.find(".//{*}Document/{*}description").text
        assert words in description
        assert standard.edition in description
        assert today().isoformat() in description


def test_the_filter_is_told_in_words_and_in_the_name_of_the_file(client):
    answer = client.get("/non-standard.csv?kecamatan=Kasemen&status=non_standard")

    assert table(answer)[0]["Filter"] == "Status: Not standard; Kecamatan: Kasemen"
    name = f"non-standard-{today().isoformat()}-not-standard-kasemen.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert table(client.get("/non-standard.csv"))[0]["Filter"] == "none: all rows"


def test_repairs_are_those_of_the_rows_alone(client):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/non-standard.xlsx?kecamatan=Curug").data))

    assert book.sheetnames == ["Not standard", "Repairs", "About"]
    assert set(column(book["Repairs"])) == set(column(book["Not standard"]))


@pytest.mark.parametrize("name", LISTS)
def test_each_link_of_a_list_carries_its_filter(client, name):
    page = client.get(f"/{name}?q=a&sort=-name").get_data(as_text=True)

    links = re.findall(rf'href="/{name}\.(\w+)\?([^"]*)" download', page)
    assert {kind for kind, _ in links} == {"xlsx", "csv", "geojson", "kml"}
    assert {query.replace("&amp;", "&") for _, query in links} == {"q=a&sort=-name"}


def test_a_file_that_counts_visits_not_approved_yet_says_so(client):
    client.set_cookie("visits", "all")
    try:
        told = json.loads(client.get("/sites.geojson").data)["about"]["filter"]
    finally:
        client.delete_cookie("visits")

    assert told == "Visits that are not approved yet are counted as well."


@pytest.mark.parametrize("query", ["", "?level=kecamatan", "?count=any&rule=tps-1000&level=kecamatan"])
def test_the_files_of_coverage_hold_the_areas_in_the_order_of_the_page(client, query, standard):
    page = client.get(f"/coverage{query}{'&' if query else '?'}all=1").get_data(as_text=True)
    rows = page.partition("reach-table")[2].partition("</table>")[0]
    codes = re.findall(r'<span class="code-text">([^<]*)</span>', rows)
    collection = json.loads(client.get(f"/coverage.geojson{query}").data)
    lines = table(client.get(f"/coverage.csv{query}"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/coverage.xlsx{query}").data))

    assert codes
    assert [each["id"] for each in collection["features"]] == codes
    assert [line["code"] for line in lines if line["level"] == lines[0]["level"]] == codes
    assert column(book.worksheets[0]) == codes
    for line, sheet in zip(lines, book.worksheets[0].iter_rows(min_row=2, values_only=True), strict=False):
        assert (float(line["covered_pct_low"]), float(line["covered_pct_high"])) == (sheet[6], sheet[7])
    told = about(book)
    assert told["Filter"] == collection["about"]["filter"] == lines[0]["filter"]
    assert (lines[0]["date"], lines[0]["edition"]) == (today().isoformat(), standard.edition)


def test_the_files_of_a_plan_say_what_was_asked_for(client):
    query = "?budget=90.000.000&refuse=alun-alun-barat"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plan.xlsx{query}").data))
    line = table(client.get(f"/plan.csv{query}"))[0]

    assert "90,000,000" in about(book)["Filter"]
    assert "Not to be used: Alun-Alun Barat" in about(book)["Filter"]
    assert line["Filter"] == about(book)["Filter"]
    assert line["As of"] == about(book)["As of"] == today().isoformat()


def test_the_files_of_a_sites_plan_say_what_was_asked_for(client):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/plan/alun-alun-barat.xlsx?refuse=MAN-10").data))

    assert "Not possible: MAN-10" in about(book)["Filter"]
