"""Places that were once judged falsely, with what is right there."""

from __future__ import annotations

import pytest

from helpers.public_data import SHARED
from rba_audit import audit, read_sites
from rba_audit.layers import read_context
from rba_audit.standard import default_edition, published
from rba_audit.words import speaking

pytestmark = pytest.mark.public_data
PLACES = SHARED / "cases" / "measured"


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def trace(name, requirement):
    """Return the trace of a requirement at the place of that name, beside what lies around it."""
    sites = read_sites(PLACES / f"{name}-site.geojson")
    context = read_context([PLACES / f"{name}-context.geojson"])
    return audit(sites, published(default_edition()), context=context).explain("s", requirement)


def test_not_applicable_takes_no_measured_track_away():
    found = trace("k4", "LOK-05")

    assert found.outcome == "does_not_conform"
    assert "not applicable, which is no answer here" in found.observed
