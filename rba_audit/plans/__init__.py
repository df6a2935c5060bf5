"""Plans: the cheapest way of one site to a higher rank, and which sites of a city to upgrade first within a budget.

Pure: no clock but a limit of seconds, no file but its own rules, no database or web. Nothing is guessed: what cannot be priced
is listed, and every plan can be taken apart.

Public modules: `exclusions`, `sentences`, `sheets`, `tables`.
"""

from rba_audit.plans.city_plans import (
    CityCase,
    CityPlan,
    PlannedSite,
    SiteRemoval,
    city_plan,
    plans_by_budget,
    without_site,
)
from rba_audit.plans.prices import PRICE_WORDS, PRICES, CostRange, Price, read_money
from rba_audit.plans.sensitivity import RemedyExclusion, plan_without_remedy, plans_without_each_remedy
from rba_audit.plans.site_costs import SiteCost, costs_of_sites
from rba_audit.plans.site_plans import AgencyShare, GuaranteedResult, PlanStep, SitePlan, site_plan
from rba_audit.plans.situations import NEXT, TOP, UNKNOWNS, Obstacle, PlanRequest, Unknown

__all__ = [
    "NEXT",
    "PRICES",
    "PRICE_WORDS",
    "TOP",
    "UNKNOWNS",
    "AgencyShare",
    "CityCase",
    "CityPlan",
    "CostRange",
    "GuaranteedResult",
    "Obstacle",
    "PlanRequest",
    "PlanStep",
    "PlannedSite",
    "Price",
    "RemedyExclusion",
    "SiteCost",
    "SitePlan",
    "SiteRemoval",
    "Unknown",
    "city_plan",
    "costs_of_sites",
    "plan_without_remedy",
    "plans_by_budget",
    "plans_without_each_remedy",
    "read_money",
    "site_plan",
    "without_site",
]
