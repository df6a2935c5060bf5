"""Command that writes papers as PDF files: a report for each site, the report of the city, one page for the mayor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rba_audit.auditing import audit, audit_with_visits
from rba_audit.cli.auditing import read
from rba_audit.cli.context import context_of, context_with_layers
from rba_audit.days import CITY, now_utc
from rba_audit.findings import Findings
from rba_audit.layers import ContextFeature
from rba_audit.messages import say
from rba_audit.outputs.folders import writing_into
from rba_audit.papers.city_report import CityReport
from rba_audit.papers.issue import Issue
from rba_audit.papers.pictures import LocationMaps
from rba_audit.papers.site_bundle import site_papers
from rba_audit.papers.site_record import SiteRecord, site_record
from rba_audit.papers.site_report import MOST_PHOTOS, SiteReports
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.reports import SiteRow, file_name, site_rows
from rba_audit.standard import load_standard


def run(options: argparse.Namespace) -> int:
    """Write the papers of a file of sites, or of a register with its visits, photos and children's answers."""
    standard, context = load_standard(options.standard), context_of(options)
    if options.sites is not None:
        findings = audit(
            read(options), standard, context=context, extension=options.extension, policies=options.policies
        )
        return _write(options, findings, context, Issue("", now_utc()), lambda _row: SiteRecord())
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        at = now_utc()
        day = at.astimezone(CITY).date()
        context = context_with_layers(register, context, options.policies)
        audited = audit_with_visits(register, standard, context=context, day=day, policies=options.policies)
        office = register.office.get()

        def record_of(row: SiteRow) -> SiteRecord:
            return site_record(register, audited, row.id, most_photos=MOST_PHOTOS)

        issue = Issue(office.name or office.government, at)
        return _write(options, audited.findings, context, issue, record_of)


def _write(
    options: argparse.Namespace,
    findings: Findings,
    context: tuple[ContextFeature, ...],
    issue: Issue,
    record_of: Callable[[SiteRow], SiteRecord],
) -> int:
    folder: Path = options.out
    locations = LocationMaps(context, options.policies.whereabouts)
    city, rows = CityReport(findings, issue, locations), site_rows(findings)
    day = issue.at.astimezone(CITY).date()
    with writing_into(folder), _progress(len(rows)) as show:
        for word, content in ((say("city-report"), city.pdf()), (say("for-the-mayor"), city.one_page())):
            (folder / file_name(str(word), "pdf", day=day)).write_bytes(content)
        papers = site_papers(SiteReports(findings, issue, locations, options.policies.kla.kha), rows, record_of)
        for done, (name, pdf, _record) in enumerate(papers, start=1):
            (folder / name).write_bytes(pdf)
            show(done)
    print(say("{count} papers written to {folder}", count=len(rows) + 2, folder=folder))
    return 0


@contextmanager
def _progress(all: int) -> Iterator[Callable[[int], None]]:
    """Yield a callback that shows the number of papers on a terminal; without a terminal it prints nothing."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return

    def show(done: int) -> None:
        print(f"\r{say('papers: {done} of {all}', done=done, all=all)}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
