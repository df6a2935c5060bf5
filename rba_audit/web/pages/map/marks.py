"""Marks on the map: the sites of the city plan in their order, and the sites with actions to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from rba_audit.coverage import counted_words, format_weight
from rba_audit.days import today
from rba_audit.errors import SiteError
from rba_audit.findings import Findings
from rba_audit.followup.action_list import ActionLine, action_lines
from rba_audit.messages import Message, say
from rba_audit.plans.sentences import city_plan_headline
from rba_audit.review_states import COUNTED
from rba_audit.web.http.services import services
from rba_audit.web.pages.plans.city_query import QueryProblem, city_plan_view, read_city_plan_query

_FROM_THE_PLAN: Final = frozenset({"all"})
"""Parameters of the plan's page that change nothing on the map."""


@dataclass(frozen=True, slots=True)
class MarkLayer:
    """A layer of marks: its name for users, and the page with the same content, which the reader must be allowed to open."""

    words: Message
    page: str


MARKS: Final[Mapping[str, MarkLayer]] = {
    "plan": MarkLayer(say("City plan"), "plans.city_page"),
    "actions": MarkLayer(say("Actions"), "followups.actions"),
}
"""The layers by the value of `show` in the address."""


@dataclass(frozen=True, slots=True)
class SiteMark:
    """The mark of one site: a short label, a sentence for the table, and whether something is overdue."""

    site: str
    label: str
    words: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SiteMarks:
    """Marks of the sites in the order of their table.

    Attributes:
        heading: Heading of the table.
        note: Meaning of the labels.
        link: URL and words of the page with the same content.
        parameters: Parameters of the address that the marks depend on.
        problems: Why there are no marks.
    """

    heading: str = ""
    note: str = ""
    link: tuple[str, str] = ("", "")
    marks: tuple[SiteMark, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    def data(self) -> dict[str, Any] | None:
        """Return the marks as the map's script reads them; None without a table."""
        if not self.heading:
            return None
        rows = [
            {"site": mark.site, "label": mark.label, "words": mark.words, "urgent": mark.urgent} for mark in self.marks
        ]
        return {"heading": self.heading, "note": self.note, "link": self.link, "rows": rows}


def marks_of(layer: str, findings: Findings, parameters: MultiDict[str, str]) -> SiteMarks:
    """Return the marks of a layer; `layer` is a key of `MARKS`."""
    return _planned(findings, parameters) if layer == "plan" else _with_actions()


def _planned(findings: Findings, parameters: MultiDict[str, str]) -> SiteMarks:
    """Return the sites of the city plan for the query in `parameters`, numbered in the order of upgrading."""
    query = read_city_plan_query(parameters)
    kept = tuple(
        (key, text)
        for key, given in query.query().items()
        if key not in _FROM_THE_PLAN
        for text in ([given] if isinstance(given, str) else given)
    )
    try:
        view = city_plan_view(query)
    except SiteError as problem:
        return SiteMarks(parameters=kept, problems=(str(problem),))
    if isinstance(view, QueryProblem):
        return SiteMarks(parameters=kept, problems=(view.words,))
    plan, currency = view.plan, findings.standard.currency
    of_the_page: dict[str, Any] = dict(query.query())
    number, who = partial(format_weight, view.coverage), counted_words(view.coverage)
    return SiteMarks(
        heading=str(say("City plan")),
        note=str(city_plan_headline(plan, number, who, currency)),
        link=(url_for("plans.city_page", **of_the_page), str(say("Open the plan"))),
        marks=tuple(
            SiteMark(
                planned.site,
                str(order),
                f"+{number(planned.gained)} {who} · {currency.amount(planned.cost)}",
            )
            for order, planned in enumerate(plan.chosen, start=1)
        ),
        parameters=kept,
    )


def _with_actions() -> SiteMarks:
    """Return the sites with actions that are neither closed nor withdrawn, with their number; those with overdue ones first."""
    by_site: defaultdict[str, list[ActionLine]] = defaultdict(list)
    for line in action_lines(services().register, services().audited(COUNTED), today()):
        if line.action.state != "closed" and line.withdrawn is None:
            by_site[line.action.request.site_id].append(line)
    sites = sorted(by_site.items(), key=lambda item: (-_overdue(item[1]), -len(item[1]), item[1][0].site.casefold()))
    return SiteMarks(
        heading=str(say("Actions that are not closed")),
        note=str(say("The number on the map counts them; it is red where some are overdue.")),
        link=(url_for("followups.actions"), str(say("Open the list of actions"))),
        marks=tuple(
            SiteMark(site, str(len(lines)), _action_words(lines), _overdue(lines) > 0) for site, lines in sites
        ),
    )


def _overdue(lines: Sequence[ActionLine]) -> int:
    return sum(line.overdue for line in lines)


def _action_words(lines: Sequence[ActionLine]) -> str:
    overdue = _overdue(lines)
    if not overdue:
        return str(say("Not closed: {count}", count=len(lines)))
    return str(say("Not closed: {count}, overdue: {overdue}", count=len(lines), overdue=overdue))
