"""Command that plans the upgrades of a city within a budget."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from rba_audit.cli.plan_files import progress, quiet
from rba_audit.coverage import Coverage, compute_coverage, counted_words, coverage_notes, format_weight, read_population
from rba_audit.findings import Findings
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.outputs import write_plan
from rba_audit.plans import PRICE_WORDS, CityPlan, SiteCost, city_plan, costs_of_sites, plans_by_budget
from rba_audit.plans.sentences import city_plan_headline, cost_origin, optimality_sentences
from rba_audit.plans.sheets import city_sheets
from rba_audit.standard import Currency

_QUARTERS: Final = (1, 2, 4, 8)  # of the budget, for the table of budgets
_SHOWN: Final = 10


def run_city(
    options: argparse.Namespace,
    findings: Findings,
    context: Sequence[ContextFeature],
    budget: int,
    refused_requirements: frozenset[str],
) -> int:
    """Print the sites to upgrade within a budget; `options.refuse` may contain ids of sites and of requirements."""
    population, policy = None, options.policies.coverage
    if options.population is not None:
        progress(say("reading {file}", file=options.population))
        population = read_population(options.population, context, options.population_of, policy=policy)
    progress(say("walking from {count} places", count=len(findings)))
    status = findings.conclusions.status
    coverage = compute_coverage(
        findings.source, status, context, rule=options.rule, population=population, policy=policy
    )
    costs = costs_of_sites(findings, refused=refused_requirements, price=options.price, unknown=options.unknown)
    progress(say("choosing among {count} sites", count=len(costs)))
    with quiet():
        plan = city_plan(
            [cost.figure for cost in costs],
            coverage.if_standard[:, [cost.position for cost in costs]],
            coverage.demand.weights,
            coverage.covered,
            budget,
            names=[cost.site for cost in costs],
            refused=frozenset(options.refuse) & {cost.site for cost in costs},
        )
        # Other budgets are solved only if this one was solved within its time limit.
        others = plans_by_budget(plan, [budget * quarters // 4 for quarters in _QUARTERS]) if plan.proven else ()
    by_id = {cost.site: cost for cost in costs}
    currency = findings.standard.currency
    written = _write(options.out, plan, others, coverage, by_id, options.price, currency) if options.out else []
    if options.format == "json":
        print(json.dumps(_as_json(plan, others, coverage, by_id, written), ensure_ascii=False, indent=2))
    else:
        _print(plan, others, coverage, by_id, options.price, currency)
        for path in written:
            print(path)
    return 0


def _sentences(plan: CityPlan, coverage: Coverage, price: str, currency: Currency) -> list[Message]:
    """Return the notes shown with the table."""
    return [
        *optimality_sentences(plan, partial(format_weight, coverage), counted_words(coverage)),
        say(
            "Covered already: {already} of {all} {who}; all sites with a known cost would add {more}.",
            already=format_weight(coverage, plan.already),
            all=format_weight(coverage, plan.everybody),
            who=counted_words(coverage),
            more=format_weight(coverage, plan.within_reach),
        ),
        say("Costs are orders of magnitude, not offers; what is compared is {price}.", price=PRICE_WORDS[price]),
        cost_origin(currency),
        *coverage_notes(coverage),
    ]


def _write(
    folder: Path,
    plan: CityPlan,
    others: Sequence[CityPlan],
    coverage: Coverage,
    costs: dict[str, SiteCost],
    price: str,
    currency: Currency,
) -> list[Path]:
    unit = say("m²") if coverage.demand.counted == "area" else counted_words(coverage)
    about = [
        (
            say("What this is"),
            str(city_plan_headline(plan, partial(format_weight, coverage), counted_words(coverage), currency)),
        )
    ]
    notes_of_it = [(say("Note"), str(sentence)) for sentence in _sentences(plan, coverage, price, currency)]
    return write_plan(folder, city_sheets(plan, others, costs, unit, currency), about + notes_of_it)


def _print(
    plan: CityPlan,
    others: Sequence[CityPlan],
    coverage: Coverage,
    costs: dict[str, SiteCost],
    price: str,
    currency: Currency,
) -> None:
    print(city_plan_headline(plan, partial(format_weight, coverage), counted_words(coverage), currency))
    print(say("Readiness estimate, not an official score"))
    print()
    for number, site in enumerate(plan.chosen, start=1):
        text = say(
            "{name} ({id}): {number} {who} for {cost}; together {so_far} for {spent}",
            name=costs[site.site].name,
            id=site.site,
            number=format_weight(coverage, site.gained),
            who=counted_words(coverage),
            cost=currency.amount(site.cost),
            so_far=format_weight(coverage, site.gained_so_far),
            spent=currency.amount(site.cost_so_far),
        )
        print(f"{number:>3}. {text}")
    if others:
        print(f"\n{say('What other budgets bring')}:")
    for other in others:
        print(
            f"  {currency.amount(other.budget):>20}  {format_weight(coverage, other.gained):>12} {counted_words(coverage)}"
        )
    _print_left_out(plan, costs)
    print()
    for sentence in _sentences(plan, coverage, price, currency):
        print(f"{say('note')}: {sentence}")


def _print_left_out(plan: CityPlan, costs: dict[str, SiteCost]) -> None:
    left_out = [
        (say("Not in the plan, because their cost is not known or they cannot be made standard"), plan.not_priced),
        (say("Dearer than the whole budget"), plan.too_dear),
        (say("Refused"), plan.refused),
    ]
    for heading, names in left_out:
        if names:
            print(f"\n{heading}:")
        for name in names[:_SHOWN]:
            reason = costs[name].why or costs[name].cost
            print(f"  {costs[name].name} ({name}): {reason}")
        if len(names) > _SHOWN:
            print(f"  {say('{count} more sites', count=len(names) - _SHOWN)}")


def _as_json(
    plan: CityPlan,
    others: Sequence[CityPlan],
    coverage: Coverage,
    costs: dict[str, SiteCost],
    written: Sequence[Path],
) -> dict[str, object]:
    return {
        "budget": plan.budget,
        "counted": coverage.demand.counted,
        "along": coverage.pairs.along,
        "rule": coverage.rule.name,
        "gained": plan.gained,
        "cost": plan.cost,
        "bound": plan.bound,
        "gap": plan.gap,
        "relaxed_gap": plan.relaxed_gap,
        "greedy_gained": plan.greedy_gained,
        "already": plan.already,
        "everybody": plan.everybody,
        "sites": [
            {
                "site_id": site.site,
                "name": costs[site.site].name,
                "gained": site.gained,
                "cost": site.cost,
                "gained_so_far": site.gained_so_far,
                "cost_so_far": site.cost_so_far,
                "look_first": costs[site.site].look_first,
            }
            for site in plan.chosen
        ],
        "budgets": [{"budget": other.budget, "gained": other.gained, "gap": other.gap} for other in others],
        "not_priced": {name: str(costs[name].why) for name in plan.not_priced},
        "too_dear": list(plan.too_dear),
        "refused": list(plan.refused),
        "notes": [str(note) for note in coverage_notes(coverage)],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }
