"""What a server takes from a connection before anybody looks at it: how much, from how many, and for how long."""

import errno
import http.client
import json
import os
import socket
import threading
from contextlib import closing, contextmanager, suppress

import pytest
from sqlalchemy import event
from waitress.wasyncore import close_all

from helpers.registers import filled_register, session_for, signed_in_client
from helpers.sending import uuid
from rba_audit.register.sqlite import dbapi2
from rba_audit.web import create_app
from rba_audit.web.http.body_limits import OF_A_FORM, OF_ANYONE, OF_PEOPLE, bound_of
from rba_audit.web.http.server import server_on

MEGABYTE = 1_000_000


@contextmanager
def running(app):
    """Serve an application as `serve` does; yields the server."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = server_on(listener, app)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.trigger.pull_trigger(lambda: close_all(server._map, ignore_all=True))
        thread.join(20)
        server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def app(tmp_path_factory, standard):
    with closing(filled_register(tmp_path_factory.mktemp("doors"), people=True)) as register:
        app = create_app(register, standard, demo=True)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


@pytest.fixture(scope="module")
def server(app):
    with running(app) as server:
        yield server


def said(server, request):
    """Send bytes and return what comes back until the connection ends.

    Raises:
        TimeoutError: it does not end.
    """
    found = b""
    with socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=10) as connection:
        connection.sendall(request)
        # What is left unread when a connection ends resets it.
        with suppress(ConnectionResetError):
            while more := connection.recv(65536):
                found += more
    return found


def head(method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def asked(server, method, path, body=None, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", int(server.effective_port), timeout=20)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


# --- how much ---------------------------------------------------------------------------------------------------------


def test_a_hundred_megabytes_from_anybody_are_refused_by_their_head(server):
    """Not a byte of the body is sent; who waits for it would wait for ever."""
    found = said(server, head("POST", "/sign-in", "Content-Length: 100000000"))

    assert found.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in found


def test_a_body_of_unknown_length_is_cut_off_where_its_page_takes_no_more(server):
    chunk = b"2710\r\n" + b"a" * 10_000 + b"\r\n"
    found = said(server, head("POST", "/sign-in", "Transfer-Encoding: chunked") + chunk * 3)

    assert found.startswith(b"HTTP/1.1 413 ")


def test_whoever_has_to_sign_in_again_hears_so_after_sending_a_visit(server):
    """The body is read and not kept: a phone that is cut off in the middle would only try again."""
    status, _, body = asked(server, "PUT", f"/api/visits/{uuid(1)}", b" " * 300_000)

    assert (status, json.loads(body)["error"]) == (401, "signed_out")


def test_a_large_photo_of_somebody_who_is_signed_in_is_refused_in_words(server, app):
    cookie = f"rba={session_for(app, 'surveyor')}"
    path = f"/api/dangers/{uuid(1)}/photos/{'0' * 64}"
    status, _, body = asked(server, "PUT", path, b"0" * 13 * MEGABYTE, Cookie=cookie)

    assert (status, json.loads(body)["error"]) == (413, "too_large")
    status, _, body = asked(server, "PUT", path, b"0" * 11 * MEGABYTE, Cookie=cookie)
    assert (status, json.loads(body)["error"]) == (404, "unknown")


def test_a_cookie_of_nobody_opens_no_larger_door(server):
    status, _, _ = asked(server, "PUT", f"/api/visits/{uuid(1)}", b" " * 300_000, Cookie="rba=nobody; x=")
    assert status == 401


def test_a_body_that_finds_no_room_is_told_to_come_again(server, app, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("waitress.receiver.FixedStreamReceiver.received", full)
    cookie = f"rba={session_for(app, 'surveyor')}"
    status, headers, body = asked(server, "PUT", f"/api/visits/{uuid(1)}", b" " * 900, Cookie=cookie)

    assert (status, json.loads(body)["error"], headers["Retry-After"]) == (503, "busy", "30")


def test_every_page_has_a_bound_and_few_have_a_large_one(app):
    bounds = {name: bound_of(app, name) for name in app.view_functions}
    large = {name for name, most in bounds.items() if most > OF_PEOPLE}

    assert large == {
        "api.put_visit",
        "api.put_danger",
        "api.put_place",
        "api.put_photo",
        "api.put_danger_photo",
        "api.post_parcel",
        "documents.record",
        "documents.record_version",
        "followups.add_scan",
        "followups.change",
        "followups.done",
        "followups.record_certificate",
        "imports.choose",
        "imports.set_columns",
        "imports.take",
        "imports.upload",
        "layers.add",
        "kha.preview",
        "kha.record_table",
        "folder.send",
        "places.changed",
        "places.new",
        "reviewers.decided",
        "reviewers.settled",
        "reviewers.move",
        "reviewers.difference",
        "surveyors.audit",
    }
    open_to_all = {name for name in large if app.view_functions[name].access.everyone}
    assert (
        open_to_all == {name for name in large if hasattr(app.view_functions[name], "is_open_link")} == {"folder.send"}
    )
    assert {bounds[name] for name in ("accounts.enter", "accounts.set_password", "language", "healthz")} == {OF_ANYONE}
    assert bound_of(app, None) == OF_ANYONE
    assert bounds["reviewers.decided"] == OF_A_FORM


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 0"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Transfer-Encoding: gzip",),
    ],
)
def test_two_lengths_of_one_request_end_the_connection(server, lines):
    found = said(server, head("POST", "/sign-in", *lines) + b"0\r\n\r\n" + head("GET", "/healthz"))

    assert found[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 501")
    assert found.count(b"HTTP/1.1") == 1


def test_an_old_request_with_the_length_of_a_new_one_ends_the_connection(server):
    lines = b"POST /sign-in HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    found = said(server, lines)

    assert found.split(b" ")[1] == b"400"


# --- how many, and how long ---------------------------------------------------------------------------------------------


def test_connections_that_only_wait_make_room(app):
    with running(app) as server:
        server.most = 20
        address = ("127.0.0.1", int(server.effective_port))
        idle = [socket.create_connection(address) for _ in range(30)]
        half = [socket.create_connection(address) for _ in range(30)]
        for each in half:
            each.sendall(b"GET / HTTP/1.1\r\nHost: loc")

        assert [asked(server, "GET", "/healthz")[0] for _ in range(5)] == [200] * 5
        assert len(server.active_channels) <= 22
        for each in (*idle, *half):
            each.close()


class Waiting:
    """A connection, as far as it is asked whether it may stay."""

    def __init__(self, server, *, since, requests=(), body=None, answered=False, out=0, active=None):
        kind = server.channel_class
        self.requests, self.total_outbufs_len, self.answered = list(requests), out, answered
        self.waits_since, self.last_activity = since, since if active is None else active
        self.will_close = False
        self.request = None
        if body is not None:
            self.request = type("Request", (), {"headers_finished": True, "body_bytes_received": body})()
        self.is_late = lambda now: kind.is_late(self, now)
        self.worth = lambda now: kind.worth(self, now)
        self.sends_body = lambda: kind.sends_body(self)


def test_a_connection_that_is_answered_or_sends_stays_longer_than_one_that_says_nothing(server, monkeypatch):
    now = 1000.0
    oldest = Waiting(server, since=900)
    young = Waiting(server, since=999)
    slow = Waiting(server, since=900, body=100)
    fast = Waiting(server, since=900, body=1_000_000)
    begun = Waiting(server, since=995, body=1)
    answering = Waiting(server, since=800, requests=["x"])
    everybody = [fast, answering, slow, young, begun, oldest]
    monkeypatch.setattr(server, "active_channels", dict(enumerate(everybody)))

    gone = []
    for _ in everybody:
        before = {each for each in everybody if each.will_close}
        server.make_room(now)
        gone += [each for each in everybody if each.will_close and each not in before]
    assert gone == [oldest, young, slow, fast, begun]
    assert not answering.will_close


@pytest.mark.parametrize(
    ("kept", "late"),
    [
        ({"since": 971}, False),
        ({"since": 969}, True),
        ({"since": 930, "answered": True}, False),
        ({"since": 924, "answered": True}, True),
        ({"since": 500, "body": 10, "active": 890}, False),
        ({"since": 500, "body": 10, "active": 870}, True),
        ({"since": 500, "requests": ["x"], "active": 500}, False),
        ({"since": 500, "requests": ["x"], "out": 9, "active": 870}, True),
    ],
    ids=str,
)
def test_how_long_a_connection_may_wait(server, kept, late):
    assert Waiting(server, **kept).is_late(1000.0) is late


def test_whether_the_server_lives_is_answered_whatever_its_threads_do(app):
    with running(app) as server:
        server.task_dispatcher.shutdown()  # nobody works there any more

        assert asked(server, "GET", "/healthz")[0] == 200
        with socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=0.5) as other:
            other.sendall(head("GET", "/sign-in"))
            with pytest.raises(TimeoutError):
                other.recv(1)


# --- what is said ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/v-x/" + "a" * 300,
        "/static/" + "a" * 300,
        "/standards/" + "a" * 300,
        "/standards/" + "a" * 300 + "/table.json",
    ],
)
def test_a_name_that_no_file_can_have_is_not_found(app, path):
    assert signed_in_client(app, "planner").get(path).status_code == 404


def test_https_is_asked_for_where_it_is_spoken(app, standard):
    register = app.extensions["judged"].register
    outside = create_app(register, standard, address="https://rba.example.go.id")

    assert outside.test_client().get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers


def test_a_full_disk_is_told_without_naming_a_folder_also_where_one_signs_in(tmp_path, standard):
    with closing(filled_register(tmp_path, people=True)) as register:
        app = create_app(register, standard, demo=True)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        client = signed_in_client(app, "administrator")

        @event.listens_for(register._database._engine, "connect")
        def _full(_raw, _record):
            raise dbapi2.OperationalError("disk I/O error")

        answers = [
            client.put(f"/api/visits/{uuid(1)}/photos/{'0' * 64}", data=b"x"),
            client.post("/sign-in", data={"login": "planner", "password": "x" * 900}),
            client.post("/sign-out"),
            client.get("/dangers"),
        ]

        assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(503, "30")] * 4
        for answer in answers:
            assert str(tmp_path) not in answer.text
            assert "register.db" not in answer.text


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EMFILE])
def test_a_disk_that_takes_nothing_is_told_wherever_it_is_met(app, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number), "/srv/secret")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    answer = signed_in_client(app, "surveyor").post("/api/parcels", data=b"x")

    assert (answer.status_code, answer.json["error"], answer.headers["Retry-After"]) == (503, "busy", "30")
    assert "secret" not in answer.text


def test_what_is_wrong_with_a_file_is_for_the_log_alone(tmp_path, standard):
    with closing(filled_register(tmp_path, people=True)) as register:
        app = create_app(register, standard, demo=True)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        client = signed_in_client(app, "planner")
        (tmp_path / "register.db").write_bytes(b"no database" * 1000)

        for path in ("/", "/dangers", "/sites", "/sign-in", "/readyz", "/api/work"):
            answer = client.get(path)
            assert answer.status_code in (200, 503), path
            assert str(tmp_path) not in answer.text
