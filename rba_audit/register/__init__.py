"""Database of sites and visits with all their versions; a recorded version is never changed.

Documents are stored and returned whole; nothing is evaluated here.

Public modules: `account_history`, `action_records`, `agency_notes`, `backup`, `backup_generations`, `bulk_changes`,
`certificate_scans`, `certificates`, `child_sheets`, `clearances`, `damaged_rows`, `danger_records`, `disagreements`,
`exports`, `import_records`, `import_snapshot`, `integrity`, `layers`, `notices`, `office`, `person_records`, `personal_data`, `photo_files`,
`photo_records`, `photo_restore`, `private_files`, `records`, `restoration`, `reviews`, `sessions`, `shared_links`,
`site_event_records`, `sqlite_library`, `telephones`.
"""

from rba_audit.register.records import SCOPES, SOURCES, STAGES, ImportResult, Photo, Scope, Stage, Visit, visit_of
from rba_audit.register.site_rows import SiteVersion
from rba_audit.register.store import Register, open_register
from rba_audit.register.urls import DEFAULT_URL, database_at
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
