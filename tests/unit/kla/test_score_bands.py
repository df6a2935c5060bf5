"""Bands and what-if equal tables that were worked out by hand, and an oracle that tries every possibility."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rba_audit.kla.city_score import base_column, column_total, indicator_scores
from rba_audit.kla.point_ranges import PointRange
from rba_audit.kla.score_bands import band_stretches, next_band, points_to, stretch_words
from rba_audit.kla.what_if import DocumentRisk, RbraShare, room_by_indicator, sites_needed, what_if
from rba_audit.messages import using_language
from rba_audit.standard.policies import shipped_policies

D = Decimal
BANDS = shipped_policies().kla.bands.bands

TOTALS = [
    # total, band as published, points to the next band
    ("0", "below Pratama", "500"),
    ("499", "below Pratama", "1"),
    ("499.99", "below Pratama", "0.01"),
    ("500", "Pratama", "101"),
    ("588.40", "Pratama", "12.6"),
    ("600", "Pratama", "1"),
    ("600.01", "between Pratama and Madya, as published", "0.99"),
    ("600.5", "between Pratama and Madya, as published", "0.5"),
    ("600.9999", "between Pratama and Madya, as published", "0.0001"),
    ("601", "Madya", "100"),
    ("670", "Madya", "31"),
    ("700", "Madya", "1"),
    ("700.5", "between Madya and Nindya, as published", "0.5"),
    ("701", "Nindya", "100"),
    ("721", "Nindya", "80"),
    ("800", "Nindya", "1"),
    ("801", "Utama", "100"),
    ("900", "Utama", "1"),
    ("901", "Child-friendly city (KLA)", None),
    ("1000", "Child-friendly city (KLA)", None),
    ("1000.5", "above Child-friendly city (KLA), as published", None),
]
RANGES = [
    # total from, to (None: nothing bounds it), where it may lie, points to the next band from, to
    ("588.4", "608.4", "from Pratama to Madya", "0", "12.6"),
    ("600", "601", "from Pratama to Madya", "0", "1"),
    ("600.2", "600.8", "between Pratama and Madya, as published", "0.2", "0.8"),
    ("600.5", "601", "from between Pratama and Madya, as published to Madya", "0", "0.5"),
    ("499", "500", "from below Pratama to Pratama", "0", "1"),
    ("480", "499.9", "below Pratama", "0.1", "20"),
    ("601", "700", "Madya", "1", "100"),
    ("560", "1000", "from Pratama to Child-friendly city (KLA)", "0", "41"),
    ("560", None, "from Pratama to above Child-friendly city (KLA), as published", "0", "41"),
]


def place(total):
    with using_language("en"):
        return str(stretch_words(band_stretches(total, BANDS)))


@pytest.mark.parametrize(("total", "band", "missing"), TOTALS)
def test_a_total_lies_in_the_band_that_is_published(total, band, missing):
    points = PointRange.exactly(D(total))
    following = next_band(points, BANDS)

    assert place(points) == band
    assert (points_to(following, points) if following else None) == (missing and PointRange.exactly(D(missing)))


@pytest.mark.parametrize(("low", "high", "bands", "least", "most"), RANGES)
def test_a_range_may_lie_in_several_bands(low, high, bands, least, most):
    points = PointRange(D(low), high and D(high))

    assert place(points) == bands
    assert points_to(next_band(points, BANDS), points) == PointRange(D(least), D(most))


def test_without_bands_nothing_is_said():
    assert band_stretches(PointRange.exactly(D(600)), ()) == ()
    with using_language("en"):
        assert str(stretch_words(())) == "The band is not known."


# --- what-if: two indicators, A (most 60) and B (most 100), RBRA counts in A ------------------------------------------

SHARE_40 = RbraShare("A", most=D(40), per_site=D(40))
BY_SITE = RbraShare("A", most=D(40), per_site=D(15))
CASES = {
    # self A, self B, share, passed, nominated → one site adds, all add, total with all
    "one site gives the whole share": ("15", "80", SHARE_40, 0, 1, ("40", "40"), ("40", "40"), ("135", "135")),
    "a second site adds nothing more": ("15", "80", SHARE_40, 1, 1, ("0", "0"), ("0", "0"), ("95", "95")),
    "three sites at 15 give at most 40": ("15", "80", BY_SITE, 0, 3, ("15", "15"), ("40", "40"), ("135", "135")),
    "after two at 15, one adds 10": ("15", "80", BY_SITE, 2, 1, ("10", "10"), ("10", "10"), ("105", "105")),
    "the maximum of A leaves room for 5": ("55", "80", SHARE_40, 0, 1, ("5", "5"), ("5", "5"), ("140", "140")),
    "A is full": ("60", "80", SHARE_40, 0, 1, ("0", "0"), ("0", "0"), ("140", "140")),
    "points for each site without a limit": ("15", "80", RbraShare("A", None, D(15)), 0, 2, ("15", "15"), ("30", "30"), ("125", "125")),
    "a share without points for each site": ("15", "80", RbraShare("A", D(40), None), 0, 2, ("0", "40"), ("0", "40"), ("95", "135")),
    "A is unknown": (None, "80", SHARE_40, 0, 1, ("0", "40"), ("0", "40"), ("120", "140")),
    "B is unknown": ("15", None, SHARE_40, 0, 1, ("40", "40"), ("40", "40"), ("55", "155")),
    "nothing is nominated": ("15", "80", SHARE_40, 0, 0, ("40", "40"), ("0", "0"), ("95", "95")),
    "nothing is set": ("15", "80", RbraShare("A"), 0, 1, None, None, None),
}  # fmt: skip


def scores_of(a, b, maxima=("60", "100")):
    entered = {name: D(value) for name, value in (("A", a), ("B", b)) if value is not None}
    limits = {name: D(value) for name, value in zip("AB", maxima, strict=True) if value is not None}
    return indicator_scores(("A", "B"), {"self": entered}, limits)


def ranged(pair):
    return pair and PointRange(D(pair[0]), D(pair[1]))


@pytest.mark.parametrize("name", CASES)
def test_what_sites_add_equals_the_table(name):
    a, b, share, passed, nominated, one, every, total = CASES[name]
    found = what_if(scores_of(a, b), "self", share, passed=passed, nominated=nominated, most=D(1000))

    assert (found.each_site, found.all_sites, found.with_sites) == (ranged(one), ranged(every), ranged(total))


RISKS = {
    # how many documents are missing, points at risk for each → total if all stay missing (self A 15, B 80), what each kind can cost
    "one document of A at 10": ([(1, {"A": "10"})], ("85", "95"), [("0", "10")]),
    "two of A at 10: A has only 15": ([(2, {"A": "10"})], ("80", "95"), [("0", "15")]),
    "two kinds of A at 10 and 5": ([(1, {"A": "10"}), (1, {"A": "5"})], ("80", "95"), [("0", "10"), ("0", "5")]),
    "one of A and B": ([(1, {"A": "10", "B": "30"})], ("55", "95"), [("0", "40")]),
    "three of A at 2.5 and B at 0.1": ([(3, {"A": "2.5", "B": "0.1"})], ("87.2", "95"), [("0", "7.8")]),
    "more at risk than there is": ([(1, {"B": "500"})], ("15", "95"), [("0", "80")]),
    "one is set, one is not": ([(1, {"B": "5"}), (1, {"A": None})], ("75", "95"), [("0", "5"), None]),
    "one of two indicators is set": ([(1, {"A": None, "B": "5"})], ("75", "95"), [("0", "20")]),
    "nothing is set": ([(1, {"A": None})], None, [None]),
    "nothing is missing": ([], None, []),
}


@pytest.mark.parametrize("name", RISKS)
def test_what_missing_documents_can_cost_equals_the_table(name):
    risks, total, each = RISKS[name]
    missing = [
        DocumentRisk("sk", count, {indicator: points and D(points) for indicator, points in risk.items()})
        for count, risk in risks
    ]
    found = what_if(scores_of("15", "80"), "self", SHARE_40, passed=0, nominated=0, missing=missing)

    assert found.without_documents == ranged(total)
    assert [points for _, points in found.by_document] == [ranged(pair) for pair in each]
    assert found.not_set == sum(None in risk.values() for _, risk in risks)


@pytest.mark.parametrize(
    ("passed", "nominated", "target", "needed"),
    [
        (0, 3, "95", 0),  # 95 are there
        (0, 3, "95.5", 1),  # 110
        (0, 3, "110", 1),
        (0, 3, "110.01", 2),  # 125
        (0, 3, "135", 3),  # 15 + 15 + 10
        (0, 3, "135.01", None),
        (2, 3, "105", 1),
        (2, 3, "105.01", None),
    ],
)
def test_how_many_sites_surely_reach_a_limit(passed, nominated, target, needed):
    scores = scores_of("15", "80")

    assert sites_needed(scores, "self", BY_SITE, passed=passed, nominated=nominated, target=D(target)) == needed


def test_a_total_of_which_entries_are_missing_is_a_range_and_never_zero():
    assert column_total(scores_of(None, None), "self").points is None
    assert column_total(scores_of("15", None), "self").points == PointRange(D(15), D(115))
    assert column_total(scores_of("15", None, ("60", None)), "self").points == PointRange(D(15), None)
    assert column_total(scores_of("15", None, ("60", None)), "self", D(1000)).points == PointRange(D(15), D(1000))
    assert column_total(scores_of("15", None), "self").missing == ("B",)
    with using_language("en"):
        assert PointRange(D(15), D(115)).words == "15–115"
        assert PointRange(D(0), None).words == "?"
        assert PointRange(D(15), None).words == "15 or more"


def test_changes_are_counted_from_the_self_evaluation_or_else_the_last_result():
    assert base_column(scores_of("15", None)) == "self"
    assert base_column(indicator_scores(("A",), {"outcome": {"A": D(3)}}, {})) == "outcome"
    assert base_column(indicator_scores(("A",), {"target": {"A": D(3)}}, {})) is None


def test_room_is_what_the_maximum_surely_leaves():
    rooms = room_by_indicator(scores_of("15", "80"), "self")

    assert [(score.indicator, room) for score, room in rooms] == [
        ("A", PointRange.exactly(D(45))),
        ("B", PointRange.exactly(D(20))),
    ]
    assert room_by_indicator(scores_of(None, None), "self") == []
    assert room_by_indicator(scores_of("15", "80", (None, None)), "self") == []


def stretch(total):
    """Return where one total lies, by the words of the published table."""
    for band in BANDS:
        if band.low <= total <= band.high:
            return band.name
    return ("between", sum(band.low <= total for band in BANDS))


QUARTERS = st.integers(0, 4_200).map(lambda quarters: D(quarters) / 4)


@given(low=QUARTERS, more=st.integers(0, 900))
def test_a_range_lies_exactly_where_one_of_its_totals_lies(low, more):
    """Oracle: every quarter of a point in the range, and in each gap of the published limits, on its own."""
    totals = [low + D(quarters) / 4 for quarters in range(more + 1)]
    found = band_stretches(PointRange(low, totals[-1]), BANDS)

    assert [each.band.name if each.band else None for each in found] == [
        name if isinstance(name, str) else None for name in dict.fromkeys(map(stretch, totals))
    ]
    following = next_band(PointRange(low, totals[-1]), BANDS)
    assert following == next((band for band in BANDS if band.low > low), None)
    if following:
        short = points_to(following, PointRange(low, totals[-1]))
        assert (short.low, short.high) == (max(following.low - totals[-1], 0), following.low - low)


WHOLE = st.integers(0, 12)
MAYBE = st.none() | WHOLE


@given(
    a=MAYBE,
    b=MAYBE,
    most_a=st.integers(12, 14),
    most=MAYBE,
    per_site=MAYBE,
    passed=st.integers(0, 3),
    more=st.integers(0, 3),
)
def test_every_possible_total_is_within_the_range_and_the_ends_are_reached(a, b, most_a, most, per_site, passed, more):
    """Oracle: try every whole number for what is unknown, by the words of the settings."""
    scores = scores_of(a, b, (most_a, 13))
    share = RbraShare("A", None if most is None else D(most), None if per_site is None else D(per_site))
    found = what_if(scores, "self", share, passed=passed, nominated=more)
    if most is None and per_site is None:
        assert found.with_sites is None
        return
    totals = set()
    for own_a, own_b in product([a] if a is not None else range(most_a + 1), [b] if b is not None else range(14)):
        for added in possible_gains(most, per_site, passed, more):
            totals.add(max(min(own_a + added, most_a), own_a) + own_b)

    assert (min(totals), max(totals)) == (found.with_sites.low, found.with_sites.high)


def possible_gains(most, per_site, passed, more):
    """Return what further sites may add: one number with points per site, else anything up to the share."""
    if more == 0:
        return [0]
    if per_site is None:
        return range(most + 1)
    counts = [per_site * sites if most is None else min(most, per_site * sites) for sites in (passed, passed + more)]
    return [counts[1] - counts[0]]
