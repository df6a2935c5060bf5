"""Write an empty table of sites as CSV or XLSX, to be filled in; its headings are those that are recognised."""

from __future__ import annotations

from typing import Final, Literal

from rba_audit.messages import Message, say
from rba_audit.reports import Column
from rba_audit.reports.spreadsheets import csv_text, table_workbook

_HEADINGS: Final[tuple[tuple[Message, int], ...]] = (
    (say("Id"), 14),
    (say("Name"), 30),
    (say("Kind"), 18),
    (say("Latitude"), 14),
    (say("Longitude"), 14),
    (say("Address"), 32),
    (say("Kelurahan"), 20),
    (say("Kecamatan"), 20),
    (say("Manager"), 24),
)


def blank_table(kind: Literal["csv", "xlsx"]) -> bytes:
    """Return an empty table in the language of the reader."""
    columns: list[Column[None]] = [Column(heading, lambda _row: "", width) for heading, width in _HEADINGS]
    if kind == "csv":
        return csv_text(columns, []).encode()
    about = [
        (say("One place"), str(say("one row; a place that has no id gets one from its name and position"))),
        (say("Latitude"), "-6.1169"),
        (say("Longitude"), "106.1542"),
        (
            say("Further columns"),
            str(say("may stay: facts and questions are recognised by their number or their text")),
        ),
    ]
    return table_workbook([(str(say("Places")), columns, [])], about)
