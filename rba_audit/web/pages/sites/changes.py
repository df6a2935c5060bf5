"""Timeline of a site for its page: which visit, version of its data, rule, layers or edition changes its result."""

from __future__ import annotations

from rba_audit.auditing import SiteTimeline, site_timeline
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import may_open
from rba_audit.web.http.services import reader_key, services


def changes_of_site(site_id: str) -> SiteTimeline | None:
    """Return the timeline of a site; None for a reader who may not read the results of all sites."""
    if not may_open("planners.sites"):
        return None
    now = services()
    return now.memos.site_changes.get(
        (site_id, reader_key()),
        now.state,
        lambda: site_timeline(now.whole, now.audited_at(site_id, COUNTED), site_id, now.context),
    )
