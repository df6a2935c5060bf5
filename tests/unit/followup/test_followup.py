"""Actions, certificates and surveillance, on a fixed clock and without pages."""

import csv
import io
import re
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from PIL import Image
from sqlalchemy import text

from helpers.registers import empty_register
from helpers.visits import put_visit
from rba_audit.auditing import audit_register, audit_with_visits
from rba_audit.days import months_later
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister, RbaError, StandardError
from rba_audit.followup import (
    change_due,
    change_owner,
    close_by_visit,
    closing_proofs,
    confirm_closing,
    make_actions,
    reopen_action,
    report_done,
)
from rba_audit.followup.action_files import actions_csv, actions_workbook
from rba_audit.followup.action_list import (
    ActionQuery,
    action_lines,
    counts_by_state,
    matching_lines,
    read_action_query,
)
from rba_audit.followup.certification import (
    revoke_certificate,
    rungs_by_edition,
    save_certificate,
    state_of_certificate,
)
from rba_audit.followup.surveillance import calendar, calendar_text, folded_line, next_looks
from rba_audit.register import Visit
from rba_audit.register.certificates import Certificate
from rba_audit.register.person_records import Person
from rba_audit.reports import Provenance
from rba_audit.resources import standards_dir
from rba_audit.standard import load_published
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.followup import read_followup

TODAY = date(2026, 11, 24)
STANDARD = load_published("rbra-2024")
PLANNER = Person("p-1", "putri", "Putri", "planner", (), True)
OTHER = Person("p-2", "oki", "Oki", "planner", (), True)
REVIEWER = Person("r-1", "rina", "Rina", "reviewer", (), True)
SURVEYOR = Person("s-1", "siti", "Siti", "surveyor", ("*",), True)
PARK = {
    "type": "Feature",
    "id": "taman-a",
    "properties": {"name": "Taman A", "kecamatan": "Serang", "kelurahan": "Cipare"},
    "geometry": None,
}
SQUARE = {"type": "Feature", "id": "alun-b", "properties": {"name": "=Alun-Alun; B"}, "geometry": None}


def _judges(standard, each, word, outcome):
    from rba_audit.auditing import audit
    from rba_audit.sites import sites_from_features

    feature = {"type": "Feature", "id": "x", "properties": {each.id: word}, "geometry": None}
    return audit(sites_from_features([feature], "test"), standard).explain("x", each.id).outcome == outcome


@pytest.fixture(scope="module")
def edition():
    return load_published("rbra-2024")


@pytest.fixture
def plain():
    """A requirement of ordinary risk, with one question answered by yes or no."""
    return "MAN-06"


@pytest.fixture
def grave():
    """A requirement marked for safety, with one question answered in metres."""
    return "LOK-08"


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features([PARK, SQUARE])
    yield opened
    opened.close()


def approved(register, answers, day, *, site="taman-a", author="s-9", **more):
    """Record a visit and approve it."""
    given = Visit(str(uuid4()), site, "rbra-2024", "auditor", "Siti", day, answers, author=author, **more)
    kept = put_visit(register.visits, given)
    register.reviews.make(kept.root, seq=0, to="approved", visit_id=kept.id, person_id="r-9", note="", notes={})
    return kept


def made(register, edition, *, sites=None, today=TODAY, by=PLANNER):
    return make_actions(register, audit_with_visits(register, edition), sites, by, today)


def photo():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    return file.getvalue()


PHOTO = photo()


def done(register, action, by=PLANNER, day=TODAY):
    return report_done(register, action.id, action.last.seq, "Diperbaiki.", PHOTO, by, day)


# --- making ---


def test_each_unmet_requirement_gets_one_action_with_words_risk_and_due_date(register, edition, plain, grave):
    visit = approved(register, {plain: "no", grave: 0}, date(2026, 11, 1))
    actions = {each.request.requirement: each for each in made(register, edition)}
    risks = {risk.name: risk for risk in shipped_policies().followup.risks}

    assert set(actions) == {plain, grave}
    assert (actions[plain].request.risk, actions[grave].request.risk) == ("normal", "high")
    assert actions[plain].due == TODAY + timedelta(days=risks["normal"].due_days.value)
    assert actions[grave].due == TODAY + timedelta(days=risks["high"].due_days.value)
    remedy = edition.requirement(plain).remedy
    assert actions[plain].request.remedy == remedy.what
    assert actions[plain].request.lead_words == edition.agencies[remedy.lead]
    assert actions[plain].request.cost_words == edition.cost_bands[remedy.cost].words
    assert (actions[plain].request.edition, actions[plain].request.visit_id) == ("rbra-2024", visit.id)
    assert actions[plain].state == "open"


def test_what_is_only_partly_met_gets_an_action_too(register, edition):
    partly = next(
        each
        for each in edition.requirements
        if each.questions[0].kind == "yes_partial_no" and _judges(edition, each, "partial", "partial")
    )
    approved(register, {partly.id: "partial"}, date(2026, 11, 1))

    assert [each.request.outcome for each in made(register, edition)] == ["partial"]


def test_making_again_makes_nothing(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1))
    made(register, edition)

    assert made(register, edition) == ()
    assert len(register.actions.all()) == 1


def test_eight_who_press_at_once_make_one_action(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1))
    findings = audit_with_visits(register, edition)
    results = []
    pressing = [
        threading.Thread(target=lambda: results.append(len(make_actions(register, findings, None, PLANNER, TODAY))))
        for _ in range(8)
    ]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()

    assert sorted(results) == [0] * 7 + [1]
    assert len(register.actions.all()) == 1


def test_a_visit_nobody_approved_makes_no_action(register, edition, plain):
    put_visit(register.visits, Visit(str(uuid4()), "taman-a", "rbra-2024", "auditor", "Siti", TODAY, {plain: "no"}))

    assert made(register, edition) == ()


def test_only_the_sites_that_are_named_get_actions(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1))
    approved(register, {plain: "no"}, date(2026, 11, 1), site="alun-b")

    assert [each.request.site_id for each in made(register, edition, sites=["alun-b"])] == ["alun-b"]
    assert [each.request.site_id for each in made(register, edition)] == ["taman-a"]


def test_answers_of_the_sites_own_document_make_actions_without_a_visit(register, edition, plain):
    register.import_features([{**PARK, "properties": {**PARK["properties"], plain: "no"}}])
    action = made(register, edition)[0]

    assert action.request.visit_id == ""


def test_surveyors_make_and_move_nothing(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1))
    with pytest.raises(Forbidden):
        made(register, edition, by=SURVEYOR)
    action = made(register, edition)[0]
    with pytest.raises(Forbidden):
        done(register, action, SURVEYOR)


# --- moving ---


@pytest.fixture
def ordinary(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1))
    return made(register, edition)[0]


@pytest.fixture
def risky(register, edition, grave):
    approved(register, {grave: 0}, date(2026, 11, 1))
    return made(register, edition)[0]


def test_an_ordinary_action_is_closed_when_it_is_done(register, ordinary):
    closed = done(register, ordinary)

    assert closed.state == "closed"
    assert register.photos.find(closed.last.photo) is not None
    assert [(each.what, each.person_id, each.note) for each in register.actions.history(ordinary.id)] == [
        ("made", "p-1", ""),
        ("done", "p-1", "Diperbaiki."),
    ]


def test_done_needs_a_note_and_a_photo(register, ordinary):
    with pytest.raises(EvidenceError):
        report_done(register, ordinary.id, 1, "  ", PHOTO, PLANNER, TODAY)
    with pytest.raises(EvidenceError):
        report_done(register, ordinary.id, 1, "Diperbaiki.", b"", PLANNER, TODAY)
    with pytest.raises(EvidenceError):
        report_done(register, ordinary.id, 1, "Diperbaiki.", b"GIF89a", PLANNER, TODAY)

    assert register.actions.get(ordinary.id).state == "open"


def test_at_high_risk_another_person_has_to_confirm(register, risky):
    waiting = done(register, risky)
    assert waiting.state == "done"
    with pytest.raises(Forbidden):
        confirm_closing(register, risky.id, waiting.last.seq, "", PLANNER, TODAY)

    closed = confirm_closing(register, risky.id, waiting.last.seq, "Sudah dilihat.", OTHER, TODAY)

    assert (closed.state, closed.last.person_id) == ("closed", "p-2")


def test_even_an_administrator_does_not_confirm_their_own_work(register, risky):
    boss = Person("a-1", "adi", "Adi", "administrator", (), True)
    waiting = done(register, risky, boss)
    with pytest.raises(Forbidden):
        confirm_closing(register, risky.id, waiting.last.seq, "", boss, TODAY)


def test_after_it_was_sent_back_the_one_who_does_it_then_counts(register, risky):
    first = done(register, risky, PLANNER)
    back = reopen_action(register, risky.id, first.last.seq, "Masih longgar.", OTHER, TODAY)
    again = done(register, back, OTHER)
    with pytest.raises(Forbidden):
        confirm_closing(register, risky.id, again.last.seq, "", OTHER, TODAY)

    assert confirm_closing(register, risky.id, again.last.seq, "", PLANNER, TODAY).state == "closed"


def test_a_new_due_date_needs_a_reason_and_is_not_past(register, ordinary):
    with pytest.raises(EvidenceError):
        change_due(register, ordinary.id, 1, date(2026, 12, 1), " ", PLANNER, TODAY)
    with pytest.raises(EvidenceError):
        change_due(register, ordinary.id, 1, date(2026, 11, 23), "Lama", PLANNER, TODAY)
    changed = change_due(register, ordinary.id, 1, date(2026, 11, 24), "Dana turun.", PLANNER, TODAY)

    assert (changed.due, changed.last.note, changed.state) == (date(2026, 11, 24), "Dana turun.", "open")


def test_an_owner_is_named_and_kept_when_other_things_change(register, ordinary):
    change_owner(register, ordinary.id, 1, " Dinas  PU ", PLANNER, TODAY)
    changed = change_due(register, ordinary.id, 2, date(2027, 1, 1), "Dana turun.", PLANNER, TODAY)

    assert changed.owner == "Dinas PU"


def test_reopening_needs_a_reason(register, ordinary):
    closed = done(register, ordinary)
    with pytest.raises(EvidenceError):
        reopen_action(register, ordinary.id, closed.last.seq, "", OTHER, TODAY)

    assert reopen_action(register, ordinary.id, closed.last.seq, "Rusak lagi.", OTHER, TODAY).state == "open"


@pytest.mark.parametrize("state", ["open", "done", "closed"])
def test_each_move_is_allowed_in_these_states_and_no_others(register, risky, state):
    now = risky
    if state != "open":
        now = done(register, now)
    if state == "closed":
        now = confirm_closing(register, risky.id, now.last.seq, "", OTHER, TODAY)
    seq = now.last.seq
    moves = {
        "due": lambda: change_due(register, risky.id, seq, date(2027, 1, 1), "x", OTHER, TODAY),
        "owner": lambda: change_owner(register, risky.id, seq, "x", OTHER, TODAY),
        "done": lambda: report_done(register, risky.id, seq, "x", PHOTO, OTHER, TODAY),
        "confirm": lambda: confirm_closing(register, risky.id, seq, "x", OTHER, TODAY),
        "reopen": lambda: reopen_action(register, risky.id, seq, "x", OTHER, TODAY),
    }
    allowed = {
        "open": {"due", "owner", "done"},
        "done": {"due", "owner", "confirm", "reopen"},
        "closed": {"reopen"},
    }
    for name in moves.keys() - allowed[state]:
        with pytest.raises(Conflict) as refused:
            moves[name]()
        assert refused.value.code == "illegal"

    assert register.actions.get(risky.id).last.seq == seq


@pytest.mark.parametrize("name", ["due", "owner", "done", "reopen"])
def test_moves_that_a_state_allows_are_made(register, risky, name):
    now = done(register, risky) if name == "reopen" else risky
    seq = now.last.seq
    moved = {
        "due": lambda: change_due(register, risky.id, seq, date(2027, 1, 1), "x", OTHER, TODAY),
        "owner": lambda: change_owner(register, risky.id, seq, "x", OTHER, TODAY),
        "done": lambda: report_done(register, risky.id, seq, "x", PHOTO, OTHER, TODAY),
        "reopen": lambda: reopen_action(register, risky.id, seq, "x", OTHER, TODAY),
    }[name]()

    assert moved.last.seq == seq + 1


def test_of_two_who_close_at_once_one_wins_and_the_other_is_told(register, risky):
    waiting = done(register, risky)
    results = []

    def press(by):
        try:
            results.append(confirm_closing(register, risky.id, waiting.last.seq, by.name, by, TODAY).last.person_id)
        except Conflict as fault:
            results.append(fault.code)

    pressing = [threading.Thread(target=press, args=(by,)) for by in (OTHER, REVIEWER)]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()

    assert len([each for each in results if each == "stale"]) == 1
    assert len(register.actions.history(risky.id)) == 3


def test_a_form_sent_twice_counts_once(register, ordinary):
    first = report_done(register, ordinary.id, 1, "Diperbaiki.", PHOTO, PLANNER, TODAY)
    second = report_done(register, ordinary.id, 1, "Diperbaiki.", PHOTO, PLANNER, TODAY + timedelta(days=1))

    assert first == second
    with pytest.raises(Conflict):
        report_done(register, ordinary.id, 1, "Lain.", PHOTO, PLANNER, TODAY)


def test_an_unknown_action_and_a_number_from_the_future_are_refused(register, ordinary):
    with pytest.raises(NotInRegister):
        register.actions.get("nothing")
    with pytest.raises(Conflict):
        change_owner(register, ordinary.id, 7, "x", PLANNER, TODAY)


def test_what_happened_is_never_changed(register, ordinary):
    assert ordinary.last.note == ""
    with pytest.raises(RbaError, match="kept as they are"), register._database.writing() as connection:
        connection.execute(text("UPDATE action_event SET note = 'x'"))
    with pytest.raises(RbaError, match="kept as they are"), register._database.writing() as connection:
        connection.execute(text("DELETE FROM action"))


# --- later visits ---


def proof_of(register, edition, action):
    return closing_proofs(register, audit_with_visits(register, edition), [register.actions.get(action.id)]).get(
        action.id
    )


def test_a_later_visit_that_conforms_is_shown_and_closes_nothing_by_itself(register, edition, plain, ordinary):
    visit = approved(register, {plain: "yes"}, date(2026, 11, 20))

    assert proof_of(register, edition, ordinary).visit.id == visit.id
    assert register.actions.get(ordinary.id).state == "open"


def test_a_visit_that_did_not_look_at_it_proves_nothing_and_fails_nothing(register, edition, plain, grave):
    register.import_features([{**PARK, "properties": {**PARK["properties"], plain: "yes", grave: 0}}])
    approved(register, {plain: "no"}, date(2026, 11, 1))
    actions = {each.request.requirement: each for each in made(register, edition)}
    waiting = done(register, actions[grave])
    confirm_closing(register, actions[grave].id, waiting.last.seq, "", OTHER, TODAY)
    approved(register, {"MAN-01": "yes"}, date(2026, 11, 30))

    assert proof_of(register, edition, actions[plain]) is None
    assert made(register, edition, today=date(2026, 12, 1)) == ()


def test_one_press_closes_with_that_visit_as_proof(register, edition, plain, ordinary):
    visit = approved(register, {plain: "yes"}, date(2026, 11, 20))
    closed = close_by_visit(register, proof_of(register, edition, ordinary), ordinary.id, 1, visit.id, PLANNER, TODAY)

    assert (closed.state, closed.last.visit_id) == ("closed", visit.id)


def test_a_visit_that_is_no_proof_any_more_closes_nothing(register, edition, plain, ordinary):
    visit = approved(register, {plain: "yes"}, date(2026, 11, 20))
    approved(register, {plain: "no"}, date(2026, 11, 22))
    with pytest.raises(Conflict):
        close_by_visit(register, proof_of(register, edition, ordinary), ordinary.id, 1, visit.id, PLANNER, TODAY)


def test_an_earlier_visit_proves_nothing(register, edition, plain, ordinary):
    head = register.visits.for_site("taman-a")[0]
    approved(register, {plain: "yes"}, date(2026, 10, 1))
    register.reviews.make(head.root, seq=1, to="received", visit_id=head.id, person_id="r-9", note="x", notes={})

    assert proof_of(register, edition, ordinary) is None


def test_at_high_risk_nobody_closes_by_a_visit_of_their_own(register, edition, grave, risky):
    visit = approved(register, {grave: 2000}, date(2026, 11, 20), author="p-1", scope="check")
    proof = proof_of(register, edition, risky)
    with pytest.raises(Forbidden):
        close_by_visit(register, proof, risky.id, 1, visit.id, PLANNER, TODAY)

    assert close_by_visit(register, proof, risky.id, 1, visit.id, OTHER, TODAY).state == "closed"


def test_a_visit_from_before_the_reopening_proves_nothing(register, edition, plain, ordinary):
    visit = approved(register, {plain: "yes"}, date(2026, 11, 20))
    closed = close_by_visit(register, proof_of(register, edition, ordinary), ordinary.id, 1, visit.id, PLANNER, TODAY)
    reopen_action(register, ordinary.id, closed.last.seq, "Rusak lagi.", PLANNER, TODAY)
    assert proof_of(register, edition, ordinary) is None
    newer = approved(register, {plain: "yes"}, date(2026, 11, 25))

    assert proof_of(register, edition, ordinary).visit.id == newer.id


def test_the_visit_an_action_was_made_of_does_not_make_another_after_it_is_closed(register, edition, ordinary):
    done(register, ordinary)

    assert made(register, edition) == ()


def test_what_fails_again_at_a_later_visit_gets_a_new_action_that_names_the_old_one(register, edition, plain, ordinary):
    done(register, ordinary)
    approved(register, {plain: "no"}, date(2026, 11, 23))
    assert made(register, edition) == ()  # that visit was before the repair
    approved(register, {plain: "no"}, date(2026, 12, 1))
    again = made(register, edition, today=date(2026, 12, 2))[0]

    assert (again.request.round, again.request.previous) == (2, ordinary.id)
    with pytest.raises(Conflict) as refused:
        reopen_action(register, ordinary.id, 2, "x", PLANNER, TODAY)
    assert refused.value.code == "superseded"


def test_what_fails_after_it_was_closed_by_a_visit_counts_from_that_visit(register, edition, plain, ordinary):
    visit = approved(register, {plain: "yes"}, date(2026, 11, 10))
    close_by_visit(register, proof_of(register, edition, ordinary), ordinary.id, 1, visit.id, PLANNER, TODAY)
    approved(register, {plain: "no"}, date(2026, 11, 15))

    assert [each.request.round for each in made(register, edition)] == [2]


# --- the list ---


def test_overdue_comes_first_and_is_counted_on_the_day_that_is_told(register, edition, plain, grave):
    approved(register, {plain: "no", grave: 0}, date(2026, 11, 1))
    made(register, edition)
    findings = audit_with_visits(register, edition)
    due = register.actions.all()
    high = next(each for each in due if each.request.risk == "high").due

    assert counts_by_state(action_lines(register, findings, high))["overdue"] == 0
    assert counts_by_state(action_lines(register, findings, high + timedelta(days=1)))["overdue"] == 1
    listed = action_lines(register, findings, high + timedelta(days=1))
    assert [line.overdue for line in listed] == [True, False]
    assert (listed[0].site, listed[0].kecamatan) == ("Taman A", "Serang")


def test_the_list_is_narrowed_by_agency_kecamatan_risk_state_and_site(register, edition, plain, grave):
    approved(register, {plain: "no", grave: 0}, date(2026, 11, 1))
    approved(register, {plain: "no"}, date(2026, 11, 1), site="alun-b")
    actions = made(register, edition)
    listed = action_lines(register, audit_with_visits(register, edition), TODAY)

    def ids(**wish):
        return {
            (line.action.request.site_id, line.action.request.requirement)
            for line in matching_lines(listed, ActionQuery(**wish))
        }

    assert ids(kecamatan="Serang") == {("taman-a", plain), ("taman-a", grave)}
    assert ids(site="alun-b") == {("alun-b", plain)}
    assert ids(risk="high") == {("taman-a", grave)}
    assert ids(agency=actions[0].request.lead) >= {("alun-b", plain)} or ids(agency=actions[0].request.lead)
    assert ids(state="closed") == set()
    assert len(ids(state="all")) == 3
    assert read_action_query({"state": "nonsense", "risk": "high"}) == ActionQuery(risk="high")


def test_files_hold_the_list_and_no_formula(register, edition, plain):
    approved(register, {plain: "no"}, date(2026, 11, 1), site="alun-b")
    made(register, edition)
    listed = action_lines(register, audit_with_visits(register, edition), TODAY)
    told = Provenance.of(edition, TODAY)
    rows = list(csv.reader(io.StringIO(actions_csv(listed, told).removeprefix("\ufeff"))))
    sheet = openpyxl.load_workbook(io.BytesIO(actions_workbook(listed, told))).active

    assert len(rows) == 2
    assert "'=Alun-Alun; B" in rows[1]
    assert "'=Alun-Alun; B" in [cell.value for cell in sheet[2]]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "inlineStr"}


# --- certificates ---


def certificate(**other):
    given = {
        "id": "0b0c9f7e-3c7b-4e0f-9d0e-000000000001",
        "site_id": "taman-a",
        "number": "SK-12/2025",
        "edition": "rbra-2022",
        "rank": "Nindya",
        "issuer": "KemenPPPA",
        "issued": date(2025, 12, 1),
        "valid_until": date(2027, 2, 21),
        "person_id": "p-1",
    }
    return Certificate(**{**given, **other})


def test_a_certificate_has_its_own_validity(register):
    kept = save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    days = shipped_policies().followup.expiry_days.value
    last = kept.valid_until

    assert state_of_certificate(kept, last - timedelta(days=days + 1)) == "valid"
    assert state_of_certificate(kept, last - timedelta(days=days)) == "expiring"
    assert state_of_certificate(kept, last) == "expiring"
    assert state_of_certificate(kept, last + timedelta(days=1)) == "expired"
    withdrawn = revoke_certificate(register, kept.id, "Dicabut.", PLANNER, TODAY)
    assert state_of_certificate(withdrawn, TODAY) == "withdrawn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": " "},
        {"issuer": ""},
        {"rank": "Emas"},
        {"edition": "rbra-1999"},
        {"issued": date(2026, 11, 25)},
        {"valid_until": date(2025, 11, 30)},
        {"id": "x"},
    ],
)
def test_a_certificate_that_cannot_be_is_refused(register, wrong):
    with pytest.raises(EvidenceError):
        save_certificate(register, certificate(**wrong), PLANNER, TODAY, STANDARD)

    assert register.certificates.all() == ()


def test_the_same_certificate_is_recorded_once(register):
    save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    with pytest.raises(Conflict):
        save_certificate(register, certificate(id=str(uuid4()), number="sk-12/2025"), PLANNER, TODAY, STANDARD)

    assert len(register.certificates.all()) == 1


def test_after_a_withdrawal_the_number_can_be_recorded_again(register):
    kept = save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    with pytest.raises(EvidenceError):
        revoke_certificate(register, kept.id, " ", PLANNER, TODAY)
    revoke_certificate(register, kept.id, "Salah ketik.", PLANNER, TODAY)
    with pytest.raises(Conflict):
        revoke_certificate(register, kept.id, "Lagi.", PLANNER, TODAY)
    save_certificate(register, certificate(id=str(uuid4())), PLANNER, TODAY, STANDARD)

    assert len(register.certificates.all("taman-a")) == 2


def test_only_planners_and_administrators_record_certificates(register):
    for by in (REVIEWER, SURVEYOR):
        with pytest.raises(Forbidden):
            save_certificate(register, certificate(), by, TODAY, STANDARD)
    with pytest.raises(NotInRegister):
        save_certificate(register, certificate(site_id="nowhere"), PLANNER, TODAY, STANDARD)


def test_the_ranks_are_those_of_each_editions_ladder():
    assert next(iter(rungs_by_edition(STANDARD))) == "rbra-2024"
    assert rungs_by_edition(STANDARD)["rbra-2018"][-1] == "Pratama"


# --- surveillance ---


def test_a_place_is_due_a_year_after_the_newer_of_visit_and_certificate(register, edition, plain):
    findings = audit_register(register, edition)
    assert next_looks(register, findings, TODAY) == []
    save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    assert [each.due for each in next_looks(register, findings, TODAY)] == [date(2026, 12, 1)]
    approved(register, {plain: "yes"}, date(2025, 12, 2))
    assert [each.due for each in next_looks(register, findings, TODAY)] == [date(2026, 12, 2)]
    approved(register, {plain: "yes"}, date(2024, 1, 1), site="alun-b")

    assert [(each.site_id, each.state) for each in next_looks(register, findings, TODAY)] == [
        ("alun-b", "overdue"),
        ("taman-a", "soon"),
    ]


def test_on_its_due_date_a_place_is_not_overdue_yet(register, edition):
    save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    findings = audit_register(register, edition)

    def state(today):
        return next_looks(register, findings, today)[0].state

    assert state(date(2026, 12, 1)) == "soon"
    assert state(date(2026, 12, 2)) == "overdue"
    assert state(date(2026, 12, 1) - timedelta(days=shipped_policies().followup.soon_days.value + 1)) == "later"


def test_a_withdrawn_certificate_moves_no_date(register, edition):
    kept = save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    revoke_certificate(register, kept.id, "Dicabut.", PLANNER, TODAY)

    assert next_looks(register, audit_register(register, edition), TODAY) == []


def test_the_calendar_has_an_event_for_each_due_date_and_no_line_of_a_name(register, edition):
    evil = "Taman; A,\\ B\r\nEND:VCALENDAR " + "é" * 60
    register.import_features([{**PARK, "properties": {"name": evil}}])
    save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    looks = next_looks(register, audit_register(register, edition), TODAY)
    told = calendar(looks, datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    unfolded = told.replace("\r\n ", "").split("\r\n")

    assert told.endswith("END:VCALENDAR\r\n")
    assert "\n" not in told.replace("\r\n", "")
    assert unfolded.count("END:VCALENDAR") == 1
    assert unfolded.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261201" in unfolded
    assert "DTSTAMP:20261124T020000Z" in unfolded
    assert any("Taman\\; A\\,\\\\ B END:VCALENDAR" in line for line in unfolded)
    assert max(len(line.encode()) for line in told.split("\r\n")) <= 75


def test_the_end_of_a_certificate_is_an_event_that_warns_as_early_as_the_page_does(register, edition):
    kept = save_certificate(register, certificate(), PLANNER, TODAY, STANDARD)
    told = calendar(next_looks(register, audit_register(register, edition), TODAY), datetime(2026, 11, 24, tzinfo=UTC))
    ends = next(each for each in told.split("BEGIN:VEVENT\r\n") if each.startswith(f"UID:{kept.id}-certificate@"))

    assert f"DTSTART;VALUE=DATE:{kept.valid_until:%Y%m%d}\r\n" in ends
    assert ends.count("BEGIN:VALARM") == 1
    assert f"TRIGGER:-P{shipped_policies().followup.expiry_days.value}D\r\n" in ends
    assert len(set(re.findall("UID:.*", told))) == 2


def components(text):
    """Return the names of the components in a calendar, outermost first, each with its depth; in the order of RFC 5545 §3.4."""
    found, open_ = [], []
    for line in text.replace("\r\n ", "").splitlines():
        name, _, value = line.partition(":")
        if name == "BEGIN":
            found.append((len(open_), value))
            open_.append(value)
        elif name == "END":
            assert open_.pop() == value
        else:
            assert open_, line
    assert open_ == []
    return found


def test_a_calendar_in_which_nothing_is_due_still_holds_a_component():
    empty = calendar([], datetime(2026, 11, 24, tzinfo=UTC))

    assert components(empty) == [(0, "VCALENDAR"), (1, "VTIMEZONE"), (2, "STANDARD")]
    assert {line.split(":")[0] for line in empty.splitlines()} >= {
        "VERSION",
        "PRODID",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
    }


def test_calendar_text_is_escaped_and_folded():
    assert calendar_text("a;b,c\\d\ne\x07") == "a\\;b\\,c\\\\d\\ne "
    assert folded_line("x" * 80) == "x" * 75 + "\r\n " + "x" * 5


def test_months_end_where_the_month_ends():
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 1, 31), 12) == date(2027, 1, 31)


# --- the rules ---


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("due_days = 30", "due_days = 0", "due_days"),
        ('name = "normal"', 'name = "high"', "same name"),
        ("months = 12", "months = 12\nweeks = 3", "weeks"),
        ('origin = "secondary"', 'origin = "own_choice"', "sources"),
        ("warning_days = 90", "", "warning_days"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(tmp_path, old, new, told):
    from rba_audit.messages import using_language

    file = tmp_path / "followup.toml"
    content = (standards_dir() / "followup.toml").read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    with using_language("en"), pytest.raises(StandardError, match=told):
        read_followup(file)


def test_the_sources_that_the_rules_name_are_sources_of_the_edition(edition):
    assert set(shipped_policies().followup.months.sources) <= set(edition.sources)


def test_mandatory_and_safety_requirements_are_of_high_risk(edition):
    found = {each.mandatory: shipped_policies().followup.risk_of(each.mandatory).name for each in edition.requirements}

    assert found == {"wajib": "high", "safety": "high", "auditor": "normal", None: "normal"}
