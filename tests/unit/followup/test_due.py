"""What is due at each site: overdue actions, open dangers, visits to review, ending certificates and surveillance."""

import json
from datetime import date, timedelta

import pytest

from helpers.actions import GRAVE, PLAIN, PUTRI, SITE, approved
from helpers.registers import empty_register
from helpers.reviews import BUDI, sent, uuid
from rba_audit.auditing import audit_with_visits
from rba_audit.days import months_later
from rba_audit.followup import change_due, make_actions
from rba_audit.followup.due import DUE_KINDS, DUE_WORDS, due_counts
from rba_audit.register.certificates import Certificate
from rba_audit.site_editing import retire_site
from rba_audit.standard.policies import shipped_policies

OTHER = "alun-alun"
DAY, TODAY = date(2026, 11, 1), date(2026, 11, 24)
POLICY = shipped_policies().followup
ONE_DAY = timedelta(days=1)


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    names = {SITE: "Taman", OTHER: "Alun-alun"}
    opened.import_features(
        [{"type": "Feature", "id": id, "properties": {"name": name}, "geometry": None} for id, name in names.items()]
    )
    yield opened
    opened.close()


@pytest.fixture
def due(register, standard):
    """A function that returns what is due on a day."""
    return lambda day=TODAY: due_counts(register, audit_with_visits(register, standard), day)


def danger(register, number, site):
    report = {"format": 1, "id": uuid(number), "site": site, "author": BUDI.id, "question": "", "note": "kabel"}
    register.dangers.take(json.dumps({**report, "at": "", "position": None}).encode())


def certificate(number, issued, valid_until, site=SITE):
    return Certificate(uuid(number), site, f"SK {number}", "rbra-2024", "Nindya", "KPPPA", issued, valid_until, "putri")


def test_nothing_is_due_in_an_empty_register(due):
    assert {kind: due().records(kind) for kind in DUE_KINDS} == dict.fromkeys(DUE_KINDS, 0)
    assert set(DUE_WORDS) == set(DUE_KINDS)
    assert due().sites("other") == frozenset()


def test_an_action_is_due_from_the_day_after_its_date(register, standard, due):
    approved(register, {PLAIN: "no", GRAVE: 0}, DAY)
    made = make_actions(register, audit_with_visits(register, standard), None, PUTRI, TODAY)
    first = min(action.due for action in made)

    assert due(first).sites("action") == frozenset()
    assert due(first + ONE_DAY).sites("action") == {SITE}
    change_due(register, made[0].id, 1, date(2036, 1, 1), "nanti", PUTRI, TODAY)
    assert due(date(2035, 1, 1)).at_site(SITE)["action"] == len(made) - 1


def test_a_withdrawn_action_is_not_due(register, standard, due):
    visit = approved(register, {PLAIN: "no"}, DAY)
    make_actions(register, audit_with_visits(register, standard), None, PUTRI, TODAY)
    assert due(date(2035, 1, 1)).sites("action") == {SITE}
    register.reviews.make(visit.root, seq=1, to="received", visit_id=visit.id, person_id="rina", note="x", notes={})

    assert due(date(2035, 1, 1)).sites("action") == frozenset()
    assert due(date(2035, 1, 1)).sites("visit") == {SITE}


def test_a_danger_is_due_until_somebody_has_acknowledged_it(register, due):
    danger(register, 1, OTHER)
    danger(register, 2, OTHER)
    danger(register, 3, SITE)
    register.dangers.acknowledge(uuid(3), "rina", "dilihat")

    assert due().by_kind["danger"] == {OTHER: 2}


def test_a_visit_is_due_while_it_waits_for_a_reviewer(register, due):
    visit = sent(register, 1, site=SITE)
    assert due().by_kind["visit"] == {SITE: 1}
    register.reviews.make(
        visit.root, seq=0, to="has_issues", visit_id=visit.id, person_id="rina", note="foto", notes={}
    )

    assert due().sites("visit") == frozenset(), "it waits for its author"


def test_the_newest_certificate_of_a_site_says_whether_one_is_due(register, due):
    days = POLICY.expiry_days.value
    register.certificates.add(certificate(1, date(2024, 1, 1), TODAY + timedelta(days=days)))
    assert due().sites("certificate") == {SITE}
    assert due(TODAY - ONE_DAY).sites("certificate") == frozenset()
    assert due(TODAY + timedelta(days=days + 1)).sites("certificate") == {SITE}, "expired"
    register.certificates.add(certificate(2, date(2026, 11, 1), date(2036, 1, 1)))

    assert due().sites("certificate") == frozenset(), "a newer one is valid"
    register.certificates.withdraw(uuid(2), TODAY, "salah", "putri")
    assert due().sites("certificate") == {SITE}


def test_surveillance_is_due_from_the_day_on_which_it_is_announced(register, due):
    approved(register, {PLAIN: "yes"}, DAY)
    announced = months_later(DAY, POLICY.months.value) - timedelta(days=POLICY.soon_days.value)

    assert due(announced - ONE_DAY).sites("surveillance") == frozenset()
    assert due(announced).sites("surveillance") == {SITE}


def test_what_is_due_at_a_site_of_no_list_is_counted_apart(register, standard):
    danger(register, 1, OTHER)
    danger(register, 2, SITE)
    assert due_counts(register, audit_with_visits(register, standard), TODAY).sites("danger") == {SITE, OTHER}
    retire_site(register, OTHER, "putri", "tutup", register.site_events.snapshot(OTHER).seen)
    counts = due_counts(register, audit_with_visits(register, standard), TODAY)

    assert (counts.records("danger"), counts.elsewhere["danger"]) == (1, 1)
    assert counts.sites("danger") == {SITE}
