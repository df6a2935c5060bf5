"""The order of a backlog: whom a place reaches beyond those with a standard place; ties and unknowns are named as such."""

from datetime import date

import numpy as np
import pytest
import shapely

from rba_audit.city import backlog_of, row_reason
from rba_audit.city.backlog_tables import rank_text
from rba_audit.coverage import Population, compute_coverage
from rba_audit.findings import STATUSES
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_features

NOT_AUDITED, STANDARD, NOT_STANDARD = (STATUSES.index(name) for name in ("not_audited", "standard", "non_standard"))
STEP = 0.02
"""Degrees between homes: more than 2 km, so that a place reaches one of them."""


@pytest.fixture(autouse=True)
def _english():
    with using_language("en"):
        yield


def spot(number):
    return [106.0 + STEP * number, -6.0]


def sites(places):
    """Return sites by id at a home's number; None for one without a position."""
    return sites_from_features(
        [
            {
                "type": "Feature",
                "id": id,
                "properties": {"name": id},
                "geometry": None if home is None else {"type": "Point", "coordinates": spot(home)},
            }
            for id, home in places.items()
        ],
        "test",
    )


def backlog(places, children, status=None, **more):
    """Return the backlog of places among homes with so many children each."""
    homes = np.array([shapely.Point(spot(number)) for number in range(len(children))], dtype=object)
    population = Population("children", homes, np.array(children, dtype=np.float64))
    column = np.array([(status or {}).get(id, NOT_AUDITED) for id in places], dtype=np.int8)
    coverage = compute_coverage(sites(places), column, population=population, rule="300m")
    return backlog_of(coverage, column, **more)


def order(made):
    return [(made.coverage.sites.ids[row.index], rank_text(row)) for row in made.rows]


def test_more_children_without_a_standard_place_come_first():
    assert order(backlog({"a": 0, "b": 1, "c": 2}, [10, 30, 20])) == [("b", "1"), ("c", "2"), ("a", "3")]


def test_children_whom_a_standard_place_reaches_do_not_count():
    made = backlog({"a": 0, "b": 1, "good": 1}, [10, 30], {"good": STANDARD})

    assert order(made) == [("a", "1"), ("b", "2")]
    assert made.rows[1].beyond == (0, 0)
    assert made.rows[1].reaches == (30, 30)
    assert "has a standard place already" in str(row_reason(made.rows[1], made.coverage))


def test_equal_places_are_tied_and_say_so_and_only_the_first_adds_those_whom_both_reach():
    made = backlog({"a": 0, "b": 0, "c": 1}, [10, 5])

    assert order(made) == [("a", "1="), ("b", "1="), ("c", "3")]
    assert [row.added for row in made.rows] == [10, 0, 5]


def test_a_place_without_a_position_has_no_rank_and_comes_last():
    made = backlog({"lost": None, "a": 0}, [10])

    assert order(made) == [("a", "1"), ("lost", "–")]
    [lost] = made.unknown
    assert (lost.reaches, lost.beyond, lost.added) == (None, None, None)
    assert "nobody knows where it lies" in str(row_reason(lost, made.coverage))


def test_a_place_of_unknown_class_reaches_a_range():
    homes = np.array(
        [shapely.Point(106.0, -6.0 - 0.0045)], dtype=object
    )  # about 500 m: farther than an RT park, nearer than RW
    coverage = compute_coverage(
        sites({"a": 0}),
        np.array([NOT_AUDITED], dtype=np.int8),
        population=Population("people", homes, np.array([7.0])),
        rule="pu",
    )
    [row] = backlog_of(coverage, np.array([NOT_AUDITED])).rows

    assert row.beyond == (0, 7)
    assert str(row_reason(row, coverage)).endswith("at most 7 people without a standard place")


def test_only_places_that_were_never_audited_are_listed_unless_others_are_asked_for():
    places, status = {"a": 0, "old": 1, "older": 2}, {"old": NOT_STANDARD, "older": NOT_STANDARD}
    days = {"old": date(2026, 1, 1), "older": date(2025, 1, 1)}

    assert [id for id, _ in order(backlog(places, [1, 50, 2], status))] == ["a"]
    assert [id for id, _ in order(backlog(places, [1, 50, 2], status, last_audits=days, state="oldest"))] == [
        "older",
        "old",
    ]
    assert [id for id, _ in order(backlog(places, [1, 50, 2], status, last_audits=days, state="all"))] == [
        "a",
        "older",
        "old",
    ]


def test_a_filter_leaves_the_reach_of_the_others_as_it_is():
    made = backlog({"a": 0, "b": 1}, [10, 30], only={"a"})

    assert order(made) == [("a", "1")]
    assert made.rows[0].added == 10
