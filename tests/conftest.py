"""Marks by folder, what is left out where something is missing, the order of files, and the fixtures that every room shares."""

import gc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# Whatever is imported and collected stays to the end: looking through it for rubbish again and again takes a third of collecting them.
gc.disable()
pytest.register_assert_rewrite("helpers")

from helpers import files_in_memory, routes, templates  # noqa: E402, F401 - the first before anything makes a file
from helpers.effort import cases  # noqa: E402 - after its assertions can be explained
from helpers.missing import EVERYTHING, NEEDS  # noqa: E402
from helpers.registers import filled_register, signed_in_client  # noqa: E402
from rba_audit.auditing import audit  # noqa: E402
from rba_audit.messages import using_language  # noqa: E402
from rba_audit.resources import sample_sites as sample_path  # noqa: E402
from rba_audit.sites import read_sites  # noqa: E402
from rba_audit.standard import load_published  # noqa: E402
from rba_audit.web import create_app  # noqa: E402

# How long one example takes says how busy the machine is, not whether the code is right; timings live in `make bench`.
settings.register_profile("project", deadline=None, max_examples=cases(60, 2000))
settings.load_profile("project")

ROOMS = ("browser", "web", "unit")
"""The folders of tests, the slowest first: workers take files in this order, so that the last ones to end are short."""
_LEFT_OUT = pytest.StashKey[Counter]()


def pytest_configure(config):
    config.stash[_LEFT_OUT] = Counter()
    missing = [need.sentence for need in NEEDS.values() if not need.is_here()]
    if EVERYTHING and missing:
        raise pytest.UsageError(f"Nothing may be left out here (RBA_TEST_EVERYTHING=1); missing: {'; '.join(missing)}")


def pytest_collection_modifyitems(config, items):
    here = Path(__file__).parent
    for item in items:
        item.add_marker(item.path.relative_to(here).parts[0])
    missing = [mark for mark, need in NEEDS.items() if not need.is_here()]
    left_out = {item: next((mark for mark in missing if item.get_closest_marker(mark)), None) for item in items}
    config.stash[_LEFT_OUT].update(mark for mark in left_out.values() if mark)
    config.hook.pytest_deselected(items=[item for item, mark in left_out.items() if mark])
    items[:] = sorted((item for item, mark in left_out.items() if not mark), key=_weight)


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.enable()


def _weight(item):
    room = ROOMS.index(item.path.relative_to(Path(__file__).parent).parts[0])
    # The length of a file is a fair guess at how long its tests take in a browser.
    return room, -item.path.stat().st_size, str(item.path)


def pytest_sessionfinish(session):
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = dict(session.config.stash[_LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    # Each worker collects all tests, so any one of them has the right numbers.
    node.config.stash[_LEFT_OUT] |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter, config):
    for mark, number in config.stash[_LEFT_OUT].items():
        terminalreporter.write_line(f"{number} tests were left out: they need {NEEDS[mark].sentence}.", yellow=True)


@pytest.fixture(autouse=True)
def spoken_indonesian():
    """Every test begins in Indonesian, whatever the one before it spoke."""
    with using_language("id"):
        yield


@pytest.fixture(scope="session")
def standard():
    return load_published("rbra-2024")


@pytest.fixture(scope="session")
def sample_sites():
    return read_sites(sample_path())


@pytest.fixture(scope="session")
def findings(sample_sites, standard):
    found = audit(sample_sites, standard)
    # Many tests read them.
    found.matrix.setflags(write=False)
    return found


@pytest.fixture
def app(tmp_path, standard):
    register = filled_register(tmp_path, people=True)
    yield create_app(register, standard, demo=True)
    register.close()


@pytest.fixture
def client(app):
    """An administrator who reads English, so that the texts are the messages themselves and every page is open."""
    return signed_in_client(app, "administrator")
