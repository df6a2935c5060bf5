"""Overview page of the register: what waits, counts by status, rank, kind and kecamatan, what fails, and the trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.auditing import TrendPoint, status_trend
from rba_audit.days import today
from rba_audit.findings import Findings, outcome_words
from rba_audit.findings.status_changes import StatusChange, changes_by_must_fix
from rba_audit.messages import language
from rba_audit.register.notices import MUST_FIX
from rba_audit.reports import LISTED, SiteRow, site_rows
from rba_audit.reports.summaries import NextVisit, Priority, next_visits, not_located, priorities
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import READERS, may_open, open_to
from rba_audit.web.http.services import reader_key, services
from rba_audit.web.pages.overview.aspects import SHOWN, AspectShares, aspect_shares
from rba_audit.web.pages.overview.charts import changed_points, share_words
from rba_audit.web.pages.overview.counts import GroupCounts, RankCounts, by_kecamatan, by_kind, by_rank
from rba_audit.web.pages.overview.tiles import tiles
from rba_audit.web.pages.results import pages

_SEE_OTHER: Final = 303
_FIRST: Final = 8
"""How many entries a list of the overview shows."""
_MONTHS: Final = 12
"""How many months the chart of the trend shows at most."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of the overview that change only with the findings.

    Attributes:
        red: The first sites with a mandatory requirement not met or with one that must be fixed first.
        red_count: How many sites do not meet a mandatory requirement; `must_fix_count` likewise.
        visits: The first sites that need a visit, of `visits_count`.
    """

    located: int
    priorities: Sequence[Priority]
    red: Sequence[SiteRow]
    red_count: int
    must_fix_count: int
    visits: Sequence[NextVisit]
    visits_count: int
    kecamatan: Sequence[GroupCounts]
    kinds: Sequence[GroupCounts]
    ranks: Sequence[RankCounts]
    aspects: Sequence[AspectShares]


@pages.get("/")
@open_to(READERS)
def dashboard() -> str:
    """Show the counts of the register and what to do first."""
    findings = services().findings()
    trend = _trend()
    moved = _moved_by_must_fix(findings)
    shown = services().memos.overview.get((reader_key(), language()), findings, lambda: _overview(findings))
    return render_template(
        "overview/dashboard.html",
        page="dashboard",
        counts=findings.counts(),
        total=len(findings),
        audited=len(findings) - findings.counts()["not_audited"],
        shown=shown,
        tiles=tiles(),
        trend=trend,
        trend_bars=changed_points(trend, _MONTHS),
        outcomes=tuple(SHOWN),
        outcome_labels={outcome: outcome_words(outcome) for outcome in SHOWN},
        moved=moved,
        names_of_sites={change.site: findings.source[change.position].name for change in moved},
        share_words=share_words,
    )


def _trend() -> Sequence[TrendPoint]:
    """Return the trend by approved visits; the same for every reader, since it names no site."""
    now, day = services(), today()
    return now.memos.trends.get(
        day, now.whole.version(), lambda: status_trend(now.whole, now.audited(COUNTED), now.context, day)
    )


def _overview(findings: Findings) -> Overview:
    rows = site_rows(findings)
    red = sorted((row for row in rows if row.red or row.must_fix), key=lambda row: (-len(row.red), -len(row.must_fix)))
    return Overview(
        located=len(findings) - not_located(findings),
        priorities=priorities(findings, _FIRST),
        red=red[:_FIRST],
        red_count=sum(bool(row.red) for row in rows),
        must_fix_count=sum(bool(row.must_fix) for row in rows),
        visits=next_visits(findings, rows, _FIRST),
        visits_count=sum(row.status in LISTED["not_known"] for row in rows),
        kecamatan=by_kecamatan(rows),
        kinds=by_kind(findings, rows),
        ranks=by_rank(findings, rows),
        aspects=aspect_shares(findings),
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
