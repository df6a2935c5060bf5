"""The planner's pages and the standard's page, asked for by a reader of English."""

import csv
import io
import json
import re
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from flask import url_for
from werkzeug.exceptions import HTTPException

from helpers.documents import seen
from helpers.effort import cases
from helpers.registers import filled_register, shared_client, signed_in_client
from helpers.visits import put_visit, take_visit
from rba_audit.days import today
from rba_audit.register import Visit
from rba_audit.reports import list_rows, site_rows
from rba_audit.reports.summaries import priorities, urgency
from rba_audit.review_states import COUNTED, STATES
from rba_audit.standard import load_published
from rba_audit.web import create_app

HOSTILE = '<img src=x onerror="ran=1">{{7*7}}'


def names(page):
    """Return the names in a list of sites, in order."""
    cells = re.findall(r'<th scope="row"><a href="/sites/[^"]*">([^<]*)</a>', page.get_data(as_text=True))
    return [unescape(cell) for cell in cells]


def counts_by_status(client):
    """Return (count, status) of each status on the overview."""
    return re.findall(r'data-count="(\d+)" href="/sites\?status=(\w+)"', client.get("/").text)


def app_with(folder, standard, *features):
    return create_app(filled_register(folder, features, people=True), standard)


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    """An administrator who reads English and changes nothing; tests that change something have `writer`."""
    with shared_client(tmp_path_factory.mktemp("pages"), standard, "administrator") as client:
        yield client


@pytest.fixture
def writer(app):
    return signed_in_client(app, "administrator")


@pytest.fixture
def hostile(tmp_path, standard):
    feature = {
        "type": "Feature",
        "id": HOSTILE,
        "properties": {
            "name": HOSTILE,
            "kind": HOSTILE,
            "kecamatan": HOSTILE,
            "LOK-03": 1,
            "sources": ["javascript:alert(1)"],
        },
        "geometry": None,
    }
    app = app_with(tmp_path, standard, feature)
    yield app.test_client()
    app.extensions["judged"].register.close()


# --- the overview


def test_the_overview_counts_every_status(client, findings):
    page = client.get("/").get_data(as_text=True)

    for status, count in findings.counts().items():
        assert re.search(rf'data-count="{count}" href="/sites\?status={status}"', page)


def test_the_overview_says_what_to_fix_first_mandatory_before_the_rest(findings):
    found = priorities(findings, 8)

    assert [urgency(each.gate_item) for each in found] == sorted(urgency(each.gate_item) for each in found)
    assert found[0].unmet + found[0].partly >= found[1].unmet + found[1].partly


def test_the_overview_names_sites_with_red_items_and_sites_to_visit(client, findings):
    text = seen(client.get("/"))

    for row in site_rows(findings):
        if row.red or row.must_fix or row.status == "not_audited":
            assert row.name in text


def test_an_empty_register_says_how_to_begin(tmp_path, standard):
    app = app_with(tmp_path, standard)
    page = signed_in_client(app, "planner").get("/").get_data(as_text=True)
    app.extensions["judged"].register.close()

    assert 'href="/imports"' in page
    assert 'class="figure"' not in page


# --- lists


def test_all_sites_stand_by_name(client, sample_sites):
    found = names(client.get("/sites"))

    assert len(found) == len(sample_sites)
    assert found == sorted(found, key=str.casefold)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("q=sari", lambda row, _properties: "sari" in row.name.casefold()),
        ("status=non_standard", lambda row, _properties: row.status == "non_standard"),
        ("kecamatan=Kasemen", lambda row, _properties: row.kecamatan == "Kasemen"),
        ("kecamatan=-", lambda row, _properties: not row.kecamatan),
        ("kind=alun_alun", lambda _row, properties: properties.get("kind") == "alun_alun"),
        (
            "q=TAMAN&status=undetermined",
            lambda row, _p: "taman" in row.name.casefold() and row.status == "undetermined",
        ),
    ],
)
def test_filters_leave_what_was_asked_for(client, findings, query, wanted):
    expected = {row.name for row in site_rows(findings) if wanted(row, findings.source.properties(row.position))}

    page = client.get(f"/sites?{query}")

    assert set(names(page)) == expected
    assert f"{len(expected)} of {len(findings)} sites" in seen(page)


def test_filters_keep_what_was_typed_and_chosen(client):
    page = client.get("/sites?q=a%22b&status=standard").get_data(as_text=True)

    assert 'value="a&#34;b"' in page
    assert '<option value="standard" selected>' in page


def test_a_search_that_finds_nothing_offers_all(client):
    assert "No site answers this search." in seen(client.get("/sites?q=zzz"))


@pytest.mark.parametrize(
    "query", ["status=red", "sort=colour", "page=-1", "page=²", "page=99999999999999", "page=7", "sort=-"]
)
def test_an_address_nobody_could_click_shows_all(client, sample_sites, query):
    assert len(names(client.get(f"/sites?{query}"))) == len(sample_sites)


def test_a_list_can_stand_by_score_either_way_round_and_unaudited_sites_stay_last(client, findings):
    audited = {row.name: row.score_low for row in site_rows(findings) if row.status != "not_audited"}

    up, down = (names(client.get(f"/sites?sort={order}")) for order in ("score", "-score"))

    count = len(audited)
    assert [audited[name] for name in up[:count]] == sorted(audited.values())
    assert [audited[name] for name in down[:count]] == sorted(audited.values(), reverse=True)


def test_a_long_list_has_pages(tmp_path, standard):
    features = [
        {"type": "Feature", "id": f"s{number:03}", "properties": {"name": f"Taman {number:03}"}, "geometry": None}
        for number in range(120)
    ]
    app = app_with(tmp_path, standard, *features)
    client = signed_in_client(app, "planner")
    pages = [names(client.get(f"/sites?page={number}")) for number in (1, 2, 3)]
    app.extensions["judged"].register.close()

    assert [len(page) for page in pages] == [50, 50, 20]
    assert pages[2][-1] == "Taman 119"


def test_the_two_lists_hold_their_own_sites_only(client, findings):
    for address, name in (("/non-standard", "non_standard"), ("/not-known", "not_known")):
        assert sorted(names(client.get(address))) == sorted(row.name for row in list_rows(findings, name))


def test_repairs_stand_below_under_the_agency_that_leads(client, findings, standard):
    text = seen(client.get("/non-standard"))
    row = next(row for row in list_rows(findings, "non_standard") if row.red)

    for requirement in row.red:
        assert requirement.remedy.what.en in text
        assert standard.agencies[requirement.remedy.lead].en in text


# --- files


@pytest.mark.parametrize("name", ["non-standard", "not-known"])
@pytest.mark.parametrize(
    ("kind", "type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("geojson", "application/geo+json"),
        ("kml", "application/vnd.google-earth.kml+xml"),
    ],
)
def test_each_list_comes_as_a_dated_file(client, name, kind, type):
    page = client.get(f"/{name}.{kind}")
    day = today().isoformat()

    assert page.status_code == 200
    assert page.headers["Content-Type"] == type
    assert page.headers["Content-Disposition"] == f"attachment; filename={name}-{day}.{kind}"
    assert page.data


def test_files_hold_the_list(client, findings):
    ids = {row.id for row in list_rows(findings, "non_standard")}

    table = csv.DictReader(io.StringIO(client.get("/non-standard.csv").get_data(as_text=True).removeprefix("\ufeff")))
    assert {line["Id"] for line in table} == ids
    assert {each["id"] for each in json.loads(client.get("/non-standard.geojson").data)["features"]} == ids
    assert len(ET.fromstring(client.get("/non-standard.kml").data).findall(".//{*}Placemark")) == len(ids)
    assert "Repairs" in openpyxl.load_workbook(io.BytesIO(client.get("/non-standard.xlsx").data)).sheetnames


def test_a_file_is_narrowed_as_its_page_was(client, findings):
    ids = {row.id for row in list_rows(findings, "non_standard") if row.kecamatan == "Kasemen"}

    found = json.loads(client.get("/non-standard.geojson?kecamatan=Kasemen").data)["features"]

    assert {feature["id"] for feature in found} == ids


def test_no_other_kind_of_file_is_offered(client):
    assert client.get("/non-standard.exe").status_code == 404


def test_every_audited_site_comes_from_the_api(client, findings):
    page = client.get("/api/sites.geojson")

    assert page.headers["Content-Type"] == "application/geo+json"
    assert [each["id"] for each in json.loads(page.data)["features"]] == list(findings.source.ids)


# --- one site


def test_a_site_tells_every_requirement_with_its_reason(client, findings):
    row = next(row for row in site_rows(findings) if row.red)
    text = seen(client.get(f"/sites/{row.id}"))

    for trace in findings.explain(row.id):
        assert trace.requirement.shall.en in text
        if trace.outcome in ("does_not_conform", "partial"):
            assert trace.requirement.remedy.what.en in text
    for requirement in row.red:
        assert text.index(requirement.title.en) < text.index("Every requirement")


def test_a_site_nobody_audited_has_no_score(client, findings):
    row = next(row for row in site_rows(findings) if row.status == "not_audited")

    assert "so there is no score" in seen(client.get(f"/sites/{row.id}"))


def test_an_illustrative_outline_is_called_so(client, findings):
    place = next(k for k in range(len(findings)) if findings.source.properties(k).get("outline") == "illustrative")
    text = seen(client.get(f"/sites/{findings.source.ids[place]}"))

    assert "which is illustrative" in text
    assert f"{findings.area_m2[place]:,.0f} m²" in text


def test_a_sketch_draws_the_parts_of_a_site(client, sample_sites):
    site = sample_sites.parts[0].site
    parts = [part for part in sample_sites.parts if part.site == site]

    page = client.get(f"/sites/{site}").get_data(as_text=True)

    drawing = page.split('<svg class="sketch"')[1].split("</svg>")[0]
    assert len(re.findall('<path class="part ', drawing)) == len(parts)
    assert len(re.findall('<path class="outline"', drawing)) == 1


def test_visits_are_told_on_the_page_of_their_site(app, writer, standard):
    register = app.extensions["judged"].register
    site = register.features()[0]["id"]
    day = datetime(2026, 11, 12, tzinfo=UTC).date()
    take_visit(register, standard, site, {"LOK-03": 10}, auditor="Siti <Aminah>", day=day, stage="auditor", note="")

    text = seen(writer.get(f"/sites/{site}"))

    assert "Siti <Aminah>" in text
    assert "12 Nov 2026" in text
    assert "auditor's visit" in text


def test_a_site_that_is_not_there_is_told_in_a_sentence(client):
    page = client.get("/sites/nowhere")

    assert page.status_code == 404
    assert "nowhere" in seen(page)


def test_names_and_answers_are_text_wherever_they_stand(hostile):
    for address in ("/", "/sites", "/non-standard", "/not-known", "/map", f"/sites/{HOSTILE}"):
        page = hostile.get(address)
        html = page.get_data(as_text=True)
        assert page.status_code == 200, address
        assert "<img" not in html
        assert "49" not in re.findall(r"onerror=.{0,20}", html)
        assert 'href="javascript' not in html


# --- the map


def test_the_map_leads_to_the_page_of_each_site(client, findings):
    page, script = client.get("/map"), client.get("/map.js")

    assert page.status_code == 200
    assert script.headers["Content-Type"].startswith("text/javascript")
    for name in findings.source.ids:
        assert f'"/sites/{name}"' in script.get_data(as_text=True)


def test_an_unchanged_map_is_not_sent_twice(client):
    first = client.get("/map.js")

    again = client.get("/map.js", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""


def test_the_map_speaks_the_reader_s_language(client):
    english = client.get("/map.js").headers["ETag"]

    assert client.application.test_client().get("/map.js").headers["ETag"] != english


# --- the standard


@pytest.mark.parametrize("edition", ["rbra-2018", "rbra-2022", "rbra-2024"])
def test_an_edition_states_every_requirement(client, edition):

    standard = load_published(edition)
    page = client.get(f"/standards/{edition}")
    text = seen(page)

    for requirement in standard.requirements:
        assert f'id="{requirement.id}"' in page.get_data(as_text=True)
        assert requirement.shall.en in text
    for example in standard.examples:
        assert " ".join(example.says.en.split()) in text
    for rung in standard.ladder:
        assert f"{rung.name} {rung.minimum}" in text
    assert standard.note.en in text


def test_an_edition_that_is_not_there_is_told_in_a_sentence(client):
    for name in ("rbra-1999", "..", "%2e%2e"):
        assert client.get(f"/standards/{name}").status_code == 404
    assert "rbra-1999" in seen(client.get("/standards/rbra-1999"))


def test_what_an_edition_adds_is_marked(client):
    assert seen(client.get("/standards/rbra-2022")).count("new in this edition") == 1
    assert "new in this edition" not in seen(client.get("/standards/rbra-2018"))


# --- all of them


def test_every_link_leads_somewhere(client):
    with client.application.test_request_context():
        start = [url_for("planners.dashboard"), url_for("planners.map_page")]
    pages, waiting, broken, opened = {}, start, [], Counter()
    match = client.application.url_map.bind("localhost").match
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        with suppress(HTTPException):  # what leads nowhere is opened, and found broken
            kind, _ = match(address, method="GET")
            opened[kind] += 1
            if opened[kind] > cases(4, 1000):
                continue
        page = client.get(address)
        html = page.get_data(as_text=True) if page.mimetype == "text/html" else ""
        pages[address] = set(re.findall(r'\sid="([^"]+)"', html))
        if page.status_code != 200:
            broken.append(address)
        for link in map(unescape, re.findall(r'<a [^>]*href="([^"]+)"', html)):
            split = urlsplit(link)
            if not split.scheme and split.path and not split.query:
                waiting.append(split.path)
        pages[address, "links"] = [
            (link, urlsplit(link)) for link in map(unescape, re.findall(r'<a [^>]*href="([^"]+)"', html))
        ]
    for address in [each for each in pages if isinstance(each, str)]:
        for link, split in pages[address, "links"]:
            target = pages.get(split.path or address)
            if not split.scheme and split.fragment and target is not None and split.fragment not in target:
                broken.append(f"{address} -> {link}")

    assert broken == []
    assert len(opened) > 20


def test_pages_are_judged_again_after_a_visit(app, writer, standard):
    before = counts_by_status(writer)
    register = app.extensions["judged"].register
    day = datetime(2026, 11, 12, tzinfo=UTC).date()
    site = next(row for row in site_rows(app.extensions["judged"].findings(COUNTED)) if row.status == "not_audited").id
    visit = take_visit(register, standard, site, {"LOK-03": 10}, auditor="Budi", day=day, stage="self", note="")
    assert counts_by_status(writer) == before, "it is not approved yet"

    register.reviews.make(visit.id, seq=0, to="approved", visit_id=visit.id, person_id="p", note="", notes={})
    assert counts_by_status(writer) != before


def test_a_reader_may_have_visits_counted_that_are_not_approved_yet(app, writer, standard):
    register = app.extensions["judged"].register
    site = next(row for row in site_rows(app.extensions["judged"].findings(COUNTED)) if row.status == "not_audited").id
    take_visit(register, standard, site, {"LOK-03": 10}, auditor="Budi", day=date(2026, 11, 12), stage="self", note="")
    public = app.test_client().get("/api/sites.geojson").json["features"]
    before = writer.get("/api/sites.geojson").json["features"]
    writer.post("/visits-shown", data={"shown": "all", "next": "/"})

    assert writer.get("/api/sites.geojson").json["features"] != before
    assert app.test_client().get("/api/sites.geojson").json["features"] == public, (
        "the public sees approved visits only"
    )


def test_what_is_found_at_an_item_changes_the_verdict(app, standard):
    register = app.extensions["judged"].register
    item = {
        "id": str(uuid4()),
        "kind": "slide",
        "name": "Perosotan",
        "answers": {"PRL-07.height": 2, "PRL-07.exit": 0.1},
    }
    visit = Visit(
        str(uuid4()), "taman-sari", standard.edition, "auditor", "Budi", date(2026, 11, 12), {}, items=(item,)
    )
    found = app.extensions["judged"].findings(STATES)
    assert found.explain("taman-sari", "PRL-07").outcome != "does_not_conform"
    put_visit(register.visits, visit)

    assert app.extensions["judged"].findings(STATES).explain("taman-sari", "PRL-07").outcome == "does_not_conform"


def test_numbers_in_the_sentences_of_a_large_register_have_marks_for_thousands(tmp_path, standard):
    bare = [{"type": "Feature", "id": f"s{n}", "properties": {"name": f"S{n}"}, "geometry": None} for n in range(1001)]
    app = app_with(tmp_path, standard, *bare)
    try:
        page = seen(app.test_client().get("/"))
    finally:
        app.extensions["judged"].register.close()

    assert "1.001 lokasi" in page
    assert not re.search(r"\b1001\b", page)
