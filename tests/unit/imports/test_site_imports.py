"""An import is taken whole, once, and can be undone as long as nothing was built on it."""

import json
from contextlib import closing
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from helpers.backups import backed_up, url_of
from helpers.imports import imported, kinds_of, place, planned
from helpers.registers import empty_register
from helpers.visits import document_of
from rba_audit.errors import Conflict, EvidenceError
from rba_audit.imports import take_import, undo_import
from rba_audit.messages import using_language
from rba_audit.register import Visit, open_register
from rba_audit.register.integrity import check_register
from rba_audit.register.restoration import restore_backup
from rba_audit.register.site_event_records import SiteChange
from rba_audit.site_editing import site_history


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


@pytest.fixture
def register(tmp_path):
    (tmp_path / "home").mkdir()
    with closing(empty_register(tmp_path / "home")) as register:
        yield register


def take(register, plan, choices=None, **more):
    words = {"id": str(uuid4()), "person_id": "tono", "file": b"{}", "file_name": "x.geojson"} | more
    return take_import(register, plan, choices or {}, **words)


def refused(register, record):
    with pytest.raises(Conflict) as caught:
        undo_import(register, record.id, "tono")
    assert caught.value.code == "touched"
    return str(caught.value)


def test_a_form_that_is_sent_twice_is_taken_once_and_another_under_its_id_is_refused(register):
    id, plan = str(uuid4()), planned(register, place("a", 1), place("b", 2))
    first = take(register, plan, id=id)

    assert take(register, plan, id=id.upper()) == first
    assert (register.count(), first.counts.new, len(register.imports.all())) == (2, 2, 1)
    for other in ({"file": b"{ }"}, {"choices": {"a": "leave"}}):
        with pytest.raises(Conflict, match="another file or other choices"):
            take(register, plan, id=id, **other)
    with pytest.raises(EvidenceError, match="UUID"):
        take(register, plan, id="../x")


def test_choices_are_for_a_row_before_its_kind_before_the_plan(register):
    plan = planned(register, *(place(id, number) for number, id in enumerate("abc")))
    record = take(register, plan, {"b": "take"}, kinds={"new": "leave"})

    assert ([each["id"] for each in register.features()], record.counts.left) == (["b"], 2)
    with pytest.raises(EvidenceError, match="no row “z”"):
        take(register, plan, {"z": "take"})


def test_a_register_that_changed_so_that_the_plan_is_another_is_told_with_the_new_plan(register):
    plan = planned(register, place("a", 1), place("b", 2))
    imported(register, place("far", 50))
    assert take(register, plan).counts.new == 2  # what changed does not concern this file

    plan = planned(register, place("a", 1, LUAS=1), place("c", 3))
    imported(register, place("a", 1, LUAS=2))
    before = register.features()
    with pytest.raises(Conflict) as caught:
        take(register, plan)
    assert (caught.value.code, register.features() == before) == ("stale", True)
    assert caught.value.kept.rows[0].changes[0].before == 2
    with pytest.raises(Conflict):
        take(register, caught.value.kept, seen=plan.digest)
    assert take(register, caught.value.kept, seen=caught.value.kept.digest).counts.changed == 1


def test_nothing_is_half_taken(register, monkeypatch):
    plan = planned(register, place("a", 1), place("b", 2))
    monkeypatch.setattr("rba_audit.register.imports._import_row", lambda *_all: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(register, plan)

    assert (register.features(), register.imports.all(), register.version()) == ([], [], 0)


def test_undo_gives_the_register_from_before_and_the_same_ids_come_back_with_their_history(register):
    imported(register, place("a", 1), place("l", 1, part="lamp", part_of="a"))
    before = json.dumps(register.features())
    file = [place("n", 9), place("a", 1, LUAS=1), place("l", 1, part="lamp", part_of="a", LUAS=2)]
    file += [place("l2", 9, part="lamp", part_of="n")]
    record = imported(register, *file, name="kota.xlsx")
    after = json.dumps(register.features())
    undone = undo_import(register, record.id, "ade")

    assert (json.dumps(register.features()), register.count()) == (before, 1)
    assert (undone.undone, undone.undone_by, undo_import(register, record.id, "tono")) == (True, "ade", undone)
    assert (register.site_events.status("n"), register.parts_of("n")) == ("undone", [])
    plan = planned(register, *file)
    assert kinds_of(plan) == {"n": "new", "a": "changed", "l": "changed", "l2": "new"}
    again = imported(register, *file, name="kota.xlsx")
    assert json.dumps(register.features()) == after
    words = [str(entry.words) for entry in site_history(register, "n").entries]
    assert words == ["Imported again", "Import undone: the place is out of all lists", "Imported from kota.xlsx"]
    words = [str(entry.words) for entry in site_history(register, "a").entries]
    assert words[:2] == ["Imported from kota.xlsx", "Import undone: earlier version restored"]
    undo_import(register, again.id, "ade")
    assert json.dumps(register.features()) == before


def test_an_import_followed_by_others_is_undone_if_they_left_its_rows_alone(register):
    first = imported(register, place("a", 1))
    imported(register, place("b", 2))
    third = imported(register, place("a", 1, LUAS=1), name="ketiga.csv")

    assert "“Taman 1” was in the later import of ketiga.csv; undo that one first" in refused(register, first)
    undo_import(register, third.id, "tono")
    undo_import(register, first.id, "tono")
    assert [each["id"] for each in register.features()] == ["b"]


def test_what_was_built_on_an_import_is_named_and_nothing_is_undone(register):
    record = imported(register, *(place(id, number) for number, id in enumerate("abcd")))
    visit = Visit(str(uuid4()), "a", "rbra-2024", "auditor", "Budi", date(2026, 11, 2), {})
    register.visits.take(document_of(visit))
    steps = [SiteChange("b", "retired"), SiteChange("c", "changed", document=place("c", 2, note="x"))]
    register.site_events.record(steps, "tono", "x", {})
    imported(register, place("l", 3, part="lamp", part_of="d"))
    before = register.features()
    why = refused(register, record)

    assert "“Taman 0” has records since (visits: 1)" in why
    assert "“Taman 1” was changed in the office since (Retired)" in why
    assert "“Taman 2” was changed in the office since (Changed)" in why
    assert "“Taman 3” has the part “l” since" in why
    assert register.features() == before
    assert len(register.imports.undo_problems(record.id)) == 4


def test_a_mapping_is_found_again_by_its_headings_in_any_order_unless_it_was_undone(register):
    imports = register.imports
    imported(register, place("a", 1), mapping={"n": 1}, headings=["nama", "X", "Y"])
    last = imported(register, place("b", 2), mapping={"n": 2}, headings=["X", "Y", "nama"])

    assert imports.mapping_for(["Y", "nama", "X"]) == {"n": 2}
    undo_import(register, last.id, "tono")
    assert (imports.mapping_for(["Y", "nama", "X"]), imports.mapping_for(["nama"])) == ({"n": 1}, None)


def test_the_file_is_kept_checked_and_part_of_backups(register, tmp_path):
    file = b"PK..xl/workbook.xml.." + b"x" * 40
    record = take(register, planned(register, place("a", 1)), file=file, file_name="taman.xlsx")
    backed_up(tmp_path / "home", tmp_path / "backups")
    restore_backup(tmp_path / "backups", url_of(tmp_path / "there"))
    with closing(open_register(url_of(tmp_path / "there"))) as other:
        assert other.imports.read_file(other.imports.all()[0]) == file

    assert register.imports.get(record.id).file_name == "taman.xlsx"
    path = next(register.imports.folder.glob("*/*.xlsx"))
    path.write_bytes(b"altered")
    assert any("damaged" in str(fault) for fault in check_register(register._database).faults)


def test_a_damaged_row_of_an_import_is_left_out_and_no_list_fails(register):
    imported(register, place("a", 1))
    second = imported(register, place("b", 2))
    with register._database.writing() as connection:
        connection.execute(text("DROP TRIGGER site_import_no_update"))
        connection.execute(text("UPDATE site_import SET counts = '[' WHERE seq = 1"))

    assert [record.id for record in register.imports.all()] == [second.id]
    assert [str(entry.words) for entry in site_history(register, "a").entries] == ["Came in a file"]
    assert ("site_import", 1) in {(row.table, len(register.imports.all())) for row in register.damaged()}
