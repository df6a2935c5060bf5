"""Saved views: one person's, replaced by name, limited, deletable, gone with the person, and no change of findings."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from rba_audit.errors import EvidenceError
from rba_audit.register import open_register
from rba_audit.register.person_records import Person
from rba_audit.register.saved_views import LONGEST_VIEW_NAME, MOST_VIEWS

AT = datetime(2026, 11, 30, tzinfo=UTC)
HOSTILE = "<b>x</b> =1+1 \"'; --"


@pytest.fixture
def register(tmp_path):
    opened = open_register(f"sqlite:///{tmp_path}/register.db")
    for id in ("ayu", "budi"):
        opened.people.add(Person(id, id, id.title(), "planner", (), active=True), None, AT, None)
    yield opened
    opened.close()


def names(register, person="ayu"):
    return [view.name for view in register.saved_views.of_person(person)]


def test_a_view_is_one_persons_and_keeps_its_query(register):
    before = register.version()
    query = {"kecamatan": "A&B=C ;é", "sort": "-score", "q": HOSTILE}
    register.saved_views.save("ayu", f"  {HOSTILE}  ", "non_standard", query)

    (view,) = register.saved_views.of_person("ayu")
    assert (view.name, view.list, view.query) == (HOSTILE, "non_standard", query)
    assert names(register, "budi") == []
    assert register.version() == before, "no finding depends on a view"


def test_the_same_name_replaces_and_others_stay(register):
    for list_name in ("sites", "not_known"):
        register.saved_views.save("ayu", "Curug", list_name, {})
    register.saved_views.save("budi", "Curug", "sites", {})

    assert [view.list for view in register.saved_views.of_person("ayu")] == ["not_known"]
    assert names(register, "budi") == ["Curug"]


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST_VIEW_NAME + 1), "\x00", "\u202e\u200b"])
def test_a_name_that_cannot_be_is_refused(register, name):
    with pytest.raises(EvidenceError):
        register.saved_views.save("ayu", name, "sites", {})
    register.saved_views.save("ayu", "x" * LONGEST_VIEW_NAME, "sites", {})


def test_a_person_can_save_so_many_and_replace_one_of_them(register):
    for number in range(MOST_VIEWS):
        register.saved_views.save("ayu", f"view {number}", "sites", {})
    with pytest.raises(EvidenceError):
        register.saved_views.save("ayu", "one more", "sites", {})
    register.saved_views.save("ayu", "view 3", "not_known", {})

    assert len(names(register)) == MOST_VIEWS


def test_only_its_person_deletes_a_view(register):
    register.saved_views.save("ayu", "Curug", "sites", {})
    (view,) = register.saved_views.of_person("ayu")
    register.saved_views.delete("budi", view.id)
    assert names(register) == ["Curug"]
    register.saved_views.delete("ayu", view.id)
    register.saved_views.delete("ayu", view.id)
    assert names(register) == []


def test_a_damaged_row_is_left_out_and_noted(register):
    register.saved_views.save("ayu", "whole", "sites", {"q": "a"})
    register.saved_views.save("ayu", "damaged", "sites", {"q": "a"})
    with register._database.writing() as connection:
        connection.execute(text("update saved_view set at = 'never' where name = 'damaged'"))

    assert names(register) == ["whole"]
    assert [row.table for row in register.damaged()] == ["saved_view"]


def test_views_leave_with_the_person_and_are_in_their_data(register):
    register.people.add(Person("ade", "ade", "Ade", "administrator", (), active=True), "hash", AT, None)
    register.saved_views.save("ayu", "Curug milik Ayu", "sites", {"q": "x"})
    (row,) = register.personal_data.records_of("ayu")["saved_view"]
    assert (row["name"], row["query"]) == ("Curug milik Ayu", "q=x")
    assert [mention.table for mention in register.personal_data.mentions("Ayu")] == ["saved_view"]
    register.people.erase("ayu", AT, "ade", "")

    assert names(register) == []
    assert register.personal_data.mentions("Ayu") == []
