"""Where fieldwork arrives in this application: its register, editions, layers, and what a visit would take away."""

from __future__ import annotations

from functools import partial

from rba_audit.fieldwork import Desk
from rba_audit.web.judged import judged
from rba_audit.web.settled import lost_by
from rba_audit.web.standards import edition_at_hand


def desk() -> Desk:
    """Return where fieldwork arrives in this application."""
    now = judged()
    lost = partial(lost_by, now.register)
    return Desk(now.register, edition_at_hand, now.context, lost, now.policies)
