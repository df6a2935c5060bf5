"""Imports of files and tables into a register: what an import would do, taking it, and undoing it.

Public modules: `column_mapping`, `import_plan`.
"""

from rba_audit.imports.plans import plan_import
from rba_audit.imports.site_imports import rows_to_take, take_import, undo_import

__all__ = [
    "plan_import",
    "rows_to_take",
    "take_import",
    "undo_import",
]
