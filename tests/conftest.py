import json
import os
import shutil
import threading

import pytest
from hypothesis import settings
from werkzeug.serving import make_server

from rba_audit import accounts
from rba_audit.audits import audit
from rba_audit.register import open_register
from rba_audit.resources import sample_sites as sample_path
from rba_audit.sites import read_sites
from rba_audit.standard import load_standard
from rba_audit.web import create_app
from rba_audit.words import speaking

# How long one example takes says how busy the machine is, not whether the code is right; timings live in `make bench`.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(autouse=True)
def spoken_indonesian():
    """Every test begins in Indonesian, whatever the one before it spoke."""
    with speaking("id"):
        yield


@pytest.fixture(scope="session")
def standard():
    return load_standard("rbra-2024")


@pytest.fixture(scope="session")
def sample_sites():
    return read_sites(sample_path())


@pytest.fixture
def findings(sample_sites, standard):
    return audit(sample_sites, standard)


def filled_register(folder, features=None):
    """Open a register in `folder` that holds the sample, or other features."""
    register = open_register(f"sqlite:///{folder}/register.db")
    sample = json.loads(sample_path().read_text(encoding="utf-8"))["features"]
    register.import_features(sample if features is None else features)
    return register


@pytest.fixture
def app(tmp_path, standard):
    register = filled_register(tmp_path)
    accounts.ensure_demo_people(register)
    yield create_app(register, standard, demo=True)
    register.close()


@pytest.fixture
def client(app):
    """An administrator who reads English, so that the texts are the messages themselves and every page is open."""
    return signed_in_client(app, "administrator")


def signed_in_client(app, role):
    """Return a client that speaks English and in which the demonstration's person of that role is signed in."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", session_for(app, role))
    return client


def session_for(app, role):
    """Begin a session of the demonstration's person of that role, and return its token."""
    register = app.extensions["judged"].register
    return accounts.begin_session(register, next(each for each in register.people.all() if each.role == role))


@pytest.fixture(scope="session")
def launch():
    """Start a Chromium; without one these tests are skipped with a sentence, and fail where nothing may be skipped."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        missing = "Chromium is not installed, so pages cannot be tried in a browser; install it with: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda: playwright.chromium.launch(executable_path=found, args=CHROMIUM)


@pytest.fixture(scope="session")
def browser(launch):
    started = launch()
    yield started
    started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory, standard):
    """The address of a running demonstration."""
    register = filled_register(tmp_path_factory.mktemp("served"))
    accounts.ensure_demo_people(register)
    server = make_server("127.0.0.1", 0, create_app(register, standard, demo=True), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    register.close()
