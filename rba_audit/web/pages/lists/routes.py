"""Lists of sites (all, not conforming, not known) and their files.

Each request reads the findings once; nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Response, render_template, request

from rba_audit.findings import STATUSES, Findings, Status
from rba_audit.reports import (
    LISTED,
    ListName,
    SiteRow,
    features_of,
    geojson_chunks,
    kml,
    list_csv,
    list_rows,
    list_workbook,
    repairs,
    site_rows,
)
from rba_audit.reports.summaries import by_agency
from rba_audit.web.http.access import READERS, open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import SiteSelection, read_site_query, select_sites
from rba_audit.web.pages.results import pages

_GEOJSON: Final = "application/geo+json"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KML: Final = "application/vnd.google-earth.kml+xml"


@pages.get("/sites")
@open_to(READERS)
def sites() -> str:
    """All sites, to search, narrow and sort."""
    findings = services().findings()
    selection = _selection(findings, site_rows(findings), STATUSES, "name")
    return render_template("lists/sites.html", page="sites", list="sites", chosen=selection)


@pages.get("/non-standard")
@open_to(READERS)
def non_standard() -> str:
    """The sites that do not conform, and the repairs behind them under the agency that leads each."""
    findings = services().findings()
    selection = _selection(findings, list_rows(findings, "non_standard"), LISTED["non_standard"], "status")
    agencies = by_agency(list(repairs(findings, selection.shown)))
    return render_template(
        "lists/non_standard.html", page="non_standard", list="non_standard", chosen=selection, agencies=agencies
    )


@pages.get("/not-known")
@open_to(READERS)
def not_known() -> str:
    """The sites that are undetermined or not audited."""
    findings = services().findings()
    selection = _selection(findings, list_rows(findings, "not_known"), LISTED["not_known"], "status")
    return render_template("lists/not_known.html", page="not_known", list="not_known", chosen=selection)


def _selection(findings: Findings, rows: Sequence[SiteRow], statuses: Sequence[Status], order: str) -> SiteSelection:
    """Return the rows of a list that match the query of the request."""
    doubted = services().positions().doubts
    return select_sites(findings, rows, read_site_query(request.args), statuses=statuses, order=order, doubted=doubted)


@pages.get("/non-standard.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def non_standard_file(file_format: str) -> Response:
    """The list of sites that do not conform, as a file."""
    return _list_file("non_standard", file_format)


@pages.get("/not-known.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def not_known_file(file_format: str) -> Response:
    """The list of sites that are undetermined or not audited, as a file."""
    return _list_file("not_known", file_format)


@pages.get("/sites.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def sites_file(file_format: str) -> Response:
    """The list of all sites, as a file."""
    return _list_file(None, file_format)


def _list_file(name: ListName | None, file_format: str) -> Response:
    """Return a list (all sites without a name) as a file: the rows of its page, in their order."""
    findings = services().findings()
    if name is None:
        selection = _selection(findings, site_rows(findings), STATUSES, "name")
    else:
        selection = _selection(findings, list_rows(findings, name), LISTED[name], "status")
    rows, origin = selection.rows, provenance(findings, selection.words)
    describe_export(len(rows), filter=origin.filter_words)
    makers: dict[str, Callable[[], Response]] = {
        "csv": lambda: Response(list_csv(rows, origin), mimetype="text/csv"),
        "xlsx": lambda: Response(list_workbook(findings, name, rows, origin), mimetype=_XLSX),
        "geojson": lambda: Response(geojson_chunks(features_of(findings, rows), origin), mimetype=_GEOJSON),
        "kml": lambda: Response(kml(findings, rows, origin), content_type=_KML),
    }
    return download(makers[file_format](), name_of(name or "sites", file_format, day=origin.day, filter=origin.filter))
