"""Audits of files and registers, re-audits, previews and file warnings, shared by the command line and the web.

Public modules: `register_context`.
"""

from rba_audit.auditing.edition_check import check_standard
from rba_audit.auditing.edition_comparison import Reaudit, StatusFlip, reaudit
from rba_audit.auditing.file_warnings import names_not_read, notes_on_file, problems_by_rule, remarks_on_answers
from rba_audit.auditing.previews import ApprovalPreview, preview_approval, worse_if_removed
from rba_audit.auditing.register_audit import (
    RegisterAudit,
    audit_register,
    audit_single_site,
    audit_visits,
    audit_with_visits,
)
from rba_audit.auditing.register_context import context_of_register
from rba_audit.auditing.site_audit import audit
from rba_audit.auditing.timeline import (
    Influence,
    SiteCopy,
    SiteResult,
    SiteTimeline,
    TimelineStep,
    audit_copies,
    result_of,
    site_timeline,
)
from rba_audit.auditing.trend import TrendPoint, status_trend

__all__ = [
    "ApprovalPreview",
    "Influence",
    "Reaudit",
    "RegisterAudit",
    "SiteCopy",
    "SiteResult",
    "SiteTimeline",
    "StatusFlip",
    "TimelineStep",
    "TrendPoint",
    "audit",
    "audit_copies",
    "audit_register",
    "audit_single_site",
    "audit_visits",
    "audit_with_visits",
    "check_standard",
    "context_of_register",
    "names_not_read",
    "notes_on_file",
    "preview_approval",
    "problems_by_rule",
    "reaudit",
    "remarks_on_answers",
    "result_of",
    "site_timeline",
    "status_trend",
    "worse_if_removed",
]
