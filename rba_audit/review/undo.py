"""Undoing an approval within a day: a wrong press is taken back as easily as it was made."""

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
    """Return until when a person may undo the approval of a visit without a reason; None where they may not, or no more."""
    standing = register.reviews.status(visit.root)
    if standing.state != "approved" or standing.since is None or is_own(register, person, visit.root):
        return None
    until = standing.since + UNDONE_WITHIN
    return until if (now or now_utc()) <= until else None


def undo_approval(
    register: Register, person: Person, visit_id: str, *, seq: int, now: datetime | None = None
) -> ReviewMove:
    """Open a visit again that was approved less than a day ago by the clock of this computer; no reason is asked.

    `seq` is the number of the approval that the person saw. Whoever reviews may, also who did not approve it.

    Raises:
        NotInRegister: there is no such visit.
        NotAllowed: the person does not review.
        Conflict: `late`, where the day is over or it is not approved; `own_visit`; `stale`, where somebody decided meanwhile.
    """
    visit = register.visits.get(visit_id)
    standing = register.reviews.status(visit.root)
    late = undo_until(register, person, visit, now) is None and not is_own(register, person, visit.root)
    if standing.seq == seq and standing.state == "approved" and late:
        raise Conflict(
            say("An approval can be undone for a day; this one is older. Reopen the visit with a reason instead."),
            "late",
            visit,
        )
    return move_visit(register, person, visit_id, to="received", seq=seq, note="", notes={}, undo=True)
