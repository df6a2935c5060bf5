import hashlib
import os
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text

from helpers.counted import counting
from helpers.registers import empty_register
from helpers.visits import document_of, put_visit, take_visit
from rba_audit.auditing import audit_register
from rba_audit.demonstration import open_demo_register
from rba_audit.errors import Conflict, EvidenceError, NotInRegister, RbaError
from rba_audit.messages import using_language
from rba_audit.register import Visit, open_register
from rba_audit.register.sqlite_library import refuse_unsafe
from rba_audit.register.writer_lock import WriterLock
from rba_audit.review_states import COUNTED_WITH_OPEN, STATES
from rba_audit.standard import load_published

PARK = {
    "type": "Feature",
    "id": "taman-a",
    "properties": {"name": "Taman A", "MUD-01": "no", "lain": [1, 2.50, None]},
    "geometry": None,
}
SQUARE = {
    "type": "Feature",
    "id": "alun-b",
    "properties": {"name": "Alun-Alun “B”"},
    "geometry": {"type": "Point", "coordinates": [106.15, -6.12]},
}
BENCH = {"type": "Feature", "properties": {"part_of": "taman-a", "part": "bench"}, "geometry": None}


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/new/folder/register.db"


@pytest.fixture
def register(tmp_path):
    (tmp_path / "new" / "folder").mkdir(parents=True)
    opened = empty_register(tmp_path / "new" / "folder")
    opened.import_features([PARK, BENCH, SQUARE])
    yield opened
    opened.close()


def visit(**other):
    given = Visit(
        "0b0c9f7e-3c7b-4e0f-9d0e-000000000001",
        "taman-a",
        "rbra-2024",
        "auditor",
        "Siti",
        date(2026, 11, 12),
        {"MUD-01": "yes"},
        "cerah",
    )
    return replace(given, **other)


def rows(register, sql):
    with register._database.reading() as connection:
        return connection.execute(text(sql)).all()


def change(register, sql):
    with register._database.writing() as connection:
        connection.execute(text(sql))


# --- the file ---


def test_a_new_register_makes_its_folder_and_is_empty(url):
    register = open_register(url)
    assert (register.count(), register.features(), counting(register), register.version()) == (0, [], {}, 0)


def test_every_connection_is_careful(register):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 30000,
        "recursive_triggers": 1,
    }
    assert {name: rows(register, f"PRAGMA {name}")[0][0] for name in wanted} == wanted


def test_tables_are_strict(register):
    with pytest.raises(RbaError, match=r"cannot store TEXT value in INTEGER column"):
        change(register, "UPDATE meta SET value = 'many'")


def test_a_library_that_can_lose_writes_is_refused_everywhere():
    old = SimpleNamespace(sqlite_version="3.51.2", sqlite_version_info=(3, 51, 2))
    with (
        using_language("en"),
        pytest.raises(RbaError, match=r"SQLite 3\.51\.2 can damage the register; get 3\.51\.3 or newer"),
    ):
        refuse_unsafe(old)
    refuse_unsafe(SimpleNamespace(sqlite_version="3.51.3", sqlite_version_info=(3, 51, 3)))


@pytest.mark.parametrize("place", ["postgresql://db/rba", "sqlite://", "sqlite:///:memory:", "register.db"])
def test_a_place_that_cannot_hold_a_register_is_refused(place):
    with pytest.raises(RbaError):
        open_register(place)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("not a database at all, but long enough to look like a file of something" * 20)
    before = path.read_bytes()
    with pytest.raises(RbaError, match=r"notes\.db"):
        open_register(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_the_database_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()
    with using_language("en"), pytest.raises(RbaError, match="database of something else"):
        open_register(f"sqlite:///{path}")


# --- sites ---


def test_documents_come_out_as_they_went_in_and_in_order(register):
    assert register.features() == [PARK, BENCH, SQUARE]
    assert list(register.features()[0]["properties"]) == ["name", "MUD-01", "lain"]
    assert register.site("alun-b").feature == SQUARE


def test_parts_are_kept_but_are_no_sites(register):
    assert register.count() == 2
    bench = rows(register, "SELECT id FROM site WHERE part_of = 'taman-a'")[0][0]
    with pytest.raises(NotInRegister):
        register.site(bench)


def test_importing_the_same_again_changes_nothing(register):
    version = register.version()
    again = register.import_features(register.features())
    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert register.version() == version
    assert rows(register, "SELECT count(*) FROM site_version")[0][0] == 3


def test_a_changed_document_becomes_a_new_version_and_the_old_one_stays(register):
    version = register.version()
    renamed = {**PARK, "properties": {**PARK["properties"], "name": "Taman A Baru"}}
    result = register.import_features([renamed])
    assert (result.new, result.changed, result.same) == (0, 1, 0)
    assert register.site("taman-a").feature == renamed
    assert register.features() == [renamed, BENCH, SQUARE]
    assert rows(register, "SELECT version FROM site_version WHERE site_id = 'taman-a' ORDER BY version") == [(1,), (2,)]
    assert register.version() == version + 1


def test_a_feature_that_cannot_be_a_site_is_refused_and_the_others_are_taken(url):
    result = open_register(url).import_features(
        [{"type": "Feature", "id": True, "properties": {}, "geometry": None}, PARK]
    )
    assert result.new == 1
    assert [problem.level for problem in result.problems] == ["refused"]


def test_a_thousand_sites_are_imported_in_one_go(url):
    register = open_register(url)
    many = [{"type": "Feature", "id": f"s{index}", "properties": None, "geometry": None} for index in range(1200)]
    assert register.import_features(many).new == 1200
    assert [feature["id"] for feature in register.features()] == [f"s{index}" for index in range(1200)]


def test_an_unknown_site_is_told_by_its_id(register):
    with pytest.raises(NotInRegister, match="taman-z"):
        register.site("taman-z")
    with pytest.raises(NotInRegister, match="taman-z"):
        register.visits.for_site("taman-z")


# --- visits ---


def test_a_visit_is_kept_as_it_was_given(register):
    moment = datetime(2026, 11, 12, 3, 4, 5, 678901, tzinfo=UTC)
    given = visit(answers={"MUD-02": 1.5, "UDR-01.smells": ["none"], "LOK-08": 1200}, recorded_at=moment)
    kept = put_visit(register.visits, given)
    assert kept == given
    assert kept.recorded_at == moment
    assert register.visits.for_site("taman-a") == [given]


def test_the_same_visit_sent_twice_is_one_record(register):
    first = put_visit(register.visits, visit())
    version = register.version()
    second = put_visit(register.visits, visit(recorded_at=datetime(2030, 1, 1, tzinfo=UTC)))
    assert second.recorded_at == first.recorded_at
    assert len(register.visits.for_site("taman-a")) == 1
    assert register.version() == version


def test_another_visit_with_the_same_id_is_refused(register):
    put_visit(register.visits, visit())
    with pytest.raises(EvidenceError):
        put_visit(register.visits, visit(answers={"MUD-01": "no"}))
    assert register.visits.for_site("taman-a")[0].answers == {"MUD-01": "yes"}


def test_a_visit_to_an_unknown_site_or_a_part_is_refused(register):
    bench = rows(register, "SELECT id FROM site WHERE part_of IS NOT NULL")[0][0]
    for site in ("taman-z", bench):
        with pytest.raises(NotInRegister):
            put_visit(register.visits, visit(site_id=site))


def test_a_visit_without_a_proper_id_is_refused(register):
    with pytest.raises(EvidenceError):
        put_visit(register.visits, visit(id="1"))


def test_visits_come_newest_first_by_day_then_by_when_they_arrived(register):
    for day, hour in ((10, 9), (12, 8), (12, 10), (11, 12)):
        put_visit(
            register.visits,
            visit(
                id=str(uuid4()),
                day=date(2026, 11, day),
                recorded_at=datetime(2026, 11, 20, hour, tzinfo=UTC),
                note=f"{day}/{hour}",
            ),
        )
    put_visit(register.visits, visit(id=str(uuid4()), site_id="alun-b"))
    assert [each.note for each in register.visits.for_site("taman-a")] == ["12/10", "12/8", "11/12", "10/9"]
    assert {site: each.note for site, each in counting(register, STATES).items()} == {
        "taman-a": "12/10",
        "alun-b": "cerah",
    }


def approve(register, visit_id):
    """Let a reviewer approve a visit."""
    kept = register.visits.get(visit_id)
    move(register, kept, "approved")


def move(register, kept, to):
    seq = register.reviews.status(kept.root).seq
    register.reviews.make(kept.root, seq=seq, to=to, visit_id=kept.id, person_id="peninjau", note="", notes={})


def test_only_an_approved_visit_counts_until_others_are_asked_for(register):
    sent = put_visit(register.visits, visit())
    assert counting(register) == {}
    assert counting(register, COUNTED_WITH_OPEN) == {"taman-a": sent}
    approve(register, sent.id)
    assert counting(register) == {"taman-a": sent}


def test_an_auditors_visit_counts_before_a_newer_self_assessment(register):
    auditor = put_visit(register.visits, visit(id=str(uuid4()), stage="auditor", day=date(2026, 10, 1)))
    own = put_visit(register.visits, visit(id=str(uuid4()), stage="self", day=date(2026, 11, 1)))
    approve(register, own.id)
    assert counting(register) == {"taman-a": own}
    approve(register, auditor.id)
    assert counting(register) == {"taman-a": auditor}


# --- versions of a visit ---


def correction(of, **other):
    return visit(**{"id": str(uuid4()), "replaces": of.id, **other})


def test_a_correction_is_another_version_and_the_one_before_is_kept(register):
    first = put_visit(register.visits, visit())
    second = put_visit(register.visits, correction(first, note="diperbaiki"))
    assert (second.root, second.version) == (first.id, 2)
    assert register.visits.chain(first.id) == [first, second]
    assert register.visits.for_site("taman-a") == [second]


def test_the_second_of_two_corrections_of_one_version_is_refused_and_shown_the_first(register):
    first = put_visit(register.visits, visit())
    second = put_visit(register.visits, correction(first))
    with pytest.raises(Conflict) as refused:
        put_visit(register.visits, correction(first, note="lain"))
    assert (refused.value.code, refused.value.kept) == ("not_current", second)
    assert register.visits.chain(first.id) == [first, second]


def test_a_decided_visit_takes_no_correction(register):
    first = put_visit(register.visits, visit())
    approve(register, first.id)
    with pytest.raises(Conflict) as refused:
        put_visit(register.visits, correction(first))
    assert refused.value.code == "closed"


def test_a_correction_that_was_asked_for_moves_the_visit_on(register):
    first = put_visit(register.visits, visit())
    move(register, first, "has_issues")
    put_visit(register.visits, correction(first))
    assert register.reviews.status(first.id).state == "fixed"


@pytest.mark.parametrize("wrong", [{"site_id": "alun-b"}, {"author": "orang-lain"}])
def test_a_correction_of_another_site_or_person_is_refused(register, wrong):
    first = put_visit(register.visits, visit())
    with pytest.raises(Conflict) as refused:
        put_visit(register.visits, correction(first, **wrong))
    assert refused.value.code == "other_visit"


def test_a_document_is_kept_byte_for_byte(register):
    document = document_of(visit(notes={"MUD-01": "licin"})).replace(b'": ', b'":  ')
    kept = register.visits.take(document)
    assert (kept.new, register.visits.take(document).new) == (True, False)
    assert register.visits.document(kept.visit.id) == document
    assert kept.visit.sha256 == hashlib.sha256(document).hexdigest()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE visit SET document = ''",
        "DELETE FROM visit",
        "INSERT OR REPLACE INTO visit SELECT id, site_id, edition, stage, author, 'Budi', day, root, version, document, sha256, recorded_at FROM visit",
        "UPDATE site_version SET document = '{}'",
        "DELETE FROM site_version",
    ],
)
def test_what_was_recorded_cannot_be_changed_or_removed(register, sql):
    put_visit(register.visits, visit())
    with pytest.raises(RbaError, match="are kept as they are"):
        change(register, sql)
    assert register.visits.for_site("taman-a") == [visit()]


# --- many at once ---


def test_writers_pass_the_gate_in_the_order_they_came(tmp_path):
    gate = WriterLock(tmp_path / "gate.lock")
    passed = []

    def pass_through(number):
        with gate.hold():
            passed.append(number)

    threads = [threading.Thread(target=pass_through, args=(number,)) for number in range(6)]
    with gate.hold():
        for number, thread in enumerate(threads):
            thread.start()
            while len(gate._queue) < number + 2:
                os.sched_yield()
    for thread in threads:
        thread.join()
    assert passed == [0, 1, 2, 3, 4, 5]


# --- what is done with it ---


@pytest.fixture(scope="module")
def standard():
    return load_published("rbra-2024")


def test_a_visit_judges_a_site_anew_and_its_answers_lie_over_the_document(register, standard):
    assert audit_register(register, standard).explain("taman-a", "MUD-01").outcome == "does_not_conform"
    sent = take_visit(register, standard, "taman-a", {"MUD-01": "yes"})
    assert audit_register(register, standard).explain("taman-a", "MUD-01").outcome == "does_not_conform"
    approve(register, sent.id)
    findings = audit_register(register, standard)
    assert findings.explain("taman-a", "MUD-01").outcome == "conforms"
    assert findings.source.properties(0) == {"name": "Taman A", "MUD-01": "yes", "lain": [1, 2.5, None]}
    assert findings.source.ids == ("taman-a", "alun-b")
    assert len(findings.source.parts) == 1


def test_a_visit_to_a_site_without_an_id_of_its_own_is_laid_over_it(url, standard):
    register = open_register(url)
    register.import_features([{"type": "Feature", "properties": {"name": "Tanpa id"}, "geometry": None}])
    name = audit_register(register, standard).source.ids[0]
    take_visit(register, standard, name, {"MUD-01": "yes"}, stage="self")
    findings = audit_register(register, standard, COUNTED_WITH_OPEN)
    assert findings.source.ids == (name,)
    assert findings.explain(name, "MUD-01").outcome == "conforms"


def test_the_demo_register_is_filled_once(url, standard):
    register = open_demo_register(url)
    count = register.count()
    assert count > 0
    taken_at = audit_register(register, standard).source.ids[0]
    take_visit(register, standard, taken_at, {"MUD-01": "yes"}, stage="self")
    register.close()
    again = open_demo_register(url)
    assert (again.count(), len(again.visits.for_site(taken_at))) == (count, 1)
