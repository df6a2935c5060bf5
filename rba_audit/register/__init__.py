"""The register of sites and visits: every version of a site is kept, and a visit, once recorded, is never changed.

Documents go in and come out whole; nothing is judged here.
"""

from rba_audit.register.records import SCOPES, SOURCES, STAGES, ImportResult, Photo, Scope, Stage, Visit, visit_of
from rba_audit.register.store import DEFAULT_URL, Register, SiteVersion, database_at, open_register
from rba_audit.register.visits import StoredVisit, Visits

__all__ = [
    "DEFAULT_URL",
    "SCOPES",
    "SOURCES",
    "STAGES",
    "ImportResult",
    "Photo",
    "Register",
    "Scope",
    "SiteVersion",
    "Stage",
    "StoredVisit",
    "Visit",
    "Visits",
    "database_at",
    "open_register",
    "visit_of",
]
