"""Review decisions about visits, sent by a program."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import request

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.messages import say
from rba_audit.strict_json import NotJson, is_whole, read_json
from rba_audit.web.api.deliveries import CONFLICT
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.after_review import update_actions
from rba_audit.web.pages.review.decisions import decide_as_typed
from rba_audit.web.pages.review.view import ReviewDraft

routes = Routes()

_MOST_MOVES: Final = 1_000_000


@routes.post("/api/visits/<uuid:visit_id>/moves", "reviewers.move")
@open_to("review")
@takes(OF_A_FORM)
def move(visit_id: UUID) -> dict[str, object] | tuple[dict[str, object], int]:
    """Make a review decision; 409 with the current state if the visit has changed."""
    register, person = services().register, signed_in()
    visit = register.visits.get(str(visit_id))
    to, seq, note, notes, without, accepted = _sent()
    try:
        made = decide_as_typed(visit, ReviewDraft(to, note, notes, without, accepted), seq)
    except Conflict as fault:
        status = register.reviews.status(visit.root)
        return {
            "error": fault.code,
            "told": str(fault),
            "state": status.state,
            "seq": status.seq,
            "newest": register.visits.chain(visit.root)[-1].id,
            "missing": [
                {"sha256": photo.sha256, "question": photo.question, "item": photo.item}
                for photo in register.photos.missing(visit)
            ],
        }, CONFLICT
    update_actions(made.to, visit, person)
    return {
        "visit": visit.id,
        "root": visit.root,
        "state": made.to,
        "seq": made.seq,
        "at": made.at.isoformat(),
    }


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
