"""Which children have a standard play space within walking reach, and which have none.

Pure but for the reading of a population. A walk follows the streets where they are given and a straight line where not, and
every result says which.
"""

from rba_audit.coverage.access import Access
from rba_audit.coverage.areas import Areas, areas_of
from rba_audit.coverage.covering import ANSWERS, COUNTING, Answer, Counting, Coverage, coverage
from rba_audit.coverage.demand import Demand, Population, population_in, read_population
from rba_audit.coverage.equity import Equity
from rba_audit.coverage.tables import (
    AreaRow,
    cell_features,
    csv_text,
    features,
    outward,
    rows,
    table,
    total,
    worst_first,
)
from rba_audit.coverage.telling import area_name, headline, left_out, notes, number, percents, unequal, who

__all__ = [
    "ANSWERS",
    "COUNTING",
    "Access",
    "Answer",
    "AreaRow",
    "Areas",
    "Counting",
    "Coverage",
    "Demand",
    "Equity",
    "Population",
    "area_name",
    "areas_of",
    "cell_features",
    "coverage",
    "csv_text",
    "features",
    "headline",
    "left_out",
    "notes",
    "number",
    "outward",
    "percents",
    "population_in",
    "read_population",
    "rows",
    "table",
    "total",
    "unequal",
    "who",
    "worst_first",
]
