"""Who is signed in and which sites are theirs: asked of the functions themselves, without a page."""

import pytest
from flask import Flask, g
from werkzeug.exceptions import Unauthorized

from rba_audit.errors import NotInRegister
from rba_audit.register.people import Person
from rba_audit.web.access import EVERYONE, OF_A_SITE, READERS, SIGNED_IN, Access, open_to, require_area, signed_in
from rba_audit.words import speaking

SITE = {"id": "taman-a", "properties": {"kelurahan_code": "36.73.01.1004"}}


def person(role, *area):
    return Person(role, role, role.title(), role, area, True)


def test_a_page_for_people_with_an_account_is_refused_to_who_has_none():
    with Flask("small").test_request_context():
        g.person = None
        with pytest.raises(Unauthorized):
            signed_in()
        g.person = person("planner")
        assert signed_in() is g.person


def test_a_surveyor_is_refused_a_site_outside_their_area_as_if_there_were_none():
    with pytest.raises(NotInRegister) as refused, speaking("en"):
        require_area(person("surveyor", "36.73.02"), SITE)
    with speaking("en"):
        assert str(refused.value) == "the register has no site 'taman-a'; look it up in the list of all sites"
    with pytest.raises(NotInRegister):
        require_area(person("surveyor"), {"properties": {}})


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
def test_a_site_is_shown_within_the_area_and_to_whoever_has_none(someone):
    require_area(someone, SITE)


@pytest.mark.parametrize(
    ("access", "public_view", "admitted"),
    [
        (EVERYONE, False, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (READERS, False, {"reviewer", "planner", "administrator"}),
        (READERS, True, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (OF_A_SITE, False, {"surveyor", "reviewer", "planner", "administrator"}),
        (OF_A_SITE, True, {None, "surveyor", "reviewer", "planner", "administrator"}),
        (SIGNED_IN, True, {"surveyor", "reviewer", "planner", "administrator"}),
        (Access(frozenset({"planner"})), True, {"planner", "administrator"}),
        (Access(frozenset()), True, {"administrator"}),
    ],
)
def test_each_set_admits_its_roles_and_everybody_only_where_it_says_so(access, public_view, admitted):
    everybody = [None, *(person(role) for role in ("surveyor", "reviewer", "planner", "administrator"))]
    assert {
        someone and someone.role for someone in everybody if access.admits(someone, public_view=public_view)
    } == admitted


def test_a_view_says_who_may_ask_for_it_by_roles_or_by_one_of_the_sets():
    def view():
        return ""

    assert open_to("planner", "reviewer")(view) is view
    assert view.access == Access(frozenset({"planner", "reviewer"}))
    assert open_to(READERS)(view).access == READERS
    assert open_to("planner")(view).access == Access(frozenset({"planner"}))
