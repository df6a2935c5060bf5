"""The register of sites and visits: every version of a site is kept, and a visit, once recorded, is never changed.

Documents go in and come out whole; nothing is judged here.
"""

from rba_audit.register.records import STAGES, Imported, Stage, Visit
from rba_audit.register.store import DEFAULT_URL, Register, open_register

__all__ = ["DEFAULT_URL", "STAGES", "Imported", "Register", "Stage", "Visit", "open_register"]
