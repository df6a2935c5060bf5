"""File names of downloads: in the reader's language, with their site, day and filter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from flask import Response

from rba_audit.days import today
from rba_audit.messages import Message, say
from rba_audit.reports import file_name

NAMES: Final[dict[str, Message]] = {
    "actions": say("actions"),
    "agencies": say("agencies"),
    "agency_letter": say("letter"),
    "agency_repairs": say("repairs"),
    "agreement": say("agreement"),
    "backlog": say("audit-backlog"),
    "certificate": say("certificate"),
    "children": say("children"),
    "city_report": say("city-report"),
    "coverage": say("coverage"),
    "document": say("document"),
    "evidence_pack": say("evidence-pack"),
    "document_letter": say("letter-documents"),
    "exports": say("exports"),
    "import": say("imported-file"),
    "import_table": say("empty-table-of-places"),
    "kha_people": say("kha-people"),
    "kha_table": say("kha-empty-table"),
    "folder": say("kla-folder"),
    "map_layer": say("map-layer"),
    "mayor": say("for-the-mayor"),
    "nominations": say("nominations"),
    "non_standard": say("non-standard"),
    "not_known": say("not-known"),
    "owed_documents": say("documents-owed"),
    "personal_data": say("personal-data"),
    "plan": say("plan"),
    "rehearsal": say("rehearsal"),
    "rehearsal_item": say("rehearsal-item"),
    "site_report": say("site-report"),
    "site_reports": say("site-reports"),
    "sites": say("sites"),
    "surveillance": say("surveillance"),
}
"""Name of each kind of file."""


def name_of(holds: str, kind: str, *, site: str = "", day: date | None = None, filter: Iterable[str] = ()) -> str:
    """Return the name of a file, such as `anak-taman-sari-2026-11-30.csv`.

    Args:
        holds: The kind of content; a key of `NAMES`.
        kind: The extension.
        site: The id of its site; empty for a file about many.
        day: Its day; today by default.
        filter: The filters of the query, each as "heading: value".
    """
    return file_name(str(NAMES[holds]), kind, day=day or today(), site=site, filter=filter)


def download(response: Response, name: str) -> Response:
    """Make a browser save a response under a name instead of showing it."""
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
