"""A visit that was sent back, corrected in the form without a script; what its reviewer sees of it; and an approval taken back."""

import json
import random
from datetime import UTC, datetime, timedelta
from html import unescape

import html5lib
import pytest

from helpers.corrections import random_document, usable_answers
from helpers.effort import cases
from helpers.registers import filled_register
from helpers.reviews import ADE, BUDI, RINA, SITE, sent, uuid
from helpers.sending import as_bytes
from rba_audit.accounts import begin_session
from rba_audit.errors import Conflict
from rba_audit.fieldwork import differing_parts
from rba_audit.register.records import Photo
from rba_audit.review import move_visit, undo_approval, undo_until
from rba_audit.standard import load_published
from rba_audit.web import create_app

STANDARD = load_published("rbra-2024")
FORM = f"/sites/{SITE}/audit"
NS = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    for person in (BUDI, RINA, ADE):
        opened.people.add(person, None, datetime.now(UTC), None)
    yield opened
    opened.close()


@pytest.fixture
def as_(register):
    app = create_app(register, STANDARD)

    def client(person):
        made = app.test_client()
        made.set_cookie("lang", "en")
        made.set_cookie("rba", begin_session(register, person))
        return made

    return client


def fields(page):
    """What a browser without scripts sends of the form of a page."""
    form = next(each for each in html5lib.parse(page).iter(f"{NS}form") if each.get("id") == "form")
    found = {}
    for each in form.iter():
        name = each.get("name")
        if not name or each.get("disabled") is not None:
            continue
        if each.tag == f"{NS}textarea":
            found.setdefault(name, []).append((each.text or "").removeprefix("\n"))
        elif each.tag == f"{NS}input" and (
            each.get("type") not in ("radio", "checkbox") or each.get("checked") is not None
        ):
            found.setdefault(name, []).append(each.get("value", ""))
    return found


def sent_back(register, document):
    register.visits.take(as_bytes(document))
    move_visit(register, RINA, document["id"], to="has_issues", seq=0, note="Look again.", notes={})


def newest(register):
    visit = register.visits.chain(uuid(1))[-1]
    return json.loads(register.visits.document(visit.id))


@pytest.mark.parametrize("seed", range(cases(2, 60)))
def test_version_two_is_version_one_and_the_one_change(register, as_, seed):
    before = random_document(random.Random(seed), usable_answers("rbra-2024"))
    sent_back(register, before)
    client = as_(BUDI)
    page = client.get(FORM).get_data(as_text=True)
    assert "Look again." in page
    form = fields(page)
    answered = next(id for id, answer in before["answers"].items() if isinstance(answer, str))
    other = next(each for each in usable_answers("rbra-2024")[answered] if each != before["answers"][answered])

    done = client.post(FORM, data={**form, answered: other})
    again = client.post(FORM, data={**form, answered: other})

    assert (done.status_code, again.status_code) == (303, 303), done.get_data(as_text=True)
    assert [each["path"] for each in differing_parts(before, newest(register))] == [f"answers.{answered}"], (
        differing_parts(before, newest(register))
    )
    assert register.reviews.status(uuid(1)).state == "fixed"


def test_what_a_version_would_leave_out_is_asked_about_and_can_be_put_back(register, as_):
    before = random_document(random.Random(7), usable_answers("rbra-2024"))
    before["answers"] |= {"MUD-01": "yes", "LOK-03": 800}
    sent_back(register, before)
    client = as_(BUDI)
    form = fields(client.get(FORM).get_data(as_text=True))
    left = {name: values for name, values in form.items() if name not in ("MUD-01", "visit.note")}

    asked = client.post(FORM, data=left)
    page = unescape(asked.get_data(as_text=True))
    back = fields(client.post(FORM, data={**left, "visit.back": "1"}).get_data(as_text=True))

    assert asked.status_code == 400
    assert "Version 1 has this, and what you send now has it no more:" in page
    assert f"<li>Answer: {STANDARD.question('MUD-01').ask.en}</li><li>Note of the visit</li>" in page
    assert (back["MUD-01"], back["visit.note"], back["visit.replaces"]) == (["yes"], ["Hujan."], [uuid(1)])
    assert newest(register)["id"] == uuid(1)
    key = page.split('name="visit.left" value="')[1].split('"')[0]
    other = client.post(FORM, data={**left, "LOK-03": "", "visit.left": key})  # more than was seen
    done = client.post(FORM, data={**left, "visit.left": key})
    assert (other.status_code, done.status_code) == (400, 303)
    assert "MUD-01" not in newest(register)["answers"]
    assert newest(register)["replaces"] == uuid(1)


def test_a_correction_opens_under_the_edition_of_what_it_corrects(register, as_):
    sent_back(register, {**random_document(random.Random(1), usable_answers("rbra-2018")), "edition": "rbra-2018"})

    opened = as_(BUDI).get(FORM)

    assert opened.location == f"{FORM}?edition=rbra-2018"
    assert as_(BUDI).get(f"{FORM}?check=MUD-01").status_code == 200


# --- what the reviewer sees -------------------------------------------------------------------------------------------


def test_the_reviewer_sees_what_changed_and_unchanged_answers_do_not_count_as_different(register, as_):
    before = random_document(random.Random(3), usable_answers("rbra-2024"))
    before["answers"] |= {"MUD-01": "yes"}
    photo = {**before["photos"][0], "question": "MUD-01", "sha256": "ab" * 32}
    after = {**before, "id": uuid(2), "replaces": uuid(1), "answers": {**before["answers"], "MUD-01": "no"}}
    after |= {
        "photos": [*before["photos"], photo],
        "items": [{**before["items"][0], "note": "Retak."}, *before["items"][1:]],
    }
    # Another approved visit of the place, with other answers and an item that this one leaves out.
    sent(register, 8, answers={"MUD-01": "no", "LOK-03": 5}, items=({"id": uuid(77), "kind": "swing", "name": "Lama"},))
    move_visit(register, RINA, uuid(8), to="approved", seq=0, note="", notes={})
    sent_back(register, before)
    register.visits.take(as_bytes(after))

    page = unescape(as_(RINA).get(f"/review/{uuid(2)}").get_data(as_text=True))

    changes = page.split('aria-labelledby="changes"')[1].split("</section>")[0]
    assert changes.count('<th scope="row">') == 2
    assert STANDARD.question("MUD-01").ask.en in changes
    assert "Retak." in changes
    assert "photo not here yet" in changes
    assert 'id="only-differs" value="differs" checked><span>Differs <span class="number">1</span>' in page
    assert "version 1: 1 answer differs" in page
    assert page.count('class="card stack tight differs"') == 1


def test_two_versions_that_say_the_same_have_no_difference(register, as_):
    before = random_document(random.Random(3), usable_answers("rbra-2024"))
    sent_back(register, before)
    register.visits.take(as_bytes({**before, "id": uuid(2), "replaces": uuid(1)}))

    page = as_(RINA).get(f"/review/{uuid(2)}").get_data(as_text=True)

    assert "Nothing: both versions say the same." in page
    assert 'id="only-differs" value="differs" disabled' in page


# --- an approval taken back -------------------------------------------------------------------------------------------


def test_an_approval_is_undone_on_the_page_and_what_follows_is_told(register, as_):
    sent(register, 1, answers={"MUD-01": "no"})
    client = as_(RINA)
    approved = client.post(f"/review/{uuid(1)}", data={"to": "approved", "seq": "0"})
    told = unescape(client.get(approved.location).get_data(as_text=True))
    assert f'<a href="/review/{uuid(1)}#undo">Undo the approval</a>' in told
    page = as_(ADE).get(f"/review/{uuid(1)}").get_data(as_text=True)  # another reviewer may as well
    undo = page.split('aria-labelledby="undo"')[1].split("</section>")[0]
    assert "1 action that rests on it is withdrawn" in undo
    assert STANDARD.requirement("MUD-01").title.en in undo

    accepted = undo.split('name="accepted" value="')[1].split('"')[0]
    refused = as_(ADE).post(f"/review/{uuid(1)}", data={"to": "undo", "seq": "1", "accepted": "0"})
    done = as_(ADE).post(f"/review/{uuid(1)}", data={"to": "undo", "seq": "1", "accepted": accepted})

    assert (refused.status_code, done.location) == (400, f"/review/{uuid(1)}")
    assert register.reviews.status(uuid(1)).state == "received"
    page = as_(RINA).get(f"/review/{uuid(1)}").get_data(as_text=True)
    assert "undid the approval" in page
    assert 'aria-labelledby="undo"' not in page


def test_an_approval_can_be_undone_for_a_day_and_not_by_its_surveyor(register):
    sent(register, 1, by=ADE, photos=(Photo("ab" * 32),))
    move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={}, without={"ab" * 32: "lost"})
    visit, since = register.visits.get(uuid(1)), register.reviews.status(uuid(1)).since
    day = timedelta(hours=24)

    assert undo_until(register, RINA, visit, since + day) == since + day
    assert undo_until(register, RINA, visit, since + day + timedelta(seconds=1)) is None
    assert undo_until(register, ADE, visit, since) is None
    for person, now, code in ((RINA, since + 2 * day, "late"), (ADE, since, "own_visit")):
        with pytest.raises(Conflict) as fault:
            undo_approval(register, person, uuid(1), seq=1, now=now)
        assert fault.value.code == code
    with pytest.raises(Conflict) as fault:
        undo_approval(register, RINA, uuid(1), seq=0)
    assert fault.value.code == "stale"
    assert undo_approval(register, RINA, uuid(1), seq=1, now=since + day).to == "received"
    with pytest.raises(Conflict) as fault:
        undo_approval(register, RINA, uuid(1), seq=2)
    assert fault.value.code == "illegal"


def test_a_program_undoes_an_approval_as_well(register, as_):
    sent(register, 1)
    move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={})
    body = {"to": "undo", "seq": 1, "accepted": 1}

    answer = as_(ADE).post(f"/api/visits/{uuid(1)}/moves", json=body)

    assert (answer.status_code, answer.json["state"]) == (200, "received")
