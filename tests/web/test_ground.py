"""The tiles of the ground as phones and the office ask for them, and what stands in their way."""

import gzip
import json
from threading import Event

import pytest
import shapely

from helpers.ground_features import places
from helpers.registers import empty_register
from helpers.surveying import SITI, signed_in
from rba_audit import accounts
from rba_audit.basemap import BasemapCache, build_basemap, tile_at
from rba_audit.register.person_records import Person
from rba_audit.standard import load_published
from rba_audit.web import create_app

STREET = places(
    ({"highway": "residential"}, shapely.LineString([(106.150, -6.120), (106.152, -6.121)])),
    ({"natural": "water"}, shapely.box(106.151, -6.122, 106.152, -6.1215)),
)
HERE = tile_at(106.15, -6.12, 16)


@pytest.fixture
def client_with(tmp_path):
    register = empty_register(tmp_path)

    def client(context):
        made = create_app(register, load_published("rbra-2024"), context).test_client()
        made.set_cookie("rba", signed_in(register, SITI))
        return made

    yield client
    register.close()


def test_what_there_is_to_draw_is_told_with_the_titles_of_a_legend(client_with):
    told = client_with(STREET).get("/api/ground").json

    assert told["state"] == "given"
    assert [(each["name"], each["title"]["en"]) for each in told["classes"]] == [
        ("water", "Water"),
        ("street", "Streets"),
    ]
    assert [each["level"] for each in told["levels"]] == [12, 14, 16]


def test_nothing_given_is_told_and_has_no_tile(client_with):
    client = client_with([])

    told = client.get("/api/ground").json

    assert (told["state"], told["version"], told["classes"]) == ("none", "", [])
    assert client.get("/api/ground/tiles?version=&of=16/1/1").status_code == 404


def test_tiles_are_packed_kept_for_ever_and_empty_where_nothing_lies(client_with):
    client = client_with(STREET)
    version = client.get("/api/ground").json["version"]
    name = "/".join(map(str, HERE))
    address = f"/api/ground/tiles?version={version}&of={name},16/1/1,{name}"

    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert json.loads(gzip.decompress(packed.data)) == plain.json
    assert set(plain.json[name]) == {"street", "water"}
    assert plain.json["16/1/1"] == {}


@pytest.mark.parametrize(
    ("of", "status"),
    [
        ("", 400),
        ("16/1", 400),
        ("a/b/c", 400),
        ("16/1/1/1", 400),
        ("16/-1/99999999999999", 200),
        (",".join(f"16/1/{at}" for at in range(65)), 400),
    ],
)
def test_a_list_of_tiles_is_bounded_and_read_strictly(client_with, of, status):
    client = client_with(STREET)
    version = client.get("/api/ground").json["version"]

    assert client.get("/api/ground/tiles", query_string={"version": version, "of": of}).status_code == status


def test_another_version_is_not_given_as_this_one(client_with):
    assert client_with(STREET).get("/api/ground/tiles?version=0000000000000000&of=16/1/1").status_code == 404


def test_the_map_of_all_sites_has_the_ground_for_people_with_an_account_alone(tmp_path):
    register = empty_register(tmp_path)
    accounts.set_public_view(register, on=True, by=None)
    app = create_app(register, load_published("rbra-2024"), STREET)
    planner = app.test_client()
    planner.set_cookie("rba", signed_in(register, Person("pia", "pia", "Pia", "planner", ("*",), True)))

    assert "map_ground.js" in planner.get("/map").get_data(as_text=True)
    assert "map_ground.js" not in app.test_client().get("/map").get_data(as_text=True)
    assert app.test_client().get("/api/ground").status_code == 401
    register.close()


def test_tiles_are_cut_once_and_nobody_waits_for_them(client_with, monkeypatch):
    go, cuts = Event(), []

    def slow(context):
        cuts.append(context)
        go.wait(30)
        return build_basemap(context)

    monkeypatch.setattr("rba_audit.basemap.cache.build_basemap", slow)
    client = client_with(STREET)
    cut = client.application.extensions["judged"].ground
    monkeypatch.setattr(cut, "ready", lambda: BasemapCache.ready(cut, 0.01))

    assert client.get("/api/ground").json == {"state": "cutting"}
    assert client.get("/api/ground/tiles?version=x&of=16/1/1").status_code == 404
    go.set()
    assert BasemapCache.ready(cut, 30) is not None
    assert client.get("/api/ground").json["state"] == "given"
    assert len(cuts) == 1


def test_what_goes_wrong_while_cutting_is_told_and_not_taken_for_nothing(client_with, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("rba_audit.basemap.cache.build_basemap", broken)

    assert client_with(STREET).get("/api/ground").status_code == 500
