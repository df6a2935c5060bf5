"""Pages of follow-up: a register of two sites, clients of several people, actions at both sites, and answers read as HTML."""

from datetime import timedelta

import html5lib

from helpers.actions import GRAVE, PLAIN, PUTRI, approved
from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import make_actions

OTHER = "alun-b"


def register_of_sites(folder, names):
    """Open a register of sites without geometry, by id and name, whose people may work in it."""
    bare = [
        {"type": "Feature", "id": site, "properties": {"name": name}, "geometry": None} for site, name in names.items()
    ]
    register = filled_register(folder, bare)
    enrol(register)
    return register


def clients_of(register, standard):
    """Return a function that returns the client of a person, in English."""
    app = app_for(register, standard)

    def of(who):
        client = app.test_client()
        client.set_cookie("lang", "en")
        client.environ_base["HTTP_" + WHO.upper().replace("-", "_")] = who
        return client

    return of


def actions_at_two_sites(register, standard):
    """Make three actions at one site, one of them of high risk, and one at another; by (site id, requirement id)."""
    day = today() - timedelta(days=40)
    approved(register, {PLAIN: "no", GRAVE: 0, "MAT-03": "no"}, day)
    approved(register, {PLAIN: "no"}, day, site=OTHER)
    actions = make_actions(register, audit_with_visits(register, standard), None, PUTRI, today())
    return {(each.request.site_id, each.request.requirement): each for each in actions}


def parsed(answer):
    """Return the HTML of an answer, which has no fault."""
    html = answer.get_data(as_text=True)
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert parser.errors == []
    return html
