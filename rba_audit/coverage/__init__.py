"""Which children have a standard play space within walking reach, and which have none.

Pure but for the reading of a population. A walk follows the streets where they are given and a straight line where not, and
every result says which.
"""

from rba_audit.coverage.access import Access
from rba_audit.coverage.areas import Areas, areas_of
from rba_audit.coverage.covering import ANSWERS, COUNTING, Answer, Counting, Coverage, coverage
from rba_audit.coverage.demand import Demand, Population, population_in, read_population
from rba_audit.coverage.equity import Equity
from rba_audit.coverage.rules import Rule, Rules, rules

__all__ = [
    "ANSWERS",
    "COUNTING",
    "Access",
    "Answer",
    "Areas",
    "Counting",
    "Coverage",
    "Demand",
    "Equity",
    "Population",
    "Rule",
    "Rules",
    "areas_of",
    "coverage",
    "population_in",
    "read_population",
    "rules",
]
