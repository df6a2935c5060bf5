"""Reuse the column mapping of the last import of a file with the same headings."""

from __future__ import annotations

from dataclasses import replace

from rba_audit.errors import SiteError
from rba_audit.file_formats import SourceFile
from rba_audit.imports.column_choices import mapping_of_document
from rba_audit.imports.column_mapping import ColumnMapping
from rba_audit.register import Register


def earlier_mapping(register: Register, mapping: ColumnMapping, source: SourceFile | None) -> ColumnMapping | None:
    """Return the meaning of the columns in the last import with the same headings, for the table of this file; None if there is none."""
    document = register.imports.mapping_for([use.column for use in mapping.columns])
    if document is None:
        return None
    try:
        earlier = mapping_of_document(document)
    except SiteError:
        return None
    tables = {table.name for table in source.tables} if source else {""}
    return earlier if earlier.table in tables else replace(earlier, table=mapping.table)
