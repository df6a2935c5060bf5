"""Repairs by agency: a page with totals, a letter and a workbook for each agency, and all of them in one ZIP file."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.papers.agency_letters import agency_letter
from rba_audit.papers.agency_lists import sites_to_repair, sum_of_costs
from rba_audit.papers.agency_package import agency_package
from rba_audit.papers.agency_workbooks import agency_workbook
from rba_audit.web.http.access import open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.agencies.selection import AgencySelection, selected_repairs
from rba_audit.web.pages.lists.query import NOT_STATED, FilterOption

pages = Blueprint("agencies", __name__)

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/agencies")
@open_to("follow_up")
def page() -> str:
    """What each agency is to repair: sites, repairs and costs, with a letter and a workbook."""
    selection = selected_repairs()
    totals = selection.totals()
    standard = selection.findings.standard
    return render_template(
        "agencies/agencies.html",
        page="agencies",
        selection=selection,
        totals=totals,
        sites=sites_to_repair(selection.findings, selection.rows),
        cost=sum_of_costs([agency.cost for agency in totals], standard.currency),
        currency=standard.currency,
        kecamatan=_kecamatan(selection),
        filters=[f"{heading}: {words}" for heading, words in selection.words],
    )


def _kecamatan(selection: AgencySelection) -> list[FilterOption]:
    """Return the options of the filter by kecamatan."""
    names = {site.kecamatan for site in selection.findings.source} - {""}
    chosen = selection.query.get("kecamatan", "")
    options = [FilterOption(name, name, name == chosen) for name in sorted(names, key=str.casefold)]
    return [*options, FilterOption(NOT_STATED, str(say("not stated")), chosen == NOT_STATED)]


@pages.get("/agencies.zip")
@open_to("follow_up")
def package() -> Response:
    """A letter and a workbook for each agency, and an index."""
    selection = selected_repairs()
    lists, origin = selection.lists(), provenance(selection.findings, selection.words)
    describe_export(
        sum(len(agency.lines) for agency in lists), filter=provenance(selection.findings, selection.logged).filter_words
    )
    made = agency_package(lists, selection.findings, services().register.office.get(), origin, now_utc())
    response = Response(made, mimetype="application/zip")
    return download(response, name_of("agencies", "zip", day=origin.day, filter=origin.filter))


@pages.get("/agencies/<path:agency_id>.<any(pdf, xlsx):paper>")
@open_to("follow_up")
def file(agency_id: str, paper: str) -> Response:
    """The letter to an agency (PDF), or its workbook.

    Raises:
        NotInRegister: The edition has no such agency, or it has nothing to repair at these sites.
    """
    selection = selected_repairs(agency_id)
    lists = selection.lists() if selection.agency == agency_id else []
    if not lists:
        raise NotInRegister(
            say("This agency has nothing to repair at these sites; choose one on the page of agencies.")
        )
    agency, origin = lists[0], provenance(selection.findings, selection.words)
    describe_export(len(agency.lines), filter=provenance(selection.findings, selection.logged).filter_words)
    if paper == "pdf":
        office = services().register.office.get()
        letter = agency_letter(agency, office, selection.findings.standard, origin, now_utc())
        response = Response(letter, mimetype="application/pdf")
    else:
        response = Response(agency_workbook(agency, selection.findings, origin), mimetype=_XLSX)
    holds = "agency_letter" if paper == "pdf" else "agency_repairs"
    return download(response, name_of(holds, paper, site=agency_id, day=origin.day, filter=origin.filter[:-1]))
