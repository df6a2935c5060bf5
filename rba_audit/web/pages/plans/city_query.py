"""What a reader asked of a plan for a city, and the plan that answers it.

What is wrong earns one sentence and stays as it was typed; nothing usual takes its place.
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
from rba_audit.web.pages.coverage import query as reaching

_SECONDS: Final = 4.0
_SECONDS_BESIDE: Final = 1.0
"""For each of the other budgets; what is not proven by then says so."""
_PARTS: Final = (20, 10, 4, 2, 1)
"""What all priced sites cost together is divided by these for the other budgets."""
_USUAL_PART: Final = 4
_LONGEST: Final = 30
"""Characters of a sum of money; whoever writes more has not written one."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What is wrong with a wish: the field it stands in, and the sentence it earns."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class CityPlanQuery:
    """What a reader asked of a plan for a city; an empty text asks for what is usual.

    Attributes:
        budget: As it was typed.
        rule: Name of the rule of reach.
        price: The end of each cost band that is compared.
        refused: Ids of sites that are not to be used.
        all: Whether every site that is left out is shown.
    """

    budget: str = ""
    rule: str = ""
    price: str = ""
    refused: tuple[str, ...] = ()
    all: bool = False

    def query(self, **changes: object) -> dict[str, str | list[str]]:
        """Return the address parameters of this wish, with some changed; what is usual is left out."""
        wish = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        given: dict[str, str | list[str]] = {
            "budget": wish.budget,
            "rule": "" if wish.rule == services().policies.coverage.default else wish.rule,
            "price": "" if wish.price == PRICES[-1] else wish.price,
            "refuse": list(wish.refused),
            "all": "1" if wish.all else "",
        }
        return {key: value for key, value in given.items() if value}

    def without(self, site: str) -> dict[str, str | list[str]]:
        """Return the address parameters of the same wish with one site more refused."""
        return self.query(refused=(*self.refused, site))

    def with_again(self, site: str) -> dict[str, str | list[str]]:
        """Return the address parameters of the same wish with a site put back."""
        return self.query(refused=tuple(each for each in self.refused if each != site))


def read_city_plan_query(given: MultiDict[str, str]) -> CityPlanQuery:
    """Return what the parameters of an address ask for, unchecked."""
    return CityPlanQuery(
        budget=given.get("budget", "").strip(),
        rule=given.get("rule", ""),
        price=given.get("price", ""),
        refused=tuple(dict.fromkeys(filter(None, given.getlist("refuse")))),
        all=given.get("all") == "1",
    )


@dataclass(frozen=True, eq=False)
class CityPlanView:
    """A plan for a city, and what it was made from.

    Attributes:
        price: The end of each cost band that is compared.
        costs: What each site that is not standard costs, by its id.
        plan: The plan.
        whole: The same with no site refused; the plan itself where none is.
        others: The same for other budgets, the smallest first.
        left_out: The sites that it does not take.
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
        """What is covered less because of the sites that are refused."""
        return _more(self.whole.gained, self.plan.gained)

    @property
    def by_looking_ahead(self) -> float:
        """What the plan covers more than always taking the best bargain next would."""
        return _more(self.plan.gained, self.plan.greedy_gained)

    @property
    def instead(self) -> tuple[str, ...]:
        """Sites that come in for the refused ones."""
        return _not_in(self.plan, self.whole)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Sites that go out, besides the refused ones."""
        return tuple(each for each in _not_in(self.whole, self.plan) if each not in self.plan.refused)


def _more(one: float, other: float) -> float:
    """Return how much more one weight is than another; sums of the same parts in another order are the same."""
    return 0.0 if isclose(one, other, rel_tol=1e-9) else one - other


def _not_in(plan: CityPlan, other: CityPlan) -> tuple[str, ...]:
    there = {each.site for each in other.chosen}
    return tuple(each.site for each in plan.chosen if each.site not in there)


def city_plan_view(wish: CityPlanQuery) -> CityPlanView | QueryProblem:
    """Return the plan that answers a wish, or what is wrong with the wish.

    Raises:
        SiteError: there is nowhere to look: no boundary, no population, and no site that is located.
    """
    checked = _checked(wish)
    if isinstance(checked, QueryProblem):
        return checked
    rule, price, budget = checked
    findings, found = reaching.coverage_of_query(reaching.CoverageQuery(rule, "standard"))
    strange = [each for each in wish.refused if each not in findings.source.ids]
    if strange:
        return QueryProblem(
            "refuse", str(say("No site has the id “{id}”; look it up in the list of all sites.", id=strange[0]))
        )
    costs = _costs(findings, price)
    refused = frozenset(wish.refused) & {each.site for each in costs}
    kept = services().memos.city_plans
    asked = *reader_key(), rule, price
    money = usual_budget(costs) if budget is None else budget
    whole = kept.get(("plan", *asked, money, frozenset[str]()), found, lambda: _plan(costs, found, money, frozenset()))
    plan = whole
    if refused:
        plan = kept.get(("plan", *asked, money, refused), found, lambda: _plan(costs, found, money, refused))
    budgets = other_budgets(costs)
    beside = kept.get(
        ("others", *asked, refused), found, lambda: plans_by_budget(replace(plan, seconds=_SECONDS_BESIDE), budgets)
    )
    others = {each.budget: each for each in (*beside, plan)}
    return CityPlanView(
        findings,
        found,
        price,
        {each.site: each for each in costs},
        plan,
        whole,
        tuple(others[each] for each in sorted(others)),
        excluded_sites(plan),
    )


def _checked(wish: CityPlanQuery) -> tuple[str, Price, int | None] | QueryProblem:
    """Return rule, price and budget (None: the usual one), or what is wrong with one of them."""
    try:
        budget = read_money(shorten(wish.budget), services().standard.currency) if wish.budget else None
    except RbaError as fault:
        return QueryProblem("budget", str(fault))
    try:
        rule = services().policies.coverage.rule(wish.rule or None).name
    except RbaError as fault:
        return QueryProblem("rule", str(fault))
    price = price_of(wish.price)
    return price if isinstance(price, QueryProblem) else (rule, price, budget)


def shorten(text: str) -> str:
    """Return a text as it can be shown in a sentence: cut where it is longer than any sum of money."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def price_of(text: str) -> Price | QueryProblem:
    """Return the end of the cost bands that a text names, or what is wrong with it; the upper end where it is empty."""
    if not text:
        return PRICES[-1]
    known = next((each for each in PRICES if each == text), None)
    said = say("No figure of the cost bands is called “{name}”; choose one of the list.", name=shorten(text))
    return known or QueryProblem("price", str(said))


def _costs(findings: Findings, price: Price) -> tuple[SiteCost, ...]:
    key = (*reader_key(), price)
    return services().memos.city_costs.get(key, findings, lambda: costs_of_sites(findings, price=price))


def _plan(costs: Sequence[SiteCost], found: Coverage, budget: int, refused: frozenset[str]) -> CityPlan:
    return city_plan(
        [each.figure for each in costs],
        found.if_standard[:, [each.position for each in costs]],
        found.demand.weights,
        found.covered,
        budget,
        names=[each.site for each in costs],
        refused=refused,
        seconds=_SECONDS,
    )


def usual_budget(costs: Sequence[SiteCost]) -> int:
    """Return the budget a reader begins with: about a part of what all priced sites cost together."""
    return _round(_together(costs) // _USUAL_PART)


def other_budgets(costs: Sequence[SiteCost]) -> list[int]:
    """Return budgets up to what all priced sites cost together, the smallest first."""
    everything = _together(costs)
    parts = {everything if part == 1 else _round(everything // part) for part in _PARTS}
    return sorted(part for part in parts if part)


def _together(costs: Sequence[SiteCost]) -> int:
    return sum(each.figure or 0 for each in costs)


def _round(value: int) -> int:
    """Return a number with all but its first digit made zero."""
    unit = int(10 ** (len(str(value)) - 1))
    return value // unit * unit
