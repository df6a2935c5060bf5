"""What to upgrade first: a city's plan, a site's plan, and their files.

Nothing is worked out here; what a reader asked for is worked out once and kept, see `plan_wishes` and `site_wishes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from flask import Blueprint, Response, render_template, request

from rba_audit.coverage import counted_words, coverage_notes, format_weight
from rba_audit.errors import EvidenceError, SiteError
from rba_audit.messages import Message, format_number, say
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
"""How many of the sites that are left out the page shows before it is asked for all."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/plan")
@open_to(READERS)
def city_page() -> str | tuple[str, int]:
    """Which sites of the city to upgrade first for a budget, why, and what any other choice would mean."""
    wish = read_city_plan_query(request.args)
    frame = {"page": "plan", "wish": wish, "options": _city_options(wish), "fault": None, "found": None}
    try:
        found = city_plan_view(wish)
    except SiteError:
        return render_template("plans/plan.html", **{**frame, "options": None})
    if isinstance(found, QueryProblem):
        return render_template("plans/plan.html", **{**frame, "fault": found}), 400
    plan, currency = found.plan, found.findings.standard.currency
    return render_template(
        "plans/plan.html",
        **{**frame, "found": found},
        plan=plan,
        left_out=found.left_out if wish.all else found.left_out[:_FIRST],
        headline=city_plan_headline(
            plan, partial(format_weight, found.coverage), counted_words(found.coverage), currency
        ),
        sure=list(optimality_sentences(plan, partial(format_weight, found.coverage), counted_words(found.coverage))),
        ahead=_ahead(found),
        notes=_notes(found),
        why_words=WHY_WORDS,
        name_of=lambda site: found.costs[site].name if site in found.costs else _name_of(found, site),
        number=partial(format_weight, found.coverage),
        who=counted_words(found.coverage),
        money=currency.amount,
        amount=format_number,
    )


def _name_of(found: CityPlanView, site: str) -> str:
    return found.findings.source.site(site).name


def _ahead(found: CityPlanView) -> Message:
    """Return what always taking the best bargain next would give, held against the plan."""
    plan, counted = found.plan, found.coverage
    if not found.by_looking_ahead:
        return say("Always taking the best bargain next, without looking ahead, comes to the same here.")
    return say(
        "Always taking the best bargain next, without looking ahead, covers {number} {who}; the plan covers {more} more for the same budget.",
        number=format_weight(counted, plan.greedy_gained),
        who=counted_words(counted),
        more=format_weight(counted, found.by_looking_ahead),
    )


def _notes(found: CityPlanView) -> list[Message]:
    """Return what the plan takes for granted."""
    costs, standard = found.costs.values(), found.findings.standard
    unsure = sum(each.look_first > 0 for each in costs)
    told = [
        say("Judged by {edition}: {title}.", edition=standard.edition, title=standard.title),
        say("A place becomes standard once everything in its own plan to the top rank is done, and not before."),
        say("Costs are orders of magnitude, not offers; what is compared is {price}.", price=PRICE_WORDS[found.price]),
        cost_origin(standard.currency),
    ]
    if unsure:
        said = say(
            "At {count} places, some of what would be done may be met already: looking first can make them cheaper.",
            count=unsure,
        )
        told.append(said)
    return [*told, *coverage_notes(found.coverage)]


def _city_options(wish: CityPlanQuery) -> dict[str, list[FilterOption]]:
    policy = services().policies.coverage
    rule = wish.rule or policy.default
    return {
        "rule": [FilterOption(each.name, str(each.words), each.name == rule) for each in policy.choices],
        "price": _prices(wish.price),
    }


def _prices(chosen: str) -> list[FilterOption]:
    return [FilterOption(name, str(PRICE_WORDS[name]), name == (chosen or PRICES[-1])) for name in PRICES]


@pages.get("/plan.<any(csv, xlsx):kind>")
@open_to(READERS)
def city_file(kind: str) -> Response:
    """The city's plan as a file."""
    wish = read_city_plan_query(request.args)
    found = city_plan_view(wish)
    if isinstance(found, QueryProblem):
        raise EvidenceError(found.words)
    plan, counted, currency = found.plan, found.coverage, found.findings.standard.currency
    about = [
        (
            say("Result"),
            str(city_plan_headline(plan, partial(format_weight, counted), counted_words(counted), currency)),
        ),
        *(
            (say("How sure"), str(each))
            for each in optimality_sentences(plan, partial(format_weight, counted), counted_words(counted))
        ),
        *((say("Note"), str(each)) for each in _notes(found)),
    ]
    unit = say("m²") if counted.demand.counted == "area" else counted_words(counted)
    told = provenance(found.findings, _city_words(wish, found))
    return _file("", kind, city_sheets(plan, found.others, found.costs, unit, currency), about, told)


@pages.get("/plan/<path:site_id>")
@open_to(READERS)
def site_page(site_id: str) -> str | tuple[str, int]:
    """What to do at one site for a higher rank, step by step, and what changes if something is not possible."""
    reader = person()
    require_readable(reader, site_id)
    wish, standard = read_site_plan_query(request.args), services().standard
    found = site_plan_view(site_id, wish)
    frame = {
        "page": "plan",
        "site_id": site_id,
        "name": services().findings().source.site(site_id).name,
        "wish": wish,
        "options": {"to": _targets(standard, wish), "price": _prices(wish.price)},
        "refused": _refused(standard, wish),
    }
    if isinstance(found, QueryProblem):
        return render_template("plans/site_plan.html", **frame, fault=found, plan=None), 400
    return render_template(
        "plans/site_plan.html",
        **frame,
        fault=None,
        plan=found.plan,
        apart=found.apart,
        maximum=standard.ladder.maximum,
        headline=site_plan_headline(found.plan),
        standing=partial(guaranteed_words, top=found.plan.top),
        why=step_reason,
        money=standard.currency.amount,
        again=_again,
        climbs=_climbs(found.plan),
    )


def _targets(standard: Standard, wish: SitePlanQuery) -> list[FilterOption]:
    """Return the ranks that can be aimed at; one that is not known stays as it was typed."""
    chosen = wish.target or NEXT
    named = {rung.name: rung.name for rung in reversed(standard.ladder.rungs)}
    words = {NEXT: str(say("the next rank")), TOP: str(say("the top rank and the status standard")), **named}
    if chosen.casefold() not in {name.casefold() for name in words}:
        words[chosen] = chosen
    return [FilterOption(name, text, name.casefold() == chosen.casefold()) for name, text in words.items()]


def _refused(standard: Standard, wish: SitePlanQuery) -> list[tuple[str, str]]:
    """Return the requirements whose remedies are refused, with their titles where they have one."""
    titles = {each.id: str(each.title) for each in standard.requirements}
    return [(name, titles.get(name, "")) for name in wish.refused]


def _again(wish: SitePlanQuery, requirement: str) -> dict[str, str | list[str]]:
    """Return the address parameters of the same wish with one remedy more refused."""
    return wish.query(refused=(*wish.refused, requirement))


def _climbs(plan: SitePlan) -> set[int]:
    """Return the numbers of the steps after which the site certainly has a higher rank."""
    ranks = [plan.before.rank, *(step.after.rank for step in plan.steps)]
    return {step.number for step, before in zip(plan.steps, ranks, strict=False) if step.after.rank != before}


@pages.get("/plan/<path:site_id>.<any(csv, xlsx):kind>")
@open_to(READERS)
def site_file(site_id: str, kind: str) -> Response:
    """A site's plan as a file."""
    require_readable(person(), site_id)
    wish = read_site_plan_query(request.args)
    found = site_plan_view(site_id, wish)
    if isinstance(found, QueryProblem):
        raise EvidenceError(found.words)
    about = [
        (say("Result"), str(site_plan_headline(found.plan))),
        *((say("What stands in the way"), str(each.words)) for each in found.plan.obstacles),
        *((say("Assumed"), str(each)) for each in found.plan.assumes),
        *((say("If refused"), str(remedy_exclusion_words(each))) for each in found.apart),
    ]
    findings = services().findings()
    name = findings.source.site(site_id).name
    told = provenance(findings, _site_words(findings.standard, name, wish))
    return _file(site_id, kind, site_sheets(found.plan, found.apart), about, told)


def _file(
    site_id: str, kind: str, sheets: Sequence[PlanSheet], about: Iterable[tuple[Message, str]], told: Provenance
) -> Response:
    """Return a plan as a file: its first sheet as CSV, or all of them as a workbook."""
    made = [(str(title), [Column(*column) for column in columns], rows) for title, columns, rows in sheets]
    describe_export(len(made[0][2]), filter="; ".join((f"plan-{site_id}" if site_id else "plan", *told.filter)))
    if kind == "csv":
        response = Response(csv_text(made[0][1], made[0][2], told), mimetype="text/csv")
    else:
        response = Response(table_workbook(made, [*told.about(), *about]), mimetype=_XLSX)
    return download(response, name_of("plan", kind, site=site_id, day=told.day))


def _city_words(wish: CityPlanQuery, found: CityPlanView) -> list[tuple[Message, str]]:
    """Return what a plan for the city was asked for: a heading and a value each."""
    currency = found.findings.standard.currency
    told = [
        (in_currency(say("Budget"), currency), currency.amount(found.plan.budget)),
        (say("How far a place reaches"), str(found.coverage.rule.words)),
        (say("Prices"), str(PRICE_WORDS[found.price])),
    ]
    left_out = "; ".join(_name_of(found, site) for site in wish.refused)
    return [*told, *([(say("Not to be used"), left_out)] if left_out else [])]


def _site_words(standard: Standard, name: str, wish: SitePlanQuery) -> list[tuple[Message, str]]:
    """Return what a plan for a site was asked for: a heading and a value each."""
    aim = next(each.words for each in _targets(standard, wish) if each.chosen)
    price = next(each.words for each in _prices(wish.price) if each.chosen)
    told = [(say("Site"), name), (say("Aim"), aim), (say("Prices"), price)]
    left_out = "; ".join(f"{id} {title}" for id, title in _refused(standard, wish))
    return [*told, *([(say("Not possible"), left_out)] if left_out else [])]


pages.add_app_template_global(lambda: cost_origin(services().standard.currency), "cost_origin")
