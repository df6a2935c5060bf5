"""Preview of a letter: its first pages as pictures inside the page."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from rba_audit.days import now_utc
from rba_audit.findings import Findings
from rba_audit.papers.agency_letters import LETTER_TEMPLATE, letter_data
from rba_audit.papers.agency_lists import AgencyList, AgencyTotals, agency_lists, agency_totals, sum_of_costs
from rba_audit.papers.typesetting import page_pictures
from rba_audit.register.office import Office
from rba_audit.reports import site_rows
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services

_PAGES: Final = 3
_LINES: Final = 5  # of the appendix


def letter_preview(office: Office) -> list[str]:
    """Return the first pages of a letter of this office as data URLs of PNG pictures.

    The letter is that to the most urgent agency; without anything to repair it is one with an empty table.
    """
    findings = services().findings()
    data = letter_data(_sample(findings), office, findings.standard, provenance(findings), now_utc())
    data["chapters"] = [{**chapter, "rows": chapter["rows"][:_LINES]} for chapter in data["chapters"][:1]]
    pictures = page_pictures(LETTER_TEMPLATE, data)[:_PAGES]
    return [f"data:image/png;base64,{b64encode(picture).decode()}" for picture in pictures]


def _sample(findings: Findings) -> AgencyList:
    rows = site_rows(findings)
    first = agency_totals(findings, rows)[:1]
    if first:
        return agency_lists(findings, rows, {}, [first[0].id])[0]
    standard = findings.standard
    agency, name = next(iter(standard.agencies.items()))
    return AgencyList(AgencyTotals(agency, name, 0, 0, 0, 0, 0, (), sum_of_costs([], standard.currency)), ())
