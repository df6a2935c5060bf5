"""The order of readiness and the trail of a nominated site, as tables worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations, product
from types import SimpleNamespace

import pytest

from rba_audit.kla.calendar import KlaRound
from rba_audit.kla.city_position import city_position, last_round, past_rounds
from rba_audit.kla.nomination_order import SiteReadiness, nomination_order
from rba_audit.kla.nomination_trail import KnownOfSite, nomination_trail, score_difference, state_of_entry
from rba_audit.messages import using_language
from rba_audit.register.certificates import Certificate
from rba_audit.register.kla.nomination_trails import TrailEntry
from rba_audit.register.kla.scores import RoundResult
from rba_audit.standard.policies import shipped_policies

D = Decimal
TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
POLICY = shipped_policies().kla
ROUND = KlaRound(2027, {"rbra_audit": (date(2026, 11, 1), date(2026, 12, 31))}, frozenset())


def site(
    name,
    *,
    must=0,
    must_open=0,
    red=0,
    red_open=0,
    low=100,
    high=100,
    cost=0,
    documents=0,
    other=0,
    status="non_standard",
):
    row = SimpleNamespace(
        id=name,
        name=name,
        status=status,
        must_fix=(None,) * must,
        red=(None,) * red,
        score_low=low,
        score_high=high,
        undetermined=must_open + red_open + other,
    )
    cost = None if cost is None else SimpleNamespace(figure=cost, cost=None if cost < 0 else f"Rp{cost}", why="x")
    if cost is not None and cost.figure < 0:
        cost.figure = None
    return SiteReadiness(row, must_open, red_open, cost, documents, nominated=False)


A = site("A", low=480, high=480, cost=None, status="standard")
ORDER = [
    # the site above, the one below, why, what would change it
    (A, site("B", low=400, high=420), "Its sure score is 400, that of A 480.", None),
    (site("A"), site("B", must=1), "Must-fix items unmet or open: 1 (at A: 0).", "Once its repairs are done (Rp0), it comes before A as that is today."),
    (site("A", must=1), site("B", must=1, must_open=1), "Must-fix items unmet or open: 2 (at A: 1).", "Once its repairs are done (Rp0), it comes before A as that is today."),
    (site("A"), site("B", must_open=2, high=150), "Must-fix items unmet or open: 2 (at A: 0).", "If all that is open here (2) turns out to be met, it comes before A."),
    (site("A", red=1), site("B", red=2, low=300, high=300), "Red items unmet or open: 2 (at A: 1).", "Once its repairs are done (Rp0), it comes before A as that is today."),
    (site("A", high=200, other=9), site("B", high=150, other=3), "Its score is at most 150, that of A at most 200.", "If all that is open here (3) turns out to be met, it comes before A."),
    (site("A", cost=5), site("B", cost=6), "Its repairs cost more than those of A, or their cost is not known.", "Once its repairs are done (Rp6), it comes before A as that is today."),
    (site("A", cost=5), site("B", cost=-1), "Its repairs cost more than those of A, or their cost is not known.", "It comes before A only with repairs that nobody can price yet."),
    (site("A", documents=2), site("B", documents=3), "More of its documents are open than of A.", "Once its repairs are done (Rp0), it comes before A as that is today."),
    (A, site("B", low=480, high=480, cost=None, status="standard", documents=1), "More of its documents are open than of A.", "With its documents complete it is as ready as A."),
    (site("A"), site("B"), "It is as ready as A; they are in order of name.", "Once its repairs are done (Rp0), it comes before A as that is today."),
    (site("A", must=9, red=9, low=0), site("B", low=0, high=500, status="not_audited", cost=-1), "Nobody has audited it yet.", "A visit would show where it belongs."),
]  # fmt: skip


@pytest.mark.parametrize(("above", "below", "why", "change"), ORDER)
def test_a_site_is_behind_another_for_a_reason_that_is_said(above, below, why, change):
    with using_language("en"):
        for sites in ((above, below), (below, above)):
            first, second = nomination_order(sites)
            assert (first.site, second.site) == (above, below)
            assert (first.reason, first.change) == (None, None)
            assert (str(second.reason), second.change and str(second.change)) == (why, change)


def test_the_order_does_not_depend_on_how_the_sites_come():
    sites = [site(name, must=must, red=red) for name, (must, red) in zip("ABCD", product((0, 1), (0, 1)), strict=True)]

    assert {tuple(each.site.row.id for each in nomination_order(some)) for some in permutations(sites)} == {
        ("A", "B", "C", "D")
    }
    assert nomination_order([]) == []


# --- the trail -----------------------------------------------------------------------------------------------------


def entry(step, *, item="", **more):
    return TrailEntry("id", "a", 2027, step, item, "tono", **more)


ENTRIES = [
    # step, what is entered → state, due
    ("field_audit", {"day": TODAY}, "done", None),
    ("field_audit", {"deadline": TODAY}, "planned", TODAY),
    ("field_audit", {"deadline": TODAY - DAY}, "overdue", TODAY - DAY),
    ("field_audit", {"note": "menunggu surat"}, "open", None),
    ("administrative_check", {"day": TODAY, "result": "incomplete"}, "open", None),
    ("administrative_check", {"day": TODAY, "result": "incomplete", "deadline": TODAY + DAY}, "planned", TODAY + DAY),
    ("administrative_check", {"result": "complete"}, "done", None),
    ("findings", {"result": "positive"}, "done", None),
    ("findings", {"result": "nonconformity", "deadline": TODAY - DAY}, "overdue", TODAY - DAY),
    ("findings", {"result": "nonconformity", "deadline": TODAY - DAY, "day": TODAY}, "done", None),
    ("minutes", {"day": TODAY, "result": "with_fixes", "deadline": TODAY + DAY}, "done", None),
    ("minutes", {"day": TODAY, "result": "not_proposed"}, "ended", None),
    ("official_score", {"score": D(0)}, "done", None),
    ("minutes", {"day": TODAY, "result": "gone from the file"}, "done", None),
]  # fmt: skip


@pytest.mark.parametrize(("step", "fields", "state", "due"), ENTRIES)
def test_an_entry_has_the_state_of_its_day_deadline_and_result(step, fields, state, due):
    found = state_of_entry(POLICY.trail.step(step), entry(step, **fields), TODAY)

    assert (found.state, found.due) == (state, due)


def trail(*entries, known=None, today=TODAY):
    return nomination_trail(POLICY.trail, entries, known or KnownOfSite(), ROUND, today)


def states(found):
    return {each.step.name: each.state for each in found.steps}


def certificate(issued):
    return Certificate("c", "a", "1", "rbra-2024", "Utama", "KPPPA", issued, date(2029, 1, 1), "tono")


def test_a_new_nomination_begins_with_the_self_assessment_and_knows_the_usual_dates():
    found = trail()

    assert found.next.step.name == "self_assessment"
    assert states(found)["field_audit"] == "planned"
    assert [(due, step.name) for due, step, _ in found.deadlines] == [
        (date(2026, 12, 31), "field_audit"),
        (date(2026, 12, 31), "night_visit"),
    ]
    assert states(trail(today=date(2027, 1, 1)))["night_visit"] == "overdue"


def test_what_the_register_knows_is_not_entered_twice():
    found = trail(known=KnownOfSite(TODAY, certificate(date(2026, 12, 1)), date(2027, 12, 1)))

    assert states(found)["self_assessment"] == states(found)["certificate"] == "done"
    assert (found.steps[-1].state, found.steps[-1].due) == ("planned", date(2027, 12, 1))
    assert found.next is found.steps[-1]


def test_a_certificate_of_an_earlier_round_is_none_of_this_one():
    assert states(trail(known=KnownOfSite(None, certificate(date(2026, 11, 1)), TODAY)))["certificate"] == "done"
    found = states(trail(known=KnownOfSite(None, certificate(date(2026, 10, 31)), TODAY)))
    assert (found["certificate"], found["surveillance"]) == ("open", "open")


def test_the_next_step_follows_the_last_one_that_is_done_and_findings_stay_named():
    found = trail(
        entry("mentoring", item="1", day=TODAY),
        entry("findings", item="2", result="nonconformity", deadline=TODAY - DAY, note="pagar"),
        entry("findings", item="3", result="positive"),
        entry("minutes", day=TODAY, result="with_fixes"),
        entry("official_score", score=D("421.5")),
        known=KnownOfSite(TODAY),
    )

    assert found.next.step.name == "decree"
    assert states(found)["findings"] == "overdue"
    assert found.deadlines[0][2].note == "pagar"
    assert found.score == D("421.5")


def test_a_site_that_is_not_proposed_has_no_next_step_and_no_deadline():
    found = trail(entry("minutes", day=TODAY, result="not_proposed"))

    assert (found.ended, found.next, found.deadlines) == (True, None, ())


@pytest.mark.parametrize(
    ("low", "high", "official", "difference"),
    [(400, 400, "421.5", ("21.5", "21.5")), (400, 450, "421.5", ("-28.5", "21.5")), (400, 450, None, None), (None, None, "4", None)],
)  # fmt: skip
def test_the_auditors_score_is_compared_with_the_self_assessment(low, high, official, difference):
    found = score_difference(low, high, official and D(official))

    assert found == (difference and tuple(map(D, difference)))


# --- the position of the city --------------------------------------------------------------------------------------


def test_without_entries_there_is_no_number_and_everything_is_named_that_is_missing():
    position = city_position(POLICY, {}, 2027, 2025)

    assert not position.entered
    assert (position.maxima, position.share.entered) == (None, False)
    with using_language("en"):
        assert [str(each.band) for each in position.totals.values()] == ["not entered"] * 3
        assert [str(each).partition(":")[0] for each in position.missing] == [
            "Results of the last round",
            "Self-evaluation",
            "Targets",
            "Maxima",
            "What play spaces give altogether is not entered.",
            "What each site that passes gives is not entered.",
            "Points at risk",
        ]


def test_entries_of_other_rounds_and_of_indicators_that_are_gone_do_not_count():
    values = {
        (2027, "self", "11"): D(30),
        (2026, "self", "1"): D(9),
        (2027, "self", "99"): D(500),
        (2025, "outcome", "2"): D(7),
    }
    position = city_position(POLICY, values, 2027, 2025)

    assert position.totals["self"].total.points.low == 30
    assert position.totals["self"].total.points.high == 1000
    assert position.totals["outcome"].total.points.low == 7
    assert position.totals["target"].total.points is None


def test_the_shipped_results_are_those_that_are_published_and_an_entry_counts_before_them():
    assert [(each.year, each.band, each.total) for each in past_rounds(POLICY, [])] == [
        (2025, "madya", None),
        (2023, "pratama", None),
        (2019, "pratama", None),
    ]
    own = RoundResult(2025, "pratama", D("601"), "SK", "tono", None)
    gone = RoundResult(2024, "", None, "", "tono", None)
    first = past_rounds(POLICY, [own, gone])[0]

    assert (first.band, first.published, first.differs) == ("pratama", "madya", True)
    assert len(past_rounds(POLICY, [own, gone])) == 3
    assert past_rounds(POLICY, [own, RoundResult(2025, "", None, "", "tono", None)]) == past_rounds(POLICY, [])


def test_the_last_round_is_the_newest_before_of_which_something_is_known():
    assert last_round(2027, [2019, 2025, 2027, 2030]) == 2025
    assert last_round(2027, []) == 2026
