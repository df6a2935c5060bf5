"""Imports of files and tables of any format: the meaning of their columns, their positions, and imports into a register."""

from rba_audit.imports.column_choices import (
    ColumnChoices,
    column_targets,
    mapping_document,
    mapping_of_document,
    with_choices,
)
from rba_audit.imports.column_guesses import guess_mapping
from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.imports.column_notes import mapping_notes, source_notes
from rba_audit.imports.mapped_sites import site_file, sites_of_file
from rba_audit.imports.site_files import duplicate_warnings, import_sites

__all__ = [
    "ColumnChoices",
    "ColumnMapping",
    "ColumnUse",
    "column_targets",
    "duplicate_warnings",
    "guess_mapping",
    "import_sites",
    "mapping_document",
    "mapping_notes",
    "mapping_of_document",
    "site_file",
    "sites_of_file",
    "source_notes",
    "with_choices",
]
