"""The reviewer's pages: the queue, one visit with everything in it, and what is decided about it.

Nothing is judged here; whether a decision may be made is asked of `reviewing`.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.fieldwork import seen_visit
from rba_audit.fieldwork.documents import read_visit as read_document
from rba_audit.moves import OPEN, STATE_WORDS, STATES, State
from rba_audit.register import Visit
from rba_audit.register.records import visit_of
from rba_audit.register.reviews import Moved
from rba_audit.reviewing import decide, differing, handed_over, next_to_review, photo_counts, queue, undo_approval
from rba_audit.strict_json import NotJson, is_whole, read_json
from rba_audit.web import comparing, disagreements, visits_shown
from rba_audit.web.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.bounds import OF_A_FORM, takes
from rba_audit.web.followups.after_review import follow
from rba_audit.web.judged import judged
from rba_audit.web.moments import moment_words
from rba_audit.web.review_pages import UNDO, Typed, history_of, refuse_unseen_loss, stale_page, visit_page
from rba_audit.web.standards import edition_at_hand
from rba_audit.words import Message, say

pages = Blueprint("reviewers", __name__)

_SHOWN: Final = 50
"""How many visits a page of the queue shows."""
_NOTE: Final = "note."
"""What the name of a field for a remark beside a question begins with."""
_MOST_MOVES: Final = 1_000_000
_WITHOUT: Final = "without."
"""What the name of a field for the reason begins with why a visit is approved without a photo."""
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409


# --- the queue --------------------------------------------------------------------------------------------------------


@pages.get("/review", endpoint="queue")
@open_to("reviewer", "administrator")
def waiting() -> str:
    """What is to be reviewed, the longest waiting first."""
    chosen = request.args.get("state", "")
    states: tuple[State, ...] = (chosen,) if chosen in STATES else OPEN
    area, search = request.args.get("area", ""), request.args.get("q", "")[:100]
    found = queue(
        judged().register,
        signed_in().id,
        states=states,
        area=area,
        search=search,
        handed_over=handed_over(judged().register, signed_in()),
    )
    number = max(request.args.get("page", 1, type=int), 1)
    pages_ = max(-(-len(found.found) // _SHOWN), 1)
    number = min(number, pages_)
    return render_template(
        "reviewers/queue.html",
        page="review",
        queue=found,
        shown=found.found[(number - 1) * _SHOWN : number * _SHOWN],
        number=number,
        pages=pages_,
        chosen=chosen if chosen in STATES else "",
        area=area,
        search=search,
        open=sum(found.counts[state] for state in OPEN),
        first=next_to_review(judged().register, signed_in()),
        differing=disagreements.undecided(),
    )


# --- one visit --------------------------------------------------------------------------------------------------------


@pages.get("/review/<uuid:visit_id>")
@open_to("reviewer", "administrator")
def visit(visit_id: UUID) -> str:
    """One visit with everything in it."""
    return visit_page(judged().register.visits.get(str(visit_id)), Typed())


@pages.post("/review/<uuid:visit_id>")
@open_to("reviewer", "administrator")
@takes(OF_A_FORM)
def decided(visit_id: UUID) -> Response | str | tuple[str, int]:
    """Make a decision, and go on to the next visit; without one, the page is shown again with what was written."""
    register, person = judged().register, signed_in()
    found = register.visits.get(str(visit_id))
    typed = _typed()
    if not typed.to:
        return visit_page(found, typed)
    seq = request.form.get("seq", 0, type=int)
    try:
        made = _decide(found, typed, seq)
    except Conflict as fault:
        if fault.code == "stale":
            return stale_page(found, typed, seq), _CONFLICT
        return visit_page(found, typed, fault), _CONFLICT
    except EvidenceError as fault:
        return visit_page(found, typed, fault), _BAD_REQUEST
    told = follow(made.to, found, person)
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


@pages.post("/api/visits/<uuid:visit_id>/moves")
@open_to("reviewer", "administrator")
@takes(OF_A_FORM)
def move(visit_id: UUID) -> dict[str, object] | tuple[dict[str, object], int]:
    """Make a decision, for a program."""
    register, person = judged().register, signed_in()
    found = register.visits.get(str(visit_id))
    to, seq, note, notes, without, accepted = _sent()
    try:
        made = _decide(found, Typed(to, note, notes, without, accepted), seq)
    except Conflict as fault:
        standing = register.reviews.standing(found.root)
        return {
            "error": fault.code,
            "told": str(fault),
            "state": standing.state,
            "seq": standing.seq,
            "newest": register.visits.chain(found.root)[-1].id,
            "missing": [
                {"sha256": photo.sha256, "question": photo.question, "item": photo.item}
                for photo in register.photos.missing(found)
            ],
        }, _CONFLICT
    follow(made.to, found, person)
    return {
        "visit": found.id,
        "root": found.root,
        "state": made.to,
        "seq": made.seq,
        "at": made.at.isoformat(),
    }


def _decide(found: Visit, typed: Typed, seq: int) -> Moved:
    """Make a decision about a visit, or undo its approval."""
    register, person = judged().register, signed_in()
    undo = typed.to == UNDO
    refuse_unseen_loss(found, "received" if undo else typed.to, typed.accepted)
    if undo:
        return undo_approval(register, person, found.id, seq=seq)
    return decide(
        register,
        person,
        found.id,
        to=typed.to,
        seq=seq,
        note=typed.note,
        notes=typed.notes or {},
        without=typed.without,
    )


def _done_and_undo(to: State, found: Visit) -> str:
    """Return what was decided, with the way to undo an approval beside it."""
    told = str(_done(to, found.site_id))
    if to != "approved":
        return told
    address = url_for("reviewers.visit", visit_id=found.id, _anchor="undo")
    return Markup('{} <a href="{}">{}</a>').format(told, address, str(say("Undo the approval")))


def _done(to: State, site_id: str) -> Message:
    """Return what was decided, as people say it."""
    site = judged().register.site(site_id).name
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
    now, person = judged(), signed_in()
    document = request.form.get("document", "").encode()
    read_document(document)
    sent = visit_of(document)
    kept = seen_visit(now.register, request.form.get("kept", ""), person)
    return render_template(
        "reviewers/difference.html",
        page="review" if person.role != "surveyor" else "queue",
        site=now.register.site(kept.site_id).name,
        kept=kept,
        sent=sent,
        rows=[
            *differing(kept, edition_at_hand(kept.edition), sent, edition_at_hand(sent.edition)),
            *photo_counts(kept, sent),
        ],
    )


@pages.post("/visits-shown", endpoint="visits_shown")
@open_to("reviewer", "planner", "administrator")
def show_visits() -> Response:
    """Count visits that are not approved yet as well, or no longer."""
    return visits_shown.choose()


def _sent() -> tuple[str, int, str, dict[str, str], dict[str, str], int]:
    try:
        body: Any = read_json(request.get_data(cache=False))
    except NotJson:
        body = None
    if not isinstance(body, dict):
        raise EvidenceError(say("A decision is sent as a JSON object with 'to' and 'seq'."))
    to, seq, note, notes = body.get("to"), body.get("seq"), body.get("note") or "", body.get("notes") or {}
    without, accepted = body.get("without") or {}, body.get("accepted") or 0
    if (
        not isinstance(to, str)
        or not is_whole(seq, 0, _MOST_MOVES)
        or not is_whole(accepted, 0, _MOST_MOVES)
        or not isinstance(note, str)
        or not all(isinstance(texts, dict) for texts in (notes, without))
        or not all(isinstance(text, str) for text in (*notes.values(), *without.values()))
    ):
        raise EvidenceError(
            say(
                "A decision has 'to' (a state), 'seq' (a number), 'note' (a text), 'notes' (texts by question), 'without' (reasons by photo) and 'accepted' (how many requirements become unknown)."
            )
        )
    return to, seq, note, notes, without, accepted


def _typed() -> Typed:
    notes = {name.removeprefix(_NOTE): text for name, text in request.form.items() if name.startswith(_NOTE)}
    without = {name.removeprefix(_WITHOUT): text for name, text in request.form.items() if name.startswith(_WITHOUT)}
    accepted = request.form.get("accepted", 0, type=int)
    return Typed(request.form.get("to", ""), request.form.get("note", ""), notes, without, accepted)


pages.add_url_rule("/sites/<path:site_id>/stages", view_func=comparing.two_stages, endpoint="stages")
pages.add_url_rule(
    "/sites/<path:site_id>/disagreements", view_func=disagreements.disagreements, endpoint="disagreements"
)
pages.add_url_rule(
    "/sites/<path:site_id>/disagreements", view_func=disagreements.settled, endpoint="settled", methods=["POST"]
)
pages.add_url_rule("/agreement", view_func=comparing.agreement, endpoint="agreement")
pages.add_url_rule("/agreement.csv", view_func=comparing.agreement_file, endpoint="agreement_file")
for _name, _given in (
    ("history_of", history_of),
    ("moment_words", moment_words),
    ("state_words", lambda state: str(STATE_WORDS[state])),
    ("visits_banner", visits_shown.banner),
    ("all_visits_shown", visits_shown.all_visits_shown),
):
    pages.add_app_template_global(_given, _name)
