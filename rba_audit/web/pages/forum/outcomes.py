"""What became of what children said at a site, for its page and for the children's own screen."""

from __future__ import annotations

from typing import cast

from rba_audit.forum import FeedbackOutcome, children_opinions, feedback_outcomes
from rba_audit.review_states import COUNTED
from rba_audit.web.http.services import reads_as_public, services
from rba_audit.web.public_view.register import PublicRegister


def feedback_since(site_id: str) -> tuple[FeedbackOutcome, ...]:
    """Return what became of what most children said at a site; the same for everybody, signed in or not.

    Raises:
        SiteError: there is no such site.
    """
    now, audit = services(), services().policies.forum
    register = now.register
    # The public's register has no answers of children, only what this comes to.
    what = (
        cast("PublicRegister", register).children_said(site_id)
        if reads_as_public()
        else children_opinions(register, audit, site_id)
    )
    if not what:
        return ()
    visits = [
        visit for visit in register.visits.for_site(site_id) if register.reviews.status(visit.root).state in COUNTED
    ]
    return feedback_outcomes(now.findings(COUNTED), audit, site_id, what, visits)
