"""Query of a city plan from the address, and its computed answer.

An invalid value gives one message and stays in the form as typed; no default replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Final

from werkzeug.datastructures import MultiDict

from rba_audit.coverage import Coverage
from rba_audit.errors import RbaError
from rba_audit.findings import Findings
from rba_audit.messages import say
from rba_audit.plans import PRICES, CityPlan, Price, SiteCost, city_plan, costs_of_sites, plans_by_budget, read_money
from rba_audit.plans.exclusions import ExcludedSite, excluded_sites
from rba_audit.web.http.services import reader_key, services
from rba_audit.web.pages.coverage import query as coverage_query

_SECONDS: Final = 4.0
"""Time limit of the solver for the plan."""
_SECONDS_BESIDE: Final = 1.0
"""Time limit for each of the other budgets; a plan that is not proven optimal by then says so."""
_PARTS: Final = (20, 10, 4, 2, 1)
"""The other budgets are the total cost of all priced sites divided by these."""
_USUAL_PART: Final = 4
"""The default budget is the total cost of all priced sites divided by this."""
_LONGEST: Final = 30
"""Most characters of a typed value that a message quotes; no sum of money is longer."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """An invalid query: the name of its field, and the message."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class CityPlanQuery:
    """Query of a city plan; an empty text means the default.

    Attributes:
        budget: Sum of money as typed.
        rule: Name of the reach rule.
        price: Which figure of each cost band is compared; one of `PRICES`.
        refused: Ids of sites that the plan must not use.
        all: Whether all sites that the plan leaves out are shown.
    """

    budget: str = ""
    rule: str = ""
    price: str = ""
    refused: tuple[str, ...] = ()
    all: bool = False

    def query(self, **changes: object) -> dict[str, str | list[str]]:
        """Return the address parameters of this query with `changes` applied; default values are left out."""
        query = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        given: dict[str, str | list[str]] = {
            "budget": query.budget,
            "rule": "" if query.rule == services().policies.coverage.default else query.rule,
            "price": "" if query.price == PRICES[-1] else query.price,
            "refuse": list(query.refused),
            "all": "1" if query.all else "",
        }
        return {key: value for key, value in given.items() if value}

    def without(self, site: str) -> dict[str, str | list[str]]:
        """Return the address parameters of the same query with one more site refused."""
        return self.query(refused=(*self.refused, site))

    def with_again(self, site: str) -> dict[str, str | list[str]]:
        """Return the address parameters of the same query with a site no longer refused."""
        return self.query(refused=tuple(id for id in self.refused if id != site))


def read_city_plan_query(given: MultiDict[str, str]) -> CityPlanQuery:
    """Return the query in the parameters of an address, not validated."""
    return CityPlanQuery(
        budget=given.get("budget", "").strip(),
        rule=given.get("rule", ""),
        price=given.get("price", ""),
        refused=tuple(dict.fromkeys(filter(None, given.getlist("refuse")))),
        all=given.get("all") == "1",
    )


@dataclass(frozen=True, eq=False)
class CityPlanView:
    """A city plan and its inputs.

    Attributes:
        price: Which figure of each cost band is compared.
        costs: Cost of each site that is not standard, by site id.
        plan: The plan.
        whole: The plan without any site refused; `plan` itself if none is.
        others: The plans for other budgets and `plan`, by ascending budget.
        left_out: The sites that the plan does not take, with reasons.
    """

    findings: Findings
    coverage: Coverage
    price: Price
    costs: Mapping[str, SiteCost]
    plan: CityPlan
    whole: CityPlan
    others: tuple[CityPlan, ...]
    left_out: tuple[ExcludedSite, ...]

    @property
    def lost(self) -> float:
        """The weight that is not covered because of the refused sites."""
        return _more(self.whole.gained, self.plan.gained)

    @property
    def by_looking_ahead(self) -> float:
        """The weight that the plan covers beyond the greedy plan."""
        return _more(self.plan.gained, self.plan.greedy_gained)

    @property
    def instead(self) -> tuple[str, ...]:
        """Sites in the plan that would not be in it without the refusals."""
        return _not_in(self.plan, self.whole)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Sites that would be in the plan without the refusals, except the refused ones themselves."""
        return tuple(site for site in _not_in(self.whole, self.plan) if site not in self.plan.refused)


def _more(one: float, other: float) -> float:
    """Return the difference of two weights; 0 within 1e-9, because sums in another order differ by rounding."""
    return 0.0 if isclose(one, other, rel_tol=1e-9) else one - other


def _not_in(plan: CityPlan, other: CityPlan) -> tuple[str, ...]:
    others = {planned.site for planned in other.chosen}
    return tuple(planned.site for planned in plan.chosen if planned.site not in others)


def city_plan_view(query: CityPlanQuery) -> CityPlanView | QueryProblem:
    """Return the plan for a query, or the problem of the query. Plans and costs are cached in `services().memos`.

    Raises:
        SiteError: there is no area to cover: no boundary, no population, and no located site.
    """
    checked = _checked(query)
    if isinstance(checked, QueryProblem):
        return checked
    rule, price, budget = checked
    findings, coverage = coverage_query.coverage_of_query(coverage_query.CoverageQuery(rule, "standard"))
    unknown = [id for id in query.refused if id not in findings.source.ids]
    if unknown:
        return QueryProblem(
            "refuse", str(say("No site has the id “{id}”; look it up in the list of all sites.", id=unknown[0]))
        )
    costs = _costs(findings, price)
    refused = frozenset(query.refused) & {cost.site for cost in costs}
    memo = services().memos.city_plans
    key = *reader_key(), rule, price
    money = usual_budget(costs) if budget is None else budget
    whole = memo.get(
        ("plan", *key, money, frozenset[str]()), coverage, lambda: _plan(costs, coverage, money, frozenset())
    )
    plan = whole
    if refused:
        plan = memo.get(("plan", *key, money, refused), coverage, lambda: _plan(costs, coverage, money, refused))
    budgets = other_budgets(costs)
    other_plans = memo.get(
        ("others", *key, refused), coverage, lambda: plans_by_budget(replace(plan, seconds=_SECONDS_BESIDE), budgets)
    )
    by_budget = {other.budget: other for other in (*other_plans, plan)}
    return CityPlanView(
        findings,
        coverage,
        price,
        {cost.site: cost for cost in costs},
        plan,
        whole,
        tuple(by_budget[amount] for amount in sorted(by_budget)),
        excluded_sites(plan),
    )


def _checked(query: CityPlanQuery) -> tuple[str, Price, int | None] | QueryProblem:
    """Return rule, price and budget (None: the default), or the problem of the first invalid one."""
    try:
        budget = read_money(shorten(query.budget), services().standard.currency) if query.budget else None
    except RbaError as fault:
        return QueryProblem("budget", str(fault))
    try:
        rule = services().policies.coverage.rule(query.rule or None).name
    except RbaError as fault:
        return QueryProblem("rule", str(fault))
    price = price_of(query.price)
    return price if isinstance(price, QueryProblem) else (rule, price, budget)


def shorten(text: str) -> str:
    """Return a typed value cut to at most `_LONGEST` characters, to be quoted in a message."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def price_of(text: str) -> Price | QueryProblem:
    """Return the figure of the cost bands that a text names (empty: the upper end), or the problem of the text."""
    if not text:
        return PRICES[-1]
    price = next((price for price in PRICES if price == text), None)
    message = say("No figure of the cost bands is called “{name}”; choose one of the list.", name=shorten(text))
    return price or QueryProblem("price", str(message))


def _costs(findings: Findings, price: Price) -> tuple[SiteCost, ...]:
    key = (*reader_key(), price)
    return services().memos.city_costs.get(key, findings, lambda: costs_of_sites(findings, price=price))


def _plan(costs: Sequence[SiteCost], coverage: Coverage, budget: int, refused: frozenset[str]) -> CityPlan:
    return city_plan(
        [cost.figure for cost in costs],
        coverage.if_standard[:, [cost.position for cost in costs]],
        coverage.demand.weights,
        coverage.covered,
        budget,
        names=[cost.site for cost in costs],
        refused=refused,
        seconds=_SECONDS,
    )


def usual_budget(costs: Sequence[SiteCost]) -> int:
    """Return the default budget: a quarter of the total cost of all priced sites, rounded down to one digit."""
    return _round(_total_cost(costs) // _USUAL_PART)


def other_budgets(costs: Sequence[SiteCost]) -> list[int]:
    """Return budgets up to the total cost of all priced sites, ascending and rounded down to one digit except the total."""
    total = _total_cost(costs)
    budgets = {total if part == 1 else _round(total // part) for part in _PARTS}
    return sorted(budget for budget in budgets if budget)


def _total_cost(costs: Sequence[SiteCost]) -> int:
    return sum(cost.figure or 0 for cost in costs)


def _round(value: int) -> int:
    """Return a number rounded down to its first digit: 4,321 gives 4,000."""
    unit = int(10 ** (len(str(value)) - 1))
    return value // unit * unit
