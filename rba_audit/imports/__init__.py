"""Imports of files and tables into a register."""

from rba_audit.imports.site_files import duplicate_warnings, import_sites

__all__ = [
    "duplicate_warnings",
    "import_sites",
]
