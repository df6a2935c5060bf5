"""Imports of files and tables into a register: what columns mean, what an import would do, taking it, and undoing it.

Public modules: `import_plan`.
"""

from rba_audit.imports.column_choices import (
    ColumnChoices,
    column_targets,
    mapping_document,
    mapping_of_document,
    with_choices,
)
from rba_audit.imports.column_guesses import guess_mapping
from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.imports.column_notes import mapping_notes
from rba_audit.imports.earlier_mappings import earlier_mapping
from rba_audit.imports.mapped_sites import site_file, sites_of_file
from rba_audit.imports.plans import plan_import
from rba_audit.imports.site_imports import rows_to_take, take_import, undo_import

__all__ = [
    "ColumnChoices",
    "ColumnMapping",
    "ColumnUse",
    "column_targets",
    "earlier_mapping",
    "guess_mapping",
    "mapping_document",
    "mapping_notes",
    "mapping_of_document",
    "plan_import",
    "rows_to_take",
    "site_file",
    "sites_of_file",
    "take_import",
    "undo_import",
    "with_choices",
]
