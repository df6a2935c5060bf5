"""What people come here to do, one plain function each; the command line and the web call the same ones."""

from rba_audit.audits.editions import Flip, Reaudit, check_standard, reaudit
from rba_audit.audits.imports import doubled, import_sites
from rba_audit.audits.judging import Audited, audit, audit_register, audit_visits, audited, audited_alone
from rba_audit.audits.previewing import Preview, better_without, preview
from rba_audit.audits.remarks import names_not_read, notes_on_file, problems_by_rule, remarks_on_answers
from rba_audit.audits.results import PARQUET_FROM_ROWS, Progress, write_results

__all__ = [
    "PARQUET_FROM_ROWS",
    "Audited",
    "Flip",
    "Preview",
    "Progress",
    "Reaudit",
    "audit",
    "audit_register",
    "audit_visits",
    "audited",
    "audited_alone",
    "better_without",
    "check_standard",
    "doubled",
    "import_sites",
    "names_not_read",
    "notes_on_file",
    "preview",
    "problems_by_rule",
    "reaudit",
    "remarks_on_answers",
    "write_results",
]
