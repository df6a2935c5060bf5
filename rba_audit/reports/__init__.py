"""What leaves the house: the two lists, the repairs behind them, the audited sites and the findings table, as files."""

from rba_audit.findings.wording import kind_words
from rba_audit.looks import rank_words, score_words, status_words
from rba_audit.reports.columns import Column
from rba_audit.reports.geodata import features_of, geojson_chunks, kml, write_findings_csv
from rba_audit.reports.lists import (
    LISTED,
    ListName,
    Repair,
    Row,
    listed,
    repairs,
    rows,
)
from rba_audit.reports.provenance import Provenance, file_name
from rba_audit.reports.spreadsheets import list_csv, list_workbook, plain, table_workbook, workbook

__all__ = [
    "LISTED",
    "Column",
    "ListName",
    "Provenance",
    "Repair",
    "Row",
    "features_of",
    "file_name",
    "geojson_chunks",
    "kind_words",
    "kml",
    "list_csv",
    "list_workbook",
    "listed",
    "plain",
    "rank_words",
    "repairs",
    "rows",
    "score_words",
    "status_words",
    "table_workbook",
    "workbook",
    "write_findings_csv",
]
