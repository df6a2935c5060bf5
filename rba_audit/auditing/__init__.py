"""Audits of files and registers, re-audits, previews, and remarks; the command line and the web call the same functions."""

from rba_audit.auditing.edition_check import check_standard
from rba_audit.auditing.previews import Preview, better_without, preview
from rba_audit.auditing.reauditing import Flip, Reaudit, reaudit
from rba_audit.auditing.register_audit import Audited, audit_register, audit_visits, audited, audited_alone
from rba_audit.auditing.remarks import names_not_read, notes_on_file, problems_by_rule, remarks_on_answers
from rba_audit.auditing.site_audit import audit

__all__ = [
    "Audited",
    "Flip",
    "Preview",
    "Reaudit",
    "audit",
    "audit_register",
    "audit_visits",
    "audited",
    "audited_alone",
    "better_without",
    "check_standard",
    "names_not_read",
    "notes_on_file",
    "preview",
    "problems_by_rule",
    "reaudit",
    "remarks_on_answers",
]
