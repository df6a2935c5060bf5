"""Whether an action still stands, and what its page, the lists, the files, the reviewer and the public are told of it."""

import csv
import io
import json
import re
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import openpyxl
import pytest

from helpers.action_pages import OTHER, clients_of, parsed, register_of_sites
from helpers.actions import GRAVE, PLAIN, PUTRI, SITE, approved
from helpers.sending import ADE
from helpers.visits import document_of
from rba_audit.accounts import set_public_view
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import change_due, make_actions
from rba_audit.followup.surveillance import requirements_to_check
from rba_audit.register import Visit

BEFORE = today() - timedelta(days=40)


@pytest.fixture
def register(tmp_path):
    register = register_of_sites(tmp_path, {SITE: "Taman Sari", OTHER: "Alun-Alun B"})
    yield register
    register.close()


@pytest.fixture
def desk(register, standard):
    return clients_of(register, standard)


@pytest.fixture
def visit(register):
    return approved(register, {PLAIN: "no", GRAVE: 0}, BEFORE)


@pytest.fixture
def made(register, standard, visit):
    assert visit
    actions = make_actions(register, audit_with_visits(register, standard), None, PUTRI, today())
    return {each.request.requirement: each for each in actions}


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def decide(register, visit, to):
    seq = register.reviews.status(visit.root).seq
    register.reviews.make(visit.root, seq=seq, to=to, visit_id=visit.id, person_id="rina", note="Salah taman", notes={})


def post(client, path, **form):
    return client.post(path, data=form)


# --- one action ---


def test_a_withdrawn_action_says_why_and_offers_no_work(desk, register, made, visit):
    decide(register, visit, "received")
    decide(register, visit, "rejected")
    path = f"/actions/{made[GRAVE].id}"
    html = parsed(desk("rina").get(path))
    main = html[html.index("<main") : html.index("</main>")]

    assert "<form" not in main
    assert "the visit that found it does not count any more" in main
    assert "does not count: rejected" in main
    assert f'href="/review/{visit.id}"' in main
    assert ">withdrawn<" in main
    assert "overdue" not in main
    assert "Made, due on" in main
    assert "/review/" not in parsed(desk("tono").get(path))
    refused = post(desk("tono"), f"{path}/not-needed", seq="1", reason="Salah taman")
    assert refused.status_code == 409
    assert "This action is withdrawn" in parsed(refused)

    decide(register, visit, "received")
    decide(register, visit, "approved")
    assert "It is done" in parsed(desk("tono").get(path))


def test_an_action_that_a_newer_one_replaced_leads_to_it(desk, register, made, visit, standard):
    decide(register, visit, "received")
    approved(register, {PLAIN: "no"}, BEFORE - timedelta(days=60))
    newer = make_actions(register, audit_with_visits(register, standard), None, PUTRI, today())[0]
    decide(register, visit, "approved")
    html = parsed(desk("tono").get(f"/actions/{made[PLAIN].id}"))

    assert "a newer action for the same requirement took its place" in html
    assert f'href="/actions/{newer.id}"' in html


def test_what_is_no_longer_needed_is_confirmed_as_that_and_not_as_done(desk, made):
    path = f"/actions/{made[GRAVE].id}"
    assert post(desk("tono"), f"{path}/not-needed", seq="1", reason=" ").status_code == 400
    assert post(desk("tono"), f"{path}/not-needed", seq="1", reason="Jalur sudah <dibongkar>").status_code == 303
    told = parsed(desk("tono").get(path))
    assert "You said so yourself." in told
    assert "no longer needed, to be confirmed" in told

    html = parsed(desk("rina").get(path))
    assert "Confirm that it is no longer needed" in html
    assert "Confirm that it is done" not in html
    assert "Tono wrote that nothing has to be done here any more:" in html
    assert html.count("<blockquote>Jalur sudah &lt;dibongkar&gt;</blockquote>") == 2
    assert "No longer needed, to be confirmed" in html
    assert post(desk("tono"), f"{path}/confirm", seq="2").status_code == 403
    assert post(desk("rina"), f"{path}/confirm", seq="2").status_code == 303

    after = parsed(desk("tono").get(path))
    assert "Confirmed that it is no longer needed, and closed" in after
    assert "This action is closed as no longer needed." in after
    assert "1 action<" in parsed(desk("tono").get("/actions?state=not_needed"))


def test_once_it_is_opened_again_it_is_needed(desk, made):
    path = f"/actions/{made[PLAIN].id}"
    post(desk("tono"), f"{path}/not-needed", seq="1", reason="Salah")
    post(desk("rina"), f"{path}/reopen", seq="2", reason="Bukan salah")

    assert "0 actions" in parsed(desk("tono").get("/actions?state=not_needed"))
    assert "Close as no longer needed" in parsed(desk("tono").get(path))


def test_who_may_audit_opens_a_check_and_others_hand_its_address_on(desk, made):
    path = f"/actions/{made[PLAIN].id}"
    address = f"/sites/{SITE}/audit?check={PLAIN}"

    assert f'href="{address}"' in parsed(desk("rina").get(path))
    html = parsed(desk("tono").get(path))
    assert f'href="{address}"' not in html
    assert f"http://localhost{address}</code>" in html
    assert "A surveyor can open a check with this requirement." in html


def test_the_other_half_of_a_double_audit_is_no_proof_and_is_said_to_be_none(desk, register, made):
    path = f"/actions/{made[PLAIN].id}"
    assert "double audit" not in parsed(desk("rina").get(path))
    approved(register, {PLAIN: "yes", GRAVE: 0}, BEFORE + timedelta(days=3), author="siti")
    html = parsed(desk("rina").get(path))

    assert "Two auditors found this differently" in html
    assert "It is no proof that anything was repaired." in html
    assert "Settle the disagreement, or have it checked." in html
    assert "Close with this visit as proof" not in html
    assert "Two auditors" not in parsed(desk("rina").get(f"/actions/{made[GRAVE].id}"))


def test_once_a_reviewer_decided_the_page_no_longer_asks_to(desk, register, made, visit):
    other = approved(register, {PLAIN: "yes"}, BEFORE + timedelta(days=3), author="siti")
    register.disagreements.settle(visit.id, other.id, {PLAIN: visit.id}, "Foto", "rina", {PLAIN: 0})
    assert "Two auditors" not in parsed(desk("rina").get(f"/actions/{made[PLAIN].id}"))

    register.disagreements.settle(visit.id, other.id, {PLAIN: other.id}, "Foto", "rina", {PLAIN: 1})
    html = parsed(desk("rina").get(f"/actions/{made[PLAIN].id}"))
    assert "a reviewer decided for what the other auditor found" in html


# --- making ---


def test_that_nothing_was_made_is_said_with_what_there_is(desk, made):
    def pressed():
        return words(desk("tono").post("/actions", data={"site": SITE}, follow_redirects=True).get_data(as_text=True))

    assert "every requirement not met has its action. Not closed: 2." in pressed()
    post(desk("tono"), f"/actions/{made[PLAIN].id}/not-needed", seq="1", reason="Salah")
    told = pressed()
    assert "Requirements not met: 2. With an action that is not closed: 1." in told
    assert "With one that was closed, and not found unmet again at a later visit: 1." in told
    none = desk("tono").post("/actions", data={"site": OTHER}, follow_redirects=True).get_data(as_text=True)
    assert "no requirement is found to be not met" in none


# --- files ---


def test_the_files_say_what_is_withdrawn_and_what_is_no_longer_needed(desk, register, made, standard):
    other = approved(register, {PLAIN: "no", GRAVE: 0}, BEFORE, site=OTHER)
    make_actions(register, audit_with_visits(register, standard), [OTHER], PUTRI, today())
    for requirement in (PLAIN, GRAVE):
        post(desk("tono"), f"/actions/{made[requirement].id}/not-needed", seq="1", reason="=Salah")
    decide(register, other, "received")
    table = list(csv.reader(io.StringIO(desk("tono").get("/actions.csv?state=all").get_data(as_text=True))))
    heads = table[0]
    rows = {(row[5], row[7]): dict(zip(heads, row, strict=True)) for row in table[1:] if len(row) == len(heads)}
    book = openpyxl.load_workbook(io.BytesIO(desk("tono").get("/actions.xlsx?state=all").data))

    at = heads.index("Action id")
    assert heads[at : at + 3] == ["Action id", "Withdrawn because", "No longer needed because"]
    assert rows[SITE, PLAIN]["State"] == "no longer needed"
    assert rows[SITE, GRAVE]["State"] == "no longer needed, to be confirmed"
    assert rows[SITE, PLAIN]["No longer needed because"] == "'=Salah"
    assert rows[OTHER, PLAIN]["State"] == "withdrawn"
    assert rows[OTHER, PLAIN]["Withdrawn because"].startswith("Withdrawn: the visit")
    assert rows[OTHER, PLAIN]["No longer needed because"] == rows[SITE, PLAIN]["Withdrawn because"] == ""
    assert [cell.value for cell in book.worksheets[0][1]][1:18] == heads[1:18]


# --- surveillance ---


def test_what_is_due_is_opened_as_a_check_of_what_matters_there(desk, register, standard):
    long_ago = today() - timedelta(days=500)
    approved(register, {PLAIN: "no", GRAVE: 0}, long_ago)
    findings = audit_with_visits(register, standard).findings
    gate = {standard.gate, *standard.must_fix, *standard.before_audit}
    every = {each.id for each in standard.requirements if each.mandatory in gate}
    assert set(requirements_to_check(findings, [])[SITE]) <= every
    assert GRAVE in requirements_to_check(findings, [])[SITE]
    assert PLAIN not in requirements_to_check(findings, [])[SITE]

    make_actions(register, audit_with_visits(register, standard), None, PUTRI, long_ago)
    html = parsed(desk("rina").get("/surveillance"))
    asked = re.search(rf'href="/sites/{SITE}/audit\?check=([^"]*)"', html)[1].split(",")
    assert set(asked) >= {PLAIN, GRAVE}
    outcomes = {each: findings.explain(SITE, each).outcome for each in asked}
    assert set(outcomes.values()) <= {"does_not_conform", "partial", "undetermined"}
    left = {each for each in every if findings.explain(SITE, each).outcome not in ("conforms", "not_applicable")}
    counted = {each.id for each in standard.requirements if each.tier == "core"}
    assert set(asked) == (left & counted) | {PLAIN}
    planner = parsed(desk("tono").get("/surveillance"))
    assert f'href="/sites/{SITE}/audit' not in planner
    assert f"http://localhost/sites/{SITE}/audit?check=" in planner


def test_a_look_that_is_not_due_yet_offers_nothing_and_a_check_is_a_look(desk, register):
    approved(register, {PLAIN: "yes"}, today() - timedelta(days=500))
    assert "full visit · Budi" in parsed(desk("tono").get("/surveillance"))
    approved(register, {PLAIN: "yes"}, today() - timedelta(days=2), scope="check")
    html = parsed(desk("rina").get("/surveillance"))

    assert "check · Budi" in html
    assert "/audit?check=" not in html


def test_a_place_that_was_only_certified_is_due_for_a_full_visit(desk):
    form = {
        "id": str(uuid4()),
        "site": SITE,
        "number": "1",
        "issuer": "KPPPA",
        "rank": "rbra-2024/Nindya",
        "issued": (today() - timedelta(days=900)).isoformat(),
        "valid_until": (today() - timedelta(days=10)).isoformat(),
    }
    assert post(desk("tono"), "/certificates", **form).status_code == 303
    html = parsed(desk("rina").get("/surveillance"))

    assert f'href="/sites/{SITE}/audit"' in html
    assert "check=" not in html


# --- the public ---


def test_the_public_is_told_nothing_of_what_is_withdrawn(desk, register, made, visit):
    assert made
    set_public_view(register, on=True, by=ADE)
    public = desk("")
    assert "2 not closed, 0 closed" in words(parsed(public.get(f"/sites/{SITE}")))
    decide(register, visit, "received")
    page = parsed(public.get(f"/sites/{SITE}"))

    assert "0 not closed, 0 closed" in words(page)
    for path in ("/", f"/sites/{SITE}", "/sites", "/non-standard", "/not-known", "/map"):
        html = public.get(path).get_data(as_text=True)
        assert not re.search(r"withdrawn|/actions", html), path
    assert "2 withdrawn" in words(parsed(desk("tono").get(f"/sites/{SITE}")))


# --- the reviewer ---


def send(register, answers, day, at, **more):
    given = Visit(str(uuid4()), SITE, "rbra-2024", "auditor", "Budi", day, answers, author="budi", **more)
    return register.visits.take(document_of(given), at=at).visit


def decided(client, register, visit, to, note=""):
    seq = register.reviews.status(visit.root).seq
    seen = re.search(r'name="accepted" value="(\d+)"', client.get(f"/review/{visit.id}").text)
    form = {"to": to, "seq": str(seq), "note": note, "accepted": seen[1] if seen else ""}
    page = client.post(f"/review/{visit.id}", data=form, follow_redirects=True)
    assert page.status_code == 200
    return parsed(page)


def test_a_decision_says_what_became_of_the_actions(desk, register):
    visit = send(register, {PLAIN: "no", GRAVE: 0}, BEFORE, datetime.now(UTC))
    rina = desk("rina")
    html = decided(rina, register, visit, "approved")
    assert f'Actions made: 2. <a href="/actions?site={SITE}">See the actions of this site</a>' in html

    html = decided(rina, register, visit, "received", "Salah taman")
    assert "Actions withdrawn with the visit: 2; they come back if it is approved again." in html
    assert f'href="/actions?state=withdrawn&amp;site={SITE}"' in html or "state=withdrawn" in html
    html = decided(rina, register, visit, "approved")
    assert "Actions of this visit that stand again: 2." in html
    assert "Actions made" not in html

    decided(rina, register, visit, "received", "Salah taman")
    assert "Actions withdrawn with the visit: 2" in decided(rina, register, visit, "rejected", "Salah taman")
    assert len(register.actions.all()) == 2


def test_where_a_visit_that_counted_is_rejected_actions_are_made_of_what_counts_then(desk, register):
    rina = desk("rina")
    newer = send(register, {PLAIN: "yes"}, BEFORE, datetime.now(UTC))
    older = send(register, {PLAIN: "no"}, BEFORE - timedelta(days=90), datetime.now(UTC))
    decided(rina, register, newer, "approved")
    assert "Actions made" not in decided(rina, register, older, "approved")
    decided(rina, register, newer, "received", "Salah taman")

    assert "Actions made: 1." in decided(rina, register, newer, "rejected", "Salah taman")


def test_a_program_decides_and_actions_follow_without_a_word(desk, register):
    visit = send(register, {PLAIN: "no"}, BEFORE, datetime.now(UTC))
    rina = desk("rina")
    answer = rina.post(f"/api/visits/{visit.id}/moves", data=json.dumps({"to": "approved", "seq": 0}))

    assert answer.status_code == 200
    assert len(register.actions.all()) == 1
    assert "Actions made" not in parsed(rina.get("/actions"))


# --- two on one day ---


def test_the_time_tells_two_visits_of_one_day_apart(desk, register, standard):
    day = today() - timedelta(days=3)
    morning, noon = (datetime.combine(day, time(hour), UTC) for hour in (1, 5))
    first = send(register, {PLAIN: "no"}, day, morning)
    decide(register, first, "approved")
    action = make_actions(register, audit_with_visits(register, standard), None, PUTRI, today())[0]
    path = f"/actions/{action.id}"
    assert "WIB by Budi" not in words(parsed(desk("tono").get(path)))
    second = send(register, {PLAIN: "yes"}, day, noon, scope="check")
    decide(register, second, "approved")
    html = words(parsed(desk("tono").get(path)))

    assert ", 08.00 WIB by Budi" in html
    assert ", 12.00 WIB" in html[html.index("Met since") :][:60]
    assert ", 12.00 WIB" in parsed(desk("tono").get("/surveillance"))
    site = parsed(desk("tono").get(f"/sites/{SITE}"))
    assert ", 08.00 WIB</strong>" in site
    assert ", 12.00 WIB</strong>" in site
    set_public_view(register, on=True, by=ADE)
    assert "WIB</strong>" not in parsed(desk("").get(f"/sites/{SITE}"))
    post(desk("tono"), f"{path}/met", seq="1", visit=second.id)
    assert re.search(r"Closed: met at the check of [^,<]*, 12.00 WIB", parsed(desk("tono").get(path)))


def test_a_due_date_that_was_moved_stays_when_it_is_no_longer_needed(register, desk, made):
    later = today() + timedelta(days=90)
    change_due(register, made[PLAIN].id, 1, later, "Dana", PUTRI, today())
    post(desk("tono"), "/actions/close", which="ticked", row=f"{made[PLAIN].id}.2", reason="Salah")

    assert (register.actions.get(made[PLAIN].id).due, register.actions.get(made[PLAIN].id).state) == (
        later,
        "closed",
    )
