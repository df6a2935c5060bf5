"""Assigning and dating many actions from the list, its filters, and the notes about an agency."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from helpers.action_pages import OTHER, actions_at_two_sites, clients_of, parsed, register_of_sites
from helpers.actions import GRAVE, PLAIN, SITE
from helpers.sending import TONO
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import change_owner
from rba_audit.reports import site_rows

SOON = str(today() + timedelta(days=1))


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


def hidden(html):
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)">', html)}


def change(client, **form):
    return client.post("/actions/change", data={"which": "ticked", "new_owner": "Dinas <A>", **form})


def owners(register):
    return sorted(action.owner for action in register.actions.all())


def test_all_that_match_are_shown_then_changed_then_undone(desk, made, register):
    client = desk("tono")
    change_owner(register, made[SITE, PLAIN].id, 1, "Dinas <A>", TONO, today())
    asked = parsed(change(client, which="all", site=SITE, new_due=SOON, why="rapat"))

    assert "3 actions" in asked
    assert "owner Dinas &lt;A&gt;, due on " in asked
    assert owners(register) == ["", "", "", "Dinas <A>"], "a preview changes nothing"

    answer = client.post("/actions/change", data=hidden(asked), follow_redirects=True)
    told = parsed(answer)
    assert "3 actions are changed." in told
    assert f"/actions?site={SITE}" in told
    assert owners(register) == ["", *["Dinas <A>"] * 3]
    assert {str(action.due) for action in register.actions.all()} >= {SOON}
    assert [event.what for event in register.actions.history(made[SITE, GRAVE].id)] == ["made", "owner", "due"]

    assert "Last changed at once: 3 actions, Tono, " in parsed(client.get("/actions"))

    again = client.post("/actions/change", data=hidden(asked))
    assert again.status_code == 303
    assert answer.request.path in again.headers["Location"]

    undone = parsed(client.post(f"{answer.request.path}/undo", data=hidden(told), follow_redirects=True))
    assert "Undone for 3 actions." in undone
    assert "This change was undone." in undone
    assert "/undo" not in undone
    assert owners(register) == ["", "", "", "Dinas <A>"]
    page = parsed(client.get(f"/actions/{made[SITE, GRAVE].id}"))
    assert "Change undone: due on " in page


def test_what_was_changed_since_the_preview_is_skipped_and_said(desk, made, register):
    rows = [f"{made[SITE, PLAIN].id}.1", f"{made[OTHER, PLAIN].id}.1"]
    sent = hidden(parsed(change(desk("tono"), row=rows)))
    change_owner(register, made[OTHER, PLAIN].id, 1, "Dinas C", TONO, today())
    told = parsed(desk("tono").post("/actions/change", data=sent, follow_redirects=True))

    assert "1 actions are changed. 1 stay as they are: Somebody changed it meanwhile" in told
    assert owners(register) == ["", "", "Dinas <A>", "Dinas C"]
    assert desk("tono").post("/actions/change", data={**sent, "id": str(uuid4())}).status_code == 409


def test_what_is_closed_stays_unless_it_is_opened_again(desk, made, register):
    row = f"{made[SITE, PLAIN].id}.1"
    desk("rina").post("/actions/close", data={"which": "ticked", "reason": "Salah", "row": row})
    row = f"{made[SITE, PLAIN].id}.2"
    assert "It is closed already." in parsed(change(desk("tono"), row=row))
    sent = hidden(parsed(change(desk("tono"), row=row, new_state="open", why="Masih ada")))
    desk("tono").post("/actions/change", data=sent)
    action = register.actions.get(made[SITE, PLAIN].id)

    assert (action.state, action.owner, action.last.seq) == ("open", "Dinas <A>", 4)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"new_owner": ""}, "Choose what should change"),
        ({"new_due": "soon"}, "Choose the new due date."),
        ({"new_due": SOON}, "Write why the due date changes."),
        ({"new_due": "2001-01-01", "why": "x"}, "is past"),
        ({}, "Choose at least one action."),
        ({"rows": "x.1"}, "The form is not whole"),
        ({"rows": " ".join(f"{uuid4()}.1" for _ in range(10_001))}, "at most 10,000 are changed at once"),
    ],
)
def test_a_form_that_cannot_be_is_told_in_one_sentence(desk, made, register, form, sentence):
    answer = change(desk("tono"), **form)

    assert answer.status_code == 400
    assert parsed(answer).count(sentence) == 1
    assert owners(register) == [""] * 4
    assert made


def test_an_id_that_is_none_changes_nothing(desk, made, register):
    sent = hidden(parsed(change(desk("tono"), row=f"{made[SITE, PLAIN].id}.1")))
    assert desk("tono").post("/actions/change", data={**sent, "id": "x"}).status_code == 400
    assert owners(register) == [""] * 4
    assert desk("tono").get(f"/actions/changes/{uuid4()}").status_code == 404


# --- filters ---


def count_at(client, address):
    html = parsed(client.get(address))
    return int(re.search(r'id="found"[^>]*>.*?<span class="number">(\d+)', html, re.DOTALL)[1])


def test_each_filter_narrows_the_list_and_its_files(desk, made, register, standard):
    client = desk("tono")
    rows = site_rows(audit_with_visits(register, standard).findings)
    assert any(row.must_fix for row in rows)
    change_owner(register, made[SITE, PLAIN].id, 1, "Dinas <A>", TONO, today())
    lead = made[SITE, PLAIN].request.lead
    same_lead = sum(action.request.lead == lead for action in made.values())
    expected = {
        "owner=-": 3,
        "owner=Dinas+%3CA%3E": 1,
        f"requirement={PLAIN}": 2,
        f"agency={lead}": same_lead,
        "due=overdue": 0,
        **{f"item={item}": sum(len(getattr(row, item)) for row in rows) for item in ("red", "must_fix")},
        "due=nonsense": 4,
        f"site={SITE}": 3,
    }
    assert {address: count_at(client, f"/actions?{address}") for address in expected} == expected
    page = parsed(client.get(f"/actions?requirement={PLAIN}&owner=-"))
    links = re.findall(r'href="(/actions\.[^"]*)" download', page)
    assert len(links) == 2
    assert all(f"requirement={PLAIN}" in link and "owner=-" in link for link in links)
    lines = client.get(unescape(links[1])).get_data(as_text=True).splitlines()
    assert sum(made[OTHER, PLAIN].id in line for line in lines) == 1
    assert made[SITE, PLAIN].id not in "".join(lines)
    months = count_at(client, "/actions?due=month") + count_at(client, "/actions?due=later")
    assert months == len(made)


def test_the_counts_of_an_agency_lead_to_lists_of_that_length(desk, made):
    client = desk("tono")
    html = parsed(client.get("/actions?group=agency"))
    links = re.findall(r'<a class="plain[^"]*" href="(/actions\?[^"#]*)#found">(\d+)</a>', html)

    assert links
    for address, count in links:
        assert count_at(client, address.replace("&amp;", "&")) == int(count)
    assert html.count('scope="rowgroup"') == len({action.request.lead for action in made.values()})


# --- notes about an agency ---


def test_a_note_about_an_agency_is_kept_with_its_versions(desk, made, register):
    client, lead = desk("tono"), made[SITE, PLAIN].request.lead
    assert "No note yet" in parsed(client.get(f"/actions?agency={lead}"))
    note = {
        "agency": lead,
        "id": str(uuid4()),
        "letter": "600/12 <b>",
        "letter_day": str(today()),
        "note": "Setuju & siap",
    }
    for _ in range(2):
        told = parsed(client.post("/actions/notes", data=note, follow_redirects=True))
    assert told.count("<strong>Letter 600/12 &lt;b&gt;") == 1
    assert "<blockquote>Setuju &amp; siap</blockquote>" in told

    root = note["id"]
    second = {"agency": lead, "id": str(uuid4()), "seq": "1", "letter": "600/12", "note": "Ditolak"}
    told = parsed(client.post(f"/actions/notes/{root}", data=second, follow_redirects=True))
    assert "<blockquote>Ditolak</blockquote>" in told
    assert "version 2" in told
    assert "Setuju &amp; siap" in told, "earlier versions stay readable"

    stale = client.post(f"/actions/notes/{root}", data={**second, "id": str(uuid4()), "note": "lain"})
    assert stale.status_code == 409
    assert "Somebody else changed this note meanwhile" in parsed(stale)
    struck = {"agency": lead, "id": str(uuid4()), "seq": "2"}
    assert "A note was struck out here." in parsed(
        client.post(f"/actions/notes/{root}", data=struck, follow_redirects=True)
    )
    assert len(register.agency_notes.versions()) == 3


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"note": "", "letter": ""}, "Write the note, or the number of the letter."),
        ({"agency": "nobody"}, ""),
        ({"letter": "x" * 201}, "The text has 201 letters"),
        ({"note": "x" * 2001}, "The text has 2,001 letters"),
        ({"letter_day": "2999-01-01"}, "has not come yet"),
        ({"letter_day": "x"}, "Write the day on which the letter was sent."),
        ({"id": "x"}, "The form is not whole"),
    ],
)
def test_a_note_that_cannot_be_is_told_in_one_sentence(desk, made, register, form, sentence):
    given = {"agency": made[SITE, PLAIN].request.lead, "id": str(uuid4()), "note": "ya", "letter": "", **form}
    answer = desk("tono").post("/actions/notes", data=given)

    assert answer.status_code == 400
    assert sentence in parsed(answer)
    assert register.agency_notes.versions() == []


def test_a_note_belongs_to_its_agency(desk, made):
    note = {"agency": made[SITE, PLAIN].request.lead, "id": str(uuid4()), "seq": "1", "note": "ya"}
    assert desk("tono").post(f"/actions/notes/{uuid4()}", data=note).status_code == 404
    assert desk("budi").post("/actions/notes", data=note).status_code == 403
