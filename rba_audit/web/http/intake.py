"""Where fieldwork arrives in this application: its register, editions, layers, and what a visit would take away."""

from __future__ import annotations

from functools import partial

from rba_audit.fieldwork import IntakeContext
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.settled_answers import requirements_lost_by
from rba_audit.web.pages.standards import edition_at_hand


def intake_context() -> IntakeContext:
    """Return where fieldwork arrives in this application."""
    now = services()
    lost = partial(requirements_lost_by, now.register)
    return IntakeContext(now.register, edition_at_hand, now.context, lost, now.policies)
