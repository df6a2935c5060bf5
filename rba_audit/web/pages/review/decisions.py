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
        Forbidden: the person does not review.
        Conflict: `illegal`, `own_visit`, `incomplete`, `late` or `stale` (moved since `seq`, its last move when the form was opened).
        EvidenceError: a text is missing or too long, or the consequences of the decision were not confirmed.
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
