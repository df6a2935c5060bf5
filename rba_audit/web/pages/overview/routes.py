"""Overview page of the register, with the priorities."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.findings import Findings
from rba_audit.findings.status_changes import StatusChange, changes_by_must_fix
from rba_audit.register.notices import MUST_FIX
from rba_audit.reports import LISTED, site_rows
from rba_audit.reports.summaries import districts, next_visits, not_located, priorities
from rba_audit.web.http.access import READERS, may_open, open_to
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import DOUBTED
from rba_audit.web.pages.results import pages

_SEE_OTHER: Final = 303
_FIRST: Final = 8
"""How many entries a list of the overview shows."""


@pages.get("/")
@open_to(READERS)
def dashboard() -> str:
    """Show the counts of the register and what to do first."""
    findings = services().findings()
    rows = site_rows(findings)
    red = sorted((row for row in rows if row.red or row.must_fix), key=lambda row: (-len(row.red), -len(row.must_fix)))
    return render_template(
        "overview/dashboard.html",
        page="dashboard",
        counts=findings.counts(),
        total=len(findings),
        audited=len(findings) - findings.counts()["not_audited"],
        located=len(findings) - not_located(findings),
        priorities=priorities(findings, _FIRST),
        red=red[:_FIRST],
        red_total=len(red),
        visits=next_visits(findings, rows, _FIRST),
        visits_total=sum(row.status in LISTED["not_known"] for row in rows),
        districts=districts(rows),
        doubted=len(services().positions().doubts),
        doubted_wish={"position": DOUBTED},
        moved=_moved_by_must_fix(findings),
        names_of_sites={row.id: row.name for row in rows},
    )


def _moved_by_must_fix(findings: Findings) -> list[StatusChange]:
    """Return the sites whose status changed with the must-fix rule; none for readers outside the office or once it is dismissed."""
    if not may_open("planners.dismiss_must_fix") or services().register.notices.seen(MUST_FIX):
        return []
    return list(changes_by_must_fix(findings))


@pages.post("/notices/must-fix")
@open_to("plan")
def dismiss_must_fix() -> BaseResponse:
    """Dismiss the notice about sites with another status, for the whole office."""
    services().register.notices.mark_seen(MUST_FIX)
    return redirect(url_for("planners.dashboard"), code=_SEE_OTHER)
