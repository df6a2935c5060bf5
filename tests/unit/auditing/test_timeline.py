"""The timeline of a site: each step is the audit of that time's visits and document under today's rules."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from helpers.actions import approved
from helpers.answering import possible_answers
from helpers.registers import filled_register, sample_features
from helpers.visits import take_visit
from rba_audit.auditing import audit_with_visits, site_timeline
from rba_audit.auditing.timeline import MOST_STEPS, result_of
from rba_audit.findings import STATUSES
from rba_audit.layers import read_context
from rba_audit.resources import sample_areas

SITE = "taman-sari"
START = date(2025, 1, 1)


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path, sample_features({SITE, "benteng-speelwijk"}), people=True)
    yield register
    register.close()


def timeline(register, standard, site=SITE, context=()):
    return site_timeline(register, audit_with_visits(register, standard, context=context), site, context)


def random_answers(standard, random_, share=0.8):
    return {
        question: random_.choice(plain)
        for question, choices in possible_answers(standard).items()
        if random_.random() < share and (plain := [c for c in choices if isinstance(c, str | int | float | list)])
    }


@pytest.mark.parametrize("seed", range(4))
def test_each_step_is_the_audit_of_the_visits_up_to_it(register, standard, seed):
    random_ = random.Random(seed)
    context = read_context([sample_areas()]) if seed % 2 else ()
    results = [result_of(audit_with_visits(register, standard, context=context).findings, 0)]
    for number in range(3):
        scope = random_.choice(["full", "check"])
        answers = random_answers(standard, random_, 0.9 if scope == "full" else 0.2)
        approved(register, answers, START + timedelta(days=30 * number), scope=scope)
        audited = audit_with_visits(register, standard, context=context)
        results.append(result_of(audited.findings, audited.sites.ids.index(SITE)))

    steps = timeline(register, standard, context=context).steps

    assert [(step.before, step.after) for step in reversed(steps)] == list(pairwise(results))
    assert all((step.cause is not None) == (step.before.status != step.after.status) for step in steps)


def test_a_visit_that_is_not_approved_changes_nothing(register, standard):
    take_visit(register, standard, SITE, {"LOK-03": 10})

    assert timeline(register, standard).steps == ()


def test_a_step_names_what_is_met_and_what_is_not_met_since(register, standard):
    approved(register, {"MAN-06": "no"}, START, scope="check")
    approved(register, {"MAN-06": "yes"}, START + timedelta(days=9), scope="check")

    newest, oldest = timeline(register, standard).steps

    assert [each.id for each in oldest.unmet] == ["MAN-06"]
    assert [each.id for each in newest.met] == ["MAN-06"]


def test_new_data_of_a_site_are_a_step_of_their_own(register, standard):
    feature = next(each for each in sample_features({SITE}) if each["id"] == SITE)
    worse = {**feature, "properties": {**feature["properties"], "MAN-06": "no"}}
    register.import_features([worse])

    steps = timeline(register, standard).steps

    assert [(step.visit, step.version) for step in steps] == [(None, 2)]
    assert steps[0].changes


def test_the_layers_make_a_difference_only_where_they_are_given(register, standard):
    context = read_context([sample_areas()])
    given = {each.what for each in timeline(register, standard, context=context).influences}

    assert "layers" not in {each.what for each in timeline(register, standard).influences}
    assert given <= {"layers", "edition", "must_fix"}
    assert "edition" in given
    assert timeline(register, standard, "benteng-speelwijk").influences == ()


def test_of_many_steps_the_newest_are_evaluated(register, standard):
    for number in range(MOST_STEPS + 2):
        approved(register, {"LOK-03": number}, START + timedelta(days=number), scope="check")

    found = timeline(register, standard)

    assert found.omitted == 2
    assert len(found.steps) == MOST_STEPS
    assert found.steps[0].after.status in STATUSES
