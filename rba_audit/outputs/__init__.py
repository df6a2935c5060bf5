"""Files that the command line writes into a folder: the results of audits, coverage and plans.

Public modules: `folders`.
"""

from rba_audit.outputs.audit_results import PARQUET_FROM_ROWS, write_results
from rba_audit.outputs.coverage_results import write_coverage
from rba_audit.outputs.plan_results import write_plan

__all__ = [
    "PARQUET_FROM_ROWS",
    "write_coverage",
    "write_plan",
    "write_results",
]
