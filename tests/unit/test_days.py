"""Which days and moments of other clocks can be."""

from datetime import UTC, date, datetime

import pytest

from rba_audit.days import usable_day, usable_moment

RECEIVED = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "used"),
    [
        (date(2018, 1, 1), date(2018, 1, 1)),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 21)),
        (date(2017, 12, 31), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date.min, date(2026, 11, 20)),
        (date.max, date(2026, 11, 20)),
    ],
)
def test_a_day_that_cannot_be_is_the_one_on_which_it_came(stated, used):
    assert usable_day(stated, RECEIVED) == used


@pytest.mark.parametrize(
    "stated",
    ["2026-11-20T02:00:00Z", "2018-01-01T00:00:00+00:00", "2026-11-21T02:30:00Z", "2026-11-20T09:00:00+07:00"],
)
def test_a_moment_that_can_be_is_used(stated):
    assert usable_moment(stated, RECEIVED) == datetime.fromisoformat(stated)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "kemarin",
        "2026-11-20T02:00:00",
        "2017-12-31T23:59:59Z",
        "2026-11-21T02:30:01Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "0001-01-01T00:00:00",
    ],
)
def test_a_moment_that_cannot_be_is_none(stated):
    assert usable_moment(stated, RECEIVED) is None
