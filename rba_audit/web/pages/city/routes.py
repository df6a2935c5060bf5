"""Audit backlog page: the sites to audit next, by the children or people whom they reach beyond the standard sites."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request

from rba_audit.city import backlog_csv, backlog_workbook, reach_unit, row_reason
from rba_audit.city.backlog_tables import STATE_WORDS, format_range, rank_text
from rba_audit.coverage import counted_words, coverage_notes, format_weight
from rba_audit.errors import SiteError
from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.web.http.access import open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.city.query import BacklogQuery, area_names, backlog_of_query, read_backlog_query
from rba_audit.web.pages.lists.query import FilterOption

pages = Blueprint("city", __name__)

_FIRST: Final = 20
"""Number of rows on the page unless all are requested."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IMPORTS: Final = "imports.page"
"""Page that takes files into the register; it may be missing from this application."""


@pages.get("/city")
@open_to("plan")
def page() -> str:
    """Show the sites to audit next, with whom each of them reaches and why it stands where it does."""
    query = read_backlog_query(request.args)
    frame = {
        "page": "city",
        "wish": query,
        "options": _options(query),
        "imports": _IMPORTS if _IMPORTS in current_app.view_functions else "",
    }
    try:
        findings, backlog = backlog_of_query(query)
    except SiteError:
        return render_template("city/city.html", **frame, found=None)
    coverage = backlog.coverage
    return render_template(
        "city/city.html",
        **frame,
        found=backlog,
        rows=backlog.rows if query.all else backlog.rows[:_FIRST],
        site_of=lambda row: findings.source[row.index],
        unit=reach_unit(coverage),
        who=counted_words(coverage),
        span=partial(format_range, coverage),
        number=partial(format_weight, coverage),
        rank=rank_text,
        why=lambda row: row_reason(row, coverage),
        notes=coverage_notes(coverage),
    )


@pages.get("/city.<any(csv, xlsx):kind>")
@open_to("plan")
def file(kind: str) -> Response:
    """The backlog of the query as a file, all rows of it."""
    query = read_backlog_query(request.args)
    findings, backlog = backlog_of_query(query)
    origin = provenance(findings, _filter_words(query, findings))
    describe_export(len(backlog.rows), filter=origin.filter_words)
    makers: dict[str, Callable[[], Response]] = {
        "csv": lambda: Response(backlog_csv(backlog, origin), mimetype="text/csv"),
        "xlsx": lambda: Response(backlog_workbook(backlog, origin), mimetype=_XLSX),
    }
    return download(makers[kind](), name_of("backlog", kind, day=origin.day))


def _filter_words(query: BacklogQuery, findings: Findings) -> list[tuple[Message, str]]:
    rule = services().policies.coverage.rule(query.rule)
    words = [(say("Which places"), str(STATE_WORDS[query.state])), (say("How far a place reaches"), str(rule.words))]
    return [*words, (say("Kelurahan or larger area"), area_names(findings)[query.area])] if query.area else words


def _options(query: BacklogQuery) -> dict[str, list[FilterOption]]:
    """Return the options of the form, by the name of the field."""
    areas = area_names(services().whole_findings())
    choices = services().policies.coverage.choices
    return {
        "state": [FilterOption(name, str(words), name == query.state) for name, words in STATE_WORDS.items()],
        "area": [
            FilterOption("", str(say("All areas")), not query.area),
            *(FilterOption(code, f"{name} ({code})", code == query.area) for code, name in areas.items()),
        ],
        "rule": [FilterOption(rule.name, str(rule.words), rule.name == query.rule) for rule in choices],
    }
