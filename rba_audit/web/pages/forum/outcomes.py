"""Outcomes of earlier feedback of children on a site, for its page and the children's own screen."""

from __future__ import annotations

from typing import cast

from rba_audit.forum import FeedbackOutcome, children_opinions, feedback_outcomes
from rba_audit.review_states import COUNTED
from rba_audit.web.http.services import reads_as_public, services
from rba_audit.web.public_view.register import PublicRegister


def feedback_since(site_id: str) -> tuple[FeedbackOutcome, ...]:
    """Return what was found since on each point that most children called not good; the same for all readers.

    Raises:
        SiteError: there is no such site.
    """
    now, audit = services(), services().policies.forum
    register = now.register
    # The public view of the register has no answers of children, only these opinions without counts.
    opinions = (
        cast("PublicRegister", register).children_said(site_id)
        if reads_as_public()
        else children_opinions(register, audit, site_id)
    )
    if not opinions:
        return ()
    visits = [
        visit for visit in register.visits.for_site(site_id) if register.reviews.status(visit.root).state in COUNTED
    ]
    return feedback_outcomes(now.findings(COUNTED), audit, site_id, opinions, visits)
