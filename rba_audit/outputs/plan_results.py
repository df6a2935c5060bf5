"""Write a plan into a folder: its first table as CSV, all tables as one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rba_audit.messages import Message
from rba_audit.outputs.folders import writing_into
from rba_audit.plans.sheets import PlanSheet
from rba_audit.reports import Column, table_workbook
from rba_audit.reports.spreadsheets import csv_text


def write_plan(folder: Path, sheets: Sequence[PlanSheet], about: Sequence[tuple[Message, str]]) -> list[Path]:
    """Write the first table as plan.csv and all tables as plan.xlsx; return the paths written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    tables = [(str(name), [Column(*column) for column in columns], rows) for name, columns, rows in sheets]
    written = [folder / "plan.csv", folder / "plan.xlsx"]
    with writing_into(folder):
        written[0].write_text(csv_text(tables[0][1], tables[0][2]), encoding="utf-8", newline="")
        written[1].write_bytes(table_workbook(tables, about))
    return written
