"""The page of the audit backlog and its files, asked for by a reader of English."""

import csv
import io
import re
from html import unescape

import openpyxl
import pytest

from helpers.documents import seen
from helpers.registers import filled_register, shared_client, signed_in_client
from rba_audit.layers import read_context
from rba_audit.resources import sample_areas
from rba_audit.web import create_app

HOSTILE = '<img src=x onerror="ran=1">{{7*7}}'


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    areas = [feature for feature in read_context([sample_areas()]) if feature.layer != "population"]
    with shared_client(tmp_path_factory.mktemp("city"), standard, "planner", areas) as shared:
        yield shared


def listed(page):
    """Return the names of the places in the table, in order."""
    table = page.partition("backlog-table")[2].partition("</table>")[0]
    return [unescape(name) for name in re.findall(r'<a href="/sites/[^"]*">([^<]*)</a>', table)]


def rows_of(client, query):
    return list(csv.DictReader(io.StringIO(client.get(f"/city.csv{query}").data.decode("utf-8-sig"))))


def test_places_never_audited_are_listed_first_by_whom_they_reach_and_those_without_a_position_last(client):
    answer = client.get("/city")
    page = answer.text

    assert listed(page)[0] == "Kawasan Benteng Speelwijk"
    rows = rows_of(client, "")
    assert [row["Name"] for row in rows] == listed(page)
    assert {row["Status"] for row in rows} == {"Not audited yet"}
    assert [row["Order"] for row in rows][-2:] == ["–", "–"]
    assert rows[-1]["Without a standard place, at least (km²)"] == ""  # not known is no zero
    assert "nobody is counted" in seen(answer)


def test_the_page_and_its_files_list_the_same_places_for_every_filter(client):
    for query in ("?state=all&all=1", "?state=oldest&all=1", "?area=36.73.02&state=all&all=1", "?rule=300m"):
        names = listed(client.get(f"/city{query}").text)
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/city.xlsx{query}").data))
        [heading, *rows] = book.worksheets[0].iter_rows(values_only=True)

        assert names
        assert [row[heading.index("Name")] for row in rows] == names == [row["Name"] for row in rows_of(client, query)]


def test_an_address_nobody_could_have_clicked_together_shows_the_default(client):
    odd = client.get("/city?state=x&rule=x&area=x&all=x")

    assert odd.status_code == 200
    assert listed(odd.text) == listed(client.get("/city").text)


def test_the_page_names_what_makes_a_backlog_of_a_map(client):
    answer = client.get("/city")

    assert "rba-audit city kota.osm.pbf --area" in seen(answer)
    assert ("/imports" in answer.text) == ("imports.page" in client.application.view_functions)


@pytest.mark.parametrize("located", [True, False])
def test_hostile_names_stay_text_and_a_register_without_positions_says_so(tmp_path, standard, located):
    point = {"type": "Point", "coordinates": [106.16, -6.11]} if located else None
    feature = {"type": "Feature", "id": "x", "properties": {"name": HOSTILE}, "geometry": point}
    register = filled_register(tmp_path, [feature], people=True)
    try:
        client = signed_in_client(create_app(register, standard), "planner")
        answer = client.get("/city")

        assert "<img src=x" not in answer.text
        if located:
            assert listed(answer.text) == [HOSTILE]
        else:
            assert "There is nowhere to look yet" in seen(answer)
    finally:
        register.close()
