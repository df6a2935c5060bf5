"""Every file of a list holds the rows of its page in their order, and says of which day, edition and filter it is."""

import csv
import io
import json
import random
import re
from contextlib import closing
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlencode
from uuid import uuid4
from xml.etree import ElementTree as ET

import geopandas
import openpyxl
import pytest

from helpers.effort import cases
from helpers.registers import ReadOnlyClient, filled_register, shared_client, signed_in_client
from helpers.visits import put_visit
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.findings import STATUSES
from rba_audit.followup import make_actions
from rba_audit.layers import read_context
from rba_audit.register import Visit
from rba_audit.reports import LISTED
from rba_audit.resources import sample_areas
from rba_audit.standard import load_published
from rba_audit.web import create_app

LISTS = {"sites": STATUSES, "non-standard": LISTED["non_standard"], "not-known": LISTED["not_known"]}
AGENCIES = list(load_published("rbra-2024").agencies)
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
            return list(dict.fromkeys(ids))  # a site stands in the group of each agency
        number += 1


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def column(sheet, at=1):
    """Return the cells of a column below its heading; a filtered list has a note above the headings."""
    first = sheet.auto_filter.ref.partition(":")[0].strip("A")
    return [row[at - 1].value for row in sheet.iter_rows(min_row=int(first) + 1) if row[at - 1].value is not None]


def stored(answer, tmp_path):
    """Return the rows of a GeoPackage."""
    path = tmp_path / "sites.gpkg"
    path.write_bytes(answer.data)
    return geopandas.read_file(path)


def about(book):
    return {row[0].value: row[1].value for row in book["About"].iter_rows()}


def random_filter(chance, name):
    wish = {
        "q": chance.choice(["", "", "taman", "alun", "zzz"]),
        "status": chance.choice(["", *LISTS[name]]),
        "kecamatan": chance.choice(["", "", "Curug", "Kasemen", "Serang", "-"]),
        "kind": chance.choice(["", "", "alun_alun", "rth", "-"]),
        "agency": chance.choice(["", "", *AGENCIES]),
        "item": chance.choice(["", "", "red", "before_audit"]),
        "rank": chance.choice(["", "", "-", "?"]),
        "older": chance.choice(["", "", "", "never"]),
        "group": chance.choice(["", "agency", "kecamatan"]),
        "sort": chance.choice(["", "name", "-score", "-status", "rank", "fails", "-date", "kecamatan"]),
    }
    return {key: value for key, value in wish.items() if value}


@pytest.mark.parametrize("name", LISTS)
def test_each_file_of_a_list_holds_the_rows_of_its_page(client, name, standard, tmp_path):
    for seed in range(cases(12, 200)):
        query = {} if seed == 0 else random_filter(random.Random(seed), name)
        ids = shown(client, name, query)
        answers = {
            kind: client.get(f"/{name}.{kind}?{urlencode(query)}") for kind in ("csv", "xlsx", "geojson", "kml", "gpkg")
        }
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

        assert list(stored(answers["gpkg"], tmp_path).id) == ids, query

        words = about(book)["Filter"]
        first_line = book.active["A1"].value
        assert (first_line == "Id") == (words == "none: all rows"), query
        if first_line != "Id":
            assert words in first_line
            assert re.search(r"[a-z-]+-\d{4}-\d\d-\d\d\.xlsx", first_line)
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
    query = {"q": "a", "status": LISTS[name][0], "kecamatan": "Serang", "kind": "rth", "agency": AGENCIES[0]}
    query |= {"requirement": "LOK-03", "unmet": "LOK-04", "item": "red", "older": "never", "due": "action"}
    query |= {"rank": "-", "group": "agency", "sort": "-name"}
    query |= {"position": "doubted"}
    page = client.get(f"/{name}?{urlencode(query)}").get_data(as_text=True)

    links = re.findall(rf'href="/{name}\.(\w+)\?([^"]*)" download', page)
    assert links == [] or {kind for kind, _ in links} == {"xlsx", "csv", "geojson", "kml", "gpkg"}
    for filters in ({"q": "a"}, *({key: value} for key, value in query.items() if key not in ("unmet", "position"))):
        page = client.get(f"/{name}?{urlencode(filters)}").get_data(as_text=True)
        links = re.findall(rf'href="/{name}\.(\w+)\?([^"]*)" download', page)
        for kind, carried in links:
            sent = {key: values[-1] for key, values in parse_qs(unescape(carried)).items()}
            sent.pop("separator", None)
            assert {"sort": sent["sort"], **filters} == sent, (kind, filters)


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
    assert [line["Code"] for line in lines if line["Level"] == lines[0]["Level"]] == codes
    assert column(book.worksheets[0]) == codes
    for line, sheet in zip(lines, book.worksheets[0].iter_rows(min_row=2, values_only=True), strict=False):
        assert (float(line["Lowest share (%)"]), float(line["Highest share (%)"])) == (sheet[6], sheet[7])
    told = about(book)
    assert told["Filter"] == collection["about"]["filter"] == lines[0]["Filter"]
    assert (lines[0]["As of"], lines[0]["Edition"]) == (today().isoformat(), standard.edition)


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


def cells(page, name):
    """Return the rows of a page's table of some class: for each its address and the plain texts of its cells."""
    start = re.search(rf'<table class="[^"]*\b{name}\b[^"]*">', page)
    rows = page[start.end() :].partition("</table>")[0].partition("<tbody>")[2].split("<tr")[1:] if start else []
    return [[_plain(cell) for cell in re.split(r"(?=<t[hd][ >])", row)[1:]] for row in rows]


def _plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u200b", "").split())


def figures(text):
    return [float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def sheet_rows(sheet):
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_the_files_of_coverage_hold_the_figures_of_the_page_row_by_row(client):
    for seed in range(cases(6, 60)):
        chance = random.Random(seed)
        page = client.get("/coverage").get_data(as_text=True)
        choices = {name: re.findall(r'<option value="([^"]*)"', part) for name, part in selects(page).items()}
        query = {name: chance.choice(["", *values]) for name, values in choices.items()}
        query["level"] = chance.choice(["", "kecamatan"])
        query = {name: value for name, value in query.items() if value}
        shown_rows = cells(
            client.get(f"/coverage?{urlencode({**query, 'all': 1})}").get_data(as_text=True), "reach-table"
        )
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/coverage.xlsx?{urlencode(query)}").data))
        sheet = next(each for each in book.worksheets if len(column(each)) == len(shown_rows))

        assert shown_rows
        for row, line in zip(shown_rows, sheet_rows(sheet), strict=True):
            assert row[0].split(" · ")[0].endswith(line[0]), query
            assert row[0].startswith(line[1]), query
            assert [figures(cell)[0] for cell in row[1:5]] == line[2:6], (query, row)
            if line[6] is not None:
                told = figures(row[5])[-2:]
                assert {told[0], told[-1]} == {line[6], line[7]}, (query, row)


def selects(page):
    return dict(re.findall(r'<select id="\w+" name="(\w+)".*?>(.*?)</select>', page, re.DOTALL))


def people(number):
    return round(number)


def test_the_files_of_a_plan_hold_its_tables_row_by_row(client):
    for seed in range(cases(4, 40)):
        chance = random.Random(seed)
        query = {
            "budget": str(chance.choice([0, 30, 90, 135, 200, 600]) * 1_000_000),
            "price": chance.choice(["low", "middle", "high"]),
            "refuse": chance.sample(
                ["alun-alun-barat", "alun-alun-timur", "alun-alun-masjid-agung-banten"], chance.randint(0, 2)
            ),
        }
        address = urlencode(query, doseq=True)
        page = client.get(f"/plan?{address}&all=1").get_data(as_text=True)
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plan.xlsx?{address}").data))
        plan, left_out, others = map(sheet_rows, book.worksheets[:3])

        for row, line in zip(cells(page, "plan-table"), plan, strict=True):
            assert row[0].startswith(f"{line[0]} {line[2]}"), query
            assert figures(row[1])[0] == line[5], query
            assert (figures(row[2]), figures(row[3])) == ([people(line[3])], [people(line[4]), line[6]]), query
        assert [line["Id"] for line in table(client.get(f"/plan.csv?{address}"))] == [line[1] for line in plan]
        for row, line in zip(cells(page, "plan-left-out"), left_out, strict=True):
            assert row[0].startswith(line[1]), query
            assert row[1] == line[2], query
            assert figures(row[2]) == ([] if line[3] is None else [line[3]]), query
            assert figures(row[3]) == [people(line[4])], query
        for row, line in zip(cells(page, "plan-budgets"), others, strict=True):
            assert (figures(row[0])[0], figures(row[1]), figures(row[2])[0]) == (line[0], [line[1]], people(line[2]))


@pytest.fixture(scope="module")
def acting(tmp_path_factory, standard):
    """A planner over a register in which visits were approved and actions made, some of them done."""
    with closing(filled_register(tmp_path_factory.mktemp("acting"), people=True)) as register:
        people = {person.role: person for person in register.people.all()}
        sites = ["taman-sari", "alun-alun-barat", "alun-alun-timur"]
        for at, site in enumerate(sites):
            told = {"LOK-03": 10, "MUD-01": "no", "MAN-06": "no", "LOK-08": 5 + at}
            kept = put_visit(
                register.visits,
                Visit(str(uuid4()), site, standard.edition, "auditor", "Budi", date(2025, 1 + at, 2), told, author="b"),
            )
            by = people["reviewer"].id
            register.reviews.make(kept.id, seq=0, to="approved", visit_id=kept.id, person_id=by, note="", notes={})
        findings = audit_with_visits(register, standard)
        make_actions(register, findings, sites, people["planner"], date(2025, 4, 2))
        app = create_app(register, standard)
        app.test_client_class = ReadOnlyClient
        yield signed_in_client(app, "planner")


def test_the_files_of_actions_hold_the_lines_of_the_page(acting):
    everything = table(acting.get("/actions.csv?state=all"))
    page = selects(acting.get("/actions").get_data(as_text=True))
    seen = set()
    for seed in range(cases(15, 200)):
        chance = random.Random(seed)
        query = {
            name: chance.choice(["", unescape(chance.choice(re.findall(r'<option value="([^"]*)"', part)))])
            for name, part in page.items()
        }
        query |= {
            "state": chance.choice(["", "all", "overdue", "open", "done", "met", "closed", "not_needed", "withdrawn"])
        }
        query |= {"site": chance.choice(["", "", "taman-sari", "nowhere"]), "group": chance.choice(["", "agency"])}
        if seed % 5 == 0:  # with so many filters together few queries find anything
            query = {name: value for name, value in query.items() if name in ("state", "group", "due")}
        query = {name: value for name, value in query.items() if value}
        ids, rows, number = [], [], 1
        while True:
            text = acting.get(f"/actions?{urlencode({**query, 'page': number})}").get_data(as_text=True)
            rows += [row for row in cells(text, "actions") if len(row) > 1]  # not the headings of groups
            ids += re.findall(r'<th scope="row"><a href="/actions/([^"]*)">', text)
            if 'rel="next"' not in text:
                break
            number += 1
        lines = table(acting.get(f"/actions.csv?{urlencode(query)}"))
        book = openpyxl.load_workbook(io.BytesIO(acting.get(f"/actions.xlsx?{urlencode(query)}").data))

        assert [line["Action id"] for line in lines] == ids == column(book.worksheets[0], 17), query
        for row, line in zip(rows, lines, strict=True):
            assert row[0] == f"{line['Title']} {line['Requirement']} {line['Remedy']}"
            assert row[1].startswith(line["Site"])
            assert row[4].startswith(line["Risk"])
            assert row[5].startswith(line["Lead agency"])
        seen.add(len(ids))
    assert seen >= {0, len(everything)}
    assert len(seen) > 2
