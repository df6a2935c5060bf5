"""Who is signed in and which sites are theirs: asked of the functions themselves, without a page."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask, g
from werkzeug.exceptions import Unauthorized

from helpers.registers import empty_register
from rba_audit.errors import NotInRegister
from rba_audit.messages import using_language
from rba_audit.register.person_records import Person
from rba_audit.web import create_app
from rba_audit.web.http.access import (
    EVERYONE,
    OF_A_SITE,
    READERS,
    SIGNED_IN,
    EndpointAccess,
    open_to,
    require_area,
    signed_in,
)

SITE = {
    "type": "Feature",
    "id": "taman-a",
    "geometry": None,
    "properties": {"name": "Taman A", "kelurahan_code": "36.73.01.1004"},
}


def person(role, *area):
    return Person(role, role, role.title(), role, area, True)


def test_a_page_for_people_with_an_account_is_refused_to_who_has_none():
    with Flask("small").test_request_context():
        g.person = None
        with pytest.raises(Unauthorized):
            signed_in()
        g.person = person("planner")
        assert signed_in() is g.person


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features([SITE])
    yield opened
    opened.close()


@pytest.fixture
def within(register, standard):
    """Ask for a site as somebody the register knows."""
    app = create_app(register, standard)

    def ask(someone, site_id="taman-a"):
        if someone is not None and someone.id not in {each.id for each in register.people.all()}:
            register.people.add(someone, None, datetime.now(UTC), None)
        with app.test_request_context(), using_language("en"):
            return require_area(someone, site_id)

    return ask


def test_a_surveyor_is_refused_a_site_that_never_was_theirs_like_one_that_there_is_not(within):
    with pytest.raises(NotInRegister) as outside, using_language("en"):
        within(person("surveyor", "36.73.02"))
    with pytest.raises(NotInRegister) as nowhere, using_language("en"):
        within(replace(person("surveyor", "36.73.02"), id="eka", login="eka"), "nowhere")
    with using_language("en"):
        assert str(outside.value) == "Your area has no site “taman-a”; “My work” lists the ones it has."
        assert str(nowhere.value) == "Your area has no site “nowhere”; “My work” lists the ones it has."


def test_whoever_has_a_list_of_all_sites_is_sent_there(within):
    with pytest.raises(NotInRegister) as refused, using_language("en"):
        within(person("planner"), "nowhere")
    with using_language("en"):
        assert str(refused.value) == "the register has no site 'nowhere'; look it up in the list of all sites"


@pytest.mark.parametrize("change", [{"area": ("36.73.02",)}, {"area": ()}], ids=["another area", "no area"])
def test_a_site_that_was_in_a_surveyors_area_is_named_and_the_sentence_is_true(register, within, change):
    someone = person("surveyor", "36.73.01")
    within(someone)
    changed = register.people.change(someone.id, datetime.now(UTC), None, **change)
    with pytest.raises(NotInRegister) as refused, using_language("en"):
        within(changed)
    with using_language("en"):
        assert str(refused.value).startswith("Taman A is not in your area any more.")


@pytest.mark.parametrize(
    "someone",
    [
        None,
        person("surveyor", "36.73.01"),
        person("surveyor", "site:taman-a"),
        person("surveyor", "*"),
        person("reviewer"),
        person("planner"),
        person("administrator"),
    ],
    ids=str,
)
def test_a_site_is_shown_within_the_area_and_to_whoever_has_none(within, someone):
    assert within(someone).id == "taman-a"


@pytest.mark.parametrize(
    ("access", "public_view", "admitted"),
    [
        (EVERYONE, False, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (READERS, False, {"reviewer", "planner", "administrator"}),
        (READERS, True, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (OF_A_SITE, False, {"surveyor", "reviewer", "planner", "administrator"}),
        (OF_A_SITE, True, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (SIGNED_IN, True, {"surveyor", "reviewer", "planner", "administrator"}),
        (EndpointAccess(frozenset({"plan"})), True, {"planner", "administrator"}),
        (EndpointAccess(frozenset({"administer"})), True, {"administrator"}),
        (EndpointAccess(frozenset({"audit", "plan"})), True, {"surveyor", "reviewer", "planner", "administrator"}),
        (EndpointAccess(frozenset()), True, set()),
    ],
)
def test_each_set_admits_its_roles_and_everybody_only_where_it_says_so(access, public_view, admitted):
    everybody = [None, *(person(role) for role in ("surveyor", "reviewer", "planner", "administrator"))]
    assert {
        someone and someone.role for someone in everybody if access.admits(someone, public_view=public_view)
    } == admitted


def test_a_view_says_who_may_ask_for_it_by_permissions_or_by_one_of_the_sets():
    def view():
        return ""

    assert open_to("plan", "review")(view) is view
    assert view.access == EndpointAccess(frozenset({"plan", "review"}))
    assert open_to(READERS)(view).access == READERS
    assert open_to("plan")(view).access == EndpointAccess(frozenset({"plan"}))
