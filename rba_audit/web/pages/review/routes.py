"""Reviewer's pages: the queue, one visit in full, and the decision about it.

Nothing is evaluated here; `rba_audit.review` checks whether a decision is allowed.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.fieldwork import seen_visit
from rba_audit.fieldwork.documents import read_visit as read_document
from rba_audit.followup.due import FOR_A_REVIEWER
from rba_audit.messages import Message, say
from rba_audit.permissions import works_in_field
from rba_audit.register import Visit
from rba_audit.register.records import visit_of
from rba_audit.review import handed_over, next_to_review, photo_counts, review_queue, visit_differences
from rba_audit.review_states import OPEN, REVIEW_STATE_WORDS, STATES, State
from rba_audit.web.http import visit_filter
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.after_review import update_actions
from rba_audit.web.pages.review import comparison, disagreements
from rba_audit.web.pages.review.decisions import decide_as_typed
from rba_audit.web.pages.review.view import ReviewDraft, history_of, stale_page, visit_page
from rba_audit.web.pages.standards import get_edition

pages = Blueprint("reviewers", __name__)

_SHOWN: Final = 50
"""How many visits a page of the queue shows."""
_NOTE: Final = "note."
"""Prefix of form fields that hold the remark on a question."""
_WITHOUT: Final = "without."
"""Prefix of form fields that hold the reason to approve a visit without a photo."""
_WAITING: Final = "waiting"
"""Filter of the queue: the visits that wait for a reviewer, and not for their author."""
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409


# --- the queue --------------------------------------------------------------------------------------------------------


@pages.get("/review", endpoint="queue")
@open_to("review")
def waiting() -> str:
    """List the visits to review, the longest waiting first."""
    state = request.args.get("state", "")
    chosen = state if state in STATES or state == _WAITING else ""
    states: tuple[State, ...] = (state,) if state in STATES else tuple(FOR_A_REVIEWER) if state == _WAITING else OPEN
    area, search = request.args.get("area", ""), request.args.get("q", "")[:100]
    queue = review_queue(
        services().register,
        signed_in().id,
        states=states,
        area=area,
        search=search,
        handed_over=handed_over(services().register, signed_in()),
    )
    number = max(request.args.get("page", 1, type=int), 1)
    pages_ = max(-(-len(queue.visits) // _SHOWN), 1)
    number = min(number, pages_)
    return render_template(
        "review/queue.html",
        page="review",
        queue=queue,
        shown=queue.visits[(number - 1) * _SHOWN : number * _SHOWN],
        number=number,
        pages=pages_,
        chosen=chosen,
        waiting=sum(queue.counts[open_state] for open_state in FOR_A_REVIEWER),
        area=area,
        search=search,
        open=sum(queue.counts[open_state] for open_state in OPEN),
        first=next_to_review(services().register, signed_in()),
        differing=disagreements.undecided(),
    )


# --- one visit --------------------------------------------------------------------------------------------------------


@pages.get("/review/<uuid:visit_id>")
@open_to("review")
def visit(visit_id: UUID) -> str:
    """Show one visit in full."""
    return visit_page(services().register.visits.get(str(visit_id)), ReviewDraft())


@pages.post("/review/<uuid:visit_id>")
@open_to("review")
@takes(OF_A_FORM)
def decided(visit_id: UUID) -> Response | str | tuple[str, int]:
    """Make a decision and redirect to the next visit; without a decision the page is shown again with the text entered."""
    register, person = services().register, signed_in()
    under_review = register.visits.get(str(visit_id))
    typed = _typed()
    if not typed.to:
        return visit_page(under_review, typed)
    seq = request.form.get("seq", 0, type=int)
    try:
        move = decide_as_typed(under_review, typed, seq)
    except Conflict as fault:
        if fault.code == "stale":
            return stale_page(under_review, typed, seq), _CONFLICT
        return visit_page(under_review, typed, fault), _CONFLICT
    except EvidenceError as fault:
        return visit_page(under_review, typed, fault), _BAD_REQUEST
    messages = update_actions(move.to, under_review, person)
    flash(_done_and_undo(move.to, under_review), "success")
    for message in messages:
        flash(message, "success")
    if move.to == "received":
        return redirect(url_for("reviewers.visit", visit_id=under_review.id), code=_SEE_OTHER)
    following = next_to_review(register, person, after=under_review.id)
    if following is None:
        flash(str(say("Nothing else waits for you.")), "success")
        return redirect(url_for("reviewers.queue"), code=_SEE_OTHER)
    return redirect(url_for("reviewers.visit", visit_id=following), code=_SEE_OTHER)


def _done_and_undo(to: State, decided_visit: Visit) -> str:
    """Return the message about a decision; for an approval with the link to undo it."""
    message = str(_done(to, decided_visit.site_id))
    if to != "approved":
        return message
    address = url_for("reviewers.visit", visit_id=decided_visit.id, _anchor="undo")
    return Markup('{} <a href="{}">{}</a>').format(message, address, str(say("Undo the approval")))


def _done(to: State, site_id: str) -> Message:
    """Return the message about a decision."""
    site = services().register.site(site_id).name
    match to:
        case "approved":
            return say("{site}: the visit is approved and counts now.", site=site)
        case "has_issues":
            return say("{site}: the visit is sent back, with your notes.", site=site)
        case "rejected":
            return say("{site}: the visit is rejected.", site=site)
        case _:
            return say("{site}: the visit is open again.", site=site)


@pages.post("/visits/difference")
@open_to(SIGNED_IN)
@takes(OF_A_FORM)
def difference() -> str:
    """Show a refused version of a visit next to the stored one, in words; for its sender and for reviewers."""
    now, person = services(), signed_in()
    document = request.form.get("document", "").encode()
    read_document(document)
    sent = visit_of(document)
    stored = seen_visit(now.register, request.form.get("kept", ""), person)
    return render_template(
        "review/difference.html",
        page="review" if not works_in_field(person.role) else "queue",
        site=now.register.site(stored.site_id).name,
        kept=stored,
        sent=sent,
        rows=[
            *visit_differences(stored, get_edition(stored.edition), sent, get_edition(sent.edition)),
            *photo_counts(stored, sent),
        ],
    )


@pages.post("/visits-shown", endpoint="visits_shown")
@open_to("read_results")
def show_visits() -> Response:
    """Switch whether visits that are not approved yet are counted as well."""
    return visit_filter.choose()


def _typed() -> ReviewDraft:
    notes = {name.removeprefix(_NOTE): text for name, text in request.form.items() if name.startswith(_NOTE)}
    without = {name.removeprefix(_WITHOUT): text for name, text in request.form.items() if name.startswith(_WITHOUT)}
    accepted = request.form.get("accepted", 0, type=int)
    return ReviewDraft(request.form.get("to", ""), request.form.get("note", ""), notes, without, accepted)


pages.add_url_rule("/sites/<path:site_id>/stages", view_func=comparison.two_stages, endpoint="stages")
pages.add_url_rule(
    "/sites/<path:site_id>/disagreements", view_func=disagreements.disagreements, endpoint="disagreements"
)
pages.add_url_rule(
    "/sites/<path:site_id>/disagreements", view_func=disagreements.settled, endpoint="settled", methods=["POST"]
)
pages.add_url_rule("/agreement", view_func=comparison.agreement, endpoint="agreement")
pages.add_url_rule("/agreement.csv", view_func=comparison.agreement_file, endpoint="agreement_file")
for _name, _helper in (
    ("history_of", history_of),
    ("moment_words", format_moment),
    ("state_words", lambda state: str(REVIEW_STATE_WORDS[state])),
    ("visits_banner", visit_filter.banner),
    ("all_visits_shown", visit_filter.all_visits_shown),
):
    pages.add_app_template_global(_helper, _name)
