"""Coverage: the children who have a standard play space within walking reach, and those who have none.

Pure except for reading a population file. Distances are along the streets if they are given, else in a straight line, and
every result states which.

Public modules: `demand`, `population_tables`.
"""

from rba_audit.coverage.accessibility import Accessibility
from rba_audit.coverage.areas import AdministrativeAreas, areas_of
from rba_audit.coverage.computation import ANSWERS, COUNTING, Answer, Counting, Coverage, compute_coverage
from rba_audit.coverage.demand import Demand, Population, population_in, read_population
from rba_audit.coverage.equity import Equity
from rba_audit.coverage.sentences import (
    area_name,
    counted_words,
    coverage_headline,
    coverage_notes,
    equity_sentences,
    excluded_sentences,
    format_percents,
    format_weight,
)
from rba_audit.coverage.tables import (
    AreaRow,
    area_rows,
    cell_features,
    csv_text,
    features,
    rounded_outward,
    service_order,
    table_rows,
    total_row,
    worst_first,
)

__all__ = [
    "ANSWERS",
    "COUNTING",
    "Accessibility",
    "AdministrativeAreas",
    "Answer",
    "AreaRow",
    "Counting",
    "Coverage",
    "Demand",
    "Equity",
    "Population",
    "area_name",
    "area_rows",
    "areas_of",
    "cell_features",
    "compute_coverage",
    "counted_words",
    "coverage_headline",
    "coverage_notes",
    "csv_text",
    "equity_sentences",
    "excluded_sentences",
    "features",
    "format_percents",
    "format_weight",
    "population_in",
    "read_population",
    "rounded_outward",
    "service_order",
    "table_rows",
    "total_row",
    "worst_first",
]
