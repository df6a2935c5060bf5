"""Nominations, their trails, and points in the register: nothing is changed or deleted, and no user overwrites another."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text

from helpers.action_pages import register_of_sites
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.register.kla.nomination_trails import TrailEntry, newest_entries
from rba_audit.register.kla.points import read_points
from rba_audit.register.kla.scores import current_values

SITES = ("alun-a", "alun-b", "taman/c")


@pytest.fixture
def register(tmp_path):
    opened = register_of_sites(tmp_path, {site: site for site in SITES})
    yield opened
    opened.close()


def nominated(register, year=2026):
    return [nomination.site_id for nomination in register.kla.nominations.of_year(year)]


def test_a_site_is_nominated_for_one_round_and_taken_back(register):
    nominations = register.kla.nominations
    first = nominations.add("taman/c", 2026, "paling siap", "tono")
    nominations.add("alun-a", 2026, "diminta wali kota", "tono")
    again = nominations.add("taman/c", 2026, "sekali lagi", "putri")

    assert again == first
    assert nominated(register) == ["taman/c", "alun-a"]
    assert nominated(register, 2027) == []

    nominations.withdraw("taman/c", 2026, "rusak", "tono")
    assert nominations.withdraw("taman/c", 2026, "lagi", "tono").reason == "rusak"
    assert nominated(register) == ["alun-a"]
    assert [(each.site_id, each.active) for each in nominations.all_of_year(2026)] == [
        ("alun-a", True),
        ("taman/c", False),
    ]

    nominations.add("taman/c", 2026, "diperbaiki", "tono")
    assert nominated(register) == ["alun-a", "taman/c"]
    assert [event.reason for event in nominations.events("taman/c", 2026)] == ["paling siap", "rusak", "diperbaiki"]
    assert nominations.years() == [2026]


def test_what_is_not_there_is_not_nominated_or_withdrawn(register):
    with pytest.raises(NotInRegister):
        register.kla.nominations.add("tidak-ada", 2026, "x", "tono")
    with pytest.raises(NotInRegister):
        register.kla.nominations.withdraw("alun-a", 2026, "x", "tono")
    with pytest.raises(NotInRegister):
        register.kla.nomination_trails.record(entry(), 0)


def entry(step="field_audit", **more):
    return TrailEntry(str(uuid4()), "alun-a", 2026, step, "", "tono", **more)


def test_an_entry_of_a_trail_is_corrected_by_a_further_version(register):
    trails = register.kla.nomination_trails
    register.kla.nominations.add("alun-a", 2026, "siap", "tono")
    first = trails.record(entry(deadline=date(2026, 11, 20), note="surat"), 0)
    again = trails.record(replace(first, seq=0, at=None, note="lain"), 0)
    second = trails.record(entry(day=date(2026, 11, 21), score=Decimal("421.5"), result="done"), first.seq)

    assert again == first
    assert trails.of_site("alun-a", 2026) == [first, second]
    assert newest_entries(trails.of_year(2026)["alun-a"]) == {("field_audit", ""): second}
    with pytest.raises(Conflict) as stale:
        trails.record(entry(note="lama"), first.seq)
    assert stale.value.kept == second

    trails.record(entry(), second.seq)
    assert newest_entries(trails.of_site("alun-a", 2026)) == {}
    assert len(trails.of_site("alun-a", 2026)) == 3


def test_a_step_with_several_entries_has_them_side_by_side(register):
    trails = register.kla.nomination_trails
    register.kla.nominations.add("alun-a", 2026, "siap", "tono")
    one, other = (entry("findings", note=note) for note in ("lubang", "pagar"))
    one, other = (trails.record(replace(each, item=each.id), 0) for each in (one, other))
    closed = trails.record(replace(entry("findings", note="lubang", day=date(2026, 12, 1)), item=one.item), one.seq)

    assert newest_entries(trails.of_site("alun-a", 2026)) == {
        ("findings", one.item): closed,
        ("findings", other.item): other,
    }
    with pytest.raises(NotInRegister):
        trails.record(replace(entry("findings"), item=str(uuid4())), 0)
    with pytest.raises(EvidenceError):
        trails.record(replace(entry(), id="x"), 0)


def test_only_what_a_user_changed_is_recorded_and_no_user_overwrites_another(register):
    scores = register.kla.scores
    a, b = (2026, "self", "1"), (2026, "self", "2")
    assert scores.record({a: Decimal(10), b: None}, 0, "tono") == 1
    seen = scores.entries({2026})[-1].seq
    assert scores.record({a: Decimal("10.0"), b: None}, seen, "tono") == 0
    assert scores.record({a: Decimal(12), b: None}, seen, "putri") == 1

    assert scores.record({a: Decimal(10), b: Decimal(5)}, seen, "tono") == 1  # a was not touched by this user
    with pytest.raises(Conflict) as stale:
        scores.record({a: Decimal(11)}, seen, "tono")
    assert stale.value.kept.value == 12
    assert current_values(scores.entries({2026})) == {a: Decimal(12), b: Decimal(5)}

    seen = scores.entries()[-1].seq
    scores.record({a: None}, seen, "tono")
    assert current_values(scores.entries()) == {b: Decimal(5)}
    assert [(each.about, each.value, each.person_id) for each in scores.entries()] == [
        ("1", 10, "tono"),
        ("1", 12, "putri"),
        ("2", 5, "tono"),
        ("1", None, "tono"),
    ]
    assert scores.entries({2025}) == []


def test_results_of_rounds_are_added_and_the_newest_is_last(register):
    scores = register.kla.scores
    scores.record_result(2025, "madya", Decimal("670.25"), "SK", "tono")
    scores.record_result(2025, "", None, "", "tono")

    assert [(each.band, each.total, each.empty) for each in scores.results()] == [
        ("madya", Decimal("670.25"), False),
        ("", None, True),
    ]


def test_damaged_rows_are_left_out_and_recorded(register):
    register.kla.nominations.add("alun-a", 2026, "siap", "tono")
    register.kla.nominations.add("alun-b", 2026, "siap", "tono")
    stored = register.kla.nomination_trails.record(entry(score=Decimal(3)), 0)
    register.kla.scores.record({(2026, "self", "1"): Decimal(10)}, 0, "tono")
    register.kla.scores.record_result(2025, "madya", Decimal(670), "SK", "tono")
    with register._database.writing() as connection:
        names = connection.execute(text("select name from sqlite_master where type = 'trigger'")).scalars().all()
        for name in names:
            connection.execute(text(f"drop trigger {name}"))
        for statement in (
            "update nomination_event set at = 'kemarin' where site_id = 'alun-b'",
            "update nomination_step set score = 'Infinity'",
            "update kla_score set value = '1e9'",
            "update kla_result set total = '-1'",
        ):
            connection.execute(text(statement))

    assert nominated(register) == ["alun-a"]
    assert register.kla.nomination_trails.of_site("alun-a", 2026) == []
    assert register.kla.scores.entries() == register.kla.scores.results() == []
    assert {(row.table, row.id) for row in register.damaged()} == {
        ("nomination_event", "2"),
        ("nomination_step", stored.id),
        ("kla_score", "1"),
        ("kla_result", "1"),
    }


@pytest.mark.parametrize(
    ("written", "points"),
    [("0", "0"), ("588,40", "588.40"), ("588.4", "588.4"), (" 12 ", "12"), ("9999,99", "9999.99"), ("007", "7")],
)
def test_points_are_read_exactly(written, points):
    assert read_points(written) == Decimal(points)


@pytest.mark.parametrize("written", ["", "-1", "1e3", "1.000,5", "10000", "1.000", "1,234", "NaN", "٣", "1,", ",5", "1 000"])
def test_what_is_no_number_of_points_is_refused(written):
    with pytest.raises(ValueError, match="no number of points"):
        read_points(written)
