"""The administrator's page of what left the register: within a span of time, and as a file for a report of a breach."""

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
    "personal.own_file": say("one's own data"),
    "personal.file": say("data of a person"),
    "exports.file": say("this log"),
    "register export": say("sites of the register"),
    "register exports": say("this log"),
    "people export": say("data of a person"),
}


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export as it is shown."""

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
    """What left the register within a span of time."""
    fault = ""
    try:
        found = _found()
    except RbaError as refused:
        found, fault = [], str(refused)
    names = _names()
    shown = render_template(
        "people/exports.html",
        page="exports",
        since=request.args.get("since", ""),
        until=request.args.get("until", ""),
        fault=fault,
        count=len(found),
        photos=sum(each.photos for each in found),
        people=Counter(_who(each, names) for each in found).most_common(),
        lines=[_line(each, names) for each in found[:_SHOWN]],
        most=_SHOWN,
    )
    return (shown, _BAD_REQUEST) if fault else shown


@pages.get("/admin/exports.csv")
@open_to("administer")
def file() -> Response:
    """The same as a file, whole."""
    found = _found()
    describe_export(len(found))
    return download(Response(exports_csv(found, _names()), mimetype="text/csv"), name_of("exports", "csv"))


def _found() -> list[Export]:
    since, until = time_range(request.args.get("since", ""), request.args.get("until", ""))
    return services().register.exports.between(since, until)


def _names() -> dict[str, str]:
    return {each.id: each.name for each in services().register.people.all()}


def _who(each: Export, names: Mapping[str, str]) -> str:
    return names.get(each.person_id) or str(_WHO.get(each.role, each.role))


def _line(each: Export, names: Mapping[str, str]) -> ExportLine:
    return ExportLine(
        format_moment(each.at),
        _who(each, names),
        str(ROLE_WORDS[each.role]) if each.role in ROLE_WORDS else "",
        str(_KINDS.get(each.kind, each.kind)),
        each.filter,
        each.rows,
        each.photos,
    )
