"""Imports of files and tables into a register."""

from rba_audit.imports.site_files import doubled, import_sites

__all__ = [
    "doubled",
    "import_sites",
]
