"""Build the `IntakeContext` of this application: register, editions, layers, policies, and the check for lost answers."""

from __future__ import annotations

from functools import partial

from rba_audit.fieldwork import IntakeContext
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.settled_answers import requirements_lost_by
from rba_audit.web.pages.standards import get_edition


def intake_context() -> IntakeContext:
    """Return the context in which this application takes visits, dangers and proposals."""
    now = services()
    lost = partial(requirements_lost_by, now.register)
    return IntakeContext(now.register, get_edition, now.context, lost, now.policies)
