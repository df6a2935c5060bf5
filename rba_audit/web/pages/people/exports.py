"""Log of exports for administrators: a page for a time range, and a CSV file for a data breach report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template, request

from rba_audit.errors import RbaError
from rba_audit.messages import Message, say
from rba_audit.permissions import ROLE_WORDS
from rba_audit.register.exports import COMMAND_LINE, PUBLIC, Export
from rba_audit.reports.export_log import exports_csv, time_range
from rba_audit.web.http.access import open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services

pages = Blueprint("exports", __name__)

_BAD_REQUEST: Final = 400
_SHOWN: Final = 200
_WHO: Final[Mapping[str, Message]] = {PUBLIC: say("not signed in"), COMMAND_LINE: say("command line")}
_KINDS: Final[Mapping[str, Message]] = {
    "planners.sites_file": say("list of all sites"),
    "planners.non_standard_file": say("list of sites that are not standard"),
    "planners.not_known_file": say("list of sites not known yet"),
    "planners.api_sites": say("all audited sites"),
    "coverage.file": say("coverage"),
    "plans.city_file": say("plan of the city"),
    "plans.site_file": say("plan of a site"),
    "followups.actions_file": say("list of actions"),
    "followups.surveillance_calendar": say("calendar of surveillance"),
    "followups.action_photo": say("photo of an action"),
    "reviewers.agreement_file": say("agreement of auditors"),
    "forum.of_site_file": say("children's answers of a site"),
    "api.get_document": say("document of a visit"),
    "pictures.of_visit": say("photo of a visit"),
    "dangers.photo": say("photo of a danger"),
    "clearances.preview": say("photo looked at before clearing"),
    "clearances.public_photo": say("cleared photo"),
    "kha.people_file": say("list of trained people"),
    "kha.person_file": say("data of a trained person"),
    "kha.blank_table": say("empty table for trained people"),
    "personal.own_file": say("one's own data"),
    "personal.file": say("data of a person"),
    "exports.file": say("this log"),
    "links.shared": say("overview by a read-only link"),
    "register export": say("sites of the register"),
    "register exports": say("this log"),
    "people export": say("data of a person"),
}


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export in the table of the page."""

    when: str
    who: str
    role: str
    kind: str
    filter: str
    rows: int | None
    photos: int


@pages.get("/admin/exports")
@open_to("administer")
def page() -> str | tuple[str, int]:
    """List the exports within a time range."""
    fault = ""
    try:
        exports = _requested_exports()
    except RbaError as error:
        exports, fault = [], str(error)
    names = _names()
    html = render_template(
        "people/exports.html",
        page="exports",
        since=request.args.get("since", ""),
        until=request.args.get("until", ""),
        fault=fault,
        count=len(exports),
        photos=sum(export.photos for export in exports),
        people=Counter(_who(export, names) for export in exports).most_common(),
        lines=[_line(export, names) for export in exports[:_SHOWN]],
        most=_SHOWN,
    )
    return (html, _BAD_REQUEST) if fault else html


@pages.get("/admin/exports.csv")
@open_to("administer")
def file() -> Response:
    """Serve all exports within the time range as CSV."""
    exports = _requested_exports()
    describe_export(len(exports))
    return download(Response(exports_csv(exports, _names()), mimetype="text/csv"), name_of("exports", "csv"))


def _requested_exports() -> list[Export]:
    since, until = time_range(request.args.get("since", ""), request.args.get("until", ""))
    return services().register.exports.between(since, until)


def _names() -> dict[str, str]:
    return {person.id: person.name for person in services().register.people.all()}


def _who(export: Export, names: Mapping[str, str]) -> str:
    return names.get(export.person_id) or str(_WHO.get(export.role, export.role))


def export_kind_words(kind: str) -> str:
    """Return the words for the kind of an export."""
    return str(_KINDS.get(kind, kind))


def _line(export: Export, names: Mapping[str, str]) -> ExportLine:
    return ExportLine(
        format_moment(export.at),
        _who(export, names),
        str(ROLE_WORDS[export.role]) if export.role in ROLE_WORDS else "",
        export_kind_words(export.kind),
        export.filter,
        export.rows,
        export.photos,
    )
