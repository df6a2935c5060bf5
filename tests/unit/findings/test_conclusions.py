"""What follows from outcomes alone: scores, ranks, status and red items, at each limit of an edition's ladder."""

import random
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

from rba_audit.findings.conclusions import NO_SCORE, STATUSES, conclude, counted
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED
from rba_audit.standard import default_edition, published


def concluded(standard, column, *, audited=True, extension=False):
    """Conclude one site from the outcome of each requirement."""
    return conclude(standard, np.array(column, dtype=np.int8)[:, None], np.array([audited]), extension)


def status(found):
    return STATUSES[found.status[0]]


def all_of(standard, outcome):
    return np.full(len(standard.requirements), outcome, dtype=np.int8)


@pytest.fixture
def core(standard):
    """The positions of the core requirements that no gate watches."""
    return [
        index
        for index, requirement in enumerate(standard.requirements)
        if requirement.tier == "core" and requirement.mandatory != standard.gate
    ]


@pytest.fixture
def gate(standard):
    return [
        index
        for index, requirement in enumerate(standard.requirements)
        if requirement.tier == "core" and requirement.mandatory == standard.gate
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
    standard = published(default_edition())
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
