"""A plan for a site is the cheapest there is, says where it leads, and what becomes of it without one of its remedies."""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from helpers.effort import cases, over_seeds
from rba_audit.auditing import audit
from rba_audit.errors import RbaError, StandardError
from rba_audit.evidence import read_evidence
from rba_audit.findings import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, STATUSES, UNDETERMINED, Findings
from rba_audit.findings.conclusions import conclude
from rba_audit.messages import BilingualText, using_language
from rba_audit.plans import costs_of_sites, plan_without_remedy, plans_without_each_remedy, read_money, site_plan
from rba_audit.plans.minimum_cost import Candidate, cheapest_remedies, needed_marks, score_of
from rba_audit.plans.sentences import guaranteed_words, site_plan_headline
from rba_audit.resources import sample_sites
from rba_audit.sites import read_sites, sites_from_features
from rba_audit.standard import Currency, default_edition, load_published
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.plans import read_plans
from rba_audit.standard.terms import NO_CURRENCY, CostBand, Rung

STANDARD = load_published(default_edition())
BANDS = {
    name: CostBand(name, STANDARD.title, low, high)
    for name, low, high in [
        ("a", 0, 0),
        ("b", 0, 5_000_000),
        ("c", 5_000_000, 50_000_000),
        ("d", 50_000_000, 200_000_000),
        ("e", 7_000_001, 7_000_002),
    ]
}


def small_standard(mandatory, bands, minima, maximum=100):
    """An edition of a few requirements with these mandatory values, cost bands and rungs."""
    requirements = tuple(
        replace(each, tier="core", mandatory=value, remedy=replace(each.remedy, cost=band))
        for each, value, band in zip(STANDARD.requirements, mandatory, bands, strict=False)
    )
    rungs = tuple(Rung(f"rung {number}", minimum, "inferred") for number, minimum in enumerate(minima, start=1))
    return replace(
        STANDARD,
        requirements=requirements,
        cost_bands=BANDS,
        ladder=replace(STANDARD.ladder, maximum=maximum, rungs=rungs),
    )


def judged(standard, outcomes, audited=True):
    """One site with these outcomes."""
    feature = {
        "type": "Feature",
        "id": "taman",
        "geometry": {"type": "Point", "coordinates": [106.15, -6.11]},
        "properties": {"name": "Taman"},
    }
    matrix = np.array([outcomes], dtype=np.int8).T
    found = conclude(standard, matrix, np.array([audited]), extension=False)
    return Findings(
        sites_from_features([feature], "a test"), read_evidence([{}], standard), standard, matrix, found, False
    )


def random_case(seed):
    chance = random.Random(seed)
    size = chance.randint(1, 12)
    mandatory = [chance.choice([None, None, None, "safety", "auditor", "wajib"]) for _ in range(size)]
    bands = [chance.choice(list(BANDS)) for _ in range(size)]
    minima = sorted(chance.sample(range(1, 101), 3))
    outcomes = [
        chance.choice([CONFORMS, PARTIAL, PARTIAL, DOES_NOT_CONFORM, DOES_NOT_CONFORM, UNDETERMINED, DOES_NOT_APPLY])
        for _ in range(size)
    ]
    findings = judged(small_standard(mandatory, bands, minima), outcomes)
    names = [each.id for each in findings.standard.requirements]
    wishes = {
        "target": chance.choice(["next", "top", "rung 1", "rung 2"]),
        "refused": frozenset(chance.sample(names, chance.choice([0, 0, 1, min(2, size)]))),
        "price": chance.choice(["low", "middle", "high"]),
        "unknown": chance.choice(["repair", "leave"]),
    }
    return findings, wishes


def certain(findings, repaired):
    """The certain score and rank of the only site if these requirements conform, as the engine concludes it."""
    matrix = findings.matrix.copy()
    matrix[list(repaired), 0] = CONFORMS
    found = conclude(findings.standard, matrix, np.array([True]), extension=False)
    return int(found.score_low[0]), int(found.rank_low[0]), STATUSES[found.status[0]]


def brute_force(findings, wishes):
    """The cheapest set by trying every subset: (cost, how many, which), or None."""
    standard = findings.standard
    rank = int(findings.conclusions.rank_low[0])
    rung = {"next": min(rank + 1, 3), "top": 3, "rung 1": 1, "rung 2": 2}[wishes["target"]]
    usable = [
        at
        for at, requirement in enumerate(standard.requirements)
        if findings.matrix[at, 0] in (DOES_NOT_CONFORM, PARTIAL, UNDETERMINED)
        and requirement.id not in wishes["refused"]
        and not (findings.matrix[at, 0] == UNDETERMINED and wishes["unknown"] == "leave")
    ]

    def cost(at):
        band = BANDS[standard.requirements[at].remedy.cost]
        return {"low": band.low, "middle": -(-(band.low + band.high) // 2), "high": band.high}[wishes["price"]]

    return min(
        (
            (sum(map(cost, chosen)), len(chosen), chosen)
            for size in range(len(usable) + 1)
            for chosen in combinations(usable, size)
            if certain(findings, chosen)[1] >= rung and (rung < 3 or certain(findings, chosen)[2] == "standard")
        ),
        default=None,
    )


def test_on_random_cases_the_plan_is_the_one_that_trying_every_subset_finds():
    kinds = set()
    for seed in range(cases(80, 4000)):
        findings, wishes = random_case(seed)

        plan, wanted = site_plan(findings, 0, **wishes), brute_force(findings, wishes)

        places = tuple(sorted(findings.standard.requirements.index(step.requirement) for step in plan.steps))
        assert plan.possible == (wanted is not None), seed
        assert (plan.figure, len(plan.steps), places) == (wanted or (0, 0, ())), seed
        assert bool(plan.obstacles) != plan.possible, seed
        kinds.add((plan.possible, bool(plan.steps)))
    assert kinds == {(True, True), (True, False), (False, False)}


@over_seeds(80, 4000)
def test_what_a_plan_claims_is_what_the_engine_concludes_step_by_step(seed):
    findings, wishes = random_case(seed)
    plan = site_plan(findings, 0, **wishes)

    done = []
    for step in plan.steps:
        done.append(findings.standard.requirements.index(step.requirement))
        score, rank, status = certain(findings, done)
        assert (step.after.score, step.after.rank, step.after.status) == (score, findings.rank(rank), status)
    assert plan.after == (plan.steps[-1].after if plan.steps else plan.before)
    if plan.possible and (findings.conclusions.score_low[0] >= 0):
        assert certain(findings, done)[1] >= findings.standard.ladder.rungs.index(plan.target) + 1


@over_seeds(60, 1200, first=200)
def test_refusing_a_remedy_never_makes_a_plan_cheaper_and_the_new_plan_is_the_best_without_it(seed):
    findings, wishes = random_case(seed)
    plan = site_plan(findings, 0, **wishes)

    for refusal in plans_without_each_remedy(findings, plan):
        without = {
            **wishes,
            "target": {"rung 3": "top"}.get(plan.target.name, plan.target.name),
            "refused": wishes["refused"] | {refusal.requirement.id},
        }
        wanted = brute_force(findings, without)
        assert refusal.possible == (wanted is not None)
        assert refusal.extra == (wanted[0] - plan.figure if wanted else 0)
        assert refusal.extra >= 0
        assert bool(refusal.obstacles) != refusal.possible


@over_seeds(25, 500)
def test_with_as_many_remedies_as_an_edition_has_the_optimum_is_that_of_a_solver_for_whole_numbers(seed):
    chance = random.Random(seed)
    candidates = [
        Candidate(place, chance.choice([2, 5]), chance.choice([0, 5, 20, 50, 200, 1000])) for place in range(146)
    ]
    needed = chance.randint(1, sum(each.gain for each in candidates))

    chosen = cheapest_remedies(candidates, needed)
    solved = milp(
        [each.cost for each in candidates],
        constraints=LinearConstraint([[each.gain for each in candidates]], needed, np.inf),
        integrality=np.ones(146),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )

    assert sum(each.gain for each in chosen) >= needed
    assert sum(each.cost for each in chosen) == round(solved.fun)


@over_seeds(100, 2000)
def test_more_than_two_different_gains_are_weighed_as_well(seed):
    chance = random.Random(seed)
    candidates = [Candidate(place, chance.choice([1, 2, 3, 5]), chance.randint(0, 6)) for place in range(9)]
    needed = chance.randint(1, 30)

    wanted = min(
        (
            (sum(each.cost for each in some), len(some), tuple(each.requirement_index for each in some))
            for size in range(10)
            for some in combinations(candidates, size)
            if sum(each.gain for each in some) >= needed
        ),
        default=None,
    )
    chosen = cheapest_remedies(candidates, needed)

    assert (chosen is None) == (wanted is None)
    if chosen is not None:
        assert (
            sum(each.cost for each in chosen),
            len(chosen),
            tuple(each.requirement_index for each in chosen),
        ) == wanted


def test_the_fewest_marks_are_found_without_rounding_on_every_ladder():
    for maximum in (100, 455, 595):
        for all_marks in (5, 35, 430, 505, 730):
            for minimum in (1, maximum // 2, maximum - 1, maximum):
                marks = needed_marks(minimum, maximum, all_marks)
                assert score_of(marks, maximum, all_marks) >= minimum
                assert marks == 0 or score_of(marks - 1, maximum, all_marks) < minimum


def test_a_score_exactly_at_the_limit_reaches_the_rung_and_one_below_does_not():
    # Two of four conform: 10 of 20 marks, a score of 50.
    outcomes = [CONFORMS, CONFORMS, DOES_NOT_CONFORM, DOES_NOT_CONFORM]
    at, above = (judged(small_standard([None] * 4, ["b"] * 4, [limit, 90]), outcomes) for limit in (50, 51))

    assert site_plan(at, 0, target="rung 1").reached
    assert not site_plan(above, 0, target="rung 1").reached
    assert len(site_plan(above, 0, target="rung 1").steps) == 1


def test_a_site_at_the_top_needs_nothing():
    findings = judged(small_standard(["wajib", None], ["d", "d"], [30, 60]), [CONFORMS, CONFORMS])
    plan = site_plan(findings, 0, target="next")

    assert plan.reached
    assert plan.possible
    assert (plan.steps, plan.figure, plan.target.name) == ((), 0, "rung 2")


def test_a_mandatory_requirement_is_repaired_for_the_top_though_the_score_is_enough():
    findings = judged(small_standard(["wajib", None, None], ["d", "a", "a"], [10, 50]), [PARTIAL, CONFORMS, CONFORMS])
    plan = site_plan(findings, 0, target="top")

    assert plan.before.rank == "rung 1"
    assert [step.requirement for step in plan.steps] == [findings.standard.requirements[0]]
    assert plan.after.rank == "rung 2"


def test_a_mandatory_requirement_that_is_refused_puts_the_top_out_of_reach_and_is_named():
    findings = judged(small_standard(["wajib", "wajib"], ["b", "b"], [10, 50]), [DOES_NOT_CONFORM, CONFORMS])
    refused = findings.standard.requirements[0]
    plan = site_plan(findings, 0, target="top", refused=frozenset({refused.id}))

    assert not plan.possible
    assert [(each.kind, each.requirement) for each in plan.obstacles] == [("refused", refused)]
    assert plan.steps == ()
    assert refused.id in str(plan.obstacles[0].words)


def test_refusing_the_only_way_over_a_mandatory_requirement_cannot_be_made_good():
    findings = judged(small_standard(["wajib", None], ["b", "b"], [10, 50]), [DOES_NOT_CONFORM, CONFORMS])
    plan = site_plan(findings, 0, target="top")
    refusal = plan_without_remedy(findings, plan, plan.steps[0].requirement.id)

    assert not refusal.possible
    assert refusal.extra == 0
    assert [each.kind for each in refusal.obstacles] == ["refused"]


def test_what_nobody_knows_is_the_worst_case_unless_it_is_left_and_then_it_may_block_the_top():
    findings = judged(small_standard(["wajib", None], ["c", "b"], [10, 50]), [UNDETERMINED, CONFORMS])

    worst = site_plan(findings, 0, target="top")
    left = site_plan(findings, 0, target="top", unknown="leave")

    assert [step.look_first for step in worst.steps] == [True]
    assert worst.look_first == worst.cost
    assert [(each.kind, each.requirement.id) for each in left.obstacles] == [
        ("not_known", findings.standard.requirements[0].id)
    ]


def test_where_too_little_may_be_done_the_best_score_and_what_was_refused_are_told():
    findings = judged(small_standard([None] * 2, ["b"] * 2, [60, 90]), [DOES_NOT_CONFORM, DOES_NOT_CONFORM])
    refused = findings.standard.requirements[1].id
    plan = site_plan(findings, 0, target="next", refused=frozenset({refused}))

    with using_language("en"):
        said = str(plan.obstacles[0].words)
    assert said == f"Without {refused}, everything that may be done comes to 50; rung 1 begins at 60."


def test_where_nothing_applies_there_is_no_score_to_raise():
    findings = judged(small_standard([None] * 2, ["b"] * 2, [60, 90]), [DOES_NOT_APPLY, DOES_NOT_APPLY])
    plan = site_plan(findings, 0)

    assert [each.kind for each in plan.obstacles] == ["no_score"]
    assert plan.before.score is None


def test_the_mandatory_and_then_safety_come_first_and_then_most_marks_per_rupiah():
    findings = judged(
        small_standard([None, None, "safety", "wajib", None], ["d", "b", "c", "c", "a"], [10, 100]),
        [DOES_NOT_CONFORM] * 5,
    )
    plan = site_plan(findings, 0, target="top")

    order = [findings.standard.requirements.index(step.requirement) for step in plan.steps]
    assert order == [3, 2, 4, 1, 0]
    assert [step.urgency.name for step in plan.steps] == ["mandatory", "safety", "other", "other", "other"]


def test_costs_are_a_range_that_the_agencies_share_out():
    plan = site_plan(audit(read_sites(sample_sites())), 1, target="top")

    assert plan.cost.low == sum(step.cost.low for step in plan.steps) == sum(each.cost.low for each in plan.agencies)
    assert plan.cost.high == sum(each.cost.high for each in plan.agencies) == plan.figure
    assert sorted(name for each in plan.agencies for name in each.requirements) == sorted(
        step.requirement.id for step in plan.steps
    )


def test_a_target_and_a_requirement_that_do_not_exist_are_refused_with_what_there_is():
    findings = judged(small_standard([None], ["b"], [10, 50]), [DOES_NOT_CONFORM])

    with pytest.raises(StandardError, match="rung 1, rung 2"):
        site_plan(findings, 0, target="rung 9")
    with pytest.raises(StandardError, match="NO-01"):
        site_plan(findings, 0, refused=frozenset({"NO-01"}))


def test_only_sites_that_were_audited_and_located_have_a_cost_and_the_others_say_why_not():
    findings = audit(read_sites(sample_sites()))
    costs = {each.site: each for each in costs_of_sites(findings)}

    assert "taman-sari" not in costs
    assert costs["alun-alun-barat"].figure == site_plan(findings, 0, target="top").figure
    assert costs["taman-sepur"].figure is None
    assert all((each.figure is None) == (each.why is not None) for each in costs.values())
    assert all(each.figure is None for each in costs.values() if each.status == "not_audited")
    assert all(each.figure is None for each in costs.values() if findings.source.shapes[each.position] is None)


def test_money_is_read_as_people_write_it_and_nothing_else(standard):
    for text in ("500000000", "500.000.000", "500,000,000", "Rp500.000.000", " rp 500000000 "):
        assert read_money(text, standard.currency) == 500_000_000
    for text in ("", "500 juta", "5.00", "-5", "1.5", "500.000,000", "5e8", "٥٠٠"):
        with pytest.raises(RbaError):
            read_money(text, standard.currency)


def test_money_may_carry_the_sign_of_the_edition_and_no_other():
    dollars = Currency("$", BilingualText("dolar", "dollars"))
    assert [read_money(text, dollars) for text in ("$5,000", "5.000", " $ 5000")] == [5000, 5000, 5000]
    for text, currency in (("Rp5.000", dollars), ("$5,000", NO_CURRENCY), ("Rp5.000", NO_CURRENCY), ("5$", dollars)):
        with pytest.raises(RbaError):
            read_money(text, currency)


def test_the_order_of_a_plan_stands_in_a_file_whose_last_group_takes_the_rest(tmp_path):
    assert [each.name for each in shipped_policies().plans.urgencies] == ["mandatory", "safety", "other"]
    group = (
        '[[urgency]]\nname = "{}"\nwords = {{ id = "x", en = "x" }}\nmandatory = {}\nwhy = {{ id = "x", en = "x" }}\n'
        'origin = "own_choice"\nnote = {{ id = "x", en = "x" }}\n'
    )
    for text in (
        group.format("one", '["wajib"]'),
        group.format("one", "[]") * 2,
        group.format("one", "[]") + "x = 1\n",
    ):
        path = tmp_path / "plans.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StandardError, match=r"plans\.toml"):
            read_plans(path)


# --- the status, not only the rank ---


def by_score_at_the_top(outcome, band="b"):
    """One site that reaches the top by score, whose second requirement must be fixed first and has this outcome."""
    standard = small_standard([None, "safety", "wajib", None], ["a", band, "b", "c"], [20, 40, 60])
    return judged(standard, [CONFORMS, outcome, CONFORMS, CONFORMS])


@pytest.mark.parametrize("target", ["next", "top", "rung 3"])
def test_a_site_with_a_must_fix_item_is_never_told_that_nothing_is_to_be_done(target):
    plan = site_plan(by_score_at_the_top(DOES_NOT_CONFORM), 0, target=target)

    assert (plan.reached, [step.requirement.id for step in plan.steps]) == (False, [STANDARD.requirements[1].id])
    assert (plan.before.rank, plan.before.status) == ("rung 3", "nearly_standard")
    assert (plan.after.rank, plan.after.status, plan.must_fix_left) == ("rung 3", "standard", ())
    with using_language("en"):
        assert (
            str(site_plan_headline(plan)) == "Taman has rung 3 by score; to make it standard: one remedy, Rp0–5,000,000"
        )
        assert str(guaranteed_words(plan.before, plan.top)) == "75, rung 3 by score; status: Nearly standard"
        assert str(guaranteed_words(plan.after, plan.top)) == "100, rung 3"


def test_what_may_turn_out_to_be_a_must_fix_item_is_looked_at_first():
    plan = site_plan(by_score_at_the_top(UNDETERMINED), 0, target="top")

    assert [(step.look_first, step.after.status) for step in plan.steps] == [(True, "standard")]
    left = site_plan(by_score_at_the_top(UNDETERMINED), 0, target="top", unknown="leave")
    assert (left.possible, [each.kind for each in left.obstacles]) == (False, ["not_known"])


def test_what_is_partly_met_need_not_be_repaired_for_the_status():
    plan = site_plan(by_score_at_the_top(PARTIAL), 0, target="top")

    assert (plan.reached, plan.steps, plan.before.status) == (True, (), "standard")


def test_a_refused_must_fix_remedy_leaves_the_site_by_score_and_not_standard():
    findings = by_score_at_the_top(DOES_NOT_CONFORM)
    plan = site_plan(findings, 0, target="top", refused=frozenset({STANDARD.requirements[1].id}))

    assert (plan.possible, plan.steps) == (False, ())
    with using_language("en"):
        assert str(site_plan_headline(plan)) == "Taman has rung 3 by score, but cannot be made standard"
        assert "must be fixed first, and its remedy is refused" in str(plan.obstacles[0].words)


def test_a_plan_for_a_lower_rung_names_the_must_fix_items_it_leaves():
    plan = site_plan(by_score_at_the_top(DOES_NOT_CONFORM), 0, target="rung 1")

    assert (plan.reached, plan.steps, [each.id for each in plan.must_fix_left]) == (
        True,
        (),
        [STANDARD.requirements[1].id],
    )
    with using_language("en"):
        assert "to be fixed first:" in str(site_plan_headline(plan))
        assert any("to be fixed first all the same" in str(each) for each in plan.assumes)


def test_a_city_pays_for_what_must_be_fixed_first():
    (cost,) = costs_of_sites(by_score_at_the_top(DOES_NOT_CONFORM, band="d"))

    assert (cost.status, cost.remedies, cost.figure) == ("nearly_standard", 1, 200_000_000)
