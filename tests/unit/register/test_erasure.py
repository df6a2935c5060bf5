"""A person who is erased is gone from every byte of the register; what they did stays, and a backup forgets them again."""

import hashlib
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpers.registers import filled_register
from helpers.reviews import ADE, AT, BUDI, RINA, SITE, SITI, sent, uuid
from helpers.visits import document_of
from helpers.whole_register import PEOPLE, whole_register
from rba_audit import accounts
from rba_audit.accounts import begin_session, erase_account, pending_work
from rba_audit.errors import Forbidden, Unavailable
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.register.erasure import erase_person, name_of_erased
from rba_audit.register.person_records import Person
from rba_audit.register.personal_data import PERSON_COLUMNS as PEOPLE_COLUMNS
from rba_audit.register.personal_data import SECRETS, WORDS
from rba_audit.register.tables import metadata
from rba_audit.review import move_visit

UNIQUE = Person("4f3c8a52-0000-4000-8000-000000000001", "zulaikhah.q", "Zulaikhah Qomariyah", "surveyor", ("*",), True)
FORMER = "Zulaikhah Bintari"
PLAIN = """
id site_id edition stage day root sha256 recorded_at question at started_at created_at login role area password token began_at
seen_at agent expires_at whose what detail kind kept_sha256 received_at from_state to_state visit_id photo feeling age answers
requirement previous outcome risk lead words action_id state due danger_id certificate_id rank issued valid_until decision
rectangles key part_of name folder generation chosen first_visit second_visit happening standing other_id taken_at
undoes bulk_id agency letter_day link_id list document_id request_id file_sha256 file_type
band total subject value step item deadline result score
dates source sector recording_id kha_person_id training_id dated undone_at
rehearsal_id indicator points
request_sha256 file_ending counts import_id part_of_before
layer_id layer form counted
"""
"""Columns in which nobody writes what they like, or which are the account itself."""


def bytes_of(folder):
    """Return everything in the files of a register, its log too."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("register.db*")) if path.is_file())


def hits(folder, *words):
    data = bytes_of(folder).lower()
    return sum(data.count(word.encode().lower()) for word in words)


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    for person in (*PEOPLE, UNIQUE):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


def test_not_a_byte_of_name_and_login_is_left_in_the_file_its_log_and_its_free_pages(register, tmp_path):
    from dataclasses import replace

    earlier = replace(UNIQUE, name=FORMER)
    register.people.change(UNIQUE.id, AT, None, name=FORMER)
    sent(register, 1, by=earlier)
    register.people.change(UNIQUE.id, AT, None, name=UNIQUE.name)
    for number in range(2, 60):  # enough for rows that lie in pages of their own
        sent(register, number, by=UNIQUE, note="x" * 900)
    begin_session(register, UNIQUE)
    accounts.sign_in(register, UNIQUE.login, "wrong", "203.0.113.7", "", datetime.now(UTC))
    assert hits(tmp_path, UNIQUE.name, UNIQUE.login, FORMER) > 60

    done = erase_account(register, UNIQUE.id, reason="diminta sendiri", by=ADE)

    assert hits(tmp_path, UNIQUE.name, UNIQUE.login, FORMER, "zulaikhah") == 0
    assert (done.name, done.mentions, done.copies, done.wiped) == (name_of_erased(1), (), (), True)
    visits = register.visits.by_author(UNIQUE.id)
    assert len(visits) == 59
    assert {visit.auditor for visit in visits} == {name_of_erased(1)}
    assert {visit.note for visit in visits} == {"", "x" * 900}
    assert register.sessions.for_person(UNIQUE.id) == []


def test_an_older_file_whose_free_pages_hold_the_name_is_wiped_as_well(register, tmp_path):
    with register._database.writing() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        connection.exec_driver_sql("CREATE TABLE scratch (words TEXT)")
        connection.exec_driver_sql("INSERT INTO scratch VALUES (?)", (f"{UNIQUE.name} " * 5000,))
        connection.exec_driver_sql("DROP TABLE scratch")
    assert hits(tmp_path, UNIQUE.name) > 1000

    erase_account(register, UNIQUE.id, reason="", by=None)

    assert hits(tmp_path, UNIQUE.name) == 0


def test_the_same_visit_sent_again_is_known_and_an_older_one_that_comes_later_bears_no_name(register, tmp_path):
    visit = sent(register, 1, by=UNIQUE)
    late = document_of(
        sent(register, 2, by=UNIQUE, day=visit.day).__class__(
            uuid(3), SITE, "rbra-2024", "auditor", UNIQUE.name, visit.day, {"LOK-03": 1}, author=UNIQUE.id
        )
    )
    erase_account(register, UNIQUE.id, reason="", by=None)
    again = register.visits.take(document_of(visit))
    came = register.visits.take(late)

    assert (again.new, again.visit.sha256, again.visit.auditor) == (False, visit.sha256, name_of_erased(1))
    assert (came.new, came.visit.sha256) == (True, hashlib.sha256(late).hexdigest())
    assert came.visit.auditor == json.loads(register.visits.document(uuid(3)))["auditor"] == name_of_erased(1)
    assert register.visits.take(late).new is False
    assert hits(tmp_path, UNIQUE.name, UNIQUE.login) == 0


def test_each_document_has_the_hash_of_what_was_sent_or_of_what_is_kept_instead(register):
    for number in (1, 2):
        sent(register, number, by=UNIQUE)
    sent(register, 3, by=SITI)
    erase_account(register, UNIQUE.id, reason="", by=None)
    with register._database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT v.sha256, v.document, r.sha256 AS kept FROM visit v LEFT JOIN redaction r ON r.visit_id = v.id"
            )
        ).all()

    assert sorted(row.kept is None for row in rows) == [False, False, True]
    assert all(hashlib.sha256(row.document.encode()).hexdigest() == (row.kept or row.sha256) for row in rows)


def test_rows_are_guarded_again_afterwards(register):
    sent(register, 1, by=UNIQUE)
    erase_account(register, UNIQUE.id, reason="", by=None)

    for statement in ("UPDATE visit SET auditor = 'x'", "DELETE FROM erasure", "DELETE FROM redaction"):
        with pytest.raises((DBAPIError, Unavailable)), register._database.writing() as connection:
            connection.execute(text(statement))


def test_the_list_beside_the_register_names_nobody_and_lets_a_backup_forget_again(register, tmp_path):
    sent(register, 1, by=UNIQUE)
    register.wipe_free_space()
    backup = tmp_path / "backup" / "register.db"
    backup.parent.mkdir()
    shutil.copy(tmp_path / "register.db", backup)
    erase_account(register, UNIQUE.id, reason="", by=None)
    lines = [json.loads(line) for line in (tmp_path / "erasures.jsonl").read_text().splitlines()]

    assert [line["person"] for line in lines] == [UNIQUE.id]
    assert set(lines[0]) == {"person", "on"}
    assert datetime.fromisoformat(lines[0]["on"]) - datetime.now(UTC) < timedelta(minutes=1)
    with closing(open_register(f"sqlite:///{backup}")) as restored:
        with restored._database.writing() as connection:
            found = [erase_person(connection, line["person"]) for line in lines]
            assert erase_person(connection, lines[0]["person"]) == 1
            assert erase_person(connection, "of nobody") is None
        restored.wipe_free_space()
        assert (found, restored.visits.get(uuid(1)).auditor) == ([1], name_of_erased(1))
        assert hits(backup.parent, UNIQUE.name, UNIQUE.login) == 0


def test_where_the_list_cannot_be_written_nobody_is_erased(register, tmp_path):
    (tmp_path / "erasures.jsonl").mkdir()
    with pytest.raises(Unavailable):
        erase_account(register, UNIQUE.id, reason="", by=None)

    assert register.people.get(UNIQUE.id) == UNIQUE


def test_what_others_wrote_is_told_and_not_changed(register):
    sent(register, 1, by=SITI, note=f"Bersama {UNIQUE.name.upper()}.", notes={"LOK-03": "kata zulaikhah.q"})
    move_visit(register, RINA, uuid(1), to="has_issues", seq=0, note="", notes={"LOK-03": f"Tanya {UNIQUE.name}."})
    sent(register, 2, by=UNIQUE, note=f"Saya {UNIQUE.name}")
    sent(register, 3, by=SITI, note="Zulaikhah Qomariyahna adalah orang lain.")
    done = erase_account(register, UNIQUE.id, reason="", by=None)

    assert {(each.table, each.field) for each in done.mentions} == {
        ("visit", "document.note"),
        ("visit", "document.notes.LOK-03"),
        ("review_move", "notes.LOK-03"),
    }
    assert sum(each.field == "document.note" for each in done.mentions) == 2
    assert UNIQUE.name in register.visits.get(uuid(2)).note


def test_an_erased_person_never_comes_back(register):
    erase_account(register, UNIQUE.id, reason="", by=None)
    someone = register.people.get(UNIQUE.id)

    assert (someone.erased, someone.active, someone.area) == (True, False, ())
    assert register.people.known_by(UNIQUE.login) is None
    for attempt in (
        lambda: erase_account(register, UNIQUE.id, reason="", by=None),
        lambda: accounts.set_active(register, UNIQUE.id, active=True, by=None),
        lambda: accounts.reset(register, UNIQUE.id, by=None),
        lambda: accounts.invite(register, "Lain", "#1", "planner", by=None),
    ):
        with pytest.raises(Forbidden):
            attempt()
    erase_account(register, SITI.id, reason="", by=None)
    assert register.people.get(SITI.id).name == name_of_erased(2)


def test_the_last_administrator_oneself_and_a_reason_with_the_name_are_refused(tmp_path):
    with closing(filled_register(tmp_path, people=True)) as register:
        ayu = next(each for each in register.people.all() if each.role == "administrator")
        other = next(each for each in register.people.all() if each.role == "planner")
        with using_language("en"):
            with pytest.raises(Forbidden, match="last administrator"):
                erase_account(register, ayu.id, reason="", by=None)
            with pytest.raises(Forbidden, match="yourself"):
                erase_account(register, ayu.id, reason="", by=ayu)
            with pytest.raises(Forbidden, match="reason"):
                erase_account(register, other.id, reason=f"{other.name.upper()} minta", by=ayu)
        assert not (tmp_path / "erasures.jsonl").exists()


def test_unfinished_work_is_told_before(register):
    sent(register, 1, by=UNIQUE)
    sent(register, 2, by=UNIQUE)
    move_visit(register, RINA, uuid(2), to="has_issues", seq=0, note="x", notes={})
    mine = pending_work(register, UNIQUE)
    accounts.set_active(register, ADE.id, active=False, by=None)
    reviewer = pending_work(register, RINA)

    assert (mine.waiting, mine.sent_back, mine.unreviewed) == (1, 1, 0)
    assert (reviewer.waiting, reviewer.sent_back, reviewer.unreviewed) == (0, 0, 1)


def test_every_column_that_holds_a_person_is_known_to_the_export(tmp_path, standard):
    with closing(whole_register(tmp_path, standard).register) as register:
        begin_session(register, BUDI)
        ids = {person.id for person in PEOPLE}
        holding = set()
        with register._database.reading() as connection:
            for table in metadata.tables.values():
                for row in connection.execute(table.select()).mappings():
                    holding |= {table.c[name] for name, value in row.items() if value in ids}
        declared = {column for columns in PEOPLE_COLUMNS.values() for column in columns}
        logins = {table.c.login for table in PEOPLE_COLUMNS if "login" in table.c}  # of these people, like their ids

        assert holding - logins <= declared
        assert {"visit", "danger", "danger_seen", "action_event", "certificate", "review_move", "photo", "brought"} <= {
            column.table.name for column in holding
        }


def test_every_column_of_text_is_somebodys_words_or_known_not_to_be():
    names = set(PLAIN.split())
    declared = {column for columns in (*PEOPLE_COLUMNS.values(), *WORDS.values()) for column in columns} | SECRETS
    unknown = {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if str(column.type) == "TEXT" and column not in declared and column.name not in names
    }

    assert unknown == set()


def test_the_data_of_a_person_is_whole_and_holds_no_secret(tmp_path, standard):
    with closing(whole_register(tmp_path, standard).register) as register:
        token = begin_session(register, BUDI)
        found = register.personal_data.records_of(BUDI.id)
        planner = register.personal_data.records_of("tono")
        files, count = accounts.files_of_person(register, BUDI)

    assert {"person", "session", "account_event", "visit", "photo", "danger"} <= set(found)
    assert {"action_event", "certificate", "certificate_withdrawal"} <= set(planner)
    assert found["visit"][0]["document"]["answers"]["LOK-03"] == 5
    whole = b"".join(files.values()).decode()
    secrets = {column.name for column in SECRETS}
    assert all(secrets.isdisjoint(row) for rows in (*found.values(), *planner.values()) for row in rows)
    assert token not in whole
    assert accounts.sessions.hash_secret(token) not in whole
    assert set(files) == {"person.json", *(f"{name}.csv" for name in found)}
    assert count == sum(map(len, found.values()))
