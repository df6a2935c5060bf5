"""A decision about a visit as somebody typed it, made or refused."""

from __future__ import annotations

from rba_audit.register import Visit
from rba_audit.register.reviews import Moved
from rba_audit.reviewing import decide, undo_approval
from rba_audit.web.access import signed_in
from rba_audit.web.judged import judged
from rba_audit.web.review_pages import UNDO, Typed, refuse_unseen_loss


def decide_as_typed(found: Visit, typed: Typed, seq: int) -> Moved:
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
