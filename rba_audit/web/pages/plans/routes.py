"""Pages and files of city plans and site plans.

Nothing is computed here; `city_query` and `site_query` compute a plan once and cache it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from flask import Blueprint, Response, render_template, request

from rba_audit.coverage import counted_words, coverage_notes, format_weight
from rba_audit.errors import EvidenceError, SiteError
from rba_audit.messages import Message, format_number, say
from rba_audit.papers.plan_paper import plan_paper
from rba_audit.plans import NEXT, PRICE_WORDS, PRICES, TOP, SitePlan
from rba_audit.plans.exclusions import WHY_WORDS
from rba_audit.plans.sentences import (
    city_plan_headline,
    cost_origin,
    guaranteed_words,
    optimality_sentences,
    remedy_exclusion_words,
    site_plan_headline,
    step_reason,
)
from rba_audit.plans.sheets import PlanSheet, city_sheets, site_sheets
from rba_audit.plans.tables import in_currency
from rba_audit.reports import Column, Provenance, table_workbook
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.standard import Standard
from rba_audit.web.http.access import READERS, open_to, person, require_readable
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import FilterOption
from rba_audit.web.pages.papers.issue import issue
from rba_audit.web.pages.plans.city_query import (
    CityPlanQuery,
    CityPlanView,
    QueryProblem,
    city_plan_view,
    read_city_plan_query,
)
from rba_audit.web.pages.plans.site_query import SitePlanQuery, read_site_plan_query, site_plan_view

pages = Blueprint("plans", __name__)

_FIRST: Final = 20
"""How many of the sites that the plan leaves out the page shows, unless the query asks for all."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/plan")
@open_to(READERS)
def city_page() -> str | tuple[str, int]:
    """Show which sites of the city to upgrade first for a budget, why, and what refusing a site would change."""
    query = read_city_plan_query(request.args)
    frame = {"page": "plan", "wish": query, "options": _city_options(query), "fault": None, "found": None}
    try:
        view = city_plan_view(query)
    except SiteError:
        return render_template("plans/plan.html", **{**frame, "options": None})
    if isinstance(view, QueryProblem):
        return render_template("plans/plan.html", **{**frame, "fault": view}), 400
    plan, currency = view.plan, view.findings.standard.currency
    return render_template(
        "plans/plan.html",
        **{**frame, "found": view},
        plan=plan,
        left_out=view.left_out if query.all else view.left_out[:_FIRST],
        headline=city_plan_headline(
            plan, partial(format_weight, view.coverage), counted_words(view.coverage), currency
        ),
        sure=list(optimality_sentences(plan, partial(format_weight, view.coverage), counted_words(view.coverage))),
        ahead=_ahead(view),
        notes=_notes(view),
        why_words=WHY_WORDS,
        name_of=lambda site: view.costs[site].name if site in view.costs else _name_of(view, site),
        number=partial(format_weight, view.coverage),
        who=counted_words(view.coverage),
        money=currency.amount,
        amount=format_number,
    )


def _name_of(view: CityPlanView, site: str) -> str:
    return view.findings.source.site(site).name


def _ahead(view: CityPlanView) -> Message:
    """Return the message that compares the greedy plan with the plan."""
    plan, counted = view.plan, view.coverage
    if not view.by_looking_ahead:
        return say("Always taking the best bargain next, without looking ahead, comes to the same here.")
    return say(
        "Always taking the best bargain next, without looking ahead, covers {number} {who}; the plan covers {more} more for the same budget.",
        number=format_weight(counted, plan.greedy_gained),
        who=counted_words(counted),
        more=format_weight(counted, view.by_looking_ahead),
    )


def _notes(view: CityPlanView) -> list[Message]:
    """Return the assumptions of the plan as messages."""
    costs, standard = view.costs.values(), view.findings.standard
    unsure = sum(cost.look_first > 0 for cost in costs)
    messages = [
        say("Judged by {edition}: {title}.", edition=standard.edition, title=standard.title),
        say("A place becomes standard once everything in its own plan to the top rank is done, and not before."),
        say("Costs are orders of magnitude, not offers; what is compared is {price}.", price=PRICE_WORDS[view.price]),
        cost_origin(standard.currency),
    ]
    if unsure:
        messages.append(
            say(
                "At {count} places, some of what would be done may be met already: looking first can make them cheaper.",
                count=unsure,
            )
        )
    return [*messages, *coverage_notes(view.coverage)]


def _city_options(query: CityPlanQuery) -> dict[str, list[FilterOption]]:
    policy = services().policies.coverage
    rule = query.rule or policy.default
    return {
        "rule": [FilterOption(choice.name, str(choice.words), choice.name == rule) for choice in policy.choices],
        "price": _prices(query.price),
    }


def _prices(chosen: str) -> list[FilterOption]:
    return [FilterOption(name, str(PRICE_WORDS[name]), name == (chosen or PRICES[-1])) for name in PRICES]


@pages.get("/plan.<any(csv, xlsx, pdf):kind>")
@open_to(READERS)
def city_file(kind: str) -> Response:
    """Serve the city plan as CSV, XLSX or PDF.

    Raises:
        EvidenceError: the query is invalid.
        SiteError: there is no area to cover.
    """
    query = read_city_plan_query(request.args)
    view = city_plan_view(query)
    if isinstance(view, QueryProblem):
        raise EvidenceError(view.words)
    plan, counted, currency = view.plan, view.coverage, view.findings.standard.currency
    about = [
        (
            say("Result"),
            str(city_plan_headline(plan, partial(format_weight, counted), counted_words(counted), currency)),
        ),
        *(
            (say("How sure"), str(sentence))
            for sentence in optimality_sentences(plan, partial(format_weight, counted), counted_words(counted))
        ),
        *((say("Note"), str(note)) for note in _notes(view)),
    ]
    unit = say("m²") if counted.demand.counted == "area" else counted_words(counted)
    origin = provenance(view.findings, _city_words(query, view))
    return _file("", kind, city_sheets(plan, view.others, view.costs, unit, currency), about, origin)


@pages.get("/plan/<path:site_id>")
@open_to(READERS)
def site_page(site_id: str) -> str | tuple[str, int]:
    """Show what to do at one site for a higher rank, step by step, and what changes if a remedy is not possible."""
    reader = person()
    require_readable(reader, site_id)
    query, standard = read_site_plan_query(request.args), services().standard
    view = site_plan_view(site_id, query)
    frame = {
        "page": "plan",
        "site_id": site_id,
        "name": services().findings().source.site(site_id).name,
        "wish": query,
        "options": {"to": _targets(standard, query), "price": _prices(query.price)},
        "refused": _refused(standard, query),
    }
    if isinstance(view, QueryProblem):
        return render_template("plans/site_plan.html", **frame, fault=view, plan=None), 400
    return render_template(
        "plans/site_plan.html",
        **frame,
        fault=None,
        plan=view.plan,
        apart=view.apart,
        maximum=standard.ladder.maximum,
        headline=site_plan_headline(view.plan),
        standing=partial(guaranteed_words, top=view.plan.top),
        why=step_reason,
        money=standard.currency.amount,
        again=_again,
        climbs=_climbs(view.plan),
    )


def _targets(standard: Standard, query: SitePlanQuery) -> list[FilterOption]:
    """Return the targets to choose from; an unknown target is added as typed."""
    chosen = query.target or NEXT
    named = {rung.name: rung.name for rung in reversed(standard.ladder.rungs)}
    words = {NEXT: str(say("the next rank")), TOP: str(say("the top rank and the status standard")), **named}
    if chosen.casefold() not in {name.casefold() for name in words}:
        words[chosen] = chosen
    return [FilterOption(name, text, name.casefold() == chosen.casefold()) for name, text in words.items()]


def _refused(standard: Standard, query: SitePlanQuery) -> list[tuple[str, str]]:
    """Return the refused requirements as (id, title); the title of an unknown id is empty."""
    titles = {requirement.id: str(requirement.title) for requirement in standard.requirements}
    return [(name, titles.get(name, "")) for name in query.refused]


def _again(query: SitePlanQuery, requirement: str) -> dict[str, str | list[str]]:
    """Return the address parameters of the same query with one more remedy refused."""
    return query.query(refused=(*query.refused, requirement))


def _climbs(plan: SitePlan) -> set[int]:
    """Return the numbers of the steps that raise the certain rank of the site."""
    ranks = [plan.before.rank, *(step.after.rank for step in plan.steps)]
    return {step.number for step, before in zip(plan.steps, ranks, strict=False) if step.after.rank != before}


@pages.get("/plan/<path:site_id>.<any(csv, xlsx, pdf):kind>")
@open_to(READERS)
def site_file(site_id: str, kind: str) -> Response:
    """Serve a site plan as CSV, XLSX or PDF.

    Raises:
        EvidenceError: the query is invalid.
        NotInRegister: there is no such site for this reader.
    """
    require_readable(person(), site_id)
    query = read_site_plan_query(request.args)
    view = site_plan_view(site_id, query)
    if isinstance(view, QueryProblem):
        raise EvidenceError(view.words)
    about = [
        (say("Result"), str(site_plan_headline(view.plan))),
        *((say("What stands in the way"), str(obstacle.words)) for obstacle in view.plan.obstacles),
        *((say("Assumed"), str(assumption)) for assumption in view.plan.assumes),
        *((say("If refused"), str(remedy_exclusion_words(exclusion))) for exclusion in view.apart),
    ]
    findings = services().findings()
    name = findings.source.site(site_id).name
    origin = provenance(findings, _site_words(findings.standard, name, query))
    return _file(site_id, kind, site_sheets(view.plan, view.apart), about, origin)


def _file(
    site_id: str, kind: str, sheets: Sequence[PlanSheet], about: Iterable[tuple[Message, str]], origin: Provenance
) -> Response:
    """Return a plan as a file: its first sheet as CSV, or all sheets as a workbook or a paper."""
    tables = [(str(title), [Column(*column) for column in columns], rows) for title, columns, rows in sheets]
    describe_export(len(tables[0][2]), filter="; ".join((f"plan-{site_id}" if site_id else "plan", *origin.filter)))
    if kind == "csv":
        response = Response(csv_text(tables[0][1], tables[0][2], origin), mimetype="text/csv")
    elif kind == "pdf":
        title = say("Plan: what to repair at a site") if site_id else say("Plan: which sites to upgrade first")
        more = say("Not all rows fit here; the Excel file has them.")
        asked = origin.about()[2:]  # the paper itself says its day, and that it is an estimate
        response = Response(plan_paper(issue(), str(title), [*about, *asked], sheets, more), mimetype="application/pdf")
    else:
        response = Response(table_workbook(tables, [*origin.about(), *about]), mimetype=_XLSX)
    return download(response, name_of("plan", kind, site=site_id, day=origin.day))


def _city_words(query: CityPlanQuery, view: CityPlanView) -> list[tuple[Message, str]]:
    """Return the query of a city plan for its file, as (heading, value)."""
    currency = view.findings.standard.currency
    rows = [
        (in_currency(say("Budget"), currency), currency.amount(view.plan.budget)),
        (say("How far a place reaches"), str(view.coverage.rule.words)),
        (say("Prices"), str(PRICE_WORDS[view.price])),
    ]
    left_out = "; ".join(_name_of(view, site) for site in query.refused)
    return [*rows, *([(say("Not to be used"), left_out)] if left_out else [])]


def _site_words(standard: Standard, name: str, query: SitePlanQuery) -> list[tuple[Message, str]]:
    """Return the query of a site plan for its file, as (heading, value)."""
    aim = next(option.words for option in _targets(standard, query) if option.chosen)
    price = next(option.words for option in _prices(query.price) if option.chosen)
    rows = [(say("Site"), name), (say("Aim"), aim), (say("Prices"), price)]
    left_out = "; ".join(f"{id} {title}" for id, title in _refused(standard, query))
    return [*rows, *([(say("Not possible"), left_out)] if left_out else [])]


pages.add_app_template_global(lambda: cost_origin(services().standard.currency), "cost_origin")
