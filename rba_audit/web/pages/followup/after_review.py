"""Update the actions of a site after a reviewer's decision on a visit, with messages for the reviewer."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from rba_audit.days import today
from rba_audit.followup import make_actions
from rba_audit.followup.action_list import action_lines
from rba_audit.messages import Message, say
from rba_audit.register import Visit
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED, State
from rba_audit.web.http.services import services


def update_actions(to: State, visit: Visit, person: Person) -> list[Markup]:
    """Make the actions that follow from a decision, and return messages about made, restored and withdrawn ones, with links."""
    register, site = services().register, visit.site_id
    made: set[str] = set()
    # When a visit that counted is rejected, an earlier one counts again, and its actions may not exist yet.
    if to == "approved" or (to == "rejected" and _counted_before(visit)):
        made = {action.id for action in make_actions(register, services().audited(COUNTED), [site], person, today())}
    of_site = action_lines(register, services().audited(COUNTED), today(), [site])
    chain = {version.id for version in register.visits.chain(visit.root)}
    of_visit = [line for line in of_site if line.action.request.visit_id in chain and line.action.state != "closed"]
    gone = sum(line.withdrawn == "visit" for line in of_visit)
    messages: list[tuple[Message, str]] = []
    if made:
        messages.append((say("Actions made: {count}.", count=len(made)), ""))
    if to == "approved":
        again = sum(line.withdrawn is None and line.action.id not in made for line in of_visit)
        if again:
            messages.append((say("Actions of this visit that stand again: {count}.", count=again), ""))
    elif gone:
        messages.append(
            (
                say("Actions withdrawn with the visit: {count}; they come back if it is approved again.", count=gone),
                "withdrawn",
            )
        )
    return [_with_link(text, url_for("followups.actions", site=site, state=state or None)) for text, state in messages]


def actions_of(visit: Visit) -> int:
    """Return how many actions not closed are based on a visit: they are withdrawn while it does not count."""
    register = services().register
    chain = {version.id for version in register.visits.chain(visit.root)}
    of_site = action_lines(register, services().audited(COUNTED), today(), [visit.site_id])
    return sum(
        line.action.request.visit_id in chain and line.action.state != "closed" and line.withdrawn is None
        for line in of_site
    )


def closed_by(visit: Visit) -> int:
    """Return how many actions were closed with a visit as proof; they stay closed while it does not count."""
    register = services().register
    chain = {version.id for version in register.visits.chain(visit.root)}
    return sum(
        action.state == "closed" and action.last.visit_id in chain for action in register.actions.all([visit.site_id])
    )


def _counted_before(visit: Visit) -> bool:
    return any(move.to in COUNTED for move in services().register.reviews.history(visit.root))


def _with_link(text: Message, address: str) -> Markup:
    return Markup('{} <a href="{}">{}</a>').format(str(text), address, str(say("See the actions of this site")))
