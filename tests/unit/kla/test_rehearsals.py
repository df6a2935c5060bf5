"""Rehearsals: the copy of the folder never changes, decisions are only added, and a verifier sees what they were invited to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpers.action_pages import register_of_sites
from helpers.kla_documents import accepted, decided, pdf_file, recorded
from rba_audit import accounts
from rba_audit.accounts import erase_account
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister, Unavailable
from rba_audit.kla.rehearsal_results import earlier_reasons, result_of
from rba_audit.kla.rehearsals import (
    begin_rehearsal,
    close_rehearsal,
    decide_item,
    indicators_of,
    invite_verifier,
    next_undecided,
    record_outcome,
    rehearsal_for,
    rehearsals_for,
)
from rba_audit.standard.policies import shipped_policies

SITES = {"alun-a": "Alun A", "taman/c": "Taman C"}
DAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 5, tzinfo=UTC)
POLICY = shipped_policies().kla
CITY_KIND = next(kind for kind in POLICY.documents.kinds if kind.per == "city")
SITE_KIND = next(kind for kind in POLICY.documents.kinds if kind.per == "site")


@pytest.fixture
def register(tmp_path):
    opened = register_of_sites(tmp_path, SITES)
    yield opened
    opened.close()


@pytest.fixture
def office(register):
    return next(person for person in register.people.all() if person.may("rehearse"))


@pytest.fixture
def vina(register):
    return accounts.invite(register, "Vina", "vina-x", "verifier", by=None, at=NOON, valid_until=DAY)[0]


def begun(register, office, vina=None, year=2026):
    rehearsal = begin_rehearsal(register, POLICY, year, SITES, by=office, day=DAY, at=NOON)
    if vina is not None:
        invite_verifier(register, rehearsal.id, vina.id, invited=True, by=office)
    return register.kla.rehearsals.get(rehearsal.id)


def item_about(rehearsal, kind, site=""):
    return next(item for item in rehearsal.items if item.subject == (kind, site))


def decide(register, rehearsal, item, by, state="refused", reason="tanpa tanda tangan", seen=0):
    decide_item(register, rehearsal.id, item.number, state, reason, by=by, seen=seen, at=NOON)


def test_the_copy_has_each_document_that_the_round_needs_with_its_hash_and_points(register, office):
    version = accepted(register, CITY_KIND.name, title="SK <1>", signer="Wali Kota", number="1")
    indicator = CITY_KIND.indicators[0]
    register.kla.scores.record({(2026, "at_risk", f"{CITY_KIND.name}/{indicator}"): Decimal("12.5")}, 0, office.id)
    rehearsal = begun(register, office)
    item = item_about(rehearsal, CITY_KIND.name)

    per_site = sum(kind.per == "site" for kind in POLICY.documents.kinds)
    assert len(rehearsal.items) == len(POLICY.documents.kinds) + per_site * (len(SITES) - 1)
    assert (item.document_id, item.seq, item.title, item.signer) == (version.document_id, 1, "SK <1>", "Wali Kota")
    assert item.file == version.file
    assert item.points == {indicator: Decimal("12.5")}
    assert item_about(rehearsal, SITE_KIND.name, "taman/c").site == "Taman C"
    assert [item.number for item in rehearsal.items] == list(range(1, len(rehearsal.items) + 1))


def test_only_nominated_sites_are_copied_once_there_are_some(register, office):
    register.kla.nominations.add("taman/c", 2026, "siap", office.id)
    rehearsal = begun(register, office)

    assert {item.site_id for item in rehearsal.items} == {"", "taman/c"}


def test_nothing_that_happens_to_the_folder_later_changes_the_copy(register, office):
    version = accepted(register, CITY_KIND.name, title="SK 1", signer="A", valid_until=DAY + timedelta(days=1))
    before = begun(register, office)
    data = register.kla.documents.read_file(item_about(before, CITY_KIND.name).file)

    accepted(register, CITY_KIND.name, document_id=version.document_id, seen=1, file=pdf_file("lain"), title="SK 2")
    decided(register, version, "withdrawn")
    recorded(register, SITE_KIND.name, sites=("taman/c",))
    register.kla.nominations.add("alun-a", 2026, "", office.id)
    register.kla.scores.record({(2026, "at_risk", f"{CITY_KIND.name}/{CITY_KIND.indicators[0]}"): Decimal(9)}, 0, "x")
    later = register.kla.rehearsals.get(before.id)

    assert later == before
    assert register.kla.documents.read_file(item_about(later, CITY_KIND.name).file) == data


def test_the_same_form_twice_begins_one_rehearsal(register, office):
    id = str(uuid4())
    for _ in range(2):
        begin_rehearsal(register, POLICY, 2026, SITES, by=office, day=DAY, id=id)
    assert [rehearsal.id for rehearsal in register.kla.rehearsals.all()] == [id]


def test_a_verifier_sees_the_rehearsals_they_are_invited_to_and_no_other(register, office, vina):
    mine, other = begun(register, office, vina), begun(register, office)

    assert [rehearsal.id for rehearsal in rehearsals_for(register, vina)] == [mine.id]
    assert len(rehearsals_for(register, office)) == 2
    with pytest.raises(NotInRegister):
        rehearsal_for(register, other.id, vina)
    with pytest.raises(Forbidden):
        decide(register, other, other.items[0], vina)

    invite_verifier(register, mine.id, vina.id, invited=False, by=office)
    assert rehearsals_for(register, vina) == []
    planner = next(person for person in register.people.all() if person.role == "planner")
    with pytest.raises(EvidenceError):
        invite_verifier(register, mine.id, planner.id, invited=True, by=office)
    with pytest.raises(Forbidden):
        begin_rehearsal(register, POLICY, 2026, SITES, by=vina, day=DAY)


def test_decisions_are_added_the_newest_counts_and_closing_ends_them(register, office, vina):
    rehearsal = begun(register, office, vina)
    first, second = rehearsal.items[:2]
    with pytest.raises(EvidenceError):
        decide(register, rehearsal, first, vina, reason="  ")
    with pytest.raises(EvidenceError):
        decide(register, rehearsal, first, vina, state="maybe")
    decide(register, rehearsal, first, vina)
    decide(register, rehearsal, first, vina)  # the same form again
    with pytest.raises(Conflict):
        decide(register, rehearsal, first, vina, state="accepted", reason="")
    decide(register, rehearsal, first, vina, state="accepted", reason="", seen=1)
    now = register.kla.rehearsals.get(rehearsal.id)

    assert (now.decisions[1].state, now.decisions[1].seq) == ("accepted", 2)
    assert next_undecided(now) == next_undecided(now, 1) == 2
    with register._database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rehearsal_decision")) == 2
    for statement in (
        "UPDATE rehearsal SET document = '{}'",
        "UPDATE rehearsal_decision SET state = 'refused'",
        "DELETE FROM rehearsal_decision",
        "DELETE FROM rehearsal_closing",
        "DELETE FROM rehearsal_invitation",
        "DELETE FROM rehearsal",
    ):
        if "closing" in statement:
            close_rehearsal(register, rehearsal.id, by=office)
        with pytest.raises((DBAPIError, Unavailable)), register._database.writing() as connection:
            connection.execute(text(statement))
    with pytest.raises(Conflict) as closed:
        decide(register, rehearsal, second, vina)
    assert closed.value.code == "closed"


def test_points_at_risk_are_what_was_entered_once_for_each_kind_and_unknown_otherwise(register, office, vina):
    indicators = SITE_KIND.indicators
    empty = begun(register, office, vina)
    for site in SITES:
        decide(register, empty, item_about(empty, SITE_KIND.name, site), vina)
    result = result_of(register, register.kla.rehearsals.get(empty.id), indicators_of(empty, POLICY))
    assert (result.at_risk.points, result.at_risk.missing, len(result.refused)) == (None, len(indicators), 2)

    entries = {(2026, "at_risk", f"{SITE_KIND.name}/{name}"): Decimal("7.5") for name in indicators}
    register.kla.scores.record(entries, 0, office.id)
    rehearsal = begun(register, office, vina)
    for site in SITES:
        decide(register, rehearsal, item_about(rehearsal, SITE_KIND.name, site), vina)
    decide(register, rehearsal, item_about(rehearsal, CITY_KIND.name), vina)
    rehearsal = register.kla.rehearsals.get(rehearsal.id)
    result = result_of(register, rehearsal, indicators_of(rehearsal, POLICY))

    assert result.at_risk.points == Decimal("7.5") * len(indicators)
    assert result.at_risk.missing == len(CITY_KIND.indicators)
    assert result.undecided == len(rehearsal.items) - 3
    rows = {row.name: row for row in result.indicators}
    assert rows[indicators[0]].at_risk.points == Decimal("7.5")


def test_the_next_round_shows_the_reasons_of_the_last_and_the_real_outcome(register, office, vina):
    last = begun(register, office, vina, year=2025)
    item = item_about(last, CITY_KIND.name)
    decide(register, last, item, vina, reason="lampiran kurang")
    last = register.kla.rehearsals.get(last.id)
    record_outcome(register, last, str(item.number), "refused", "", "tidak ada koordinat", by=office)
    record_outcome(register, last, f"indicator/{CITY_KIND.indicators[0]}", "", "12,5", "", by=office)
    record_outcome(register, last, f"indicator/{CITY_KIND.indicators[0]}", "", "13", "diperbaiki", by=office)
    now = begun(register, office, vina)
    reasons = earlier_reasons(register, now)
    earlier = reasons[CITY_KIND.name, ""]

    assert (earlier.year, earlier.decision.reason, earlier.outcome.note) == (
        2025,
        "lampiran kurang",
        "tidak ada koordinat",
    )
    assert [(outcome.points, outcome.note) for outcome in earlier.indicators] == [(Decimal(13), "diperbaiki")]
    assert earlier_reasons(register, last) == {}
    for wrong in ({"subject": "999"}, {"subject": "indicator/none"}):
        with pytest.raises(NotInRegister):
            record_outcome(register, now, wrong["subject"], "accepted", "", "", by=office)
    for points, note in (("x", ""), ("", ""), ("NaN", "")):
        with pytest.raises(EvidenceError):
            record_outcome(register, now, "1", "", points, note, by=office)


def test_a_damaged_row_is_left_out_and_never_turns_into_a_decision(register, office, vina):
    rehearsal, other = begun(register, office, vina), begun(register, office, vina)
    decide(register, rehearsal, rehearsal.items[0], vina, state="accepted", reason="")
    decide(register, rehearsal, rehearsal.items[0], vina, seen=1)
    close_rehearsal(register, rehearsal.id, by=office)
    with register._database.writing() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'rehearsal%'")
        ).scalars()
        for trigger in triggers.all():
            connection.execute(text(f'DROP TRIGGER "{trigger}"'))
        connection.execute(text("UPDATE rehearsal_decision SET at = 'x' WHERE seq = 2"))
        connection.execute(text("UPDATE rehearsal_closing SET at = 'x'"))
        connection.execute(
            text("UPDATE rehearsal SET document = replace(document, 'missing', 'present') WHERE id = :id"),
            {"id": other.id},
        )

    now = register.kla.rehearsals.get(rehearsal.id)
    assert now.decisions == {}
    assert (now.closed_by, now.closed_at) == (office.id, None)
    assert [each.id for each in register.kla.rehearsals.all()] == [rehearsal.id]
    with pytest.raises(NotInRegister):
        register.kla.rehearsals.get(other.id)
    assert {row.table for row in register.damaged()} == {"rehearsal", "rehearsal_decision", "rehearsal_closing"}


def test_an_erased_verifier_leaves_their_decisions_without_a_name(register, office, vina):
    rehearsal = begun(register, office, vina)
    decide(register, rehearsal, rehearsal.items[0], vina, reason="foto tidak jelas")
    erase_account(register, vina.id, reason="diminta", by=None)
    now, erased = register.kla.rehearsals.get(rehearsal.id), register.people.get(vina.id)

    assert now.decisions[1].reason == "foto tidak jelas"
    assert "Vina" not in erased.name
    assert not erased.active
    with pytest.raises(EvidenceError):
        invite_verifier(register, begun(register, office).id, vina.id, invited=True, by=office)


def test_a_guest_needs_a_last_day_and_others_have_none(register):
    for day in (None, DAY - timedelta(1), DAY + timedelta(367)):
        with pytest.raises(Forbidden):
            accounts.invite(register, "Wati", "wati", "verifier", by=None, at=NOON, valid_until=day)
    for day in (DAY, DAY + timedelta(366)):
        person, _ = accounts.invite(register, "W", f"w{day}", "verifier", ["*"], by=None, at=NOON, valid_until=day)
        assert (person.valid_until, person.area) == (day, ())
    surveyor, _ = accounts.invite(register, "S", "s-x", "surveyor", ["*"], by=None, at=NOON, valid_until=DAY)
    assert surveyor.valid_until is None
    changed = accounts.change_person(
        register, person.id, name="W", role="reviewer", area=[], by=None, at=NOON, valid_until=DAY
    )
    assert changed.valid_until is None


PASSWORD = "empat lima enam tujuh"


def test_the_last_day_counts_in_the_city_for_signing_in_and_for_every_open_session(register):
    person, link = accounts.invite(register, "Vina", "vina", "verifier", by=None, at=NOON, valid_until=DAY)
    joined = accounts.accept_link(register, link, PASSWORD, at=NOON)
    last = datetime(2026, 3, 3, 16, 59, 59, tzinfo=UTC)  # one second before midnight in the city
    after = last + timedelta(seconds=1)

    assert accounts.person_of(register, joined.token, last) == person
    assert accounts.expiry_problem(register, joined.token, last) is None
    assert isinstance(accounts.sign_in(register, "vina", PASSWORD, "203.0.113.7", at=last), accounts.SignInResult)
    assert accounts.person_of(register, joined.token, after) is None
    assert not accounts.is_open_session(register, joined.token, after)
    assert "3 Mar 2026" in str(accounts.expiry_problem(register, joined.token, after))
    problem = accounts.sign_in(register, "vina", PASSWORD, "203.0.113.7", at=after)
    assert "3 Mar 2026" in str(problem.message)
    wrong = accounts.sign_in(register, "vina", "salah", "203.0.113.7", at=after)
    assert "3 Mar 2026" not in str(wrong.message)
    with pytest.raises(Forbidden):
        accounts.begin_session(register, person, at=after)

    accounts.change_person(
        register, person.id, name="Vina", role="verifier", area=[], by=None, at=after, valid_until=DAY + timedelta(1)
    )
    assert accounts.person_of(register, joined.token, after).valid_until == DAY + timedelta(1)
    assert [event.what for event in register.people.events(20)].count("valid_until") == 2


@pytest.mark.parametrize("stored", ["x", "", "2026-13-01", None])
def test_a_damaged_last_day_lets_nobody_in(register, stored):
    person, link = accounts.invite(register, "Vina", "vina", "verifier", by=None, at=NOON, valid_until=DAY)
    joined = accounts.accept_link(register, link, PASSWORD, at=NOON)
    with register._database.writing() as connection:
        connection.execute(text("UPDATE person SET valid_until = :day WHERE login = 'vina'"), {"day": stored})

    assert accounts.person_of(register, joined.token, NOON) is None
    assert not accounts.is_open_session(register, joined.token, NOON)
    assert isinstance(accounts.sign_in(register, "vina", PASSWORD, "203.0.113.7", at=NOON), accounts.SignInProblem)
    assert replace(person, valid_until=None).expired(DAY)
