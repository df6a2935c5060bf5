"""No link leads to a refusal: all that each reader is shown is followed, over registers with nothing, one site and much."""

import json
from contextlib import closing
from datetime import date

import pytest

from helpers.crawling import Crawl
from helpers.effort import cases
from helpers.registers import empty_register, sample_features
from helpers.reviews import ADE, AT, BUDI, OTHER, PLANNER, RINA, SITE, sent, uuid
from helpers.sending import place
from helpers.sheets import send
from helpers.whole_register import whole_register
from rba_audit import accounts
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import make_actions
from rba_audit.register.person_records import Person
from rba_audit.register.site_event_records import SiteChange
from rba_audit.review import move_visit
from rba_audit.site_editing import feature_of_proposal, merge_sites
from rba_audit.web import create_app

NEAR = Person("dewi", "dewi", "Dewi Lestari", "surveyor", (f"site:{SITE}",), True)
NOWHERE = Person("eko", "eko", "Eko Prasetyo", "surveyor", (), True)
READERS = {
    "nobody, in public": (None, True),
    "a surveyor of one site, in public": (NEAR, True),
    "a surveyor of one site": (NEAR, False),
    "a reviewer": (RINA, False),
    "a planner": (PLANNER, False),
    "an administrator": (ADE, False),
    "a surveyor without an area": (NOWHERE, False),
    "nobody": (None, False),
}
SEEN = set()
"""Scripts, styles and pictures that one of the crawls has fetched: they are alike for everybody."""
REGISTERS = ("empty", "one site", "full")
ODD = "rw 5/taman?#&%é"
SOME = (SITE, OTHER, "hutan-kota-serang", ODD)
MUST_REACH = {
    "a surveyor of one site": {"offline.queue", "surveyors.audit", "planners.site", "equipment.labels", "forum.ask"},
    "a reviewer": {"reviewers.visit", "reviewers.stages", "clearances.photo", "planners.map_script"},
    "a planner": {
        "places.proposed",
        "places.past",
        "places.change",
        "places.new",
        "followups.action",
        "plans.site_file",
        "coverage.file",
        "followups.surveillance_calendar",
    },
    "an administrator": {"people.person", "exports.page", "surveyors.audit", "forum.of_site", "dangers.photo"},
    "nobody, in public": {"planners.site", "plans.site_page", "planners.map_script", "equipment.qr"},
}


@pytest.fixture(scope="module", params=REGISTERS)
def served(request, tmp_path_factory, standard):
    """The name of a register, the register, and the application over it."""
    folder = tmp_path_factory.mktemp("links")
    if request.param == "full":
        register = _lived_in(folder, standard)
    else:
        register = empty_register(folder)
        if request.param == "one site":
            register.import_features(sample_features(SITE)[:1])
        for each in (BUDI, RINA, ADE, PLANNER):
            register.people.add(each, None, AT, None)
    for each in (NEAR, NOWHERE):
        register.people.add(each, None, AT, None)
    app = create_app(register, standard, demo=True)
    with closing(register):
        yield request.param, register, app


def _something_of_each_standing(register):
    """Let places be proposed, declined, merged and retired."""
    for number in range(700, 703):
        one = place(number)
        register.site_events.take(json.dumps(one).encode(), feature_of_proposal(one, ())[0])
    steps = (
        (700, None),
        (701, SiteChange(place(701)["site"], "declined")),
        (702, SiteChange(place(702)["site"], "accepted")),
    )
    for _number, step in steps:
        if step:
            register.site_events.record([step], ADE.id, "x", {})
    register.site_events.record([SiteChange(place(702)["site"], "retired")], ADE.id, "x", {})
    register.import_features([{"type": "Feature", "id": "sama", "properties": {"name": "Sama"}, "geometry": None}])
    merge_sites(register, "sama", SITE, ADE.id, "x", {"sama": register.site_events.snapshot("sama").seen})


def _lived_in(folder, standard):
    """Fill a register with something of everything: visits in each state, by those who crawl as well, and what follows."""
    register = whole_register(folder, standard, sites=SOME[:3]).register
    point = {"type": "Point", "coordinates": [106.15, -6.11]}
    register.import_features([{"type": "Feature", "id": ODD, "geometry": point, "properties": {"name": "Taman RW 5"}}])
    _something_of_each_standing(register)
    for number, (to, site) in enumerate(
        (
            *((state, SITE) for state in ("received", "has_issues", "approved", "rejected")),
            ("approved", ODD),
            ("has_issues", ODD),
        ),
        10,
    ):
        item = {"id": uuid(100 + number), "kind": "slide", "name": "Perosotan", "answers": {}}
        by = NEAR if site == SITE else BUDI
        sent(register, number, by=by, site=site, items=(item,), day=date(2026, 10, 1), answers={"LOK-03": 10})
        if to != "received":
            move_visit(register, RINA, uuid(number), to=to, seq=0, note="catatan", notes={"LOK-03": "catatan"})
    for _ in range(12):
        send(register)
    sent(register, 40, by=RINA, site=OTHER, stage="self", day=date(2026, 10, 2))
    move_visit(register, ADE, uuid(40), to="approved", seq=0, note="", notes={})
    make_actions(register, audit_with_visits(register, standard), [OTHER, ODD], PLANNER, date(2026, 10, 3))
    return register


def crawled(served, reader):
    _name, register, app = served
    someone, public = READERS[reader]
    accounts.set_public_view(register, on=public, by=ADE)
    client = app.test_client()
    client.set_cookie("lang", "en")
    if someone:
        client.set_cookie("rba", accounts.begin_session(register, someone))
    accesses = {endpoint: view.access for endpoint, view in app.view_functions.items()}

    def admitted(endpoint):
        return accesses[endpoint].admits(someone, public_view=public)

    return Crawl(app, client, admitted, variants=cases(1, 4), most=cases(3, 1000), seen_by_others=SEEN)


@pytest.mark.parametrize("reader", READERS)
def test_no_link_leads_to_a_refusal(served, reader):
    name = served[0]
    crawl = crawled(served, reader)
    crawl.follow("/queue" if reader.startswith("a surveyor") else "/", "/sign-in", "/offline", "/privacy", "/nowhere")

    assert crawl.refused == {}
    assert crawl.forms == {}
    if name == "full":
        assert MUST_REACH.get(reader, set()) <= set(crawl.endpoints)


def test_a_surveyor_reads_outside_their_area_what_everybody_reads_and_may_not_fill_it_in(served):
    if served[0] != "full":
        return
    for public, status in ((True, 200), (False, 404)):
        client = crawled(served, "a surveyor of one site, in public" if public else "a surveyor of one site").client
        pages = [client.get(f"/sites/{OTHER}{page}") for page in ("", "/equipment", "/equipment/labels")]
        assert [page.status_code for page in pages] == [status] * 3
        assert client.get(f"/sites/{OTHER}/audit").status_code == client.get(f"/forum/{OTHER}").status_code == 404
        assert f"/sites/{OTHER}/audit" not in pages[0].text
