"""Apply the decision of a review form to a visit."""

from __future__ import annotations

from rba_audit.register import Visit
from rba_audit.register.reviews import ReviewMove
from rba_audit.review import move_visit, undo_approval
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.review.view import UNDO, ReviewDraft, refuse_unseen_loss


def decide_as_typed(visit: Visit, typed: ReviewDraft, seq: int) -> ReviewMove:
    """Make the decision of the form about a visit, or undo its approval.

    Raises:
        EvidenceError: the decision is not allowed, lacks a text, or its consequences were not confirmed.
        Conflict: the visit was moved since `seq`, the number of its last move when the form was opened.
    """
    register, person = services().register, signed_in()
    undo = typed.to == UNDO
    refuse_unseen_loss(visit, "received" if undo else typed.to, typed.accepted)
    if undo:
        return undo_approval(register, person, visit.id, seq=seq)
    return move_visit(
        register,
        person,
        visit.id,
        to=typed.to,
        seq=seq,
        note=typed.note,
        notes=typed.notes or {},
        without=typed.without,
    )
