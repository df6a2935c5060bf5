"""Plans: the cheapest way of one site to a higher rank, and which sites of a city to upgrade first within a budget.

Pure: no clock but a limit of seconds, no file but its own rules, no database or web. Nothing is guessed: what cannot be priced
is listed, and every plan can be taken apart.
"""

from rba_audit.plans.city_plans import Chosen, CityCase, CityPlan, Loss, city_plan, frontier, without_site
from rba_audit.plans.prices import PRICE_WORDS, PRICES, Price, Span, read_money
from rba_audit.plans.refusals import Refusal, if_refused, take_apart
from rba_audit.plans.site_costs import SiteCost, costs_of_sites
from rba_audit.plans.site_plans import Share, SitePlan, Standing, Step, site_plan
from rba_audit.plans.situations import NEXT, TOP, UNKNOWNS, Obstacle, Unknown, Wishes

__all__ = [
    "NEXT",
    "PRICES",
    "PRICE_WORDS",
    "TOP",
    "UNKNOWNS",
    "Chosen",
    "CityCase",
    "CityPlan",
    "Loss",
    "Obstacle",
    "Price",
    "Refusal",
    "Share",
    "SiteCost",
    "SitePlan",
    "Span",
    "Standing",
    "Step",
    "Unknown",
    "Wishes",
    "city_plan",
    "costs_of_sites",
    "frontier",
    "if_refused",
    "read_money",
    "site_plan",
    "take_apart",
    "without_site",
]
