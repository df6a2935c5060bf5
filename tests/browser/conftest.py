"""One browser and one demonstration for every test of a worker; each test opens contexts of its own."""

import pytest
from playwright.sync_api import expect, sync_playwright

from helpers.chromium import CHROMIUM_ARGUMENTS, chromium
from helpers.phones import Server
from helpers.reading import readers
from helpers.serving import demonstration
from helpers.surveying import running
from rba_audit.register import open_register
from rba_audit.resources import sample_areas

# A limit that is not reached costs nothing; a busy machine reaches a short one. No test sets one of its own.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser_type():
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser_options():
    """How this browser is started, for the tests that start one of their own."""
    return {"executable_path": chromium(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser(browser_type, browser_options):
    started = browser_type.launch(**browser_options)
    yield started
    started.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory, standard):
    """A running demonstration with the outlines of kecamatan, which no test changes."""
    with demonstration(tmp_path_factory.mktemp("demo"), standard, sample_areas()) as running:
        yield running


@pytest.fixture
def reading(browser, demo):
    """Open pages of the demonstration; whatever the browser complains of fails the test."""
    with readers(browser, demo.address) as read:
        yield read


@pytest.fixture
def desk(reading):
    return reading()


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """An empty register for the tests of one file; each test brings a site of its own into it."""
    opened = open_register(f"sqlite:///{tmp_path_factory.mktemp('served')}/register.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def surroundings():
    """What lies around the sites of that register; a file that needs some has a fixture of this name."""
    return ()


@pytest.fixture(scope="module")
def here(register, standard, surroundings):
    """The address of that register, served, and the cookie of a surveyor."""
    with running(register, standard, surroundings) as served:
        yield served


@pytest.fixture(scope="module")
def kept_server(tmp_path_factory):
    """A server process for the phones of one file, which its tests kill."""
    kept = Server(tmp_path_factory.mktemp("phone"))
    yield kept
    if kept.process:
        kept.kill()


@pytest.fixture
def server(kept_server):
    """That server, running and without a fault."""
    if kept_server.process is None:
        kept_server.start()
    yield kept_server
    (kept_server.folder / "fault").unlink(missing_ok=True)
