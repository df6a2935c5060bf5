"""Messages about plans: headline, obstacles, optimality, and the effect of removing a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rba_audit.messages import Message, format_number, say
from rba_audit.plans.city_plans import CityPlan, SiteRemoval
from rba_audit.plans.sensitivity import RemedyExclusion
from rba_audit.plans.site_plans import GuaranteedResult, PlanStep, SitePlan
from rba_audit.standard import Currency
from rba_audit.status_style import status_words

NumberFormat = Callable[[float], str]
"""Formats a weight: whole children, or km²."""


def site_plan_headline(plan: SitePlan) -> Message:
    """Return the headline of a site plan."""
    if plan.reached and plan.must_fix_left:
        return say(
            "{name} certainly has {rank} already; to be fixed first: {items}",
            name=plan.name,
            rank=plan.target.name,
            items=", ".join(f"{requirement.id} {requirement.title}" for requirement in plan.must_fix_left),
        )
    by_score = not plan.reached and plan.before.rank == plan.target.name
    if by_score:
        return _to_the_status(plan)
    if plan.reached:
        return say(
            "{name} certainly has {rank} already; nothing is to be done for it", name=plan.name, rank=plan.target.name
        )
    if not plan.possible:
        return say("{name} cannot be brought to {rank}", name=plan.name, rank=plan.target.name)
    if len(plan.steps) == 1:
        return say("{name} to {rank}: one remedy, {cost}", name=plan.name, rank=plan.target.name, cost=plan.cost)
    return say(
        "{name} to {rank}: {count} remedies, {cost}",
        name=plan.name,
        rank=plan.target.name,
        count=len(plan.steps),
        cost=plan.cost,
    )


def _to_the_status(plan: SitePlan) -> Message:
    """Return the headline of a plan for a site that has the top rank but not the status `standard`."""
    named = {"name": plan.name, "rank": plan.target.name}
    if not plan.possible:
        return say("{name} has {rank} by score, but cannot be made standard", **named)
    if len(plan.steps) == 1:
        return say("{name} has {rank} by score; to make it standard: one remedy, {cost}", cost=plan.cost, **named)
    count = len(plan.steps)
    return say(
        "{name} has {rank} by score; to make it standard: {count} remedies, {cost}",
        count=count,
        cost=plan.cost,
        **named,
    )


def guaranteed_words(where: GuaranteedResult, top: str | None = None) -> Message:
    """Return the certain score and rank of a site; given the top rank's name, also its status if that is not `standard`."""
    if where.score is None:
        return say("no score")
    if where.rank is not None and where.rank == top and where.status != "standard":
        return say(
            "{score}, {rank} by score; status: {status}",
            score=format_number(where.score, 0),
            rank=where.rank,
            status=status_words(where.status),
        )
    return say("{score}, {rank}", score=format_number(where.score, 0), rank=where.rank or say("no rank"))


def step_reason(step: PlanStep) -> Message:
    """Return the reason for a step's position in the plan."""
    if step.look_first:
        return say("{why} Look first: it may be met already and cost nothing.", why=step.urgency.why)
    return say("{why}", why=step.urgency.why)


def remedy_exclusion_words(refusal: RemedyExclusion) -> Message:
    """Return the sentence about the effect of refusing one remedy of a site plan."""
    named = {"id": refusal.requirement.id, "title": refusal.requirement.title}
    if not refusal.possible:
        return say("Without {id} {title} it cannot be reached: {why}", why=refusal.obstacles[0].words, **named)
    instead = ", ".join(requirement.id for requirement in refusal.instead) or say("nothing")
    if not refusal.extra:
        return say("Without {id} {title} it costs no more: {instead} instead.", instead=instead, **named)
    extra = refusal.cost.currency.amount(refusal.extra)
    return say("Without {id} {title} it costs {extra} more: {instead} instead.", extra=extra, instead=instead, **named)


def city_plan_headline(plan: CityPlan, number: NumberFormat, who: Message, currency: Currency) -> Message:
    """Return the headline of a city plan."""
    values: dict[str, object] = {
        "cost": currency.amount(plan.cost),
        "budget": currency.amount(plan.budget),
        "number": number(plan.gained),
        "who": who,
    }
    if len(plan.chosen) == 1:
        return say(
            "One site for {cost} of {budget} newly brings {number} {who} within reach of a standard place", **values
        )
    return say(
        "{count} sites for {cost} of {budget} newly bring {number} {who} within reach of a standard place",
        count=len(plan.chosen),
        **values,
    )


def optimality_sentences(plan: CityPlan, number: NumberFormat, who: Message) -> Iterator[Message]:
    """Yield the sentences about the optimality gap and the greedy choice."""
    if plan.proven:
        yield say("No other choice within the budget covers more (proven by the solver, gap 0 %).")
    else:
        yield say(
            "Not proven in the time there was: no choice can cover more than {number} {who}, so at most {percent} % of that is missing.",
            number=number(plan.bound),
            who=who,
            percent=_percent(plan.gap),
        )
    if plan.relaxed_gap is not None:
        yield say(
            "A bound from a calculation of its own (parts of sites may be bought) leaves at most {percent} % open.",
            percent=_percent(plan.relaxed_gap),
        )
    yield say(
        "Always taking the best bargain next, without looking ahead, covers {number} {who} for the same budget.",
        number=number(plan.greedy_gained),
        who=who,
    )


def site_removal_words(loss: SiteRemoval, number: NumberFormat, who: Message) -> Message:
    """Return the sentence about the effect of removing one site from a city plan."""
    return say(
        "Without {site}, {number} {who} fewer are covered; {instead} instead.",
        site=loss.site,
        number=number(loss.lost),
        who=who,
        instead=", ".join(loss.instead) or say("nothing"),
    )


def _percent(share: float) -> str:
    """Return a share in percent with two decimals, rounded up so that a gap is never understated."""
    return format_number(-(-share * 10_000 // 1) / 100, 2)


def cost_origin(currency: Currency) -> Message:
    """Return the origin of an edition's amounts, or the statement that none is given."""
    if currency.origin is None:
        return say("Where the amounts come from is not stated.")
    return say("{origin}", origin=currency.origin)
