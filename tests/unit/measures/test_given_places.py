"""Places that were once judged falsely, with what is right there."""

from __future__ import annotations

import pytest

from helpers.public_data import SHARED
from rba_audit import audit, read_sites
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published

pytestmark = pytest.mark.public_data
PLACES = SHARED / "cases" / "measured"


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def trace(name, requirement):
    """Return the trace of a requirement at the place of that name, beside what lies around it."""
    sites = read_sites(PLACES / f"{name}-site.geojson")
    context = read_context([PLACES / f"{name}-context.geojson"])
    return audit(sites, load_published(default_edition()), context=context).explain("s", requirement)


def test_not_applicable_takes_no_measured_track_away():
    found = trace("k4", "LOK-05")

    assert found.outcome == "does_not_conform"
    assert "not applicable, which is no answer here" in found.observed


@pytest.mark.parametrize("requirement", ["LOK-05", "LOK-06"])
def test_a_list_of_parts_with_gaps_begins_at_the_outline(requirement):
    found = trace("k2", requirement)

    assert found.outcome == "undetermined"
    assert "may begin at the outline" in found.reason


@pytest.mark.parametrize(("requirement", "walked"), [("KSH-03", "400 m"), ("MUD-11", "900 m")])
def test_a_straight_line_does_not_overrule_who_walked(requirement, walked):
    found = trace("k3", requirement)

    assert found.outcome == "does_not_conform"
    assert found.evidence_source == "surveyor"
    assert walked in found.observed
    assert "in a straight line" in found.observed


def test_the_nearest_line_hides_no_stricter_one():
    found = trace("k1", "LOK-06")

    assert found.outcome == "does_not_conform"
    assert "sutet500" in found.observed
    assert "the strictest of 2 that are near" in found.observed


def test_a_deep_river_far_behind_a_pond_asks_for_no_more_room():
    # The pond is drawn 100 m wide, so the river behind it lies 115 m off: no more than 30 m are asked for.
    found = trace("k1", "LOK-07")

    assert found.outcome == "conforms"
    assert "kolam, 10 m" in found.observed
