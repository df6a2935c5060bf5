"""Office and moment of a paper that is made for this request."""

from __future__ import annotations

from rba_audit.days import now_utc
from rba_audit.papers.issue import Issue
from rba_audit.web.http.services import reads_as_public, services
from rba_audit.web.http.visit_filter import banner


def issue() -> Issue:
    """Return the office of the register, the time, and the warning if visits count that are not approved yet.

    Readers without an account get no name of an office: a user typed it.
    """
    warning = banner()
    name = ""
    if not reads_as_public():
        office = services().register.office.get()
        name = office.name or office.government
    return Issue(name, now_utc(), str(warning) if warning else "")
