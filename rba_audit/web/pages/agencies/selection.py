"""Repairs of the request's sites by agency: the filters of the lists' addresses, and the days by which actions are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request

from rba_audit.days import today
from rba_audit.findings import STATUSES, Findings
from rba_audit.followup.action_list import action_lines, is_unfinished
from rba_audit.messages import Message, say
from rba_audit.papers.agency_lists import AgencyList, AgencyTotals, agency_lists, agency_totals
from rba_audit.reports import SiteRow, site_rows
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.context import list_context
from rba_audit.web.pages.lists.query import read_site_query, select_sites


@dataclass(frozen=True, slots=True)
class AgencySelection:
    """The sites that the request asks for, and the agency if it asks for one.

    Attributes:
        agency: The agency's id; empty for all.
        all: Number of sites without any filter.
        query: The parameters of the address, without the agency and defaults.
        words: The filters as (heading, value).
        logged: `words` with the id of a person instead of the name, for the log of exports.
        unknown: The sentence about parameters whose value is not known; empty if there is none.
    """

    findings: Findings
    rows: Sequence[SiteRow]
    agency: str
    all: int
    query: dict[str, str]
    words: tuple[tuple[Message, str], ...]
    logged: tuple[tuple[Message, str], ...] = ()
    unknown: str = ""

    def totals(self) -> list[AgencyTotals]:
        """Return the totals of each agency with something to repair."""
        wanted = agency_totals(self.findings, self.rows)
        return [agency for agency in wanted if self.agency in ("", agency.id)]

    def lists(self) -> list[AgencyList]:
        """Return the repairs of each agency with something to repair."""
        return agency_lists(self.findings, self.rows, due_dates(), [self.agency] if self.agency else None)


def selected_repairs(agency_id: str = "") -> AgencySelection:
    """Return the selection of the request; an agency that the edition does not have filters nothing.

    Args:
        agency_id: The agency of the path; without it, that of the query.
    """
    findings = services().findings()
    rows = site_rows(findings)
    parameters = {name: text for name, text in request.args.items() if name != "agency"}
    selection = select_sites(
        findings,
        rows,
        read_site_query(parameters),
        statuses=STATUSES,
        order="name",
        context=list_context(),
    )
    agency = agency_id or request.args.get("agency", "")
    names = findings.standard.agencies
    agency = agency if agency in names else ""
    words = ((say("Lead agency"), str(names[agency])),) if agency else ()
    query = {name: text for name, text in selection.query.query(number=1).items() if name != "sort"}
    return AgencySelection(
        findings,
        selection.rows,
        agency,
        len(rows),
        query,
        (*selection.words, *words),
        (*selection.words_without_people, *words),
        selection.unknown_words,
    )


def due_dates() -> dict[tuple[str, str], date]:
    """Return the day by which each unfinished action is due, by (site id, requirement id)."""
    lines = action_lines(services().register, services().audited(), today())
    return {
        (line.action.request.site_id, line.action.request.requirement): line.action.due
        for line in lines
        if is_unfinished(line)
    }
