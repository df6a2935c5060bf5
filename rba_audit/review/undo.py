"""Undo an approval without a reason within `UNDONE_WITHIN` (a day)."""

from __future__ import annotations

from datetime import datetime

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register import Register, Visit
from rba_audit.register.person_records import Person
from rba_audit.register.reviews import ReviewMove
from rba_audit.review.decisions import is_own, move_visit
from rba_audit.review_states import UNDONE_WITHIN


def undo_until(register: Register, person: Person, visit: Visit, now: datetime | None = None) -> datetime | None:
    """Return until when a person may undo the approval of a visit without a reason; None if they may not or it is too late."""
    status = register.reviews.status(visit.root)
    if status.state != "approved" or status.since is None or is_own(register, person, visit.root):
        return None
    until = status.since + UNDONE_WITHIN
    return until if (now or now_utc()) <= until else None


def undo_approval(
    register: Register, person: Person, visit_id: str, *, seq: int, now: datetime | None = None
) -> ReviewMove:
    """Reopen a visit that was approved less than a day ago by the server's clock, without a reason.

    `seq` is the number of the approval that the person saw. Any reviewer may do it, not only the one who approved it.

    Raises:
        NotInRegister: there is no such visit.
        Forbidden: the person's role does not review.
        Conflict: `late`: the day is over; `illegal`: it cannot be reopened; `own_visit`; `stale`: it was changed meanwhile.
        EvidenceError: it is in a state that is reopened only with a reason.
    """
    visit = register.visits.get(visit_id)
    status = register.reviews.status(visit.root)
    late = undo_until(register, person, visit, now) is None and not is_own(register, person, visit.root)
    if status.seq == seq and status.state == "approved" and late:
        raise Conflict(
            say("An approval can be undone for a day; this one is older. Reopen the visit with a reason instead."),
            "late",
            visit,
        )
    return move_visit(register, person, visit_id, to="received", seq=seq, note="", notes={}, undo=True)
