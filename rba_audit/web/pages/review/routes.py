"""The reviewer's pages: the queue, one visit with everything in it, and what is decided about it.

Nothing is judged here; whether a decision may be made is asked of `reviewing`.
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
from rba_audit.web.pages.standards import edition_at_hand

pages = Blueprint("reviewers", __name__)

_SHOWN: Final = 50
"""How many visits a page of the queue shows."""
_NOTE: Final = "note."
"""What the name of a field for a remark beside a question begins with."""
_WITHOUT: Final = "without."
"""What the name of a field for the reason begins with why a visit is approved without a photo."""
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409


# --- the queue --------------------------------------------------------------------------------------------------------


@pages.get("/review", endpoint="queue")
@open_to("review")
def waiting() -> str:
    """What is to be reviewed, the longest waiting first."""
    chosen = request.args.get("state", "")
    states: tuple[State, ...] = (chosen,) if chosen in STATES else OPEN
    area, search = request.args.get("area", ""), request.args.get("q", "")[:100]
    found = review_queue(
        services().register,
        signed_in().id,
        states=states,
        area=area,
        search=search,
        handed_over=handed_over(services().register, signed_in()),
    )
    number = max(request.args.get("page", 1, type=int), 1)
    pages_ = max(-(-len(found.found) // _SHOWN), 1)
    number = min(number, pages_)
    return render_template(
        "review/queue.html",
        page="review",
        queue=found,
        shown=found.found[(number - 1) * _SHOWN : number * _SHOWN],
        number=number,
        pages=pages_,
        chosen=chosen if chosen in STATES else "",
        area=area,
        search=search,
        open=sum(found.counts[state] for state in OPEN),
        first=next_to_review(services().register, signed_in()),
        differing=disagreements.undecided(),
    )


# --- one visit --------------------------------------------------------------------------------------------------------


@pages.get("/review/<uuid:visit_id>")
@open_to("review")
def visit(visit_id: UUID) -> str:
    """One visit with everything in it."""
    return visit_page(services().register.visits.get(str(visit_id)), ReviewDraft())


@pages.post("/review/<uuid:visit_id>")
@open_to("review")
@takes(OF_A_FORM)
def decided(visit_id: UUID) -> Response | str | tuple[str, int]:
    """Make a decision, and go on to the next visit; without one, the page is shown again with what was written."""
    register, person = services().register, signed_in()
    found = register.visits.get(str(visit_id))
    typed = _typed()
    if not typed.to:
        return visit_page(found, typed)
    seq = request.form.get("seq", 0, type=int)
    try:
        made = decide_as_typed(found, typed, seq)
    except Conflict as fault:
        if fault.code == "stale":
            return stale_page(found, typed, seq), _CONFLICT
        return visit_page(found, typed, fault), _CONFLICT
    except EvidenceError as fault:
        return visit_page(found, typed, fault), _BAD_REQUEST
    told = update_actions(made.to, found, person)
    flash(_done_and_undo(made.to, found), "success")
    for each in told:
        flash(each, "success")
    if made.to == "received":
        return redirect(url_for("reviewers.visit", visit_id=found.id), code=_SEE_OTHER)
    following = next_to_review(register, person, after=found.id)
    if following is None:
        flash(str(say("Nothing else waits for you.")), "success")
        return redirect(url_for("reviewers.queue"), code=_SEE_OTHER)
    return redirect(url_for("reviewers.visit", visit_id=following), code=_SEE_OTHER)


def _done_and_undo(to: State, found: Visit) -> str:
    """Return what was decided, with the way to undo an approval beside it."""
    told = str(_done(to, found.site_id))
    if to != "approved":
        return told
    address = url_for("reviewers.visit", visit_id=found.id, _anchor="undo")
    return Markup('{} <a href="{}">{}</a>').format(told, address, str(say("Undo the approval")))


def _done(to: State, site_id: str) -> Message:
    """Return what was decided, as people say it."""
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
    """What was sent in vain beside what is kept, in words; for the one who sent it, and for those who review."""
    now, person = services(), signed_in()
    document = request.form.get("document", "").encode()
    read_document(document)
    sent = visit_of(document)
    kept = seen_visit(now.register, request.form.get("kept", ""), person)
    return render_template(
        "review/difference.html",
        page="review" if not works_in_field(person.role) else "queue",
        site=now.register.site(kept.site_id).name,
        kept=kept,
        sent=sent,
        rows=[
            *visit_differences(kept, edition_at_hand(kept.edition), sent, edition_at_hand(sent.edition)),
            *photo_counts(kept, sent),
        ],
    )


@pages.post("/visits-shown", endpoint="visits_shown")
@open_to("read_results")
def show_visits() -> Response:
    """Count visits that are not approved yet as well, or no longer."""
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
for _name, _given in (
    ("history_of", history_of),
    ("moment_words", format_moment),
    ("state_words", lambda state: str(REVIEW_STATE_WORDS[state])),
    ("visits_banner", visit_filter.banner),
    ("all_visits_shown", visit_filter.all_visits_shown),
):
    pages.add_app_template_global(_given, _name)
