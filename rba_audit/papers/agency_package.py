"""ZIP file with a letter and a workbook for each agency, and an index of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from rba_audit.findings import Findings
from rba_audit.messages import say
from rba_audit.papers.agency_letters import agency_letter
from rba_audit.papers.agency_lists import AgencyList
from rba_audit.papers.agency_workbooks import agency_workbook, index_workbook
from rba_audit.register.office import Office
from rba_audit.reports import Provenance, file_name


def agency_package(
    agencies: Sequence[AgencyList], findings: Findings, office: Office, provenance: Provenance, at: datetime
) -> bytes:
    """Return a ZIP file with a PDF letter and an XLSX workbook for each agency, and one workbook with the totals of all.

    Letters are dated with the day of `at` in the city; `provenance` has the day, edition and filter of the lines.
    Agencies whose ids give the same file name have a number before theirs, so that no file replaces another.
    """
    # Some file systems hold letters of both cases for the same.
    names = [file_name("", "", day=provenance.day, site=agency.totals.id).casefold() for agency in agencies]
    index = index_workbook([agency.totals for agency in agencies], findings, provenance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file_name(str(say("agencies")), "xlsx", day=provenance.day), index)
        for number, agency in enumerate(agencies, start=1):
            before = f"{number:0{len(str(len(agencies)))}}-" if names.count(names[number - 1]) > 1 else ""
            letter = agency_letter(agency, office, findings.standard, provenance, at)
            workbook = agency_workbook(agency, findings, provenance)
            for name, kind, content in ((say("letter"), "pdf", letter), (say("repairs"), "xlsx", workbook)):
                entry = file_name(str(name), kind, day=provenance.day, site=agency.totals.id)
                archive.writestr(f"{before}{entry}", content)
    return buffer.getvalue()
