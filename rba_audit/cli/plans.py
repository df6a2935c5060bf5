"""Command that plans the repairs of a site, or the upgrades of a city."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rba_audit.auditing import audit
from rba_audit.cli import auditing
from rba_audit.cli.city_plans import run_city
from rba_audit.cli.context import context_of
from rba_audit.cli.plan_files import progress
from rba_audit.errors import RbaError
from rba_audit.findings import Findings
from rba_audit.messages import say
from rba_audit.outputs import write_plan
from rba_audit.plans import (
    CostRange,
    PlanStep,
    RemedyExclusion,
    SitePlan,
    plans_without_each_remedy,
    read_money,
    site_plan,
)
from rba_audit.plans.sentences import guaranteed_words, remedy_exclusion_words, site_plan_headline, step_reason
from rba_audit.plans.sheets import site_sheets
from rba_audit.standard import load_standard


def run(options: argparse.Namespace) -> int:
    """Print the plan for one site, or for the city if no site is given."""
    standard = load_standard(options.standard)
    budget = read_money(options.budget, standard.currency) if options.budget is not None else None
    if options.site is None and budget is None:
        raise RbaError(say("A plan for a city needs a budget; name one with --budget, or one site by its id"))
    context = context_of(options)
    sites = auditing.read(options)
    progress(say("judging {count} sites by {edition}", count=len(sites), edition=standard.edition))
    findings = audit(sites, standard, context=context, extension=options.extension, policies=options.policies)
    not_sites = frozenset(options.refuse) - frozenset(sites.ids)
    _refuse_unknown(not_sites, findings)
    if options.site is None:
        assert budget is not None  # noqa: S101  # checked above
        return run_city(options, findings, context, budget, not_sites)
    return _run_site(options, findings, budget, not_sites)


def _refuse_unknown(names: frozenset[str], findings: Findings) -> None:
    """Raise RbaError if a name is not a requirement of the edition."""
    strange = sorted(names - {requirement.id for requirement in findings.standard.requirements})
    if strange:
        raise RbaError(
            say(
                "“{name}” is neither a site of {source} nor a requirement of {edition}, so it cannot be refused; look it up",
                name=strange[0],
                source=findings.source.source,
                edition=findings.standard.edition,
            )
        )


def _run_site(options: argparse.Namespace, findings: Findings, budget: int | None, refusing: frozenset[str]) -> int:
    plan = site_plan(
        findings,
        findings.source.index_of(options.site),
        target=options.to,
        refused=refusing,
        price=options.price,
        unknown=options.unknown,
        policy=options.policies.plans,
    )
    progress(say("taking the plan apart"))
    apart = plans_without_each_remedy(findings, plan)
    about = [(say("Assumed"), str(sentence)) for sentence in plan.assumes] + [
        (say("If refused"), str(remedy_exclusion_words(exclusion))) for exclusion in apart
    ]
    about.insert(0, (say("What this is"), str(site_plan_headline(plan))))
    written = write_plan(options.out, site_sheets(plan, apart), about) if options.out else []
    if options.format == "json":
        print(json.dumps(_as_json(plan, apart, written), ensure_ascii=False, indent=2))
    else:
        _print(plan, apart, budget, written)
    return 0


def _print(plan: SitePlan, apart: Sequence[RemedyExclusion], budget: int | None, written: Sequence[Path]) -> None:
    print(site_plan_headline(plan))
    print(say("Readiness estimate, not an official score"))
    print(say("today: {standing}", standing=guaranteed_words(plan.before, plan.top)))
    for obstacle in plan.obstacles:
        print(f"  {obstacle.words}")
    if plan.must_fix_left:
        print(
            f"{say('Must be fixed first')}: {', '.join(f'{requirement.id} {requirement.title}' for requirement in plan.must_fix_left)}"
        )
    if plan.look_first.high:
        print(say("of this for what nobody knows yet: {cost}", cost=plan.look_first))
    if budget is not None and plan.steps:
        money = plan.cost.currency.amount(budget)
        text = say("{budget} is enough for it", budget=money)
        if plan.figure > budget:
            text = say("{budget} is not enough for it", budget=money)
        print(text)
    for step in plan.steps:
        print(f"\n{step.number}. {step.requirement.id} {step.requirement.title}: {step.remedy}")
        print(f"   {step.lead_words}; {step.band}; +{step.score_gain} → {guaranteed_words(step.after, plan.top)}")
        print(f"   {step_reason(step)}")
    if plan.agencies:
        print(f"\n{say('By agency')}:")
    for share in plan.agencies:
        print(f"  {share.words}: {share.cost} ({', '.join(share.requirements)})")
    if apart:
        print(f"\n{say('If one is refused')}:")
    for exclusion in apart:
        print(f"  {remedy_exclusion_words(exclusion)}")
    print(f"\n{say('Assumed')}:")
    for sentence in plan.assumes:
        print(f"  {sentence}")
    _print_written(written)


def _print_written(written: Sequence[Path]) -> None:
    if written:
        print(f"\n{say('Written')}:")
    for path in written:
        print(f"  {path}")


def _as_json(plan: SitePlan, apart: Sequence[RemedyExclusion], written: Sequence[Path]) -> dict[str, object]:
    return {
        "site_id": plan.site,
        "edition": plan.edition,
        "target": plan.target.name,
        "reached": plan.reached,
        "possible": plan.possible,
        "before": asdict(plan.before),
        "after": asdict(plan.after),
        "must_fix_left": [requirement.id for requirement in plan.must_fix_left],
        "price": plan.wishes.price,
        "unknown": plan.wishes.unknown,
        "figure": plan.figure,
        "cost": _span(plan.cost),
        "look_first": _span(plan.look_first),
        "steps": [_step(step) for step in plan.steps],
        "agencies": [
            {"agency": share.lead, "requirements": list(share.requirements), "cost": _span(share.cost)}
            for share in plan.agencies
        ],
        "obstacles": [
            {
                "kind": obstacle.kind,
                "requirement": obstacle.requirement.id if obstacle.requirement else None,
                "words": str(obstacle.words),
            }
            for obstacle in plan.obstacles
        ],
        "if_refused": [
            {
                "requirement": exclusion.requirement.id,
                "possible": exclusion.possible,
                "extra": exclusion.extra,
                "instead": [requirement.id for requirement in exclusion.instead],
                "dropped": [requirement.id for requirement in exclusion.dropped],
                "words": str(remedy_exclusion_words(exclusion)),
            }
            for exclusion in apart
        ],
        "assumes": [str(sentence) for sentence in plan.assumes],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }


def _step(step: PlanStep) -> dict[str, object]:
    return {
        "requirement": step.requirement.id,
        "title": str(step.requirement.title),
        "outcome": step.outcome,
        "look_first": step.look_first,
        "remedy": str(step.remedy),
        "agency": step.lead,
        "cost": _span(step.cost),
        "marks": step.marks,
        "score_gain": step.score_gain,
        "score_after": step.after.score,
        "rank_after": step.after.rank,
        "status_after": step.after.status,
        "urgency": step.urgency.name,
        "why": str(step_reason(step)),
    }


def _span(cost: CostRange) -> list[int]:
    return [cost.low, cost.high]
