"""What a reader asked of a plan for a site, and the plan that answers it.

What is wrong earns one sentence and stays as it was typed; nothing usual takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from rba_audit.errors import StandardError
from rba_audit.findings import Findings
from rba_audit.plans import NEXT, PRICES, Price, RemedyExclusion, SitePlan, plans_without_each_remedy, site_plan
from rba_audit.web.http.services import reader_key, services
from rba_audit.web.pages.plans.city_query import QueryProblem, price_of


@dataclass(frozen=True, slots=True)
class SitePlanQuery:
    """What a reader asked of a plan for a site; an empty text asks for what is usual.

    Attributes:
        target: `next`, `top`, or the name of a rung.
        price: The end of each cost band that is compared.
        refused: Ids of the requirements whose remedies are not possible.
    """

    target: str = ""
    price: str = ""
    refused: tuple[str, ...] = ()

    def query(self, **changes: object) -> dict[str, str | list[str]]:
        """Return the address parameters of this wish, with some changed; what is usual is left out."""
        wish = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        given: dict[str, str | list[str]] = {
            "to": "" if wish.target == NEXT else wish.target,
            "price": "" if wish.price == PRICES[-1] else wish.price,
            "refuse": list(wish.refused),
        }
        return {key: value for key, value in given.items() if value}


def read_site_plan_query(given: MultiDict[str, str]) -> SitePlanQuery:
    """Return what the parameters of an address ask for, unchecked."""
    return SitePlanQuery(
        target=given.get("to", "").strip(),
        price=given.get("price", ""),
        refused=tuple(dict.fromkeys(filter(None, given.getlist("refuse")))),
    )


@dataclass(frozen=True, eq=False)
class SitePlanView:
    """A plan for a site, and what becomes of it without each of its remedies."""

    plan: SitePlan
    apart: tuple[RemedyExclusion, ...]


def site_plan_view(site_id: str, wish: SitePlanQuery) -> SitePlanView | QueryProblem:
    """Return the plan for a site that answers a wish, or what is wrong with the wish.

    Raises:
        SiteError: there is no such site.
    """
    findings = services().findings()
    position = findings.source.index_of(site_id)
    price = price_of(wish.price)
    if isinstance(price, QueryProblem):
        return price
    try:
        for name in wish.refused:
            findings.standard.requirement(name)
    except StandardError as fault:
        return QueryProblem("refuse", str(fault))
    key = *reader_key(), site_id, wish.target, price, frozenset(wish.refused)
    try:
        return services().memos.site_plans.get(key, findings, lambda: _planned(findings, position, wish, price))
    except StandardError as fault:
        return QueryProblem("to", str(fault))


def _planned(findings: Findings, position: int, wish: SitePlanQuery, price: Price) -> SitePlanView:
    plan = site_plan(
        findings,
        position,
        target=wish.target or NEXT,
        refused=frozenset(wish.refused),
        price=price,
        unknown="repair",
        policy=services().policies.plans,
    )
    return SitePlanView(plan, plans_without_each_remedy(findings, plan))
