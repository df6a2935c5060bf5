"""The trend counts each site by its approved visits until the end of a month, under today's rules."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from helpers.actions import approved
from helpers.answering import possible_answers
from helpers.registers import filled_register
from helpers.visits import take_visit
from rba_audit.auditing import audit_with_visits, status_trend
from rba_audit.auditing.register_audit import audit_visits
from rba_audit.auditing.trend import MOST_MONTHS
from rba_audit.findings import STATUSES
from rba_audit.standard.policies import shipped_policies

TODAY = date(2026, 3, 20)
SITES = ("taman-sari", "alun-alun-barat", "benteng-speelwijk", "taman-sepur")


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    yield register
    register.close()


def statuses_until(register, standard, day):
    """Return the statuses by the visits until a day, audited anew; sites without one are not audited."""
    visits = {name: [visit for visit in own if visit.day <= day] for name, own in register.visits.by_site().items()}
    audited = audit_with_visits(register, standard)
    then = audit_visits(
        audited.sites, visits, standard, register.disagreements.latest_decisions(), policies=shipped_policies()
    )
    status = then.findings.conclusions.status
    return Counter(
        STATUSES[status[index]] if visits.get(name) else "not_audited" for index, name in enumerate(audited.sites.ids)
    )


@pytest.mark.parametrize("seed", range(3))
def test_each_month_is_the_audit_of_the_visits_until_its_end(register, standard, seed):
    random_ = random.Random(seed)
    words = possible_answers(standard)
    for _visit in range(7):
        answers = {
            question: random_.choice(plain)
            for question, choices in words.items()
            if (plain := [choice for choice in choices if isinstance(choice, str | int | float)])
        }
        approved(register, answers, TODAY - timedelta(days=random_.randint(0, 150)), site=random_.choice(SITES))

    points = status_trend(register, audit_with_visits(register, standard), (), TODAY)

    assert points[-1].day == TODAY
    assert [point.day for point in points] == sorted({point.day for point in points})
    for point in points:
        assert +point.counts == +statuses_until(register, standard, point.day)
        assert point.counts.total() == register.count()


def test_without_an_approved_visit_there_is_no_trend(register, standard):
    take_visit(register, standard, SITES[0], {"LOK-03": 10})

    assert status_trend(register, audit_with_visits(register, standard), (), TODAY) == []


def test_the_months_end_today_and_are_no_more_than_two_years(register, standard):
    approved(register, {"LOK-03": 10}, date(2020, 1, 5), site=SITES[0])
    points = status_trend(register, audit_with_visits(register, standard), (), TODAY)

    assert len(points) == MOST_MONTHS
    assert points[0].day == date(2024, 4, 30)
    assert [point.day for point in points[-2:]] == [date(2026, 2, 28), TODAY]
