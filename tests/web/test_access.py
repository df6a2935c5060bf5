"""Who may do what: the whole table of pages and people, held against the application cell by cell."""

from datetime import timedelta

import pytest
from flask import Flask

from rba_audit import accounts
from rba_audit.days import today
from rba_audit.register import open_register
from rba_audit.web import create_app
from rba_audit.web.http.access import open_to

# Columns: nobody signed in, surveyor, reviewer, planner, administrator, verifier; first as it is, then with the public view on.
MAY = {
    "everyone        ": "nobody surveyor reviewer planner administrator verifier | nobody surveyor reviewer planner administrator verifier",
    "readers         ": "                reviewer planner administrator | nobody surveyor reviewer planner administrator",
    "readers of sites": "       surveyor reviewer planner administrator | nobody surveyor reviewer planner administrator",
    "signed in       ": "       surveyor reviewer planner administrator |        surveyor reviewer planner administrator",
    "own account     ": "       surveyor reviewer planner administrator verifier |        surveyor reviewer planner administrator verifier",
    "rehearsals      ": "                reviewer planner administrator verifier |                 reviewer planner administrator verifier",
    "verifying       ": "                                 administrator verifier |                                  administrator verifier",
    "field           ": "       surveyor reviewer         administrator |        surveyor reviewer         administrator",
    "review          ": "                reviewer         administrator |                 reviewer         administrator",
    "desk            ": "                reviewer planner administrator |                 reviewer planner administrator",
    "planning        ": "                         planner administrator |                          planner administrator",
    "administrators  ": "                                 administrator |                                  administrator",
}

# Every endpoint; one that is not here fails, and so does one that is here and no more in the application.
PAGES = {
    # in and out, one's own account
    "accounts.sign_in": "everyone",
    "accounts.enter": "everyone",
    "accounts.sign_out": "everyone",
    "accounts.join": "everyone",
    "accounts.set_password": "everyone",
    "accounts.account": "own account",
    "accounts.change_password": "own account",
    "accounts.end_session": "own account",
    "accounts.end_other_sessions": "own account",
    # people
    "people.page": "administrators",
    "people.invite": "administrators",
    "people.person": "administrators",
    "people.change": "administrators",
    "people.no_link": "administrators",
    "people.make_link": "administrators",
    "people.set_active": "administrators",
    "people.public_view_page": "administrators",
    "people.switch_public_view": "administrators",
    "telephones.page": "administrators",
    "telephones.save": "administrators",
    "help.page": "everyone",
    "links.page": "planning",
    "links.make": "planning",
    "links.end": "planning",
    "links.shared": "everyone",
    # the folder of a KLA round
    "folder.page": "desk",
    "folder.file": "desk",
    "folder.ask": "planning",
    "folder.letter": "planning",
    "folder.end_request": "planning",
    "folder.round_page": "planning",
    "folder.save_round": "planning",
    "folder.upload": "everyone",
    "folder.send": "everyone",
    "layers.page": "planning",
    "layers.add": "planning",
    "layers.change": "planning",
    "layers.file": "planning",
    "office.page": "administrators",
    "office.save": "administrators",
    "office.preview": "administrators",
    # personal data, and what left
    "personal.privacy": "everyone",
    "personal.own_file": "own account",
    "personal.file": "administrators",
    "personal.erasure": "administrators",
    "personal.erase": "administrators",
    "exports.page": "administrators",
    "exports.file": "administrators",
    # which photos everybody may see
    "clearances.page": "desk",
    "clearances.photo": "desk",
    "clearances.decide": "desk",
    "clearances.preview": "desk",
    "clearances.public_photo": "readers of sites",
    # results
    "planners.dashboard": "readers",
    "planners.dismiss_must_fix": "planning",
    "planners.map_page": "readers",
    "planners.map_script": "readers",
    "planners.sites": "readers",
    "planners.sites_file": "readers",
    "planners.api_sites": "readers",
    "planners.non_standard": "readers",
    "planners.non_standard_file": "readers",
    "planners.save_view": "desk",
    "planners.delete_view": "desk",
    "planners.not_known": "readers",
    "planners.not_known_file": "readers",
    "planners.site": "readers of sites",
    # what each agency is to repair
    "agencies.page": "desk",
    "agencies.package": "desk",
    "agencies.file": "desk",
    # the position of the city in a round, and nominated sites
    "kla.page": "desk",
    "kla.points": "planning",
    "kla.save_points": "planning",
    "kla.save_result": "planning",
    "nominations.page": "desk",
    "nominations.nominate": "planning",
    "nominations.withdraw": "planning",
    "nominations.trail": "desk",
    "nominations.record_step": "planning",
    "nominations.file": "desk",
    # rehearsals of a round of the award
    "rehearsals.page": "rehearsals",
    "rehearsals.begin": "planning",
    "rehearsals.rehearsal": "rehearsals",
    "rehearsals.items": "rehearsals",
    "rehearsals.item": "rehearsals",
    "rehearsals.item_file": "rehearsals",
    "rehearsals.decide": "verifying",
    "rehearsals.invite": "planning",
    "rehearsals.close": "planning",
    "rehearsals.outcome": "planning",
    "rehearsals.result_file": "desk",
    # evidence packs
    "packs.page": "planning",
    "packs.start": "planning",
    "packs.progress": "planning",
    "packs.file": "planning",
    "packs.end": "planning",
    "packs.note_recipient": "planning",
    # places: proposed, added, changed
    "places.proposed": "desk",
    "places.decide": "planning",
    "places.new": "planning",
    "places.change": "planning",
    "places.changed": "planning",
    "places.past": "desk",
    "places.restored": "planning",
    # who has a place within reach
    "coverage.page": "readers",
    "coverage.script": "readers",
    "coverage.file": "readers",
    "city.page": "planning",
    "city.file": "planning",
    # papers
    "papers.page": "desk",
    "papers.site": "desk",
    "papers.city": "desk",
    "papers.mayor": "desk",
    "papers.start": "desk",
    "papers.progress": "desk",
    "papers.file": "desk",
    "papers.end": "desk",
    # what to upgrade first
    "plans.city_page": "readers",
    "plans.city_file": "readers",
    "plans.site_page": "readers",
    "plans.site_file": "readers",
    # the standard, which is no secret
    "standards.edition": "everyone",
    "standards.table": "everyone",
    "equipment.edition_changes": "signed in",
    # equipment of a site
    "equipment.equipment": "readers of sites",
    "equipment.labels": "readers of sites",
    "equipment.item": "readers of sites",
    "equipment.qr": "readers of sites",
    # the field
    "surveyors.audit": "field",
    "surveyors.opening": "field",
    "api.work": "signed in",
    "api.get_visit": "signed in",
    "api.get_colleague": "signed in",
    "api.get_document": "signed in",
    "api.put_visit": "signed in",
    "api.put_photo": "signed in",
    "api.post_parcel": "signed in",
    "api.put_danger": "signed in",
    "api.put_place": "signed in",
    "api.put_danger_photo": "signed in",
    "pictures.of_visit": "signed in",
    "ground.about": "signed in",
    "ground.tiles": "signed in",
    # dangers
    "dangers.page": "desk",
    "dangers.photo": "desk",
    "dangers.seen": "desk",
    # review
    "reviewers.queue": "review",
    "reviewers.visit": "review",
    "reviewers.decided": "review",
    "reviewers.move": "review",
    "reviewers.difference": "signed in",
    "reviewers.visits_shown": "desk",
    "reviewers.stages": "readers",
    "reviewers.disagreements": "desk",
    "reviewers.settled": "review",
    "reviewers.agreement": "desk",
    "reviewers.agreement_file": "desk",
    # what follows from findings
    "followups.actions": "desk",
    "followups.actions_file": "desk",
    "followups.action": "desk",
    "followups.action_photo": "desk",
    "followups.due": "desk",
    "followups.owner": "desk",
    "followups.change": "desk",
    "followups.changed": "desk",
    "followups.undo_change": "desk",
    "followups.note_agency": "desk",
    "followups.add_scan": "planning",
    "followups.certificate_scan": "desk",
    "followups.correct_agency_note": "desk",
    "followups.done": "desk",
    "followups.confirmed": "desk",
    "followups.met": "desk",
    "followups.no_longer_needed": "desk",
    "followups.close": "desk",
    "followups.opened_again": "desk",
    "followups.certificates": "desk",
    "followups.surveillance": "desk",
    "followups.surveillance_calendar": "desk",
    "followups.make": "planning",
    "followups.record_certificate": "planning",
    "followups.withdraw_certificate": "planning",
    # trainings on the rights of the child, and who was trained
    "imports.page": "planning",
    "imports.upload": "planning",
    "imports.table": "planning",
    "imports.draft": "planning",
    "imports.state": "planning",
    "imports.columns": "planning",
    "imports.set_columns": "planning",
    "imports.choose": "planning",
    "imports.take": "planning",
    "imports.discard": "planning",
    "imports.file": "planning",
    "imports.undo": "planning",
    "kha.page": "desk",
    "kha.search": "desk",
    "kha.people_file": "desk",
    "kha.person": "desk",
    "kha.add_training": "planning",
    "kha.add_person": "planning",
    "kha.blank_table": "planning",
    "kha.preview": "planning",
    "kha.record_table": "planning",
    "kha.undo": "planning",
    "kha.correct": "planning",
    "kha.add_certificate": "planning",
    "kha.drop_certificate": "planning",
    "kha.person_file": "administrators",
    "kha.erasure": "administrators",
    "kha.erase": "administrators",
    # documents of the KLA folder
    "documents.page": "desk",
    "documents.document": "desk",
    "documents.file": "desk",
    "documents.decide": "desk",
    "documents.form": "planning",
    "documents.record": "planning",
    "documents.next_form": "planning",
    "documents.record_version": "planning",
    # the children's forum
    "forum.choose": "signed in",
    "forum.ask": "signed in",
    "forum.shell": "signed in",
    "forum.printed": "signed in",
    "forum.take": "signed in",
    "forum.of_site": "desk",
    "forum.of_site_file": "desk",
    # what a phone keeps
    "offline.queue": "signed in",
    "new_places.page": "signed in",
    "offline.waiting": "everyone",
    "offline.survey_shell": "signed in",
    "offline.offline": "everyone",
    "offline.worker": "everyone",
    "offline.manifest": "everyone",
    "offline.part": "everyone",
    # the machine itself
    "static": "everyone",
    "language": "everyone",
    "healthz": "everyone",
    "readyz": "everyone",
}

NOBODY = "nobody"
PEOPLE = (NOBODY, "surveyor", "reviewer", "planner", "administrator", "verifier")
SAMPLES = {"IntegerConverter": 1, "UUIDConverter": "0b0e7a9c-5d0f-4d7e-9a53-0c9a53b4a111"}
NOT_ALLOWED = 403
SIGN_IN = 303
NOT_SIGNED_IN = 401
TEAPOT = 418


def who_may(name, public):
    table = {key.strip(): value for key, value in MAY.items()}
    return set(table[name].split("|")[public].split())


@pytest.fixture(scope="module")
def doors(tmp_path_factory, standard):
    """The application with nothing behind its doors, and who stands before them."""
    register = open_register(f"sqlite:///{tmp_path_factory.mktemp('doors')}/register.db")
    accounts.ensure_demo_people(register)
    app = create_app(register, standard, demo=True)
    for name, view in app.view_functions.items():
        # Whoever comes through finds a teapot: no page is needed to see whether a door opens.
        app.view_functions[name] = open_to(view.access)(lambda **_: ("", TEAPOT))
    accounts.invite(register, "Vina", "vina", "verifier", by=None, valid_until=today() + timedelta(days=30))
    people = {person.role: person for person in register.people.all()}
    tokens = {role: accounts.begin_session(register, person) for role, person in people.items()}
    yield Doors(app, register, tokens)
    register.close()


class Doors:
    def __init__(self, app, register, tokens):
        self.app, self.register, self.tokens = app, register, tokens

    def knock(self, rule, method, someone):
        client = self.app.test_client()
        if someone != NOBODY:
            client.set_cookie("rba", self.tokens[someone])
        return client.open(address(rule), method=method)

    def rules(self):
        return sorted(self.app.url_map.iter_rules(), key=str)


def address(rule):
    """Return an address that the rule takes, with something in each gap."""
    values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        values[name] = min(converter.items) if kind == "AnyConverter" else SAMPLES.get(kind, "a")
    return rule.build(values, append_unknown=False)[1]


def test_every_endpoint_stands_in_the_table_and_nothing_else_does(doors):
    assert set(doors.app.view_functions) - set(PAGES) == set()
    assert set(PAGES) - set(doors.app.view_functions) == set()


@pytest.mark.parametrize("public", [False, True], ids=["as it is", "public view on"])
@pytest.mark.parametrize("someone", PEOPLE)
def test_every_door_opens_to_whom_the_table_says_and_to_nobody_else(doors, someone, public):
    accounts.set_public_view(doors.register, on=public, by=None)

    opened, expected = {}, {}
    for rule in doors.rules():
        for method in sorted(rule.methods - {"OPTIONS"}):
            cell = (method, str(rule))
            answer = doors.knock(rule, method, someone)
            opened[cell] = answer.status_code
            if someone in who_may(PAGES[rule.endpoint], public):
                expected[cell] = TEAPOT
            elif someone != NOBODY:
                expected[cell] = NOT_ALLOWED
            elif str(rule).startswith("/api/") or method not in ("GET", "HEAD"):
                expected[cell] = NOT_SIGNED_IN
            else:
                expected[cell] = SIGN_IN
                assert answer.location.startswith("/sign-in?next=/"), cell

    assert opened == expected


def test_the_table_of_roles_says_what_each_set_is():
    assert who_may("readers", public=False) == {"reviewer", "planner", "administrator"}
    assert all(who_may(name.strip(), public=False) <= who_may(name.strip(), public=True) for name in MAY)
    assert all("administrator" in who_may(name.strip(), public) for name in MAY for public in (False, True))


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "ö"])
def test_a_session_that_nobody_began_opens_no_door(doors, token):
    accounts.set_public_view(doors.register, on=False, by=None)
    client = doors.app.test_client()
    client.set_cookie("rba", token)

    assert client.get("/account").status_code == SIGN_IN


def test_a_page_that_does_not_say_who_may_open_it_stops_the_application():
    from rba_audit.web.http.access import accesses

    app = Flask("forgetful")
    app.add_url_rule("/secret", view_func=lambda: "", endpoint="secret")

    with pytest.raises(RuntimeError, match="secret"):
        accesses(app)


@pytest.mark.parametrize("someone", PEOPLE)
def test_an_address_that_leads_nowhere_is_told_to_everybody_alike(doors, someone):
    client = doors.app.test_client()
    if someone != NOBODY:
        client.set_cookie("rba", doors.tokens[someone])

    assert client.get("/no/such/page").status_code == 404
