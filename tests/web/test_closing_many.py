"""Closing many actions as no longer needed, from the list of actions."""

import re
from uuid import uuid4

import pytest

from helpers.action_pages import OTHER, actions_at_two_sites, clients_of, parsed, register_of_sites
from helpers.actions import GRAVE, PLAIN, SITE
from helpers.sending import TONO
from helpers.work import statements_of
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import change_owner
from rba_audit.followup.action_list import action_lines
from rba_audit.followup.bulk_closing import MOST_AT_ONCE, close_many


@pytest.fixture
def register(tmp_path):
    register = register_of_sites(tmp_path, {SITE: "Taman <Sari>", OTHER: "Alun-Alun B"})
    yield register
    register.close()


@pytest.fixture
def desk(register, standard):
    return clients_of(register, standard)


@pytest.fixture
def made(register, standard):
    return actions_at_two_sites(register, standard)


def rows(*actions, seq=1):
    return [f"{each.id}.{seq}" for each in actions]


def close(client, **form):
    return client.post("/actions/close", data={"which": "ticked", "reason": "Salah taman", **form})


def states(register):
    return sorted((each.request.site_id, each.request.requirement, each.state) for each in register.actions.all())


def group(html, id):
    """The lines under one heading of the page."""
    found = re.search(rf'aria-labelledby="{id}">(.*?)</section>', html, re.DOTALL)
    return re.findall(r'<span class="code">([^<]*)</span> · ([^<\n]*)', found[1]) if found else []


def test_the_list_offers_to_tick_what_can_be_closed_and_says_how_many(desk, made, register):
    change_owner(register, made[SITE, PLAIN].id, 1, "Dinas", TONO, today())
    html = parsed(desk("tono").get(f"/actions?site={SITE}"))

    assert f'name="row" value="{made[SITE, PLAIN].id}.2" form="many"' in html
    assert html.count('type="checkbox"') == 3
    assert "All 3 of this page" in html
    assert "All 3 that answer this choice" in html
    assert f'type="hidden" name="site" value="{SITE}"' in html
    assert "Choose: " in html


def test_more_than_one_is_asked_about_with_what_will_happen_and_then_told(desk, made, register):
    chosen = rows(made[SITE, PLAIN], made[SITE, GRAVE], made[OTHER, PLAIN])
    asked = close(desk("tono"), row=chosen)
    html = parsed(asked)

    assert asked.status_code == 200
    assert {each.state for each in register.actions.all()} == {"open"}
    assert "Salah taman" in html
    assert sorted(group(html, "closed")) == sorted([(PLAIN, "Taman &lt;Sari&gt;"), (PLAIN, "Alun-Alun B")])
    assert group(html, "waiting") == [(GRAVE, "Taman &lt;Sari&gt;")]
    assert re.findall(r'name="row" value="([^"]*)"', html) != []

    sent = {"row": re.findall(r'name="row" value="([^"]*)"', html), "confirmed": "1"}
    told = parsed(close(desk("tono"), **sent))

    assert "3 actions are recorded as no longer needed." in told
    assert group(told, "waiting") == [(GRAVE, "Taman &lt;Sari&gt;")]
    assert states(register) == [
        (OTHER, PLAIN, "closed"),
        (SITE, GRAVE, "done"),
        (SITE, PLAIN, "closed"),
        (SITE, "MAT-03", "open"),
    ]
    last = register.actions.get(made[SITE, GRAVE].id).last
    assert (last.what, last.note, last.person_id) == ("not_needed", "Salah taman", "tono")

    again = parsed(close(desk("tono"), **sent))
    assert "3 actions are recorded as no longer needed." in again
    assert len(register.actions.history(made[SITE, PLAIN].id)) == 2


def test_one_alone_is_closed_by_one_press(desk, made, register):
    html = parsed(close(desk("rina"), row=rows(made[SITE, PLAIN])))

    assert "1 action is recorded as no longer needed." in html
    assert register.actions.get(made[SITE, PLAIN].id).state == "closed"


def test_all_of_a_page_and_all_that_answer_a_choice(desk, made, register):
    page = parsed(desk("tono").get(f"/actions?site={SITE}"))
    here = re.findall(r'name="here" value="([^"]*)"', page)
    asked = parsed(close(desk("tono"), which="page", here=here, row=rows(made[OTHER, PLAIN])))
    assert "Record for 3 actions" in asked

    asked = parsed(close(desk("tono"), which="all", site=SITE))
    assert len(group(asked, "closed")) == 2
    assert f'href="/actions?site={SITE}"' in asked
    sent = re.findall(r'name="row" value="([^"]*)"', asked)
    assert sorted(sent) == sorted(here)
    close(desk("tono"), row=sent, confirmed="1")

    assert [each.request.site_id for each in register.actions.all() if each.state == "open"] == [OTHER]


def test_what_changed_meanwhile_is_refused_for_that_one_and_by_name(desk, made, register):
    chosen = rows(made[SITE, PLAIN], made[OTHER, PLAIN], made[SITE, "MAT-03"])
    close(desk("rina"), row=rows(made[SITE, "MAT-03"]), reason="Sudah tutup")
    change_owner(register, made[OTHER, PLAIN].id, 1, "Dinas", TONO, today())
    for form in ({}, {"confirmed": "1"}):
        html = parsed(close(desk("tono"), row=chosen, **form))
        assert sorted(group(html, "refused")) == [(PLAIN, "Alun-Alun B"), ("MAT-03", "Taman &lt;Sari&gt;")]
        assert html.count("Somebody changed it meanwhile; look at it again.") == 2
        assert group(html, "closed") == [(PLAIN, "Taman &lt;Sari&gt;")]

    assert states(register) == [
        (OTHER, PLAIN, "open"),
        (SITE, GRAVE, "open"),
        (SITE, PLAIN, "closed"),
        (SITE, "MAT-03", "closed"),
    ]


def test_what_is_withdrawn_closed_or_waits_stays_and_says_why(desk, made, register):
    visit = register.visits.get(made[OTHER, PLAIN].request.visit_id)
    register.reviews.make(visit.root, seq=1, to="received", visit_id=visit.id, person_id="rina", note="x", notes={})
    close(desk("rina"), row=rows(made[SITE, GRAVE], made[SITE, PLAIN]), confirmed="1", reason="Sudah tidak ada")
    chosen = [*rows(made[OTHER, PLAIN]), *rows(made[SITE, GRAVE], made[SITE, PLAIN], seq=2)]
    answer = close(desk("tono"), row=chosen)
    html = parsed(answer)

    assert answer.status_code == 409
    for why in ("It is withdrawn; ", "It waits for a second person already.", "It is closed already."):
        assert html.count(why) == 1
    assert "None of these actions can be closed; nothing was recorded." in html
    assert register.actions.get(made[OTHER, PLAIN].id).last.seq == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose at least one action."),
        ({"which": "page"}, "Choose at least one action."),
        ({"which": "all", "agency": "nobody"}, "Choose at least one action."),
        ({"row": ["x.1"]}, "The form is not whole"),
        ({"row": [f"{uuid4()}"]}, "The form is not whole"),
        ({"row": [f"{uuid4()}.99999999"]}, "The form is not whole"),
        ({"row": [f"{uuid4()}.-1"]}, "The form is not whole"),
        ({"row": [f"{{{uuid4()}}}.1"]}, "The form is not whole"),
        ({"row": [f"{uuid4()}.1" for _ in range(MOST_AT_ONCE + 1)]}, "at most 1,000 are closed at once"),
    ],
)
def test_a_form_that_cannot_be_is_told_in_one_sentence(desk, made, register, form, sentence):
    answer = close(desk("tono"), **form)
    html = parsed(answer)

    assert answer.status_code == 400
    assert html.count(sentence) == 1
    assert "Salah taman" in html or "nobody" in form.values()
    assert {each.state for each in register.actions.all()} == {"open"}
    assert made


def test_without_a_reason_nothing_is_closed_and_the_ticks_stay(desk, made, register):
    answer = close(desk("tono"), row=rows(made[SITE, PLAIN], made[SITE, GRAVE]), reason="  ", site=SITE)
    html = parsed(answer)

    assert answer.status_code == 400
    assert "Write why the action is no longer needed." in html
    assert html.count('autocomplete="off" checked') == 2
    assert f'<option value="{SITE}" selected' in html
    assert {each.state for each in register.actions.all()} == {"open"}


def test_ids_that_are_none_refuse_nothing_else(desk, made, register):
    chosen = [*rows(made[SITE, PLAIN]), f"{uuid4()}.1", f"{uuid4()}.7"]
    assert "2 were named that are not in the register." in parsed(close(desk("tono"), row=chosen))
    assert "2 were named" in parsed(close(desk("tono"), row=chosen, confirmed="1"))
    assert register.actions.get(made[SITE, PLAIN].id).state == "closed"
    assert close(desk("tono"), row=[f"{uuid4()}.1"]).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("budi", 403), ("rina", 200), ("tono", 200), ("ade", 200)])
def test_the_desk_closes_and_surveyors_do_not(desk, made, who, status):
    assert close(desk(who), row=rows(made[SITE, PLAIN])).status_code == status


def test_many_are_recorded_with_as_few_statements_as_two(made, register, standard):
    every = action_lines(register, audit_with_visits(register, standard), today())
    assert len(every) == len(made)
    sent = []
    for some in (every[:2], every[2:]):
        chosen = {line.action.id: 1 for line in some} | {str(uuid4()): 1 for _ in range(40 * len(sent))}
        with statements_of(register) as statements:
            found = close_many(register, every, chosen, "Salah taman", TONO, today())
        assert len(found.taken) == 2
        sent.append(len(statements))

    assert sent[0] == sent[1]
