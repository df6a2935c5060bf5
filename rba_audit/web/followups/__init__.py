"""The pages of what follows from findings: actions, certificates, and when a place is to be looked at again.

Nothing is decided here; each press is a service of `followup`.
"""

from rba_audit.web.followups import actions, certificates, closing, listing
from rba_audit.web.followups.frame import pages

__all__ = ["actions", "certificates", "closing", "listing", "pages"]
