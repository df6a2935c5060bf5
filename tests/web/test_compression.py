"""All text goes over the wire compressed and stays what it is; own script stays small on every page."""

import gzip
import zlib
from contextlib import closing

import pytest
from flask import Response, stream_with_context

from helpers.registers import shared_client
from helpers.reviews import SITE
from helpers.served_scripts import loaded_by, own_scripts, size_on_the_wire
from rba_audit.web.http.compression import compress_texts
from rba_audit.web.http.export_log import PAGE_TYPES
from rba_audit.web.http.request_log import LoggedFlask
from rba_audit.web.http.script_packs import packed_script
from rba_audit.web.http.static_files import is_text, static_file

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
MOST_SCRIPT = 60_000
ARGUMENTS = {
    "site_id": SITE,
    "edition": "rbra-2024",
    "filename": "style.css",
    "name": "sites",
    "kind": "csv",
    "ending": "csv",
    "version": "x",
}
"""What stands in addresses: of what the sample has."""


@pytest.fixture(scope="module", params=["administrator", "surveyor", "planner"])
def client(request, tmp_path_factory, standard):
    with shared_client(tmp_path_factory.mktemp("compression"), standard, request.param) as client:
        yield client


def addresses(app):
    """Return every address that can be built of what the sample has."""
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        return sorted(
            urls.build(rule.endpoint, {name: ARGUMENTS[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and rule.arguments <= ARGUMENTS.keys() and rule.endpoint != "static"
        )


def test_every_text_is_compressed_and_the_same_and_every_page_has_little_script(client):
    pages, tried = 0, 0
    for address in addresses(client.application):
        answer = client.get(address, headers=GZIP)
        body = answer.get_data()
        if is_text(answer.mimetype) and not answer.cache_control.no_store:
            assert "Accept-Encoding" in answer.vary, address
        if answer.content_encoding:
            tried += 1
            assert is_text(answer.mimetype)
            assert int(answer.headers.get("Content-Length", len(body))) == len(body)
            body = gzip.decompress(body)
        else:
            assert not is_text(answer.mimetype) or len(body) < 500 or answer.cache_control.no_store, address
        if answer.mimetype == "text/html":
            size = size_on_the_wire(loaded_by(body.decode()) | {"phone/worker.js"})
            assert size <= MOST_SCRIPT, f"{address} loads {size} bytes of script"
            pages += size > 5_000
        answer.close()
    assert tried > 15
    assert pages > 5


def test_whoever_cannot_read_gzip_gets_text(client):
    for address in ("/sites", client.get("/sites").text.partition('rel="stylesheet" href="')[2].partition('"')[0]):
        for given in ({}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0, br"}):
            answer = client.get(address, headers=given)
            assert answer.content_encoding is None
            assert "Accept-Encoding" in answer.vary
            assert len(answer.text) > 500


def test_a_changed_answer_is_told_from_an_unchanged_one_compressed_or_not(client):
    first = client.get("/standards/rbra-2024/table.json", headers=GZIP)
    plain = client.get("/standards/rbra-2024/table.json")
    assert first.content_encoding == "gzip"
    assert gzip.decompress(first.get_data()) == plain.get_data()
    assert first.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for tag in (first.headers["ETag"], plain.headers["ETag"]):
        again = client.get("/standards/rbra-2024/table.json", headers={**GZIP, "If-None-Match": tag})
        assert again.status_code == 304
        assert again.get_data() == b""
        assert again.content_encoding is None
        assert "Accept-Encoding" in again.vary
    assert client.head("/standards/rbra-2024/table.json", headers=GZIP).get_data() == b""


def test_the_length_of_a_page_says_nothing_about_what_stands_on_it(client):
    sizes = {len(client.get("/sites", headers=GZIP).get_data()) for _ in range(12)}
    assert len(sizes) > 2


@pytest.fixture
def app():
    """An application of its own, whose answers are compressed."""
    app = LoggedFlask("compressed")
    compress_texts(app)
    return app


def test_a_page_that_shows_a_secret_is_never_compressed(app):
    page = Response("x" * 5_000, mimetype="text/html", headers={"Cache-Control": "no-store"})
    app.add_url_rule("/", view_func=lambda: page)
    answer = app.test_client().get("/", headers=GZIP)
    assert answer.content_encoding is None
    assert answer.text == "x" * 5_000


def test_a_streamed_text_stays_streamed_and_is_closed(app):
    events = []

    def chunks():
        try:
            for number in range(3):
                events.append(number)
                yield f"{number}é" * 200_000
        finally:
            events.append("closed")

    app.add_url_rule("/", view_func=lambda: Response(stream_with_context(chunks()), mimetype="text/csv"))
    answer = app.test_client().get("/", headers=GZIP, buffered=False)
    read = iter(answer.response)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    begun = unpack.decompress(next(read))
    assert events == [0], "the head goes out before the rest is made"
    text = begun + b"".join(unpack.decompress(each) for each in read) + unpack.flush()
    assert text.decode() == "".join(f"{number}é" * 200_000 for number in range(3))
    assert "Content-Length" not in answer.headers
    answer.close()
    assert events == [0, 1, 2, "closed"]
    with closing(app.test_client().get("/", headers=GZIP, buffered=False)):
        pass
    assert events[4:] == [0, "closed"]


def test_pictures_parts_and_what_is_compressed_already_are_left_alone(app):
    answers = {
        "/picture": Response(b"x" * 5_000, mimetype="image/jpeg"),
        "/archive": Response(b"x" * 5_000, mimetype="application/zip"),
        "/packed": Response(b"x" * 5_000, mimetype="text/plain", headers={"Content-Encoding": "br"}),
        "/little": Response("x" * 20, mimetype="text/plain"),
        "/part": Response("x" * 5_000, 206, mimetype="text/plain", headers={"Content-Range": "bytes 0-4999/9000"}),
        "/nothing": Response("", 204, mimetype="text/plain"),
    }
    for address, answer in answers.items():
        app.add_url_rule(address, endpoint=address, view_func=lambda answer=answer: answer)
    for address, answer in answers.items():
        body = answer.get_data()
        got = app.test_client().get(address, headers=GZIP)
        assert got.content_encoding == (answer.content_encoding if address == "/packed" else None)
        assert got.get_data() == body


def test_files_are_served_short_and_vendored_ones_as_they_came():
    scripts = own_scripts()
    assert len(scripts) > 50
    for name in scripts:
        file = static_file(name)
        assert file.mimetype == "text/javascript"
        # Only what gets no smaller is sent as it is.
        assert (gzip.decompress(file.gzipped) if file.gzipped else file.content) == file.content
        assert file.gzipped or len(file.content) < 100
        assert b"\n// " not in file.content
    vendored = static_file("vendor/leaflet/leaflet.js") or static_file("vendor/leaflet/leaflet-src.js")
    assert vendored is None or b"Leaflet" in vendored.content
    assert static_file("icons/192.png").gzipped is None
    assert static_file("../pyproject.toml") is None
    assert static_file("nowhere.js") is None
    assert {"text/html", "text/css", "text/javascript"} <= {each for each in PAGE_TYPES if is_text(each)}


def test_a_pack_holds_what_its_modules_reach_and_refuses_what_it_cannot_hold(monkeypatch):
    monkeypatch.setattr("rba_audit.web.http.script_packs._order", lambda: ("phone/late.js", "of no pack.js"))
    texts = {
        "form.js": 'import{a as b}from"./phone/one.js";import*as two from"./phone/two.js";const late=()=>import("./phone/late.js");b();',
        "phone/register_worker.js": 'import"./one.js";',
        "phone/one.js": "export function a(){}",
        "phone/two.js": "export const c=1;",
        "phone/late.js": 'import{c}from"./two.js";export class D{}',
    }
    pack = packed_script("packs/form/pack.js", texts.__getitem__)
    assert all(f'"{name}":' in pack for name in texts)
    assert "const{a:b}=$R(2);const two=$R(3);const late=()=>$L(0);b();" in pack
    assert packed_script("packs/form/phone/late.js", texts.__getitem__) == (
        'import{$R}from"../pack.js";export const{D}=$R("phone/late.js");'
    )
    assert packed_script("packs/form/phone/other.js", texts.__getitem__) is None
    for text in ("export let a=1;", "export{a};", "export default 1;", "const a=import.meta.url;", "import(name);"):
        with pytest.raises(ValueError, match=r"phone/two\.js"):
            packed_script("packs/form/pack.js", {**texts, "phone/two.js": text}.__getitem__)
