"""One more answer beside measurements never turns a settled outcome, and never widens what is still possible."""

import random

import numpy as np
import pytest

from helpers.answering import possible_answers
from helpers.effort import cases
from helpers.grounds import box, site, sites
from helpers.script_cases import random_measurements
from rba_audit.evidence import read_evidence, with_measurements
from rba_audit.findings import evaluate
from rba_audit.findings.kernel import UNDETERMINED
from rba_audit.standard import edition_names, load_published

pytestmark = pytest.mark.slow

STEPS = 250
PLACES = sites(*(site(box(0, 0, 10, 10), f"s{at}") for at in range(STEPS)))


@pytest.mark.parametrize("seed", range(cases(20, 200)))
def test_one_more_answer_flips_nothing_and_widens_no_range(seed):
    edition = edition_names()[seed % len(edition_names())]
    standard, chance = load_published(edition), random.Random(seed)
    possible = possible_answers(standard)
    answers = [
        {name: chance.choice(values) for name, values in possible.items() if chance.random() < 0.6}
        for _ in range(STEPS)
    ]
    measurements = random_measurements(read_evidence(answers, standard), standard, chance)
    measured = [each.id for each in standard.questions if each.measure is not None]
    more = []
    for each in answers:
        open_yet = [name for name in possible if name not in each]
        name = chance.choice([one for one in open_yet if one in measured] or open_yet)
        words = ["not_applicable", "tidak_berlaku", "not_seen", "what", *possible[name]]
        more.append({**each, name: chance.choice(words)})
    before, after = (
        evaluate(PLACES, with_measurements(read_evidence(given, standard), measurements), standard)
        for given in (answers, more)
    )

    assert ((before.matrix == after.matrix) | (before.matrix == UNDETERMINED)).all()
    audited = before.evidence.audited
    assert (after.conclusions.score_low >= before.conclusions.score_low)[audited].all()
    assert (after.conclusions.score_high <= before.conclusions.score_high)[audited].all()
    assert np.mean(before.matrix != UNDETERMINED) > 0.1
