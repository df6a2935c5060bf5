"""Lists in use: saved views, addresses, auditors of real visits, what is due, and what readers without an account see."""

import csv
import io
import re
from html import unescape

import pytest

from helpers.reviews import ADE, PLANNER, RINA
from helpers.whole_register import SITE, whole_register


@pytest.fixture(scope="module")
def whole(tmp_path_factory, standard):
    made = whole_register(tmp_path_factory.mktemp("lists"), standard)
    yield made
    made.register.close()


def english(whole, someone):
    client = whole.client(someone)
    client.set_cookie("lang", "en")
    return client


def ids(client, address):
    return {unescape(id) for id in re.findall(r'<th scope="row"><a href="/sites/([^"]*)">', client.get(address).text)}


def lines(answer, separator=","):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=separator))


def test_a_view_is_saved_followed_and_deleted(whole):
    client = english(whole, PLANNER)
    answer = client.post(
        "/views/not_known", data={"name": "<b>Curug</b>", "kecamatan": "Curug", "sort": "-score", "page": "3"}
    )
    assert answer.location == "/not-known?kecamatan=Curug&sort=-score"
    page = client.get("/sites").text

    assert "&lt;b&gt;Curug&lt;/b&gt;" in page
    assert "/not-known?kecamatan=Curug&amp;sort=-score" in page
    assert "Curug&lt;/b&gt;" not in english(whole, RINA).get("/sites").text, "a view is one person's"
    delete = re.search(r'action="(/views/[^"]*/delete)"', page)[1]
    english(whole, RINA).post(delete)
    assert "&lt;b&gt;Curug" in client.get("/sites").text
    assert client.post(delete, data={"list": "not_known"}).location == "/not-known"
    assert "&lt;b&gt;Curug" not in client.get("/sites").text


def test_a_view_without_a_name_is_refused_in_a_sentence(whole):
    client = english(whole, PLANNER)
    assert "Write a name for this view." in client.post("/views/sites", data={"name": " "}, follow_redirects=True).text


def test_the_address_of_a_view_is_whole_and_can_be_read_without_script(whole):
    page = english(whole, PLANNER).get("/non-standard?kecamatan=Curug&item=red&page=1").text
    address = unescape(re.search(r'id="view-address" type="text" readonly data-selects value="([^"]*)"', page)[1])
    assert address == "http://localhost/non-standard?kecamatan=Curug&item=red&sort=status"


def test_the_auditor_of_the_visit_that_counts_filters_and_stands_in_files(whole):
    client = english(whole, ADE)
    (line,) = [line for line in lines(client.get("/sites.csv")) if line["Id"] == SITE]
    assert line["Auditor"]
    assert line["Last audit visit"]
    author = re.search(r'<select id="auditor".*?<option value="([^"]+)">', client.get("/sites").text, re.DOTALL)[1]
    assert ids(client, f"/sites?auditor={author}") == {SITE}
    assert SITE not in ids(client, "/sites?older=never")
    answer = client.get(f"/sites.csv?auditor={author}")
    assert line["Auditor"] in lines(answer)[0]["Filter"]
    with whole.register._database.reading() as connection:
        noted = connection.exec_driver_sql("select filter from export_log order by seq desc limit 1").scalar()
    assert author in noted
    assert line["Auditor"] not in noted, "names are not written into a log that outlives them"


def test_a_reader_without_an_account_sees_no_auditor_danger_action_or_waiting_visit(whole):
    public, office = english(whole, None), english(whole, ADE)
    author = re.search(r'<select id="auditor".*?<option value="([^"]+)">', office.get("/sites").text, re.DOTALL)[1]
    page = public.get("/sites").text
    assert 'id="auditor"' not in page
    assert 'action="/views' not in page
    for hidden in (f"auditor={author}", "due=danger", "due=action", "due=visit"):
        page = public.get(f"/sites?{hidden}").text
        assert "narrows nothing" in page, hidden
        assert ids(public, f"/sites?{hidden}") == ids(public, "/sites")
        assert "narrows nothing" not in office.get(f"/sites?{hidden}").text, hidden
    for kind in ("csv", "kml", "geojson"):
        assert "Auditor" not in public.get(f"/sites.{kind}").text
        assert "audit_by" not in public.get(f"/sites.{kind}").text


def test_the_second_csv_has_semicolons_and_the_filter(whole):
    client = english(whole, ADE)
    page = client.get("/sites?kecamatan=Curug").text
    address = unescape(re.search(r'href="([^"]*separator=semicolon[^"]*)"', page)[1])
    assert {line["Kecamatan"] for line in lines(client.get(address), ";")} == {"Curug"}
