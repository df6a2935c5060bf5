"""Files of an evidence pack, one by one: documents and scans as they were sent, and the papers that are made for it."""

from __future__ import annotations

from collections.abc import Iterator

from rba_audit.auditing import status_trend
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.papers.cover_letter import cover_letter
from rba_audit.papers.issue import Issue
from rba_audit.papers.pack_archive import PackError
from rba_audit.papers.pack_contents import PackDocument, document_ending, numbered, safe_name, scan_ending
from rba_audit.papers.pack_index import SitePhotos
from rba_audit.papers.pack_manifest import PackEntry
from rba_audit.papers.pack_papers import (
    annex_pdf,
    annex_rows,
    annex_workbook,
    costs_paper,
    people_paper,
    trend_months,
    trend_paper,
)
from rba_audit.papers.pack_plan import PackPlan, PackSource
from rba_audit.papers.photo_sheet import photo_sheet
from rba_audit.papers.site_dossier import site_tables
from rba_audit.papers.site_profile import site_profile, stage_results, with_recorded_score
from rba_audit.papers.site_report import SiteReports
from rba_audit.papers.typesetting import count_pages
from rba_audit.reports import Provenance, SiteRow, site_rows

PackFiles = Iterator[tuple[PackEntry, bytes]]


def document_files(source: PackSource, plan: PackPlan) -> PackFiles:
    """Yield the files of the documents, as they were sent.

    Raises:
        PackError: a file is lost.
    """
    folder = safe_name(str(say("documents")))
    for number, document in enumerate(plan.documents, 1):
        version = document.version
        if version.file is None:
            continue
        try:
            content = source.register.kla.documents.read_file(version.file)
        except NotInRegister:
            raise _lost(document_title(document)) from None
        name = numbered(number, len(plan.documents), document.words, *version.body.sites[:1])
        entry = PackEntry(
            path=f"{folder}/{name}{document_ending(version)}",
            kind=version.body.kind,
            title=document_title(document),
            pages=version.file.pages,
            document=version.document_id,
            version=version.seq,
            sites=version.body.sites,
            requirements=version.body.requirements,
        )
        yield entry, content


def certificate_files(source: PackSource, plan: PackPlan) -> PackFiles:
    """Yield the scans of the certificates.

    Raises:
        PackError: a scan is lost.
    """
    folder = safe_name(str(say("certificates")))
    scans = [(each.certificate, each.scan) for row in plan.rows for each in plan.certificates[row.id] if each.scan]
    names = {row.id: row.name for row in plan.rows}
    for number, (certificate, scan) in enumerate(scans, 1):
        title = f"{say('Certificate')} {certificate.number} – {names[certificate.site_id]}"
        try:
            _, content = source.register.certificate_scans.read(scan.certificate_id, scan.seq)
        except NotInRegister:
            raise _lost(title) from None
        path = f"{folder}/{numbered(number, len(scans), certificate.site_id)}{scan_ending(scan)}"
        pages = 1 if scan.kind == "picture" else None
        yield PackEntry(path, "certificate", title, pages, sites=(certificate.site_id,)), content


def site_files(source: PackSource, plan: PackPlan, issue: Issue, sheets: list[SitePhotos]) -> PackFiles:
    """Yield the profile and the photo sheet of each site; where the photos are is added to `sheets`.

    Raises:
        PackError: a photo is lost.
    """
    findings = source.audited.findings
    reports = SiteReports(findings, issue, source.locations, source.audited.policies.kla.kha)
    stages = stage_results(source.register, source.audited, plan.rows, source.context)
    titles = {requirement.id: str(requirement.title) for requirement in findings.standard.requirements}
    folder = safe_name(str(say("sites")))
    for number, row in enumerate(plan.rows, 1):
        place = f"{folder}/{numbered(number, len(plan.rows), row.id)}"
        tables, score = site_tables(source, plan, row)
        profile = site_profile(reports, row, with_recorded_score(stages[row.id], score), tables)
        path = f"{place}/{safe_name(str(say('profile')))}.pdf"
        yield _paper(path, "profile", f"{say('Profile of the site')} – {row.name}", profile, row), profile
        sheet = photo_sheet(source.register, findings, issue, row, plan.photos[row.id])
        path = f"{place}/{safe_name(str(say('photos')))}.pdf"
        pages = {id: (page, titles[id]) for id, page in sheet.pages.items()}
        sheets.append(SitePhotos(row.name, path, pages, len(sheet.without)))
        title = f"{say('Photo sheet')} – {row.name}"
        yield _paper(path, "photos", title, sheet.pdf, row, tuple(sheet.pages)), sheet.pdf


def city_files(source: PackSource, plan: PackPlan, issue: Issue) -> PackFiles:
    """Yield the papers about the whole city, and the draft of the letter."""
    findings, register = source.audited.findings, source.register
    annex = annex_rows(findings, plan.rows)
    provenance = Provenance.of(findings.standard, source.day)
    name, title = safe_name(str(say("annex-of-sites"))), str(say("Annex: sites of the round"))
    pdf = annex_pdf(issue, annex)
    yield _paper(f"{name}.pdf", "annex", title, pdf), pdf
    yield PackEntry(f"{name}.xlsx", "annex", title), annex_workbook(issue, annex, provenance)
    months = trend_months()
    points = status_trend(register, source.audited, source.context, source.day, most_months=months)
    pdf = trend_paper(issue, points, register.certificates.all(), len(findings))
    yield (
        _paper(f"{safe_name(str(say('trend')))}.pdf", "trend", str(say("Play spaces and standard play spaces")), pdf),
        pdf,
    )
    chosen = {row.id for row in plan.rows}
    rest = [row for row in site_rows(findings) if row.id not in chosen and row.status != "standard"]
    pdf = costs_paper(issue, findings, rest)
    title = str(say("Plan and costs for the other play spaces"))
    yield _paper(f"{safe_name(str(say('plan-and-costs')))}.pdf", "costs", title, pdf), pdf
    if plan.people:
        pdf = people_paper(issue, plan.people)
        title = str(say("People trained on the rights of the child (KHA)"))
        yield _paper(f"{safe_name(str(say('kha-training')))}.pdf", "kha", title, pdf), pdf
    pdf = cover_letter(issue, plan.office, source.year, _enclosed(plan), len(plan.lacking))
    yield (
        _paper(f"{safe_name(str(say('covering-letter')))}.pdf", "letter", str(say("Covering letter (draft)")), pdf),
        pdf,
    )


def document_title(document: PackDocument) -> str:
    """Return what an index calls a document."""
    body = document.version.body
    parts = [" ".join(filter(None, (document.words, body.number))), body.title]
    return " – ".join([*filter(None, parts), *([str(say("not signed"))] if document.unsigned else [])])


def _enclosed(plan: PackPlan) -> list[tuple[str, int]]:
    enclosed = [
        (say("Sites, each with its profile and photo sheet"), len(plan.rows)),
        (say("Documents"), len(plan.documents)),
        (say("Certificates"), sum(map(len, plan.certificates.values()))),
        (say("Cleared photos"), sum(map(len, plan.photos.values()))),
        (say("People trained"), len(plan.people)),
    ]
    return [(str(name), number) for name, number in enclosed if number]


def _paper(
    path: str, kind: str, title: str, pdf: bytes, row: SiteRow | None = None, requirements: tuple[str, ...] = ()
) -> PackEntry:
    sites = () if row is None else (row.id,)
    return PackEntry(path, kind, title, count_pages(pdf), sites=sites, requirements=requirements)


def _lost(title: str) -> PackError:
    return PackError(
        say(
            "The file of “{title}” is lost on the server, so the pack would not be whole; bring it back from a backup or record it again, then make the pack.",
            title=title,
        )
    )
