"""The children's audit: its words are a child's, a sheet says nothing of who filled it in, and few answers are not shown."""

import json
import re
import threading
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from conftest import filled_register
from sqlalchemy import inspect

from rba_audit.accounts import begin_session, ensure_demo_people, set_public_view
from rba_audit.audits import audit_register
from rba_audit.errors import Conflict, EvidenceError, NotInRegister, StandardError
from rba_audit.forum import heard, heard_csv, read_sheet, take_sheet
from rba_audit.resources import standards_dir, static_dir
from rba_audit.standard.children import children_audit, read_children_audit
from rba_audit.web import create_app
from rba_audit.web import forum as forum_pages
from rba_audit.words import speaking

SITE = "taman-sari"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
PICTURES = static_dir() / "forum" / "pictures"
FILE = standards_dir() / "forum-anak.toml"


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    yield opened
    opened.close()


def sheet(**other):
    return {
        "format": 1,
        "id": str(uuid4()),
        "site": SITE,
        "revision": 1,
        "day": "2026-11-24",
        "agreed": True,
        "answers": {"bersih": "kotor"},
        "feeling": "senang",
        "age": "9-12",
    } | other


def as_bytes(document):
    return json.dumps(document).encode()


def send(register, **other):
    return take_sheet(register, children_audit(), as_bytes(sheet(**other)), now=NOW)


def hear(register, standard):
    return heard(register, audit_register(register, standard), children_audit(), SITE)


def of(found, question):
    return next(each for each in found.compared if each.question.id == question)


# --- the words of a nine-year-old ------------------------------------------------------------------------------------------


def child_facing():
    audit = children_audit()
    picks = [*audit.feeling.answers, *audit.age.answers, *(a for each in audit.asked for a in each.answers)]
    texts = [each.ask for each in (*audit.asked, audit.feeling, audit.age)]
    texts += [each.hint for each in audit.asked if each.hint]
    return [*texts, *(each.words for each in picks), audit.consent_title, *(each.words for each in audit.consent)]


def test_no_sentence_for_children_has_more_than_ten_words():
    sentences = [each for text in child_facing() for each in re.split(r"(?<=[.?!])\s+", text.id)]

    assert [each for each in sentences if len(each.split()) > 10] == []


def test_no_word_for_children_has_more_than_twelve_letters():
    words = {word for text in child_facing() for word in re.findall(r"[^\W\d_]+", text.id)}

    assert {word for word in words if len(word) > 12} <= set(children_audit().long_words)


def test_the_consent_text_has_at_most_120_words_in_either_language():
    audit = children_audit()
    for language in ("id", "en"):
        with speaking(language):
            assert (
                sum(len(str(each.words).split()) for each in audit.consent) + len(str(audit.consent_title).split())
                <= 120
            )


def test_there_are_ten_to_twelve_questions_each_with_two_or_more_different_pictures():
    audit = children_audit()

    assert 10 <= len(audit.asked) <= 12
    for question in audit.asked:
        assert len({each.picture for each in question.answers}) == len(question.answers) >= 2


def test_every_picture_is_there_is_drawn_here_and_calls_nothing_from_elsewhere():
    for name in children_audit().pictures | {"lewati"}:
        text = (PICTURES / f"{name}.svg").read_text(encoding="utf-8")

        assert 'viewBox="0 0 96 96"' in text
        assert "style" not in text
        assert "href" not in text


def test_no_picture_lies_about_unused():
    assert {path.stem for path in PICTURES.glob("*.svg")} == children_audit().pictures | {"lewati"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "suka", id', 'nama = "suka", id', "'name'"),
        ('beside = ["KSH-06"]', 'beside = ["KSH-66"]', "KSH-66"),
        ('beside = ["KSH-06"]', 'beside = ["LOK-01"]', "'beside'"),
        ('picture = "suka-suka"', 'picture = "gone"', "gone.svg"),
        ('means = "good", picture = "suka-suka"', 'means = "great", picture = "suka-suka"', "great"),
        ('id = "alat"', 'id = "suka"', "suka"),
        ('id = "alat"', 'id = "Budi S."', "Budi S."),
        ('name = "biasa", id', 'name = "suka", id', "'answers'"),
        ('en = "Do you like playing here?"', 'en = ""', "'ask'"),
        ("least = 3 ", "least = 0 ", "least"),
        ('sources = ["C12"]', 'sources = ["C99"]', "C99"),
        ("revision = 1", "revision = 1\nmood = 2", "mood"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path, old, new, told):
    path = tmp_path / "forum-anak.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(StandardError, match=re.escape(told)):
        read_children_audit(path, PICTURES)


def test_a_retired_question_is_not_asked_and_old_answers_to_it_are_still_taken(tmp_path):
    path = tmp_path / "forum-anak.toml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text.replace('id = "bersih"\n', 'id = "bersih"\nretired = true\n'), encoding="utf-8")
    audit = read_children_audit(path, PICTURES)

    assert "bersih" not in {each.id for each in audit.asked}
    assert read_sheet(as_bytes(sheet()), audit).answers == {"bersih": "kotor"}


# --- a sheet holds nobody ----------------------------------------------------------------------------------------------------


def test_the_table_has_no_column_for_a_person_a_name_a_text_an_hour_or_a_place(register):
    columns = {each["name"] for each in inspect(register._database._engine).get_columns("child_sheet")}

    assert columns == {"id", "site_id", "day", "revision", "answers", "feeling", "age", "sha256", "batch"}


def test_the_table_keeps_no_order_of_arrival_beyond_the_batch(register):
    with register._database.reading() as connection:
        text = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'child_sheet'").scalar_one()

    assert "WITHOUT ROWID" in text


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Budi"},
        {"position": {"lon": 106.1, "lat": -6.1}},
        {"answers": {"bersih": "Budi was here"}},
        {"answers": {"Budi": "kotor"}},
        {"answers": {"bersih": ["kotor"]}},
        {"answers": []},
        {"feeling": "Budi"},
        {"age": "9"},
        {"day": "2026-11-24T08:15:00"},
        {"day": 20261124},
        {"format": 2},
        {"revision": "Budi"},
        {"revision": True},
        {"agreed": False},
        {"agreed": 1},
        {"answers": {}, "feeling": ""},
        {"id": "c1e82aec-e7ae-11f1-9079-02fc00000001"},  # the version that carries the hour and the device
        {"id": "Budi"},
        {"day": "2026-11-26"},
    ],
    ids=str,
)
def test_a_sheet_that_holds_anything_else_is_refused_whole(register, other):
    with pytest.raises(EvidenceError):
        send(register, **other)

    assert register.children.batches(SITE) == []


@pytest.mark.parametrize("document", [b"", b"[]", b"\xff", b"[" * 20_000, b'{"format": 1}'])
def test_what_is_no_sheet_is_refused(register, document):
    with pytest.raises(EvidenceError):
        take_sheet(register, children_audit(), document, now=NOW)


def test_an_unknown_site_is_refused(register):
    with pytest.raises(NotInRegister):
        send(register, site="nowhere")


def test_the_same_bytes_again_are_kept_once_and_others_are_a_conflict_that_shows_nothing(register):
    first = sheet()
    again = [take_sheet(register, children_audit(), as_bytes(first), now=NOW) for _ in range(2)]

    assert again == [True, False]
    with pytest.raises(Conflict) as refused:
        take_sheet(register, children_audit(), as_bytes(first | {"feeling": "sedih"}), now=NOW)
    assert (refused.value.code, refused.value.kept) == ("differs", None)
    assert len(register.children.batches(SITE)[0]) == 1


def test_eight_at_once_are_kept_once(register):
    document, found = as_bytes(sheet()), []
    threads = [
        threading.Thread(
            target=lambda: found.append(take_sheet(register, children_audit(), document, now=NOW)),
        )
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(found) == [False] * 7 + [True]


def test_what_children_answer_changes_no_finding_and_no_version_of_the_register(register, standard):
    before, version = audit_register(register, standard), register.version()
    for _ in range(4):
        send(register)
    after = audit_register(register, standard)

    assert register.version() == version
    assert (after.matrix == before.matrix).all()
    assert list(after.status) == list(before.status)


# --- few answers are not shown ----------------------------------------------------------------------------------------------


def test_two_sheets_are_not_shown_and_three_are(register, standard):
    send(register)
    send(register)
    few = hear(register, standard)
    send(register)
    enough = hear(register, standard)

    assert (few.children, few.waiting, of(few, "bersih").shares, few.feelings, few.days) == (0, True, (), (), ())
    assert (enough.children, enough.waiting, of(enough, "bersih").answered) == (3, False, 3)


def test_sheets_come_to_light_in_groups_so_that_nobody_sees_one_child_come_in(register, standard):
    shown = []
    for _ in range(7):
        send(register)
        shown.append(hear(register, standard).children)

    assert shown == [0, 0, 3, 3, 3, 6, 6]


def test_a_question_that_only_two_answered_is_too_few_though_three_were_asked(register, standard):
    send(register)
    send(register)
    send(register, answers={"toilet": "bersih"})
    found = hear(register, standard)

    assert of(found, "bersih").shares == ()
    assert of(found, "bersih").answered is None
    assert of(found, "bersih").verdict == "unknown"


def test_a_day_with_too_few_is_told_together_with_others(register, standard):
    days = ["2026-11-01", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-03", "2026-11-03"]
    for day in days:
        send(register, day=day)
    found = hear(register, standard)

    assert [(each.first, each.last, each.children) for each in found.days] == [
        (date(2026, 11, 1), date(2026, 11, 2), 3),
        (date(2026, 11, 3), date(2026, 11, 3), 3),
    ]


def test_ages_are_not_shown_where_one_band_has_too_few(register, standard):
    for age in ("6-8", "6-8", "6-8", "9-12", "6-8", "6-8"):
        send(register, age=age)

    assert hear(register, standard).ages == ()


# --- beside the adults ----------------------------------------------------------------------------------------------------------


def test_the_spread_counts_each_answer_and_stands_beside_the_linked_outcomes(register, standard):
    for answer in ("kotor", "kotor", "sedikit"):
        send(register, answers={"bersih": answer})
    compared = of(hear(register, standard), "bersih")

    assert [(each.picked.name, each.count) for each in compared.shares] == [("bersih", 0), ("sedikit", 1), ("kotor", 2)]
    assert [each.requirement.id for each in compared.beside] == list(compared.question.beside)
    assert compared.children == pytest.approx(1 / 6)


def test_where_children_and_adults_differ_stands_first(register, standard):
    for _ in range(3):
        send(register, answers={"bersih": "kotor", "rokok": "tidak", "tanya": "belum"})
    found = hear(register, standard)
    differing = [each.verdict in ("children_lower", "children_higher") for each in found.compared]

    assert differing == sorted(differing, reverse=True)
    assert found.differing == sum(differing) > 0
    apart = [each.apart for each in found.compared if each.verdict in ("children_lower", "children_higher")]
    assert apart == sorted(apart, reverse=True)


def test_a_requirement_that_an_edition_does_not_have_is_left_out(register):
    from rba_audit.standard import load_standard

    for _ in range(3):
        send(register)
    found = heard(register, audit_register(register, load_standard("rbra-2018")), children_audit(), SITE)

    assert of(found, "bersih").shares


def test_the_file_holds_counts_and_never_fewer_than_may_be_shown(register, standard):
    for _ in range(3):
        send(register, answers={"bersih": "kotor"})
    with speaking("en"):
        lines = heard_csv(hear(register, standard)).splitlines()

    assert lines[0].startswith("\ufeffQuestion,In words,Answer,Children,Answered,Percent")
    assert any(line.startswith("bersih,Is this place clean?,A lot of litter,3,3,100.0,") for line in lines)
    assert any(line.startswith("toilet,What is the toilet like here?,too few to show,,,,") for line in lines)


# --- the pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def app(register, standard):
    made = create_app(register, standard, demo=True)
    if forum_pages.pages.name not in made.blueprints:
        made.register_blueprint(forum_pages.pages)
    return made


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
    assert [len(batch) for batch in register.children.batches(SITE)] == [1]
    assert "Thank you!" in client.get(sent[0].location).get_data(as_text=True)


def test_the_page_beside_the_adults_shows_counts_and_the_paper_shows_every_question(app, register):
    client, _ = entered(app, register, "planner")
    empty = client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    for _ in range(3):
        send(register)
    full = client.get(f"/sites/{SITE}/children").get_data(as_text=True)
    paper = client.get(f"/forum/{SITE}/print").get_data(as_text=True)

    assert "No child has been asked here yet." in empty
    assert "A lot of litter" in full
    assert all(str(each.ask.en) in paper for each in children_audit().asked)
    assert client.get(f"/sites/{SITE}/children.csv").mimetype == "text/csv"
    assert client.get("/sites/nowhere/children").status_code == 404
    assert client.get("/forum/nowhere").status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_sign_in(app):
    client = app.test_client()

    assert client.get("/forum").status_code == 303
    assert client.get(f"/sites/{SITE}/children").status_code == 303
    assert client.put(f"/api/children/{uuid4()}", data=b"{}").status_code == 401


def test_a_surveyor_does_not_open_a_site_outside_their_area(app, register, standard):
    client, someone = entered(app, register, "surveyor")
    inside = [feature["id"] for feature in register.features() if someone.covers(feature)]
    outside = (
        next(id for id in audit_register(register, standard).source.ids if id not in inside)
        if len(inside) < register.count()
        else None
    )

    assert client.get(f"/sites/{SITE}/children").status_code == 403
    if outside:
        assert client.get(f"/forum/{outside}").status_code == 404
