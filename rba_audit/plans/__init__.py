"""Plans: the cheapest remedies that raise a site's rank, and the sites of a city to upgrade first within a budget.

Pure functions: no database or web, no files except the shipped policies, no clock except a time limit in seconds. Sites without
a known cost are listed, never estimated, and a plan can be solved again without any of its parts.

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
