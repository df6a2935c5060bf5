"""Served behind a proxy that speaks https: what the proxy says of a request is believed, and nobody else is."""

import http.client
import subprocess
import sys
from urllib.parse import urlencode, urlsplit

import pytest

from helpers.registers import empty_register
from rba_audit import accounts
from rba_audit.cli import main

HOST = "rba.example.go.id"
FORWARDED = {"Host": HOST, "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of a server that people reach as https://HOST; its register holds the demonstration's people."""
    folder = tmp_path_factory.mktemp("serving")
    empty_register(folder, people=True).close()
    url = f"sqlite:///{folder}/register.db"
    command = ["serve", "--register", url, "--port", "0", "--address", f"https://{HOST}"]
    with subprocess.Popen(
        [sys.executable, "-m", "rba_audit.cli", *command], stdout=subprocess.PIPE, text=True
    ) as serving:
        yield urlsplit(serving.stdout.readline().strip()).port
        serving.terminate()
        serving.wait(20)


def asked(port, method, path, headers, **form):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, urlencode(form), {**headers, **kind})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def sign_in(port, headers, password=accounts.DEMO_PASSWORD, login="planner"):
    return asked(port, "POST", "/sign-in", headers, login=login, password=password)


def test_a_session_behind_https_is_bound_to_the_host_and_to_https(port):
    answer = sign_in(port, {**FORWARDED, "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"})

    assert answer.status == 303
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-rba=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", f"http://{HOST}", "null"])
def test_a_form_of_another_site_is_refused_behind_the_proxy_too(port, origin):
    assert sign_in(port, {**FORWARDED, "Origin": origin}).status == 403


def test_who_mistypes_too_often_keeps_only_their_own_address_waiting(port):
    mistyping = {**FORWARDED, "X-Forwarded-For": "192.0.2.44"}
    for number in range(40):
        sign_in(port, mistyping, "wrong", f"nobody-{number}")

    assert sign_in(port, mistyping).status == 429
    assert sign_in(port, {**FORWARDED, "X-Forwarded-For": "198.51.100.9"}).status == 303


def test_a_host_that_is_not_ours_is_not_answered(port):
    assert asked(port, "GET", "/healthz", {**FORWARDED, "Host": "elsewhere.example"}).status == 400
    assert asked(port, "GET", "/healthz", FORWARDED).status == 200


@pytest.mark.parametrize("port", ["99999", "-5"])
def test_a_number_that_is_no_port_is_refused_in_a_sentence(tmp_path, capsys, port):
    url = f"sqlite:///{tmp_path}/register.db"

    assert main(["serve", "--register", url, "--port", port, "--lang", "en"]) == 1
    assert f"port {port} on 127.0.0.1 is taken or not allowed" in capsys.readouterr().err
