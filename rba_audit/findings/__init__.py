"""Evaluate evidence against a standard: an outcome per (requirement, site) and a conclusion per site.

Pure: no clock, file, database or web. Findings are computed each time and never stored.

Public modules: `conclusions`, `dependent_questions`, `double_audits`, `evaluation`, `explainer`, `kernel`,
`monotonicity`, `observations`, `program`, `program_json`, `status_changes`, `trace`, `wording`, `worst_feature`.
"""

from rba_audit.findings.conclusions import STATUSES, GateItem, Status, gate_item_of
from rba_audit.findings.evaluation import evaluate
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED
from rba_audit.findings.results import Findings, OutcomeSource
from rba_audit.findings.trace import Trace, outcome_words

__all__ = [
    "CONFORMS",
    "DOES_NOT_APPLY",
    "DOES_NOT_CONFORM",
    "PARTIAL",
    "STATUSES",
    "UNDETERMINED",
    "Findings",
    "GateItem",
    "OutcomeSource",
    "Status",
    "Trace",
    "evaluate",
    "gate_item_of",
    "outcome_words",
]
