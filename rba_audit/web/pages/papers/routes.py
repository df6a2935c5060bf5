"""Papers of the office as PDF files: a site, all sites of a list, the city, one page for the mayor.

Papers are the office's: readers without an account get none.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.auditing import RegisterAudit
from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.findings import STATUSES
from rba_audit.messages import say
from rba_audit.papers.city_report import CityReport
from rba_audit.papers.pictures import LocationMaps
from rba_audit.papers.site_bundle import write_site_bundle
from rba_audit.papers.site_record import SiteRecord, site_record
from rba_audit.papers.site_report import MOST_PHOTOS, SiteReports
from rba_audit.register import Register
from rba_audit.reports import SiteRow, site_rows
from rba_audit.web.http.access import open_to, require_readable, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.jobs import Job
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.context import list_context
from rba_audit.web.pages.lists.query import SiteSelection, read_site_query, select_sites
from rba_audit.web.pages.papers.issue import issue

pages = Blueprint("papers", __name__)

_PDF: Final = "application/pdf"
_ZIP: Final = "application/zip"
_SEE_OTHER: Final = 303


@pages.get("/papers")
@open_to("read_results")
def page() -> str:
    """Show the papers that can be made; the sites are those of the list with the same address."""
    selection = _selection()
    return render_template("papers/papers.html", page="papers", chosen=selection, job=None)


@pages.get("/sites/<path:site_id>.pdf")
@open_to("read_results")
def site(site_id: str) -> BaseResponse:
    """Serve the report of one site; a site that is in no list (proposed, declined, retired, merged) is in no file either.

    Raises:
        NotInRegister: there is no such site, or it is in no list.
    """
    require_readable(signed_in(), site_id)
    audited = services().audited()
    findings = audited.findings
    if site_id not in findings.source:
        raise NotInRegister(say("This site is in no list, so there is no report about it."))
    index = findings.source.index_of(site_id)
    status = STATUSES[findings.conclusions.status[index]]
    row = next(row for row in site_rows(findings, [status]) if row.position == index)
    reports = _reports(audited)
    record = site_record(services().register, audited, site_id, most_photos=MOST_PHOTOS)
    describe_export(1, photos=len(record.photos), filter=site_id)
    return _pdf(reports.pdf(row, reports.lines([row])[site_id], record), "site_report", site=site_id)


@pages.get("/report.pdf")
@open_to("read_results")
def city() -> BaseResponse:
    """Serve the report of the city."""
    report = _city_report()
    describe_export(len(report.findings))
    return _pdf(report.pdf(), "city_report")


@pages.get("/mayor.pdf")
@open_to("read_results")
def mayor() -> BaseResponse:
    """Serve the one page for the mayor."""
    report = _city_report()
    describe_export(len(report.findings))
    return _pdf(report.one_page(), "mayor")


@pages.post("/papers/sites")
@open_to("read_results")
def start() -> BaseResponse:
    """Start to make the reports of the sites of a list; the page of the job shows the progress."""
    selection, audited = _selection(), services().audited()
    origin = provenance(audited.findings, selection.words)
    name = name_of("site_reports", "zip", day=origin.day, filter=origin.filter)
    work = partial(_make, services().register, audited, _reports(audited), selection.rows)
    exported = provenance(audited.findings, selection.words_without_people).filter_words
    try:
        job = services().jobs.start(signed_in().id, len(selection.rows), name, exported, work)
    except Unavailable as error:  # of other people's work, not of the disk: here its own words help
        flash(str(error), "error")
        query: dict[str, Any] = dict(selection.query.query(number=1))
        return redirect(url_for("papers.page", **query), code=_SEE_OTHER)
    return redirect(url_for("papers.progress", id=job.id), code=_SEE_OTHER)


@pages.get("/papers/sites/<id>")
@open_to("read_results")
def progress(id: str) -> str | Response:
    """Show how far the reports are; with `?state=1` only the numbers, for the script of the page."""
    job = services().jobs.find(id, signed_in().id)
    if request.args.get("state"):
        return jsonify(state=job.state, done=job.done, all=job.all)
    return render_template("papers/papers.html", page="papers", chosen=None, job=job)


@pages.get("/papers/sites/<id>/file")
@open_to("read_results")
def file(id: str) -> BaseResponse:
    """Serve the reports that are ready, as a ZIP file."""
    job = services().jobs.find(id, signed_in().id)
    if job.state != "ready":
        raise NotInRegister(say("These papers are not ready yet; wait on their page."))
    describe_export(job.all, photos=job.photos, filter=job.about)
    return download(send_file(job.path, mimetype=_ZIP), job.name)


@pages.post("/papers/sites/<id>/end")
@open_to("read_results")
def end(id: str) -> BaseResponse:
    """Stop making the reports."""
    services().jobs.end(id, signed_in().id)
    return redirect(url_for("papers.page"), code=_SEE_OTHER)


def _make(
    register: Register, audited: RegisterAudit, reports: SiteReports, rows: tuple[SiteRow, ...], job: Job
) -> None:
    """Write the reports of sites to the file of a job."""

    def record_of(row: SiteRow) -> SiteRecord:
        return site_record(register, audited, row.id, most_photos=MOST_PHOTOS)

    with job.path.open("wb") as target:
        job.photos = write_site_bundle(target, reports, rows, record_of, job.advance)


def _selection() -> SiteSelection:
    """Return the sites that the query of the request chooses, as the list of all sites does."""
    findings = services().findings()
    return select_sites(
        findings,
        site_rows(findings),
        read_site_query(request.args),
        statuses=STATUSES,
        order="name",
        context=list_context(),
    )


def _locations() -> LocationMaps:
    now = services()
    return now.memos.location_maps.get("", now.context, lambda: LocationMaps(now.context, now.policies.whereabouts))


def _reports(audited: RegisterAudit) -> SiteReports:
    return SiteReports(audited.findings, issue(), _locations(), services().policies.kla.kha)


def _city_report() -> CityReport:
    return CityReport(services().findings(), issue(), _locations())


def _pdf(content: bytes, name: str, *, site: str = "") -> BaseResponse:
    return download(Response(content, mimetype=_PDF), name_of(name, "pdf", site=site))
