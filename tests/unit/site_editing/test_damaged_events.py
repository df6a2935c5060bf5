"""A row of what happened to a place that cannot be read: nothing is shown that was not, and the office can go on."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from helpers.registers import filled_register, sample_features
from helpers.sending import ADE, BUDI, PEOPLE, SITE, SITI, as_bytes, place
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import own_places
from rba_audit.fieldwork.site_access import site_access_of
from rba_audit.register.site_event_tables import place_event
from rba_audit.register.telephones import Telephone, telephone_list
from rba_audit.register.triggers import allow_changes
from rba_audit.site_editing import (
    accept_proposal,
    decline_proposal,
    feature_of_proposal,
    merge_sites,
    reopen_proposal,
    unmerge_site,
)
from rba_audit.web.public_view.register import PublicRegister

NEW = place()["site"]
DAMAGED = [(seq, *damage) for seq in (1, 2) for damage in (("at", "kapan"), ("happening", "x"), ("standing", "x"))]


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path, sample_features({SITE}))) as opened:
        for person in PEOPLE:
            opened.people.add(person, None, datetime.now(UTC), None)
        opened.site_events.take(as_bytes(place()), feature_of_proposal(place(), ())[0])
        yield opened


def damage(register, table, change, where):
    with register._database.writing() as connection, allow_changes(connection, table):
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = 1")
        connection.exec_driver_sql(f"UPDATE {table.name} SET {change} WHERE {where}")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = 0")


def damage_event(register, seq, column, value):
    damage(register, place_event, f"{column} = '{value}'", f"site_id = '{NEW}' AND seq = {seq}")


def seen(register, id):
    return register.site_events.snapshot(id).seen


@pytest.mark.parametrize(("seq", "column", "value"), DAMAGED)
def test_a_declined_place_stays_out_of_sight_and_can_be_decided_about(register, standard, seq, column, value):
    decline_proposal(register, NEW, "tono", "lahan pribadi", seen(register, NEW))
    damage_event(register, seq, column, value)

    with pytest.raises(NotInRegister):
        PublicRegister(register, standard).site(NEW)
    assert site_access_of(register, SITI, NEW, None).lack is not None
    assert NEW not in {each["id"] for each in register.features()}
    assert own_places(register, BUDI)[0]["state"] == "declined"
    if column != "standing" or seq != 1:  # else nobody can say that it began as a proposal
        assert reopen_proposal(register, NEW, "tono", "keliru", seen(register, NEW))
        assert accept_proposal(register, NEW, "tono", "", seen(register, NEW))
        assert NEW in {each["id"] for each in register.features()}


@pytest.mark.parametrize(("seq", "column", "value"), DAMAGED)
def test_a_merged_proposal_waits_again_where_its_merge_is_undone(register, seq, column, value):
    merge_sites(register, NEW, SITE, "tono", "sama", {id: seen(register, id) for id in (NEW, SITE)})
    damage_event(register, seq, column, value)

    if register.site_events.status(NEW) == "merged":
        assert unmerge_site(register, NEW, "tono", "beda", seen(register, NEW))
    assert register.site_events.status(NEW) in ("proposed", "declined")


def test_a_damaged_list_of_telephone_numbers_can_be_written_anew(register):
    first, other = [Telephone("Piket", "112")], [Telephone("Dinas", "0254 200 200")]
    register.telephones.save(first, ADE.id, 0)
    register.telephones.save(other, ADE.id, 1)
    damage(register, telephone_list, "document = '['", "seq = 2")

    assert register.telephones.current().numbers == tuple(first)
    register.telephones.save(other, ADE.id, register.telephones.current().seq)
    assert register.telephones.current().numbers == tuple(other)
