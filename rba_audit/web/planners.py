"""The planner's pages: overview, map, lists, one site, and every list as a file.

Each request reads the findings once; nothing is judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.findings import STATUSES, Findings, Status
from rba_audit.findings.status_changes import StatusChange, changes_by_must_fix
from rba_audit.maps import ComplianceMap, compliance_map
from rba_audit.moves import COUNTED
from rba_audit.register.notices import MUST_FIX
from rba_audit.reports import (
    LISTED,
    ListName,
    Row,
    features_of,
    geojson_chunks,
    kml,
    list_csv,
    list_workbook,
    listed,
    repairs,
    rows,
)
from rba_audit.web.access import OF_A_SITE, READERS, may_open, open_to, person, require_readable
from rba_audit.web.became import since_then
from rba_audit.web.choosing import DOUBTED, Chosen, choose, read_wish
from rba_audit.web.clearances import shown_photos
from rba_audit.web.counting_now import counting_now
from rba_audit.web.doubted import doubts_told
from rba_audit.web.downloads import download, name_of
from rba_audit.web.exporting import note_content
from rba_audit.web.forum import summary as children_summary
from rba_audit.web.judged import judged, reader_key, reads_as_public
from rba_audit.web.night import night_visit
from rba_audit.web.overviews import by_agency, districts, next_visits, not_located, priorities
from rba_audit.web.place_words import standing_of
from rba_audit.web.provenance import provenance
from rba_audit.web.site_pages import site_page
from rba_audit.web.site_visits import visits_of_site
from rba_audit.web.sketches import legend_mark
from rba_audit.words import language

pages = Blueprint("planners", __name__)

_SEE_OTHER: Final = 303
_FIRST: Final = 8
"""How many entries a list of the overview shows."""
_GEOJSON: Final = "application/geo+json"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KML: Final = "application/vnd.google-earth.kml+xml"


@pages.get("/")
@open_to(READERS)
def dashboard() -> str:
    """What the register amounts to, and what to do first."""
    findings = judged().findings()
    found = rows(findings)
    red = sorted((row for row in found if row.red or row.must_fix), key=lambda row: (-len(row.red), -len(row.must_fix)))
    return render_template(
        "planners/dashboard.html",
        page="dashboard",
        counts=findings.counts(),
        total=len(findings),
        audited=len(findings) - findings.counts()["not_audited"],
        located=len(findings) - not_located(findings),
        priorities=priorities(findings, _FIRST),
        red=red[:_FIRST],
        red_total=len(red),
        visits=next_visits(findings, found, _FIRST),
        visits_total=sum(row.status in LISTED["not_known"] for row in found),
        districts=districts(found),
        doubted=len(judged().positions().doubts),
        doubted_wish={"position": DOUBTED},
        moved=_moved_by_must_fix(findings),
        names_of_sites={row.id: row.name for row in found},
    )


def _moved_by_must_fix(findings: Findings) -> list[StatusChange]:
    """Return the places that an upgrade moved, for the office until somebody there has put that notice away."""
    if not may_open("planners.dismiss_must_fix") or judged().register.notices.seen(MUST_FIX):
        return []
    return list(changes_by_must_fix(findings))


@pages.post("/notices/must-fix")
@open_to("plan")
def dismiss_must_fix() -> BaseResponse:
    """Put the notice about moved places away, for the whole office."""
    judged().register.notices.mark_seen(MUST_FIX)
    return redirect(url_for("planners.dashboard"), code=_SEE_OTHER)


@pages.get("/map")
@open_to(READERS)
def map_page() -> str:
    """The compliance map within the site's own frame."""
    return render_template("planners/map.html", page="map", map=_map())


@pages.get("/map.js")
@open_to(READERS)
def map_script() -> Response:
    """The script that starts the map, with the sites inside."""
    script = _map().script
    response = Response(script, mimetype="text/javascript")
    response.set_etag(hashlib.sha256(script.encode()).hexdigest())
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response, perhaps emptied


def _map() -> ComplianceMap:
    """Return the map of the register as it is now, drawn once for each language and for the public view."""
    findings = judged().findings()
    return judged().memos.maps.get((language(), *reader_key()), findings, lambda: _drawn(findings))


def _drawn(findings: Findings) -> ComplianceMap:
    boundaries = [place.feature for place in judged().context if place.layer == "boundary"]
    hrefs = {site: url_for("planners.site", site_id=site) for site in findings.source.ids}
    return compliance_map(findings, boundaries=boundaries, hrefs=hrefs)


@pages.get("/sites")
@open_to(READERS)
def sites() -> str:
    """All sites, to search, narrow and sort."""
    findings = judged().findings()
    chosen = _chosen(findings, rows(findings), STATUSES, "name")
    return render_template("planners/sites.html", page="sites", list="sites", chosen=chosen)


@pages.get("/sites/<path:site_id>")
@open_to(OF_A_SITE)
def site(site_id: str) -> str:
    """One site with the reason for every outcome."""
    reader = person()
    require_readable(reader, site_id)
    state = standing_of(site_id, reader)
    if state is not None and state.standing == "merged":
        return render_template("places/merged.html", page="sites", site_id=site_id, place=state)
    findings = judged().findings_at(site_id)
    position = findings.source.index_of(site_id)
    row = next(
        row for row in rows(findings, [STATUSES[findings.conclusions.status[position]]]) if row.position == position
    )
    return render_template(
        "planners/site.html",
        page="sites",
        site=site_page(findings, row),
        visits=visits_of_site(judged().register, site_id, reader),
        photos=shown_photos(site_id),
        counting=counting_now(site_id, reader),
        children=None if reads_as_public() else children_summary(site_id),
        children_audit=judged().policies.forum,
        became=since_then(site_id),
        doubts=doubts_told(site_id, reader),
        settled=judged().positions().settled.get(site_id),
        night=[] if reads_as_public() or not _was_audited(site_id) else night_visit(findings, position),
        site_id=site_id,
        legend_mark=legend_mark,
        place=state,
    )


def _was_audited(site_id: str) -> bool:
    return site_id in judged().audited(COUNTED).counts


@pages.get("/non-standard")
@open_to(READERS)
def non_standard() -> str:
    """The sites that do not conform, and the repairs behind them under the agency that leads each."""
    findings = judged().findings()
    chosen = _chosen(findings, listed(findings, "non_standard"), LISTED["non_standard"], "status")
    agencies = by_agency(list(repairs(findings, chosen.shown)))
    return render_template(
        "planners/non_standard.html", page="non_standard", list="non_standard", chosen=chosen, agencies=agencies
    )


@pages.get("/not-known")
@open_to(READERS)
def not_known() -> str:
    """The sites nobody knows enough about."""
    findings = judged().findings()
    chosen = _chosen(findings, listed(findings, "not_known"), LISTED["not_known"], "status")
    return render_template("planners/not_known.html", page="not_known", list="not_known", chosen=chosen)


def _chosen(findings: Findings, found: Sequence[Row], statuses: Sequence[Status], order: str) -> Chosen:
    """Return what was asked for of a list of sites."""
    doubted = judged().positions().doubts
    return choose(findings, found, read_wish(request.args), statuses=statuses, order=order, doubted=doubted)


@pages.get("/non-standard.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def non_standard_file(file_format: str) -> Response:
    """The list of sites that do not conform, as a file."""
    return _list_file("non_standard", file_format)


@pages.get("/not-known.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def not_known_file(file_format: str) -> Response:
    """The list of sites nobody knows enough about, as a file."""
    return _list_file("not_known", file_format)


@pages.get("/sites.<any(csv, xlsx, geojson, kml):file_format>")
@open_to(READERS)
def sites_file(file_format: str) -> Response:
    """The list of all sites, as a file."""
    return _list_file(None, file_format)


def _list_file(name: ListName | None, file_format: str) -> Response:
    """Return a list (all sites without a name) as a file: the rows of its page, in their order."""
    findings = judged().findings()
    if name is None:
        chosen = _chosen(findings, rows(findings), STATUSES, "name")
    else:
        chosen = _chosen(findings, listed(findings, name), LISTED[name], "status")
    found, told = chosen.found, provenance(findings, chosen.words)
    note_content(len(found), filter=told.filter_words)
    makers: dict[str, Callable[[], Response]] = {
        "csv": lambda: Response(list_csv(found, told), mimetype="text/csv"),
        "xlsx": lambda: Response(list_workbook(findings, name, found, told), mimetype=_XLSX),
        "geojson": lambda: Response(geojson_chunks(features_of(findings, found), told), mimetype=_GEOJSON),
        "kml": lambda: Response(kml(findings, found, told), content_type=_KML),
    }
    return download(makers[file_format](), name_of(name or "sites", file_format, day=told.day, filter=told.filter))
