"""Pages of follow-up: actions, certificates, and the dates when sites are due again.

Nothing is decided here; each form calls one service of `rba_audit.followup`.
"""

from rba_audit.web.pages.followup import (
    action_list,
    action_routes,
    agency_notes,
    bulk_changes,
    certificate_scans,
    certificates,
    closing,
)
from rba_audit.web.pages.followup.blueprint import pages

__all__ = [
    "action_list",
    "action_routes",
    "agency_notes",
    "bulk_changes",
    "certificate_scans",
    "certificates",
    "closing",
    "pages",
]
