"""Lists of sites (all, not conforming, not known) and their files.

Each request reads the findings once; nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Response, render_template, request

from rba_audit.findings import STATUSES, Findings
from rba_audit.messages import language, say
from rba_audit.reports import (
    LISTED,
    ListName,
    features_of,
    geojson_chunks,
    geopackage,
    kml,
    list_csv,
    list_workbook,
    repairs,
    site_details,
    site_rows,
)
from rba_audit.reports.spreadsheets import Separator
from rba_audit.reports.summaries import by_agency
from rba_audit.web.http.access import READERS, open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import reader_key, reads_as_public, services
from rba_audit.web.pages.lists.context import list_context
from rba_audit.web.pages.lists.query import SiteSelection, read_site_query, select_sites
from rba_audit.web.pages.lists.saved_views import saved_views
from rba_audit.web.pages.results import pages

_GEOJSON: Final = "application/geo+json"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_SITES: Final = 5
"""How many sites the page names for each repair, before it links to all of them."""
_GPKG: Final = "application/geopackage+sqlite3"
_SEMICOLON: Final = "semicolon"
_KML: Final = "application/vnd.google-earth.kml+xml"


@pages.get("/sites")
@open_to(READERS)
def sites() -> str:
    """All sites, to search, narrow and sort."""
    findings = services().findings()
    selection = _selection(findings, None)
    return render_template("lists/sites.html", page="sites", list="sites", chosen=selection, views=saved_views())


@pages.get("/non-standard")
@open_to(READERS)
def non_standard() -> str:
    """The sites that do not conform, and the repairs behind them under the agency that leads each."""
    findings = services().findings()
    selection = _selection(findings, "non_standard")
    agencies = by_agency(list(repairs(findings, selection.shown)))
    return render_template(
        "lists/non_standard.html",
        page="non_standard",
        list="non_standard",
        chosen=selection,
        agencies=agencies,
        views=saved_views(),
        most_sites=_MOST_SITES,
    )


@pages.get("/not-known")
@open_to(READERS)
def not_known() -> str:
    """The sites that are undetermined or not audited."""
    findings = services().findings()
    selection = _selection(findings, "not_known")
    return render_template(
        "lists/not_known.html", page="not_known", list="not_known", chosen=selection, views=saved_views()
    )


def _selection(findings: Findings, name: ListName | None) -> SiteSelection:
    """Return the rows of a list (None: all sites) that match the query of the request."""
    statuses = LISTED[name] if name else STATUSES
    key = (name, language(), reader_key())
    rows = services().memos.site_rows.get(key, findings, lambda: tuple(site_rows(findings, statuses)))
    query, order = read_site_query(request.args), "status" if name else "name"
    return select_sites(findings, rows, query, statuses=statuses, order=order, context=list_context())


@pages.get("/non-standard.<any(csv, xlsx, geojson, kml, gpkg):file_format>")
@open_to(READERS)
def non_standard_file(file_format: str) -> Response:
    """The list of sites that do not conform, as a file."""
    return _list_file("non_standard", file_format)


@pages.get("/not-known.<any(csv, xlsx, geojson, kml, gpkg):file_format>")
@open_to(READERS)
def not_known_file(file_format: str) -> Response:
    """The list of sites that are undetermined or not audited, as a file."""
    return _list_file("not_known", file_format)


@pages.get("/sites.<any(csv, xlsx, geojson, kml, gpkg):file_format>")
@open_to(READERS)
def sites_file(file_format: str) -> Response:
    """The list of all sites, as a file."""
    return _list_file(None, file_format)


def _list_file(name: ListName | None, file_format: str) -> Response:
    """Return a list (all sites without a name) as a file: the rows of its page, in their order."""
    findings = services().findings()
    selection = _selection(findings, name)
    rows, origin = selection.rows, provenance(findings, selection.words)
    # The log holds no name of an auditor: names are erased there one by one.
    describe_export(len(rows), filter=provenance(findings, selection.words_without_people).filter_words)
    details = site_details(findings, rows, selection.context.audits, named=not reads_as_public())

    def file_of(kind: str, filter: Sequence[str] = origin.filter) -> str:
        return name_of(name or "sites", kind, day=origin.day, filter=filter)

    def spreadsheet() -> Response:
        note = say("{filter}. All rows are in {file}.", filter=origin.filter_words, file=file_of("xlsx", ()))
        cut = say("Some cells show only their beginning; their whole text is in {file}.", file=file_of("csv"))
        content = list_workbook(
            findings, name, rows, origin, details, note=str(note) if selection.words else "", note_if_cut=str(cut)
        )
        return Response(content, mimetype=_XLSX)

    separator: Separator = ";" if request.args.get("separator") == _SEMICOLON else ","
    makers: dict[str, Callable[[], Response]] = {
        "csv": lambda: Response(list_csv(rows, origin, details, separator=separator), mimetype="text/csv"),
        "xlsx": spreadsheet,
        "geojson": lambda: Response(geojson_chunks(features_of(findings, rows, details), origin), mimetype=_GEOJSON),
        "kml": lambda: Response(kml(findings, rows, origin, details), content_type=_KML),
        "gpkg": lambda: Response(geopackage(findings, rows, origin, details), mimetype=_GPKG),
    }
    return download(makers[file_format](), file_of(file_format))
