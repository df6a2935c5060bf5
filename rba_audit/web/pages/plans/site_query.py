"""Query of a site plan from the address, and its computed answer.

An invalid value gives one message and stays in the form as typed; no default replaces it.
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
    """Query of a site plan; an empty text means the default.

    Attributes:
        target: `next`, `top`, or the name of a rung.
        price: Which figure of each cost band is compared; one of `PRICES`.
        refused: Ids of the requirements whose remedies are not possible.
    """

    target: str = ""
    price: str = ""
    refused: tuple[str, ...] = ()

    def query(self, **changes: object) -> dict[str, str | list[str]]:
        """Return the address parameters of this query with `changes` applied; default values are left out."""
        query = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        given: dict[str, str | list[str]] = {
            "to": "" if query.target == NEXT else query.target,
            "price": "" if query.price == PRICES[-1] else query.price,
            "refuse": list(query.refused),
        }
        return {key: value for key, value in given.items() if value}


def read_site_plan_query(given: MultiDict[str, str]) -> SitePlanQuery:
    """Return the query in the parameters of an address, not validated."""
    return SitePlanQuery(
        target=given.get("to", "").strip(),
        price=given.get("price", ""),
        refused=tuple(dict.fromkeys(filter(None, given.getlist("refuse")))),
    )


@dataclass(frozen=True, eq=False)
class SitePlanView:
    """A site plan, and for each of its remedies the plan without it."""

    plan: SitePlan
    apart: tuple[RemedyExclusion, ...]


def site_plan_view(site_id: str, query: SitePlanQuery) -> SitePlanView | QueryProblem:
    """Return the plan of a site for a query, or the problem of the query. Plans are cached in `services().memos`.

    Raises:
        SiteError: there is no such site.
    """
    findings = services().findings()
    index = findings.source.index_of(site_id)
    price = price_of(query.price)
    if isinstance(price, QueryProblem):
        return price
    try:
        for name in query.refused:
            findings.standard.requirement(name)
    except StandardError as fault:
        return QueryProblem("refuse", str(fault))
    key = *reader_key(), site_id, query.target, price, frozenset(query.refused)
    try:
        return services().memos.site_plans.get(key, findings, lambda: _compute(findings, index, query, price))
    except StandardError as fault:
        return QueryProblem("to", str(fault))


def _compute(findings: Findings, index: int, query: SitePlanQuery, price: Price) -> SitePlanView:
    plan = site_plan(
        findings,
        index,
        target=query.target or NEXT,
        refused=frozenset(query.refused),
        price=price,
        unknown="repair",
        policy=services().policies.plans,
    )
    return SitePlanView(plan, plans_without_each_remedy(findings, plan))
