"""The page of the map: what its address asks for, its marks, and the ways to it and from it."""

import json
import re
from contextlib import closing
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from helpers.registers import filled_register, shared_client, signed_in_client
from rba_audit import accounts
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import make_actions
from rba_audit.web import create_app

HOSTILE = "<img src=x onerror='ran=1'>\"{{7*7}}"


@pytest.fixture(scope="module")
def client(tmp_path_factory, standard):
    with shared_client(tmp_path_factory.mktemp("map"), standard, "planner") as client:
        yield client


def data_of(page):
    """Return what the page hands to the map's script."""
    found = re.search(r"id=\"map-request\" hidden data-request='([^']*)'", page.get_data(as_text=True))
    return json.loads(unescape(found[1]))


def asked(client, query=""):
    return data_of(client.get(f"/map{query}"))


def messages(page):
    return [unescape(text) for text in re.findall(r'map-message" role="status">([^<]*)<', page.get_data(as_text=True))]


def listed(client, address):
    return set(re.findall(r'<th scope="row"><a href="/sites/([^"]*)"', client.get(address).get_data(as_text=True)))


# --- filters


def test_without_a_filter_the_map_leaves_no_site_out(client):
    data = asked(client)

    assert (data["chosen"], data["filters"], data["also"], data["marks"]) == (None, [], [], None)
    assert messages(client.get("/map")) == []


@pytest.mark.parametrize(
    "query", ["item=red", "unmet=LOK-08", "requirement=MAT-03", "older=never", "rank=-", "item=red&kecamatan=Serang"]
)
def test_a_filter_of_the_lists_chooses_the_same_sites_on_the_map(client, query):
    data = asked(client, f"?{query}")
    of_the_server = "&".join(part for part in query.split("&") if not part.startswith("kecamatan"))

    assert set(data["chosen"]) == listed(client, f"/sites?{of_the_server}")
    assert data["also"] == [list(pair) for pair in parse_qsl(of_the_server)]
    assert len(data["filters"]) == 1


def test_filters_that_the_script_applies_are_left_to_it(client):
    assert asked(client, "?q=taman&status=standard&kind=rth&kecamatan=Serang&due=action")["chosen"] is None


@pytest.mark.parametrize("query", ["item=gold", "unmet=NO-1", "kecamatan=Atlantis", "status=great"])
def test_a_value_that_is_not_known_narrows_nothing_and_is_said(client, query):
    page = client.get(f"/map?{query}")

    assert data_of(page)["chosen"] is None
    assert len(messages(page)) == 1
    assert query in messages(page)[0]


def test_hostile_parameters_stay_text(client):
    page = client.get("/map", query_string=dict.fromkeys(["kecamatan", "item", "site", "show", "view"], HOSTILE))

    assert page.status_code == 200
    assert "<img" not in page.get_data(as_text=True)
    assert data_of(page)["chosen"] is None


@pytest.mark.parametrize(
    ("path", "hidden"), [("/sites", ""), ("/non-standard", "undetermined"), ("/not-known", "standard")]
)
def test_a_list_leads_to_the_map_of_the_same_sites(client, path, hidden):
    html = client.get(f"{path}?kecamatan=Serang&sort=-name").get_data(as_text=True)
    link = urlsplit(unescape(re.search(r'<a class="on-the-map no-print" href="([^"]*)"', html)[1]))
    query = dict(parse_qsl(link.query))

    assert link.path == "/map"
    assert query.pop("kecamatan") == "Serang"
    assert hidden in query.pop("hide", "")
    assert query == {}


# --- one site


def test_a_site_and_its_place_on_the_map_lead_to_each_other(client):
    html = client.get("/sites/taman-sari").get_data(as_text=True)

    assert 'href="/map?site=taman-sari"' in html
    assert messages(client.get("/map?site=taman-sari")) == []
    assert '"/sites/taman-sari"' in client.get("/map.js").get_data(as_text=True)


def test_coordinates_are_copied_and_others_open_them_without_a_trace(client):
    html = client.get("/sites/taman-sari").get_data(as_text=True)
    pair = re.search(r'id="coordinate-pair"[^>]*>([^<]*)<', html)[1]
    google = re.search(r'<a href="(https://www\.google[^"]*)"([^>]*)>', html)

    assert re.fullmatch(r"-6\.\d{5,6}, 106\.\d{5,6}", pair)
    assert dict(parse_qsl(urlsplit(unescape(google[1])).query)) == {"api": "1", "query": pair.replace(" ", "")}
    assert 'target="_blank" rel="noopener noreferrer"' in google[2]
    assert f'href="geo:{pair.replace(" ", "")}' in html


def test_a_site_that_is_not_on_the_map_is_named(tmp_path, standard):
    lost = {"type": "Feature", "id": "lost", "properties": {"name": HOSTILE}, "geometry": None}
    with closing(filled_register(tmp_path, [lost], people=True)) as register:
        client = signed_in_client(create_app(register, standard), "planner")
        html = client.get("/sites/lost").get_data(as_text=True)

        assert "/map?site" not in html
        assert "google.com" not in html
        assert messages(client.get("/map?site=lost")) == [f"{HOSTILE} has no position yet, so it is not on the map."]
        assert "no-such" in messages(client.get("/map?site=no-such"))[0]


# --- marks


def test_the_plan_is_marked_in_its_order(client):
    marks = asked(client, "?show=plan&budget=135.000.000")["marks"]
    page = client.get("/plan?budget=135.000.000").get_data(as_text=True)
    planned = re.findall(r'href="/sites/([^"]*)"', page.split("plan-table")[1].split("</table>")[0])

    assert [row["label"] for row in marks["rows"]] == ["1", "2", "3"]
    assert [row["site"] for row in marks["rows"]] == list(dict.fromkeys(planned))
    assert marks["link"][0] == "/plan?budget=135.000.000"
    assert ["budget", "135.000.000"] in asked(client, "?show=plan&budget=135.000.000")["also"]


@pytest.mark.parametrize("query", ["show=plan&budget=much", "show=gold"])
def test_marks_that_cannot_be_shown_are_explained(client, query):
    page = client.get(f"/map?{query}")

    assert data_of(page)["marks"] is None
    assert len(messages(page)) == 1


@pytest.fixture
def followed(tmp_path, standard):
    """An application with actions that are long overdue, and the number of them by site."""
    with closing(filled_register(tmp_path, people=True)) as register:
        putra = next(person for person in register.people.all() if person.role == "planner")
        sites = ["taman-sari", "alun-alun-barat"]
        long_ago = today() - timedelta(days=4000)
        made = make_actions(register, audit_with_visits(register, standard), sites, putra, long_ago)
        by_site = {}
        for action in made:
            by_site[action.request.site_id] = by_site.get(action.request.site_id, 0) + 1
        yield create_app(register, standard), by_site, register


def test_actions_are_marked_counted_and_filtered_by_what_is_overdue(followed):
    app, by_site, _ = followed
    client = signed_in_client(app, "planner")

    data = asked(client, "?show=actions")

    assert by_site
    assert {row["site"]: int(row["label"]) for row in data["marks"]["rows"]} == by_site
    assert all(row["urgent"] for row in data["marks"]["rows"])
    assert {site: due["action"] for site, due in data["due"].items()} == by_site
    assert [kind for kind, _ in data["due_words"]] == ["action", "danger", "visit", "certificate", "surveillance"]


def test_the_public_sees_no_actions_and_nothing_of_what_is_due(followed):
    app, _, register = followed
    accounts.set_public_view(
        register, on=True, by=next(person for person in register.people.all() if person.role == "administrator")
    )
    public = app.test_client()

    page = public.get("/map?show=actions")
    data = data_of(page)

    assert page.status_code == 200
    assert (data["marks"], data["due"], data["due_words"], data["may_audit"]) == (None, {}, [], False)
    assert 'data-layer="actions"' not in page.get_data(as_text=True)
