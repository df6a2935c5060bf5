"""Write the evidence pack of a round: one ZIP file with an index whose first page says what is missing (`docs/evidence-pack.md`).

The same state of the register gives the same bytes for the same day, language and rules. Files are written one by one, so that
memory holds one of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from itertools import chain
from typing import IO, Final

import rba_audit
from rba_audit.days import CITY
from rba_audit.kla.folder import FolderItem
from rba_audit.messages import format_day, language, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.pack_archive import PackArchive
from rba_audit.papers.pack_contents import about_round, lacking_words
from rba_audit.papers.pack_entries import certificate_files, city_files, document_files, document_title, site_files
from rba_audit.papers.pack_index import IndexContents, LackingRow, SitePhotos, index_html, index_pdf, lacking_json
from rba_audit.papers.pack_manifest import MANIFEST, PackEntry, WrittenEntry, manifest_json
from rba_audit.papers.pack_plan import PackPlan, PackSource
from rba_audit.papers.typesetting import count_pages
from rba_audit.register.office import Office

INDEX: Final = "index.pdf"
INDEX_PAGE: Final = "index.html"


@dataclass(frozen=True, slots=True)
class PackResult:
    """A pack that was written: its SHA-256, size, and how many files, photos, trained people and missing documents it has."""

    sha256: str
    bytes: int
    files: int
    photos: int
    people: int
    lacking: int


def write_pack(source: PackSource, plan: PackPlan, target: IO[bytes], advance: Callable[[], None]) -> PackResult:
    """Write a pack in the current language; `advance` is called after each of the plan's `steps`, and may raise to stop.

    Raises:
        PackError: a file is lost, or the pack is too large.
    """
    archive, issue = PackArchive(target, source.day), pack_issue(plan.office, source.day)
    files: list[WrittenEntry] = []
    sheets: list[SitePhotos] = []

    def add(entry: PackEntry, content: bytes) -> None:
        archive.add(entry.path, content)
        files.append(WrittenEntry(entry, sha256(content).hexdigest(), len(content)))

    for entry, content in chain(
        document_files(source, plan),
        certificate_files(source, plan),
        site_files(source, plan, issue, sheets),
        city_files(source, plan, issue),
    ):
        add(entry, content)
        advance()
    index = IndexContents(
        year=source.year,
        lacking=[_lacking(source, plan, item) for item in plan.lacking],
        files=tuple(files),
        linked=[(document_title(each), each.version.body.link) for each in plan.documents if each.version.body.link],
        photos=sheets,
        remarks=list(_remarks(plan)),
    )
    pdf, title = index_pdf(issue, index), str(say("Index"))
    add(PackEntry(INDEX, "index", title, count_pages(pdf)), pdf)
    add(PackEntry(INDEX_PAGE, "index", title), index_html(issue, index))
    policies, findings = source.audited.policies, source.audited.findings
    about = about_round(plan.round, policies.digest, findings, rba_audit.__version__, language(), source.day)
    about["sites"] = [{"id": row.id, "name": row.name} for row in plan.rows]
    archive.add(MANIFEST, manifest_json(about, lacking_json(plan.lacking), files))
    hash, photos = archive.close(), sum(map(len, plan.photos.values()))
    return PackResult(hash, archive.bytes, len(files) + 1, photos, len(plan.people), len(plan.lacking))


def pack_issue(office: Office, day: date) -> Issue:
    """Return office and day of the papers of a pack: noon in the city, whatever the time is."""
    return Issue(office.name or office.government, datetime.combine(day, time(12), CITY), whole_day=True)


def _lacking(source: PackSource, plan: PackPlan, item: FolderItem) -> LackingRow:
    names = {row.id: row.name for row in plan.rows}
    agency = source.audited.findings.standard.agencies.get(item.agency)
    return LackingRow(
        state=lacking_words(item.state),
        document=str(item.kind.words),
        site=names.get(item.site_id, item.site_id) if item.site_id else str(say("the whole city")),
        holder=str(agency) if agency else item.agency or str(say("unknown")),
        due=format_day(item.due),
        asked=format_day(item.asked_at.astimezone(CITY).date()) if item.asked_at else str(say("not asked yet")),
    )


def _remarks(plan: PackPlan) -> Iterator[str]:
    if not plan.rows:
        yield str(say("No site is nominated for this round, and none was audited: the pack has no sites."))
    elif not plan.nominated:
        yield str(
            say(
                "No site is nominated for this round yet: the pack has all {count} audited sites.", count=len(plan.rows)
            )
        )
    if not plan.people:
        yield str(say("No people trained on the rights of the child are recorded; the pack has no list of them."))
    yield str(
        say(
            "Profiles, photo sheets, the annex and the letter of this pack are made by the program from the register. Signed ones count once they are recorded as documents."
        )
    )
    yield str(
        say(
            "Only photos cleared for handing out are in the pack. The hash of this file is in manifest.json; whether the pack is whole is checked with: rba-audit pack verify."
        )
    )
