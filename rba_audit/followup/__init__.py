"""Follow-up of findings: actions until they are closed, recorded certificates, and the next surveillance date of each site.

Functions that depend on the day get it as an argument.

Public modules: `action_files`, `action_list`, `agency_notes`, `agency_summary`, `bulk_changes`, `bulk_closing`,
`certificate_scans`, `certification`, `due`, `surveillance`.
"""

from rba_audit.followup.action_creation import actions_by_requirement, closing_proofs, make_actions
from rba_audit.followup.action_updates import (
    LONGEST_ACTION_NOTE,
    Proof,
    change_due,
    change_owner,
    close_by_visit,
    confirm_closing,
    may_confirm,
    not_needed,
    reopen_action,
    report_done,
    risk_of,
)
from rba_audit.followup.disagreements import met_by_other_auditor
from rba_audit.followup.withdrawal import WITHDRAWAL_WORDS, WithdrawalCause, withdrawn_actions

__all__ = [
    "LONGEST_ACTION_NOTE",
    "WITHDRAWAL_WORDS",
    "Proof",
    "WithdrawalCause",
    "actions_by_requirement",
    "change_due",
    "change_owner",
    "close_by_visit",
    "closing_proofs",
    "confirm_closing",
    "make_actions",
    "may_confirm",
    "met_by_other_auditor",
    "not_needed",
    "reopen_action",
    "report_done",
    "risk_of",
    "withdrawn_actions",
]
