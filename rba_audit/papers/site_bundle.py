"""ZIP file with the report of each of some sites as a PDF file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from rba_audit.days import CITY
from rba_audit.messages import say
from rba_audit.papers.site_record import SiteRecord
from rba_audit.papers.site_report import SiteReports
from rba_audit.reports import SiteRow, file_name

_AT_ONCE: Final = 200
"""Sites whose requirements are explained together."""


def site_papers(
    reports: SiteReports, rows: Sequence[SiteRow], record_of: Callable[[SiteRow], SiteRecord]
) -> Iterator[tuple[str, bytes, SiteRecord]]:
    """Yield the name, the PDF file and the record of each site, in the order of `rows`; the names are numbered, so that none repeats."""
    digits = len(str(len(rows)))
    day = reports.issue.at.astimezone(CITY).date()
    for start in range(0, len(rows), _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        lines = reports.lines(block)
        for number, row in enumerate(block, start + 1):
            record = record_of(row)
            name = file_name(str(say("site-report")), "pdf", day=day, site=row.id)
            yield f"{number:0{digits}}-{name}", reports.pdf(row, lines[row.id], record), record


def write_site_bundle(
    target: IO[bytes],
    reports: SiteReports,
    rows: Sequence[SiteRow],
    record_of: Callable[[SiteRow], SiteRecord],
    advance: Callable[[], None],
) -> int:
    """Write the reports of sites as a ZIP file and return the number of photos in them; `advance` is called after each site."""
    photos = 0
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, pdf, record in site_papers(reports, rows, record_of):
            archive.writestr(_entry(name, reports.issue.at), pdf)
            photos += len(record.photos)
            advance()
    return photos


def _entry(name: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(name, at.astimezone(CITY).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry
