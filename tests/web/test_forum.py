"""The pages of the children's audit, and sheets that arrive over HTTP."""

import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from helpers.registers import filled_register
from helpers.sheets import SITE, as_bytes, send, sheet
from rba_audit.accounts import begin_session, ensure_demo_people, set_public_view
from rba_audit.auditing import audit_register
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(register, standard):
    return create_app(register, standard, demo=True)


def entered(app, register, role):
    ensure_demo_people(register)
    set_public_view(register, on=False, by=None)
    someone = next(each for each in register.people.all() if each.role == role)
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", begin_session(register, someone))
    return client, someone


def put(client, document):
    return client.put(f"/api/children/{document['id']}", data=as_bytes(document))


def test_a_sheet_is_put_once_and_answered_twice(app, register):
    client, _ = entered(app, register, "administrator")
    document = sheet()

    assert [put(client, document).status_code for _ in range(2)] == [201, 200]
    assert put(client, document | {"feeling": ""}).status_code == 409
    assert put(client, sheet(name="Budi")).status_code == 422
    assert client.put(f"/api/children/{uuid4()}", data=as_bytes(sheet())).status_code == 422
    assert client.put(f"/api/children/{uuid4()}", data=b" " * 30_000).status_code == 413
    assert put(client, sheet(site="nowhere")).status_code == 404


def test_the_form_carries_the_day_of_the_city_whatever_the_zone_of_the_server(app, register, monkeypatch):
    client, _ = entered(app, register, "administrator")
    monkeypatch.setattr("rba_audit.days.now_utc", lambda: datetime(2026, 11, 29, 23, 25, tzinfo=UTC))

    assert 'name="day" value="2026-11-30"' in client.get(f"/forum/{SITE}").get_data(as_text=True)


def test_nothing_of_who_is_signed_in_or_of_the_device_is_kept(app, register):
    client, someone = entered(app, register, "administrator")
    document = sheet()
    client.put(
        f"/api/children/{document['id']}",
        data=as_bytes(document),
        headers={"User-Agent": "PhoneOfBudi/1"},
        environ_overrides={"REMOTE_ADDR": "10.20.30.40"},
    )
    with register._database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM child_sheet").mappings().one()

    text = json.dumps(dict(row))
    for private in (someone.id, someone.login, someone.name, "PhoneOfBudi", "10.20.30.40", ":"):
        assert private not in text.replace('": ', "")


def test_without_a_script_nothing_is_kept_until_both_agree_and_then_once(app, register):
    client, _ = entered(app, register, "administrator")
    form = {"sheet": str(uuid4()), "day": "2026-11-23", "q.bersih": "kotor", "feeling": "", "age": "", "name": "Budi"}
    refused = client.post(f"/forum/{SITE}", data=form)
    both = form | {"agree.child": "1", "agree.guardian": "1"}
    one = client.post(f"/forum/{SITE}", data=form | {"agree.child": "1"})
    sent = [client.post(f"/forum/{SITE}", data=both) for _ in range(2)]

    assert (refused.status_code, one.status_code) == (400, 400)
    assert "first both boxes" in refused.get_data(as_text=True)
    assert [each.status_code for each in sent] == [303, 303]
    assert [len(batch) for batch in register.child_sheets.batches(SITE)] == [1]
    assert "Thank you!" in client.get(sent[0].location).get_data(as_text=True)


def test_the_page_beside_the_adults_shows_counts_and_the_paper_shows_every_question(app, register):
    client, _ = entered(app, register, "planner")
    empty = client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    for answer in ("kotor", "sedikit") * 3:
        send(register, answers={"bersih": answer})
    full = client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    paper = client.get(f"/forum/{SITE}/print").get_data(as_text=True)

    assert "No child has been asked here yet." in empty
    assert "A lot of litter" in full
    assert all(str(each.ask.en) in paper for each in shipped_policies().forum.asked)
    assert client.get(f"/sites/{SITE}/children.csv").mimetype == "text/csv"
    assert client.get("/sites/nowhere/children").status_code == 404
    assert client.get("/forum/nowhere").status_code == 404


def test_what_children_say_is_not_in_the_public_view(app, register):
    for answer in ("kotor", "sedikit") * 10:
        send(register, answers={"bersih": answer})
    ensure_demo_people(register)
    set_public_view(register, on=True, by=None)
    client = app.test_client()

    assert client.get(f"/sites/{SITE}").status_code == 200
    assert b'id="children"' not in client.get(f"/sites/{SITE}").data
    assert [client.get(f"/sites/{SITE}/children{end}").status_code for end in ("", ".csv")] == [303, 303]


def test_the_public_reads_what_most_of_ten_children_said_and_what_became_of_it_and_of_nine_nothing(app, register):
    for answer in (*["kotor"] * 6, *["bersih"] * 3):
        send(register, answers={"bersih": answer})
    ensure_demo_people(register)
    set_public_view(register, on=True, by=None)
    client = app.test_client()
    client.set_cookie("lang", "en")
    nine = client.get(f"/sites/{SITE}").get_data(as_text=True)
    for answer in ("bersih", "kotor", "kotor"):
        send(register, answers={"bersih": answer})
    twelve = client.get(f"/sites/{SITE}").get_data(as_text=True)

    assert 'id="children"' not in nine
    told = twelve.split('id="children"')[1].split("</section>")[0]
    assert "Is this place clean? A lot of litter." in told
    assert "It was not looked at again since." in told
    assert "12" not in re.sub(r"<[^>]*>|24 Nov 2026", "", told)
    client, _ = entered(app, register, "planner")
    assert "This part is public" in client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    thanks = client.get(f"/forum/{SITE}?thanks=1").get_data(as_text=True)
    assert "What children said before" in thanks
    before_sending = client.get(f"/forum/{SITE}").get_data(as_text=True)
    assert before_sending.index("Thank you!") < before_sending.index("What children said before")


def test_fewer_than_ten_children_are_in_no_file_and_in_no_print(app, register):
    client, _ = entered(app, register, "planner")
    for answer in ("kotor", "sedikit") * 3:
        send(register, answers={"bersih": answer})
    few = client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    file = client.get(f"/sites/{SITE}/children.csv").get_data(as_text=True)
    for answer in ("kotor", "sedikit") * 3:
        send(register, answers={"bersih": answer})
    many = client.get(f"/sites/{SITE}/children").get_data(as_text=True)

    assert "Fewer than 10 children answered" in few
    assert few.count('no-print"') > many.count('no-print"')
    assert "A lot of litter" not in file
    assert "Fewer than 10" not in many
    assert "A lot of litter" in client.get(f"/sites/{SITE}/children.csv").get_data(as_text=True)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(app):
    client = app.test_client()

    assert client.get("/forum").status_code == 303
    assert client.get(f"/sites/{SITE}/children").status_code == 303
    assert client.put(f"/api/children/{uuid4()}", data=b"{}").status_code == 401


def test_a_surveyor_does_not_open_a_site_outside_their_area(app, register, standard):
    client, someone = entered(app, register, "surveyor")
    inside = [site.id for site in register.sites() if someone.covers(site)]
    outside = (
        next(id for id in audit_register(register, standard).source.ids if id not in inside)
        if len(inside) < register.count()
        else None
    )

    assert client.get(f"/sites/{SITE}/children").status_code == 403
    if outside:
        assert client.get(f"/forum/{outside}").status_code == 404
