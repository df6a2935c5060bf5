"""The office that issues papers: stored with who and when, its earlier versions kept, and a damaged one passed over."""

from contextlib import closing
from dataclasses import fields

import pytest

from rba_audit.errors import Conflict
from rba_audit.register import open_register
from rba_audit.register.office import OFFICE_LIMITS, Office, office
from rba_audit.register.triggers import allow_changes

DINAS = Office(name="Dinas Taman", city="Serang", signer_name="Rahmat", opening="Dengan hormat,\nterlampir {count}.")


@pytest.fixture
def register(tmp_path):
    with closing(open_register(f"sqlite:///{tmp_path}/register.db")) as opened:
        yield opened


def damage(register, document, seq):
    with register._database.writing() as connection, allow_changes(connection, office):
        connection.execute(office.update().where(office.c.seq == seq).values(document=document))


def test_a_new_register_has_an_office_without_any_text(register):
    assert register.office.get() == Office()
    assert register.office.current().seq == 0
    assert all(getattr(Office(), field.name) == "" for field in fields(Office))


def test_what_was_saved_is_there_with_who_and_when(register):
    register.office.save(DINAS, "ade", 0)
    now = register.office.current()

    assert (register.office.get(), now.seq, now.person_id) == (DINAS, 1, "ade")
    assert now.at is not None


def test_the_same_again_adds_no_version_and_a_late_one_is_refused(register):
    register.office.save(DINAS, "ade", 0)

    assert register.office.save(DINAS, "rina", 0).seq == 1
    with pytest.raises(Conflict):
        register.office.save(Office(name="Lain"), "rina", 0)
    assert register.office.save(Office(), "rina", 1).seq == 2
    assert register.office.get() == Office()


@pytest.mark.parametrize(
    "document", ["[", "[]", "{}x", '{"name": 3}', '{"other": "x"}', '{"name": "' + "x" * 121 + '"}']
)
def test_a_damaged_version_is_passed_over_and_can_be_written_anew(register, document):
    register.office.save(DINAS, "ade", 0)
    register.office.save(Office(name="Lain"), "ade", 1)
    damage(register, document, 2)

    assert register.office.get() == DINAS
    assert {row.table for row in register.damaged()} == {"office"}
    assert register.office.save(DINAS, "ade", 2).seq == 2, "no version was needed"
    assert register.office.save(Office(name="Lain"), "ade", 2).seq == 3
    assert register.office.get().name == "Lain"


def test_each_field_has_a_limit_that_holds_just_there():
    assert set(OFFICE_LIMITS) == {field.name for field in fields(Office)}
    for name, limit in OFFICE_LIMITS.items():
        assert getattr(Office(**{name: "x" * limit}), name)
        with pytest.raises(ValueError, match=name):
            Office(**{name: "x" * (limit + 1)})


def test_the_name_of_a_person_in_it_is_among_their_mentions(register):
    register.office.save(DINAS, "ade", 0)

    (mention,) = register.personal_data.mentions("Rahmat")

    assert (mention.table, mention.field) == ("office", "document.signer_name")
