"""The engine does what the rules of judgement say, for any answers, in any order, alone or among others."""

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.answering import possible_answers
from helpers.effort import cases
from helpers.oracle import Oracle
from rba_audit.evidence import read_evidence
from rba_audit.findings import STATUSES
from rba_audit.findings.conclusions import NO_SCORE, conclude
from rba_audit.findings.kernel import BLOCK, DOES_NOT_APPLY, UNDETERMINED, outcomes
from rba_audit.findings.kernel_numba import outcomes as compiled_outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.standard import OUTCOMES, edition_names, load_published

STANDARDS = {name: load_published(name) for name in edition_names()}
ANSWERS = {name: possible_answers(standard) for name, standard in STANDARDS.items()}
DEFAULT = edition_names()[-1]


def judged(standard, properties):
    evidence = read_evidence(properties, standard)
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    return matrix, conclude(standard, matrix, evidence.audited, extension=False)


def some_answers(edition, seed, share=0.85):
    chance = random.Random(seed)
    return {name: chance.choice(values) for name, values in ANSWERS[edition].items() if chance.random() < share}


@pytest.mark.slow
@pytest.mark.parametrize("edition", edition_names())
def test_random_answers_earn_cell_for_cell_what_the_independent_reading_of_the_rules_gives(edition):
    standard, oracle = STANDARDS[edition], Oracle(edition)
    properties = [some_answers(edition, seed, share=(seed % 10 + 1) / 10) for seed in range(cases(120, 8000))]

    matrix, found = judged(standard, properties)

    for site, answers in enumerate(properties):
        for index, requirement in enumerate(standard.requirements):
            assert OUTCOMES[matrix[index, site]] == oracle.outcome(requirement.id, answers), (requirement.id, site)
        wanted = oracle.conclusion(answers)
        ladder = [None, *(rung.name for rung in standard.ladder)]
        scored = found.score_low[site] != NO_SCORE
        assert STATUSES[found.status[site]] == wanted["status"]
        assert ((found.score_low[site], found.score_high[site]) if scored else None) == wanted["score"]
        assert ((ladder[found.rank_low[site]], ladder[found.rank_high[site]]) if scored else None) == wanted["rank"]
        for items in ("red", "must_fix", "before_audit"):
            listed = [standard.requirements[at].id for at in np.flatnonzero(getattr(found, items)[:, site])]
            assert listed == wanted[items]
        known, open_ = int(found.determined[site]), int(found.undetermined[site])
        assert 100 * known // max(known + open_, 1) == wanted["answered_pct"]


def test_random_answers_reach_every_outcome_of_every_requirement_often_enough_to_mean_something():
    standard = STANDARDS[DEFAULT]
    matrix, _ = judged(standard, [some_answers(DEFAULT, seed, share=0.98) for seed in range(1500)])

    seldom = [each.id for index, each in enumerate(standard.requirements) if len(set(matrix[index].tolist())) < 3]

    assert seldom == []


@settings(max_examples=cases(60, 1200), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), hidden_share=st.floats(0.05, 0.9))
def test_hiding_answers_only_ever_turns_an_outcome_into_undetermined_and_never_narrows_a_range(seed, hidden_share):
    standard, chance = STANDARDS[DEFAULT], random.Random(seed)
    full = some_answers(DEFAULT, seed, share=0.98)
    poorer = {name: value for name, value in full.items() if chance.random() > hidden_share}

    matrix, found = judged(standard, [full, poorer])

    turned = matrix[:, 0] != matrix[:, 1]
    assert (matrix[turned, 1] == UNDETERMINED).all()
    if found.score_low[0] != NO_SCORE and found.score_low[1] != NO_SCORE:
        assert found.score_low[1] <= found.score_low[0]
        assert found.score_high[1] >= found.score_high[0]
        assert found.rank_low[1] <= found.rank_low[0]
        assert found.rank_high[1] >= found.rank_high[0]


@settings(max_examples=cases(40, 800), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), count=st.integers(2, 9))
def test_order_of_sites_and_of_answers_changes_nothing(seed, count):
    standard, chance = STANDARDS[DEFAULT], random.Random(seed)
    properties = [some_answers(DEFAULT, seed + n) for n in range(count)]
    order = chance.sample(range(count), count)
    shuffled = [dict(chance.sample(list(properties[place].items()), len(properties[place]))) for place in order]

    matrix, _ = judged(standard, properties)
    again, _ = judged(standard, shuffled)

    assert (matrix[:, order] == again).all()


@settings(max_examples=cases(30, 600), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9))
def test_a_site_judged_alone_is_judged_as_among_others(seed):
    standard = STANDARDS[DEFAULT]
    properties = [some_answers(DEFAULT, seed + n) for n in range(5)]

    among, _ = judged(standard, properties)
    alone = np.hstack([judged(standard, [each])[0] for each in properties])

    assert (among == alone).all()


def test_sites_on_both_sides_of_a_block_boundary_are_judged_as_anywhere_else():
    standard = STANDARDS[DEFAULT]
    evidence = read_evidence([some_answers(DEFAULT, seed) for seed in range(3)], standard)
    program, place = compile_standard(standard), np.arange(BLOCK + 5) % 3

    many = outcomes(program, evidence.codes[:, place], evidence.numbers[:, place])

    assert (many == outcomes(program, evidence.codes, evidence.numbers)[:, place]).all()


def test_the_compiled_interpreter_agrees_with_the_reference_on_every_cell():
    for name, standard in STANDARDS.items():
        evidence = read_evidence(
            [some_answers(name, seed, share=(seed % 10 + 1) / 10) for seed in range(cases(100, 6000))], standard
        )
        program = compile_standard(standard)
        codes, numbers = (np.ascontiguousarray(np.tile(each, 15)) for each in (evidence.codes, evidence.numbers))

        assert (compiled_outcomes(program, codes, numbers) == outcomes(program, codes, numbers)).all()


def test_a_site_without_any_answer_ranges_from_nothing_to_full_and_is_not_audited():
    standard = STANDARDS[DEFAULT]
    matrix, found = judged(standard, [{}])

    assert set(matrix[:, 0].tolist()) == {UNDETERMINED}
    assert (found.score_low[0], found.score_high[0]) == (0, standard.ladder.maximum)
    assert STATUSES[found.status[0]] == "not_audited"


def test_facts_and_not_seen_are_no_answers_of_a_surveyor():
    standard = STANDARDS[DEFAULT]
    facts = {fact.id: fact.choices[0].name for fact in standard.facts}
    question = next(each for each in standard.questions if each.requirement)

    _, found = judged(standard, [facts, {**facts, question.id: "not_seen"}])

    assert [STATUSES[code] for code in found.status] == ["not_audited", "not_audited"]


def test_an_edition_where_nothing_applies_gives_no_score_and_no_verdict():
    standard = STANDARDS[DEFAULT]
    matrix = np.full((len(standard.requirements), 1), DOES_NOT_APPLY, dtype=np.int8)

    found = conclude(standard, matrix, np.array([True]), extension=False)

    assert found.score_low[0] == NO_SCORE
    assert STATUSES[found.status[0]] == "undetermined"


def test_extension_requirements_get_outcomes_and_count_only_when_switched_on():
    standard = STANDARDS[DEFAULT]
    matrix = np.full((len(standard.requirements), 1), OUTCOMES.index("conforms"), dtype=np.int8)
    extension = [index for index, each in enumerate(standard.requirements) if each.tier == "extension"]
    matrix[extension] = OUTCOMES.index("does_not_conform")

    without = conclude(standard, matrix, np.array([True]), extension=False)
    with_them = conclude(standard, matrix, np.array([True]), extension=True)

    assert STATUSES[without.status[0]] == "standard"
    assert without.fails.sum() == 0
    assert with_them.fails.sum() == len(extension)
    assert with_them.score_low[0] < without.score_low[0]
