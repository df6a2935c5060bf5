"""A decision about a visit as somebody typed it, made or refused."""

from __future__ import annotations

from rba_audit.register import Visit
from rba_audit.register.reviews import ReviewMove
from rba_audit.review import move_visit, undo_approval
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.review.view import UNDO, ReviewDraft, refuse_unseen_loss


def decide_as_typed(found: Visit, typed: ReviewDraft, seq: int) -> ReviewMove:
    """Make a decision about a visit, or undo its approval."""
    register, person = services().register, signed_in()
    undo = typed.to == UNDO
    refuse_unseen_loss(found, "received" if undo else typed.to, typed.accepted)
    if undo:
        return undo_approval(register, person, found.id, seq=seq)
    return move_visit(
        register,
        person,
        found.id,
        to=typed.to,
        seq=seq,
        note=typed.note,
        notes=typed.notes or {},
        without=typed.without,
    )
