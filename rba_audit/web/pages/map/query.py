"""Query of the map's page: what the server knows of its filters and marks, as the map's script reads it.

The script itself applies `q`, `status`, `kind`, `kecamatan` and `due`; every other filter of the lists is answered here.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from rba_audit.findings import STATUSES, Findings
from rba_audit.followup.due import DUE_KINDS, DUE_WORDS
from rba_audit.messages import Message, say
from rba_audit.reports import LISTED, site_rows
from rba_audit.web.http.access import may_open
from rba_audit.web.http.due import due_now
from rba_audit.web.pages.lists.context import list_context
from rba_audit.web.pages.lists.query import SiteSelection, read_site_query, select_sites
from rba_audit.web.pages.map.marks import MARKS, SiteMarks, marks_of
from rba_audit.web.pages.results import pages

OF_THE_SCRIPT: Final = frozenset({"q", "status", "kind", "kecamatan"})
"""Filters that the map's script applies without asking the server; `due` too, for a reader who sees what is due."""
_NOT_FILTERS: Final = frozenset({"sort", "page", "group"})
_WORDS: Final[Mapping[str, Message]] = {
    "share": say("Share this view"),
    "copied": say("The address is copied."),
    "address": say("Address of this view"),
    "as_list": say("Show as a list"),
    "also_filtered": say("Other filters"),
    "audit": say("Fill in an audit"),
}


@dataclass(frozen=True, slots=True)
class MapView:
    """The page of the map as asked for.

    Attributes:
        data: Input of the map's script, as JSON data.
        layers: Choices of marks as (name, words), the first without marks; one alone if there is nothing else to choose.
        show: Name of the chosen marks; empty without.
        messages: What of the address could not be done.
    """

    data: Mapping[str, Any]
    layers: tuple[tuple[str, Message], ...]
    show: str
    messages: tuple[str, ...]


def map_view(findings: Findings, parameters: MultiDict[str, str]) -> MapView:
    """Return the page for the parameters of an address; values that are not understood narrow nothing and give a message."""
    layers = (("", say("Status only")), *((name, marks.words) for name, marks in MARKS.items() if may_open(marks.page)))
    show = parameters.get("show", "")
    messages = []
    if show not in dict(layers):
        messages.append(str(say("The map has no layer “{name}” for you.", name=show[:40])))
        show = ""
    due = due_now()
    narrowed = _server_filters(findings, parameters, OF_THE_SCRIPT | {"due"} if due else OF_THE_SCRIPT)
    marks = marks_of(show, findings, parameters) if show else SiteMarks()
    messages += [*narrowed.messages, *_not_shown(findings, parameters), *marks.problems]
    data = {
        "chosen": narrowed.sites,
        "filters": narrowed.words,
        "filter_names": [name for name, _ in narrowed.parameters],
        "also": [*narrowed.parameters, *([("show", show), *marks.parameters] if show else [])],
        "due": {id: dict(due.at_site(id)) for kind in DUE_KINDS for id in due.sites(kind)} if due else {},
        "due_words": [(kind, str(DUE_WORDS[kind])) for kind in DUE_KINDS] if due else [],
        "may_audit": any(may_open("surveyors.audit", site_id=id) for id in findings.source.ids[:1]),
        "list": url_for("planners.sites"),
        "lists": [(url_for(f"planners.{name}"), LISTED[name]) for name in ("non_standard", "not_known")],
        "marks": marks.data(),
        "words": {key: str(words) for key, words in _WORDS.items()},
    }
    return MapView(data, layers, show, tuple(messages))


@dataclass(frozen=True, slots=True)
class _ServerFilters:
    """What the filters that the script does not know leave: ids of sites (None for all), and the filters in words."""

    sites: list[str] | None = None
    words: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    messages: tuple[str, ...] = ()


def _server_filters(findings: Findings, parameters: Mapping[str, str], of_the_script: Set[str]) -> _ServerFilters:
    asked = read_site_query(parameters)
    if not (asked.narrows or asked.unknown):
        return _ServerFilters()
    rows, context = site_rows(findings), list_context()

    def select(wanted: Mapping[str, str]) -> SiteSelection:
        query = read_site_query(wanted)
        return select_sites(findings, rows, query, statuses=STATUSES, order="name", context=context)

    others = select({key: text for key, text in parameters.items() if key not in of_the_script})
    # Unknown values of the script's own filters are found only with them.
    unknown = (select(parameters) if of_the_script & set(parameters) else others).unknown_words
    query = others.query.query(number=1)
    return _ServerFilters(
        [row.id for row in others.rows] if others.query.narrows else None,
        tuple(f"{heading}: {value}" for heading, value in others.words),
        tuple((key, text) for key, text in query.items() if key not in _NOT_FILTERS),
        (unknown,) if unknown else (),
    )


def map_address(selection: SiteSelection) -> str:
    """Return the URL of the map with the filters of a list; statuses that the list leaves out are hidden."""
    listed = {option.value for option in selection.options["status"]}
    hidden = () if selection.query.status else [status for status in STATUSES if status not in listed]
    query: dict[str, Any] = {
        key: text for key, text in selection.query.query(number=1).items() if key not in _NOT_FILTERS
    }
    return url_for("planners.map_page", **query, hide=",".join(hidden) or None)


pages.add_app_template_global(map_address)


def _not_shown(findings: Findings, parameters: Mapping[str, str]) -> list[str]:
    """Return why the site of the address is not on the map."""
    site_id = parameters.get("site", "")
    if not site_id:
        return []
    if site_id not in findings.source:
        return [str(say("No site has the id “{id}”; look it up in the list of all sites.", id=site_id[:80]))]
    index = findings.source.index_of(site_id)
    if findings.source.shapes[index] is None:
        return [str(say("{site} has no position yet, so it is not on the map.", site=findings.source[index].name))]
    return []
