"""Trend of the register: at the end of each month, the status of each site by its approved visits and documents until then.

The edition, the layers and the list of sites are those of today. Answers that came with a file of sites have no day, so a site
without an approved visit has no status here.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.auditing.register_audit import RegisterAudit
from rba_audit.auditing.register_documents import documents_of_register
from rba_audit.auditing.timeline import SiteCopy, audit_copies
from rba_audit.current_answers import CurrentDocument, documents_on
from rba_audit.findings import STATUSES, Status
from rba_audit.layers import ContextFeature
from rba_audit.register import Register
from rba_audit.review_states import COUNTED

MOST_MONTHS: Final = 24
_YEAR: Final = 12  # months


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Statuses at the end of a day: the last of a month, or today.

    Attributes:
        counts: Number of sites per status; `not_audited` are those without an approved audit until then.
    """

    day: date
    counts: Counter[Status]


class _Documents:
    """The documents of a site on a day; equal if the same versions have the same states."""

    def __init__(self, documents: Sequence[CurrentDocument]) -> None:
        self.all = documents
        self._key = tuple((each.version.document_id, each.version.seq, each.state) for each in documents)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Documents) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


_State = tuple[int, int, _Documents]


def status_trend(
    register: Register,
    audited: RegisterAudit,
    context: Sequence[ContextFeature],
    today: date,
    *,
    most_months: int = MOST_MONTHS,
) -> list[TrendPoint]:
    """Return a point for each month since the first approved visit, at most `most_months`, oldest first; none without a visit.

    `audited` must be of today and based on approved visits only.
    """
    sites = audited.sites
    by_site = register.visits.by_site(COUNTED)
    visits = {index: by_site[name] for index, name in enumerate(sites.ids) if name in by_site}
    if not visits:
        return []
    days = {index: [visit.day for visit in site_visits] for index, site_visits in visits.items()}
    ends = _month_ends(min(map(min, days.values())), today, most_months)
    versions = documents_of_register(register)
    # The index of a site, how many of its visits count then, and its documents; the audit of today has those of today.
    counted: list[dict[int, _State]] = []
    for end in ends:
        documents = documents_on(end, versions)
        counted.append(
            {
                index: (index, bisect_right(own, end), _Documents(documents.get(sites.ids[index], ())))
                for index, own in days.items()
                if own[0] <= end
            }
        )
    status = {
        (index, len(own), _Documents(audited.documents.get(sites.ids[index], ()))): int(
            audited.findings.conclusions.status[index]
        )
        for index, own in days.items()
    }
    needed = list(dict.fromkeys(state for point in counted for state in point.values() if state not in status))
    if needed:
        copies = [SiteCopy(index, None, visits[index][:number], documents.all) for index, number, documents in needed]
        settled = register.disagreements.latest_decisions()
        earlier = audit_copies(sites, copies, audited.findings.standard, settled, context, audited.policies)
        status.update(zip(needed, earlier.conclusions.status.tolist(), strict=True))
    points = []
    for end, point in zip(ends, counted, strict=True):
        counts = Counter(STATUSES[status[state]] for state in point.values())
        counts["not_audited"] += len(sites) - len(point)
        points.append(TrendPoint(end, counts))
    return points


def _month_ends(first: date, today: date, most: int) -> list[date]:
    """Return the last day of each month from that of `first` on, at most `most`; the last one is today."""
    months = min((today.year - first.year) * _YEAR + today.month - first.month, most - 1)
    ends = []
    for back in range(max(months, 0), 0, -1):
        year, month = divmod(today.year * _YEAR + today.month - 1 - back, _YEAR)
        ends.append(date(year, month + 1, monthrange(year, month + 1)[1]))
    return [*ends, today]
