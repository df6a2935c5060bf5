"""The pages of what follows from findings: actions, certificates, and when a place is to be looked at again.

Nothing is decided here; each press is a service of `followup`.

Public modules: `after_review`.
"""

from rba_audit.web.pages.followup import action_list, action_routes, certificates, closing
from rba_audit.web.pages.followup.blueprint import pages

__all__ = ["action_list", "action_routes", "certificates", "closing", "pages"]
