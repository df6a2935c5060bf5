"""What follows from outcomes alone: scores, ranks, status and red items, at each limit of an edition's ladder."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pytest

from helpers.effort import cases
from rba_audit.findings.conclusions import NO_SCORE, STATUSES, conclude, counted
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED
from rba_audit.standard import Ladder, Rung, default_edition, edition_names, load_published


def concluded(standard, column, *, audited=True, extension=False):
    """Conclude one site from the outcome of each requirement."""
    return conclude(standard, np.array(column, dtype=np.int8)[:, None], np.array([audited]), extension)


def status(found):
    return STATUSES[found.status[0]]


def all_of(standard, outcome):
    return np.full(len(standard.requirements), outcome, dtype=np.int8)


@pytest.fixture
def core(standard):
    """The positions of the core requirements that no rule of the gate names."""
    named = (standard.gate, *standard.must_fix)
    return [
        index
        for index, requirement in enumerate(standard.requirements)
        if requirement.tier == "core" and requirement.mandatory not in named
    ]


@pytest.fixture
def gate(standard):
    return [
        index
        for index, requirement in enumerate(standard.requirements)
        if requirement.tier == "core" and requirement.mandatory == standard.gate
    ]


@pytest.fixture
def fixed_first(standard):
    return [
        index
        for index, requirement in enumerate(standard.requirements)
        if requirement.tier == "core" and requirement.mandatory in standard.must_fix
    ]


def test_where_nothing_counts_there_is_no_score_and_no_status(standard):
    found = concluded(standard, all_of(standard, DOES_NOT_APPLY))
    assert (found.score_low[0], found.score_high[0], status(found)) == (NO_SCORE, NO_SCORE, "undetermined")
    assert np.isnan(found.aspect_low).all()
    assert np.isnan(found.aspect_high).all()


def test_a_site_that_nobody_audited_is_called_so_whatever_is_known(standard):
    for outcome in (CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, UNDETERMINED):
        assert status(concluded(standard, all_of(standard, outcome), audited=False)) == "not_audited"


def test_all_met_is_the_top_and_nothing_met_is_nothing(standard):
    top = concluded(standard, all_of(standard, CONFORMS))
    none = concluded(standard, all_of(standard, DOES_NOT_CONFORM))
    assert (top.score_low[0], top.rank_low[0], status(top)) == (
        standard.ladder.maximum,
        len(standard.ladder),
        "standard",
    )
    assert (none.score_high[0], none.rank_high[0], status(none)) == (0, 0, "non_standard")
    assert (top.aspect_low.max(), none.aspect_high.max()) == (100.0, 0.0)


def test_what_is_unknown_spans_from_nothing_to_everything(standard):
    found = concluded(standard, all_of(standard, UNDETERMINED))
    assert (found.score_low[0], found.score_high[0]) == (0, standard.ladder.maximum)
    assert (found.rank_low[0], found.rank_high[0]) == (0, len(standard.ladder))
    assert status(found) == "undetermined"
    assert found.undetermined[0] == counted(standard, extension=False).sum()


def test_one_unmet_mandatory_item_is_red_and_stops_one_rung_below_the_top(standard, gate):
    for outcome in (DOES_NOT_CONFORM, PARTIAL):
        column = all_of(standard, CONFORMS)
        column[gate[0]] = outcome
        found = concluded(standard, column)
        assert np.flatnonzero(found.red[:, 0]).tolist() == [gate[0]]
        assert found.rank_low[0] == found.rank_high[0] == len(standard.ladder) - 1
        assert status(found) == "nearly_standard"


def test_one_unknown_mandatory_item_leaves_the_top_open(standard, gate):
    column = all_of(standard, CONFORMS)
    column[gate[0]] = UNDETERMINED
    found = concluded(standard, column)
    assert (found.rank_low[0], found.rank_high[0]) == (len(standard.ladder) - 1, len(standard.ladder))
    assert (status(found), found.red.any()) == ("undetermined", False)


def test_one_must_fix_item_leaves_the_rank_and_forbids_the_status(standard, fixed_first):
    for place in fixed_first:
        column = all_of(standard, CONFORMS)
        column[place] = DOES_NOT_CONFORM
        found = concluded(standard, column)
        assert np.flatnonzero(found.must_fix[:, 0]).tolist() == [place]
        assert found.rank_low[0] == found.rank_high[0] == len(standard.ladder)
        assert (status(found), found.red.any()) == ("nearly_standard", False)


def test_what_is_partly_met_is_no_must_fix_item_and_what_is_unknown_may_become_one(standard, fixed_first):
    for outcome, wanted in ((PARTIAL, "standard"), (UNDETERMINED, "undetermined"), (DOES_NOT_APPLY, "standard")):
        column = all_of(standard, CONFORMS)
        column[fixed_first[0]] = outcome
        found = concluded(standard, column)
        assert (status(found), found.must_fix.any()) == (wanted, False)


def test_what_auditors_ask_for_is_listed_and_forbids_nothing(standard):
    asked = [at for at, each in enumerate(standard.requirements) if each.mandatory in standard.before_audit]
    for outcome, listed in ((DOES_NOT_CONFORM, asked[:2]), (PARTIAL, asked[:2]), (UNDETERMINED, [])):
        column = all_of(standard, CONFORMS)
        column[asked[:2]] = outcome
        found = concluded(standard, column)
        assert np.flatnonzero(found.before_audit[:, 0]).tolist() == listed
        assert status(found) == "standard"


def test_an_edition_without_the_keys_has_no_such_items(standard):
    column = all_of(standard, DOES_NOT_CONFORM)
    found = concluded(replace(standard, must_fix=(), before_audit=()), column)
    assert not found.must_fix.any()
    assert not found.before_audit.any()


def test_an_extension_requirement_is_an_item_only_where_it_counts(standard, fixed_first):
    at = fixed_first[0]
    requirements = list(standard.requirements)
    requirements[at] = replace(requirements[at], tier="extension")
    other = replace(standard, requirements=tuple(requirements))
    column = all_of(standard, CONFORMS)
    column[at] = DOES_NOT_CONFORM
    assert status(concluded(other, column)) == "standard"
    assert not concluded(other, column).must_fix.any()
    assert status(concluded(other, column, extension=True)) == "nearly_standard"


# --- every state of short ladders ---

OUTCOMES_OF_ONE = (CONFORMS, PARTIAL, DOES_NOT_CONFORM, UNDETERMINED, DOES_NOT_APPLY)
LADDERS = {
    "one rung at the end": [10],
    "one rung half way": [5],
    "two rungs": [3, 8],
    "two high rungs": [9, 10],
    "five rungs": [1, 3, 5, 7, 9],
    "five low rungs": [1, 2, 3, 4, 5],
}
FINAL = {
    "standard": {"standard"},
    "nearly_standard": {"nearly_standard"},
    "non_standard": {"non_standard", "nearly_standard"},
}


def small(standard, minima):
    """Return an edition of five requirements (one wajib, two to be fixed first, one that auditors ask for, one plain) with a ladder up to 10."""
    chosen = []
    for words, count in (
        ({standard.gate}, 1),
        (set(standard.must_fix), 2),
        (set(standard.before_audit), 1),
        ({None}, 1),
    ):
        own = [each for each in standard.requirements if each.mandatory in words and each.tier == "core"]
        chosen += own[:count]
    rungs = tuple(Rung(str(number), minimum, "inferred") for number, minimum in enumerate(minima, start=1))
    return replace(standard, requirements=tuple(chosen), ladder=Ladder(10, rungs, standard.ladder.note))


def states(edition):
    """Return every outcome matrix of five requirements as columns, and what each is concluded as."""
    columns = np.array(list(product(OUTCOMES_OF_ONE, repeat=len(edition.requirements))), dtype=np.int8).T
    return columns, conclude(edition, columns, np.ones(columns.shape[1], dtype=np.bool_), extension=False)


def by_the_rule(low, high, top, scored, items, open_items):
    if not scored:
        return "undetermined"
    if low == top and not items and not open_items:
        return "standard"
    if low > 0 and low >= top - 1 and (high < top or items):
        return "nearly_standard"
    return "non_standard" if high < top else "undetermined"


@pytest.mark.parametrize("minima", LADDERS.values(), ids=LADDERS)
def test_every_state_of_a_short_ladder_is_concluded_by_the_rule(standard, minima):
    edition = small(standard, minima)
    columns, found = states(edition)
    top = len(minima)
    fixed_first = [at for at, each in enumerate(edition.requirements) if each.mandatory in edition.must_fix]
    seen = set()
    for site in range(columns.shape[1]):
        items = bool((columns[fixed_first, site] == DOES_NOT_CONFORM).any())
        open_items = bool((columns[fixed_first, site] == UNDETERMINED).any())
        low, high, scored = int(found.rank_low[site]), int(found.rank_high[site]), found.score_low[site] != NO_SCORE
        assert STATUSES[found.status[site]] == by_the_rule(low, high, top, scored, items, open_items)
        if scored:
            seen.add((low, high, items, open_items))
    # No state that can be is left out: any two ranks in order, but a red item keeps from the top, which needs no item.
    assert {(low, high) for low, high, *_ in seen} >= {(0, 0), (0, top), (top, top)}
    assert {(items, open_items) for *_, items, open_items in seen} == set(product((False, True), repeat=2))


@pytest.mark.parametrize("minima", LADDERS.values(), ids=LADDERS)
def test_one_more_answer_never_takes_back_what_was_final(standard, minima):
    edition = small(standard, minima)
    columns, found = states(edition)
    place = {tuple(column): site for site, column in enumerate(columns.T.tolist())}
    for site, column in enumerate(columns.T.tolist()):
        before = STATUSES[found.status[site]]
        if before not in FINAL:
            continue
        for at in np.flatnonzero(columns[:, site] == UNDETERMINED).tolist():
            for outcome in OUTCOMES_OF_ONE:
                after = [*column[:at], int(outcome), *column[at + 1 :]]
                told = STATUSES[found.status[place[tuple(after)]]]
                assert told in FINAL[before], (column, after, before, told)


@pytest.mark.parametrize("edition", edition_names())
def test_a_status_that_is_final_stays_so_under_any_one_more_answer(edition):
    standard = load_published(edition)
    count = len(standard.requirements)
    met = set()
    for seed in range(cases(60, 1500)):
        chance = np.random.default_rng(seed)
        column = all_of(standard, CONFORMS)
        # From nearly nothing unmet to much, so that all statuses come up, and some that nobody knows yet.
        most = int(chance.choice([1, 2, 10, 90]))
        for outcome in (PARTIAL, DOES_NOT_CONFORM):
            column[chance.choice(count, chance.integers(0, most), replace=False)] = outcome
        column[chance.choice(count, chance.integers(0, 6), replace=False)] = UNDETERMINED
        before = status(concluded(standard, column))
        met.add(before)
        if before not in FINAL:
            continue
        for at in np.flatnonzero(column == UNDETERMINED).tolist():
            for outcome in OUTCOMES_OF_ONE:
                after = column.copy()
                after[at] = outcome
                assert status(concluded(standard, after)) in FINAL[before], (seed, at, outcome)
    assert met == {"standard", "nearly_standard", "non_standard", "undetermined"}


def test_an_item_that_is_not_mandatory_is_never_red(standard, core):
    column = all_of(standard, CONFORMS)
    column[core] = DOES_NOT_CONFORM
    found = concluded(standard, column)
    assert not found.red.any()
    assert np.flatnonzero(found.fails[:, 0]).tolist() == core


def test_status_changes_exactly_at_the_two_highest_rungs(standard, core):
    seen = {}
    for failing in range(len(core) + 1):
        column = all_of(standard, CONFORMS)
        column[core[:failing]] = DOES_NOT_CONFORM
        found = concluded(standard, column)
        seen[int(found.score_low[0])] = status(found)
    second, top = (rung.minimum for rung in list(standard.ladder)[-2:])
    assert seen == {
        score: "standard" if score >= top else "nearly_standard" if score >= second else "non_standard"
        for score in seen
    }
    assert set(seen.values()) == {"standard", "nearly_standard", "non_standard"}


def test_a_site_is_nearly_standard_only_where_no_unknown_could_change_it(standard, core):
    second, top = (rung.minimum for rung in list(standard.ladder)[-2:])
    for failing in range(len(core)):
        column = all_of(standard, CONFORMS)
        column[core[:failing]] = DOES_NOT_CONFORM
        column[core[failing]] = UNDETERMINED
        found = concluded(standard, column)
        low, high = int(found.score_low[0]), int(found.score_high[0])
        wanted = (
            "standard"
            if low >= top
            else "undetermined"
            if high >= top
            else "nearly_standard"
            if low >= second
            else "non_standard"
        )
        assert (low < high, status(found)) == (True, wanted)


def test_a_score_is_rounded_half_up_over_what_applies(standard, core):
    maximum, marks = standard.ladder.maximum, standard.marks
    for applying in range(1, len(core) + 1):
        column = all_of(standard, DOES_NOT_APPLY)
        column[core[:applying]] = DOES_NOT_CONFORM
        column[core[0]] = PARTIAL
        found = concluded(standard, column)
        whole = marks.conforms * applying
        assert found.score_low[0] == found.score_high[0] == (2 * maximum * marks.partial + whole) // (2 * whole)


def test_the_share_of_an_aspect_is_told_with_one_decimal(standard, core):
    aspect = standard.requirements[core[0]].aspect
    own = [index for index in core if standard.requirements[index].aspect == aspect][:3]
    column = all_of(standard, DOES_NOT_APPLY)
    column[own] = CONFORMS, DOES_NOT_CONFORM, UNDETERMINED
    found = concluded(standard, column)
    row = [each.code for each in standard.aspects].index(aspect)
    assert (found.aspect_low[row, 0], found.aspect_high[row, 0]) == (33.3, 66.7)
    assert np.isnan(found.aspect_low[:, 0]).sum() == len(standard.aspects) - 1


def test_extension_requirements_count_only_where_they_are_asked_for(standard):
    extension = np.array([requirement.tier == "extension" for requirement in standard.requirements])
    column = np.where(extension, DOES_NOT_CONFORM, CONFORMS)
    assert status(concluded(standard, column)) == "standard"
    assert not concluded(standard, column).fails.any()
    with_them = concluded(standard, column, extension=True)
    assert (with_them.fails[:, 0] == extension).all()
    assert with_them.score_low[0] < standard.ladder.maximum
    assert counted(standard, extension=False).sum() + extension.sum() == counted(standard, extension=True).sum()


def test_each_site_is_concluded_by_itself_across_blocks(standard):
    sites = 2 * 16_384 + 1
    outcomes = np.full((len(standard.requirements), sites), CONFORMS, dtype=np.int8)
    outcomes[:, 16_384] = DOES_NOT_CONFORM
    found = conclude(standard, outcomes, np.ones(sites, dtype=np.bool_), extension=False)
    assert np.flatnonzero(found.score_low == 0).tolist() == [16_384]
    assert found.red.shape == outcomes.shape
    assert conclude(standard, outcomes[:, :0], np.ones(0, dtype=np.bool_), extension=False).status.shape == (0,)


def test_percents_of_an_aspect_are_rounded_outward_and_a_certain_one_to_the_nearest():
    chance = random.Random(7)
    standard = load_published(default_edition())
    matrix = np.array([[chance.randrange(5) for _ in range(300)] for _ in standard.requirements], dtype=np.int8)
    found = conclude(standard, matrix, np.ones(300, dtype=np.bool_), extension=False)
    rows = counted(standard, extension=False)
    mark = {CONFORMS: standard.marks.conforms, PARTIAL: standard.marks.partial}
    for at, aspect in enumerate(standard.aspects):
        own = [i for i, each in enumerate(standard.requirements) if each.aspect == aspect.code and rows[i]]
        for site in range(300):
            outcomes = [matrix[i, site] for i in own if matrix[i, site] != DOES_NOT_APPLY]
            if not outcomes:
                assert np.isnan(found.aspect_low[at, site])
                continue
            whole = standard.marks.conforms * len(outcomes)
            low = Fraction(100 * sum(mark.get(each, 0) for each in outcomes), whole)
            high = low + Fraction(100 * standard.marks.conforms * outcomes.count(UNDETERMINED), whole)
            told = [Fraction(str(ends[at, site])) for ends in (found.aspect_low, found.aspect_high)]
            if low == high:
                assert told[0] == told[1] == Fraction(floor(low * 10 + Fraction(1, 2)), 10)
            else:
                assert told == [Fraction(floor(low * 10), 10), Fraction(ceil(high * 10), 10)]
