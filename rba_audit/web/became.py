"""What became of what children said at a site, for its page and for the children's own screen."""

from __future__ import annotations

from typing import cast

from rba_audit.forum import Became, became, said
from rba_audit.moves import COUNTED
from rba_audit.web.judged import judged, reads_as_public
from rba_audit.web.public_register import PublicRegister


def since_then(site_id: str) -> tuple[Became, ...]:
    """Return what became of what most children said at a site; the same for everybody, signed in or not.

    Raises:
        SiteError: there is no such site.
    """
    now, audit = judged(), judged().policies.forum
    register = now.register
    # The public's register has no answers of children, only what this comes to.
    what = (
        cast("PublicRegister", register).children_said(site_id) if reads_as_public() else said(register, audit, site_id)
    )
    if not what:
        return ()
    visits = [visit for visit in register.visits.for_site(site_id) if register.reviews.status(visit.root).state in COUNTED]
    return became(now.findings(COUNTED), audit, site_id, what, visits)
