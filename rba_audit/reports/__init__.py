"""Export files: the two lists of sites, the repairs, the audited sites and the findings table.

Public modules: `export_log`, `spreadsheets`, `summaries`.
"""

from rba_audit.findings.wording import kind_words
from rba_audit.reports.columns import Column
from rba_audit.reports.detail_table import AuditVisit, DetailTable, site_details
from rba_audit.reports.geodata import features_of, geojson_chunks, kml, write_findings_csv
from rba_audit.reports.geopackage_file import geopackage
from rba_audit.reports.list_files import list_csv, list_workbook, workbook
from rba_audit.reports.lists import LISTED, ListName, RepairLine, SiteRow, list_rows, repairs, site_rows
from rba_audit.reports.provenance import Provenance, file_name
from rba_audit.reports.spreadsheets import escape_formula, table_workbook
from rba_audit.status_style import rank_words, score_words, status_words

__all__ = [
    "LISTED",
    "AuditVisit",
    "Column",
    "DetailTable",
    "ListName",
    "Provenance",
    "RepairLine",
    "SiteRow",
    "escape_formula",
    "features_of",
    "file_name",
    "geojson_chunks",
    "geopackage",
    "kind_words",
    "kml",
    "list_csv",
    "list_rows",
    "list_workbook",
    "rank_words",
    "repairs",
    "score_words",
    "site_details",
    "site_rows",
    "status_words",
    "table_workbook",
    "workbook",
    "write_findings_csv",
]
