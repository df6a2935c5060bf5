"""The folder of a round: the list of what it has to hold, who owes what, and its files."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Response

from rba_audit.days import now_utc, today
from rba_audit.messages import language, say
from rba_audit.papers.owed_documents import deadline_calendar, reminder_text
from rba_audit.reports import Column, table_workbook
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.web.http.access import open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.folder import requests, round_dates, uploads
from rba_audit.web.pages.folder.blueprint import pages
from rba_audit.web.pages.folder.folder_view import folder_page
from rba_audit.web.pages.folder.selection import FolderLine, selected_folder

__all__ = ["pages", "requests", "round_dates", "uploads"]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/folder")
@open_to("follow_up")
def page() -> str:
    """What the folder has to hold, by deadline."""
    return folder_page(selected_folder().with_what_is_left())


# --- files ---


@pages.get("/folder.<any(csv, xlsx, txt, ics):kind>")
@open_to("follow_up")
def file(kind: str) -> Response:
    """The lines that the address asks for as a table; or what is left to do of them as a message or a calendar to send."""
    selection = selected_folder()
    words = selection.words()
    filter = [f"{heading}: {value}" for heading, value in words]
    year, origin = selection.round.year, provenance(services().findings(), words)
    lines = selection.lines()
    if kind in ("txt", "ics"):
        lines = [line for line in lines if line.outstanding]
    describe_export(len(lines), filter=origin.filter_words)
    if kind == "csv":
        response = Response(csv_text(_columns(), lines, origin), mimetype="text/csv")
    elif kind == "xlsx":
        sheet = (str(say("KLA folder {year}", year=str(year))), _columns(), lines)
        response = Response(table_workbook([sheet], origin.about()), mimetype=_XLSX)
    elif kind == "txt":
        office = services().register.office.get().name
        owed = [line.owed() for line in lines]
        response = Response(reminder_text(year, owed, office, today()), mimetype="text/plain")
    else:
        warning = services().policies.kla.calendar.urgent_days.value
        of = "\n".join(f"{name}={text}" for name, text in sorted(selection.chosen.items()) if name != "agency")
        calendar = deadline_calendar(year, [line.owed() for line in lines], now_utc(), warning_days=warning, of=of)
        response = Response(calendar, mimetype="text/calendar")
    holds = "owed_documents" if kind in ("txt", "ics") else "folder"
    response.headers["Content-Language"] = language()
    return download(response, name_of(holds, kind, day=today(), filter=filter))


def _columns() -> list[Column[FolderLine]]:
    return [
        Column(say("Deadline"), lambda line: line.item.due.isoformat(), 12),
        Column(say("State"), lambda line: line.state, 24),
        Column(say("Overdue"), lambda line: str(say("yes")) if line.item.overdue else "", 11),
        Column(say("Document"), lambda line: line.kind, 40),
        Column(say("Site"), lambda line: line.site or str(say("the whole city")), 30),
        Column(say("Site id"), lambda line: line.item.site_id, 22),
        Column(say("Kelurahan"), lambda line: line.kelurahan, 18),
        Column(say("Kecamatan"), lambda line: line.kecamatan, 16),
        Column(say("Agency"), lambda line: line.agency, 34),
        Column(say("Asked on"), lambda line: _iso(line.asked), 12),
        Column(say("Number"), lambda line: line.item.document.body.number if line.item.document else "", 20),
        Column(say("Signer"), lambda line: line.item.document.body.signer if line.item.document else "", 24),
        Column(say("Valid until"), lambda line: _iso(line.item.valid_until), 12),
    ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
