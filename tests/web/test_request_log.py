"""The request log: a line for each request, the cause of each failure under the same id, and nothing about people."""

import http.client
import json
import logging
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from helpers.registers import filled_register, session_for, signed_in_client
from rba_audit import accounts, cli
from rba_audit.errors import RbaError, Unavailable
from rba_audit.logs import JsonFormatter, TextFormatter
from rba_audit.register.schema_upgrade import newest_step
from rba_audit.resources import sample_sites
from rba_audit.web.http import errors, request_log
from rba_audit.web.http.access import EVERYONE, open_to

SECRET = "rahasia"
HOSTILE = [
    "\r\nINFO request id=0 status=200",
    "\x1b[2J",
    "%s%n%(x)s{0}",
    "\u2028\u2029\x85",
    "' OR 1=1",
    "é公園",
    "<b>&amp;",
]
TEAPOT = 418
RELEASED = Path(__file__).parents[1] / "golden" / "register-0001.db"


class Log(logging.Handler):
    """Keeps what is logged, in both forms."""

    def __init__(self):
        super().__init__()
        self.lines, self.events = [], []

    def emit(self, record):
        self.lines.append(TextFormatter().format(record))
        self.events.append(json.loads(JsonFormatter().format(record)))

    def of(self, name):
        return [event for event in self.events if event["event"] == name]

    def clear(self):
        self.lines.clear()
        self.events.clear()


@pytest.fixture
def log():
    handler, own = Log(), logging.getLogger("rba_audit")
    logging.getLogger().addHandler(handler)
    own.setLevel(logging.INFO)
    yield handler
    own.setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(handler)


def path_of(rule):
    """Return a path that the rule matches."""
    samples = {"IntegerConverter": 1, "UUIDConverter": "0b0e7a9c-5d0f-4d7e-9a53-0c9a53b4a111"}
    values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        values[name] = min(converter.items) if kind == "AnyConverter" else samples.get(kind, "a")
    return rule.build(values, append_unknown=False)[1]


def failing(app, endpoint, fault):
    """Let a view raise."""

    @open_to(EVERYONE)
    def view(**_):
        raise fault

    app.view_functions[endpoint] = view


def streaming(app, endpoint, *chunks):
    """Let a view send chunks one by one; an exception among them is raised."""

    def body():
        for chunk in chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    view = open_to(EVERYONE)(lambda **_: app.response_class(body()))
    app.view_functions[endpoint] = view


# --- a line for each request ---


@pytest.mark.parametrize("someone", ["nobody", "surveyor", "administrator"])
def test_every_route_is_logged_once_with_its_template_status_and_role(app, log, someone):
    accounts.set_public_view(app.extensions["judged"].register, on=False, by=None)
    for name, view in app.view_functions.items():
        app.view_functions[name] = open_to(view.access)(lambda **_: ("", TEAPOT))
    client = app.test_client() if someone == "nobody" else signed_in_client(app, someone)
    statuses = set()
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"OPTIONS"}):
            log.clear()
            answer = client.open(path_of(rule), method=method)
            answer.close()
            statuses.add(answer.status_code)

            (line,) = log.events
            assert (line["event"], line["level"]) == ("request", "info")
            assert (line["method"], line["route"], line["status"]) == (method, rule.rule, answer.status_code)
            assert line["id"] == answer.headers["X-Request-ID"]
            assert line["ms"] >= 0
            # Who asks is looked up where the route needs it, and never for the log alone.
            assert line["role"] in ("-", someone)
            if answer.status_code == TEAPOT and app.view_functions[rule.endpoint].access is not EVERYONE:
                assert line["role"] == someone
    assert statuses == {"nobody": {TEAPOT, 303, 401}, "surveyor": {TEAPOT, 403}, "administrator": {TEAPOT}}[someone]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", f"/{SECRET}", {}, 404),
        ("GET", f"/api/{SECRET}", {}, 404),
        ("POST", "/healthz", {}, 405),
        (SECRET, "/healthz", {}, 405),
        ("GET", "/healthz", {"Host": f"{SECRET}.example"}, 400),
    ],
)
def test_what_matches_no_route_is_logged_without_one(client, log, method, path, headers, status):
    client.open(path, method=method, headers=headers).close()

    (line,) = log.events
    assert (line["route"], line["status"]) == ("-", status)
    assert line["method"] == (method if method != SECRET else "-")
    assert SECRET not in "".join(log.lines)


def test_the_text_line_has_the_same_fields(client, log):
    answer = client.get("/healthz")
    answer.close()

    wanted = (
        rf"\S+ INFO request id={answer.headers['X-Request-ID']} method=GET route=/healthz status=200 ms=[\d.]+ role=-"
    )
    assert re.fullmatch(wanted, log.lines[0])


def test_the_id_is_never_the_one_of_the_request(client, log):
    answer = client.get("/healthz", headers={"X-Request-ID": "0123456789"})
    answer.close()

    assert re.fullmatch("[0-9a-f]{10}", answer.headers["X-Request-ID"])
    assert answer.headers["X-Request-ID"] != "0123456789"
    assert answer.headers.getlist("X-Request-ID") == [log.events[0]["id"]]


def test_every_request_has_another_id(client, log):
    for _ in range(50):
        client.get("/healthz").close()

    assert len({line["id"] for line in log.events}) == 50


# --- nothing about people ---


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("fault", [None, ValueError, RbaError, Unavailable], ids=str)
def test_nothing_of_a_request_is_in_the_log(app, log, hostile, fault):
    value = f"{SECRET}{hostile}"
    register = app.extensions["judged"].register
    if fault is not None:
        for name in ("planners.site", "planners.api_sites", "accounts.enter", "accounts.join"):
            failing(app, name, fault(value))
    client = signed_in_client(app, "administrator")
    token = session_for(app, "surveyor")
    sent = {"X-Request-ID": quote(value), "User-Agent": quote(value), "Referer": f"http://localhost/{quote(value)}"}
    client.set_cookie("extra", quote(value))
    client.get(f"/sites/{quote(value)}?q={quote(value)}", headers=sent).close()
    client.get(f"/api/sites.geojson?{quote(value)}", headers=sent).close()
    client.get(f"/join/{quote(value)}").close()
    client.get(f"/join/{token}").close()
    client.get(f"/static/{quote(value)}").close()
    client.post("/sign-in", data={"login": value, "password": value}).close()
    client.put(f"/api/visits/{quote(value)}", data=value.encode()).close()
    anyone = app.test_client()
    anyone.set_cookie("rba", quote(value))
    anyone.get("/account").close()

    assert len(log.of("request")) == 8
    written = "".join(log.lines) + json.dumps(log.events)
    people = [text for person in register.people.all() for text in (person.id, person.name)]
    assert [text for text in (SECRET, quote(SECRET), token, "alun-alun", *people) if text in written] == []
    assert all(line.isascii() and line.isprintable() for line in log.lines)


# --- failures ---


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_unexpected_failure_is_logged_once_and_its_page_says_the_id(app, log, language):
    failing(app, "planners.site", ZeroDivisionError("division by zero"))
    client = signed_in_client(app, "planner")
    client.set_cookie("lang", language)
    answer = client.get(f"/sites/{SECRET}", buffered=True)
    page = answer.text

    failure, line = log.events
    assert (failure["event"], failure["level"], failure["status"]) == ("failure", "error", 500)
    assert failure["cause"].startswith("ZeroDivisionError: division by zero [web/test_request_log.py:")
    assert failure["trace"][-1].endswith(" view")
    assert failure["id"] == line["id"] == answer.headers["X-Request-ID"]
    assert (line["status"], line["route"], line["role"]) == (500, "/sites/<path:site_id>", "planner")
    assert answer.status_code == 500
    assert failure["id"] in page
    assert {"id": "Nomor kejadian:", "en": "Reference:"}[language] in page
    assert "<nav" in page
    assert answer.headers["Content-Security-Policy"]


def test_an_unexpected_failure_under_api_is_json_with_the_id(app, log):
    failing(app, "api.work", KeyError(SECRET))
    answer = signed_in_client(app, "surveyor").get("/api/work", buffered=True)

    assert (answer.status_code, answer.json["error"]) == (500, "failed")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"] == log.of("failure")[0]["id"]
    assert answer.json["told"]
    assert len(log.of("failure")) == 1


@pytest.mark.parametrize("path", ["/api/sites.geojson", "/api/work", "/sites", "/readyz", "/"])
def test_a_damaged_register_is_503_everywhere_and_the_log_says_why(app, log, tmp_path, path):
    client = signed_in_client(app, "planner")
    for file in tmp_path.glob("register.db*"):
        file.write_bytes(b"no database" * 1000)
    answer = client.get(path, buffered=True)

    (failure,) = log.of("failure")
    assert answer.status_code == failure["status"] == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert failure["cause"].startswith(f"Unavailable: {tmp_path}/register.db: the register cannot be used")
    assert "DatabaseError: file is not a database" in failure["cause"]
    if path.startswith("/api/"):
        assert (answer.json["error"], answer.json["request_id"]) == ("busy", failure["id"])
    else:  # without sections, which the register would have to tell
        assert failure["id"] in answer.text
        assert "<nav" not in answer.text
        assert '<html lang="en">' in answer.text
    assert len(log.of("request")) == 1


def test_errors_of_whoever_asks_have_no_id_and_no_cause(client, log):
    page, answer = client.get("/sites/nowhere"), client.get("/api/visits/nonsense")

    assert (page.status_code, answer.status_code) == (404, 404)
    assert page.headers["X-Request-ID"] not in page.text
    assert "request_id" not in answer.json
    assert log.of("failure") == []


def test_an_error_page_that_cannot_be_drawn_leaves_its_cause_as_well(app, log, monkeypatch):
    failing(app, "planners.site", ZeroDivisionError())
    monkeypatch.setitem(app.jinja_env.globals, "menu_entries", lambda: {}[SECRET])
    answer = signed_in_client(app, "planner").get("/sites/x", buffered=True)

    (failure,) = log.of("failure")
    assert answer.status_code == 500
    assert failure["id"] in answer.text
    assert failure["cause"].startswith("ZeroDivisionError")
    assert failure["then"].startswith("KeyError")
    assert SECRET not in "".join(log.lines)


def test_without_any_template_there_is_still_an_answer_with_the_id(app, log, monkeypatch):
    def broken(*_, **__):
        raise OSError(5, "Input/output error", f"/{SECRET}")

    failing(app, "planners.site", ZeroDivisionError())
    monkeypatch.setattr(errors, "render_template", broken)
    answer = signed_in_client(app, "planner").get("/sites/x", buffered=True)

    (failure,) = log.of("failure")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert failure["id"] in answer.text
    assert failure["cause"].startswith("ZeroDivisionError")
    assert "Input/output error" in failure["then"]
    assert SECRET not in "".join(log.lines)


def test_a_failure_after_the_view_is_logged_once(app, log, monkeypatch):
    def broken(_response):
        raise ZeroDivisionError

    monkeypatch.setitem(app.after_request_funcs, None, [broken])
    answer = signed_in_client(app, "planner").get("/healthz", buffered=True)

    assert answer.status_code == 500
    assert len(log.of("failure")) == len(log.of("request")) == 1
    assert log.of("failure")[0]["cause"].startswith("ZeroDivisionError")


def test_an_answer_to_head_has_no_body_even_without_a_template(app, log, monkeypatch):
    failing(app, "planners.site", ZeroDivisionError())
    monkeypatch.setattr(errors, "render_template", lambda *_, **__: {}[SECRET])
    answer = signed_in_client(app, "planner").head("/sites/x", buffered=True)

    assert (answer.status_code, answer.data) == (500, b"")
    assert log.of("failure")[0]["id"] == answer.headers["X-Request-ID"]


# --- streaming ---


def test_a_stream_that_fails_before_its_first_byte_is_answered_500(app, log):
    streaming(app, "planners.api_sites", ValueError(SECRET), b"never")
    answer = signed_in_client(app, "planner").get("/api/sites.geojson", buffered=True)

    assert (answer.status_code, log.of("request")[0]["status"]) == (500, 500)
    assert log.of("failure")[0]["cause"].startswith("ValueError")
    assert log.of("failure")[0]["id"] in answer.text


def test_a_stream_that_fails_midway_is_logged_with_its_cause(app, log):
    streaming(app, "planners.api_sites", b"a", ValueError(SECRET))
    answer = signed_in_client(app, "planner").get("/api/sites.geojson")
    with pytest.raises(ValueError, match=SECRET):
        _ = answer.data
    answer.close()

    assert (log.of("failure")[0]["status"], log.of("request")[0]["status"]) == (200, 200)
    assert log.of("failure")[0]["cause"].startswith("ValueError")
    assert SECRET not in "".join(log.lines)


def test_a_stream_is_logged_when_it_is_closed_and_its_time_is_told(app, log, monkeypatch):
    clock = iter((10.0, 12.5))
    monkeypatch.setattr(request_log, "perf_counter", lambda: next(clock))
    streaming(app, "planners.api_sites", b"a", b"b", b"c")
    answer = signed_in_client(app, "planner").get("/api/sites.geojson")
    assert log.events == []
    answer.close()  # as when whoever asked has gone

    assert [(line["status"], line["ms"]) for line in log.events] == [(200, 2500.0)]


# --- the command line ---


def test_an_import_is_logged_in_numbers(capsys, tmp_path):
    url = f"sqlite:///{tmp_path}/register.db"
    assert cli.main(["register", "import", str(sample_sites()), "--register", url, "--log", "json"]) == 0
    made, line = map(json.loads, capsys.readouterr().err.splitlines())

    assert (made["event"], made["schema"]) == ("new_register", newest_step())
    assert {key: line[key] for key in ("event", "new", "changed", "same", "refused")} == {
        "event": "import",
        "new": 65,
        "changed": 0,
        "same": 0,
        "refused": 0,
    }


def test_an_upgrade_is_logged_with_its_copy(capsys, tmp_path):
    old = Path(shutil.copy(RELEASED, tmp_path / "register.db"))
    for _ in range(2):
        assert cli.main(["people", "list", "--register", f"sqlite:///{old}", "--log", "json"]) == 0
    private, line = map(json.loads, capsys.readouterr().err.splitlines())

    assert (private["event"], private["names"]) == ("made_private", [old.name])
    assert (line["event"], line["from_schema"], line["to_schema"]) == ("upgrade", "0001", newest_step())
    assert line["register"] == str(old)
    assert Path(line["copy"]).exists()


# --- a whole server ---


def started(tmp_path, *more):
    url = f"sqlite:///{tmp_path}/register.db"
    filled_register(tmp_path).close()
    command = [sys.executable, "-m", "rba_audit.cli", "serve", "--register", url, "--port", "0", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_server_says_on_stdout_where_it_is_and_logs_the_rest_on_stderr(tmp_path):
    with started(tmp_path, "--log", "json") as server:
        shown = server.stdout.readline().strip()
        port = urlsplit(shown).port
        with closing(socket.create_connection(("127.0.0.1", port), 20)) as line:
            line.sendall(f"{SECRET} \x1b[2J /\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.0 400")
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
            client.request("GET", f"/static/style.css?{SECRET}")
            answer = client.getresponse()
            size, id = len(answer.read()), answer.headers["X-Request-ID"]
        server.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in server.stderr.read().splitlines()]
        assert server.wait(20) == 0

    start, *between, stop = lines
    requests = [each for each in between if each["event"] == "request"]  # the rest is how waitress queues
    assert (start["event"], start["address"], start["demo"]) == ("start", shown, False)
    assert {"version", "edition", "sqlite"} <= start.keys()
    assert [(each["route"], each["status"]) for each in requests] == [("-", 400), ("/static/<path:filename>", 200)]
    assert requests[1]["id"] == id
    assert size == int(answer.headers["Content-Length"]) > 0
    assert stop["event"] == "stop"
    assert SECRET not in str(lines)


def test_a_log_that_nobody_reads_stops_no_request(tmp_path):
    with started(tmp_path) as server:
        port = urlsplit(server.stdout.readline().strip()).port
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
            for _ in range(2000):  # more than a pipe holds
                client.request("GET", "/healthz")
                answer = client.getresponse()
                assert (answer.status, answer.read()) == (200, b'{"status":"ok"}\n')
        server.kill()
