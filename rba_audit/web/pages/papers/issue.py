"""Office and moment of a paper that is made for this request."""

from __future__ import annotations

from rba_audit.days import now_utc
from rba_audit.papers.issue import Issue
from rba_audit.web.http.services import services
from rba_audit.web.http.visit_filter import banner


def issue() -> Issue:
    """Return the office of the register, the time, and the warning if visits count that are not approved yet."""
    office, warning = services().whole.office.get(), banner()
    return Issue(office.name or office.government, now_utc(), str(warning) if warning else "")
