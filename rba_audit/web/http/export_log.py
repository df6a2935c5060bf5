"""Log every file that is handed out: its recipient, its kind, and its number of rows and photos.

One hook covers all responses: everything is a file unless it is a page, a part of a page, or listed below. A file that cannot
be logged is not handed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from flask import Flask, Response, current_app, g, request

from rba_audit.errors import Unavailable
from rba_audit.register.exports import PUBLIC
from rba_audit.web.http.access import person
from rba_audit.web.http.services import services

_OK: Final = 200
_LONGEST_FILTER: Final = 500
PAGE_TYPES: Final = frozenset(
    {
        "application/manifest+json",
        "image/png",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
"""Media types of pages and of their parts."""
PAGE_ENDPOINTS: Final = frozenset(
    {
        "api.get_colleague",  # whether a colleague has sent the visit
        "api.get_visit",  # a receipt
        "api.work",  # the content of a surveyor's own pages, stored by the phone
        "equipment.edition_changes",
        "ground.about",
        "ground.tiles",  # map layers of the operator, which are public data
        "healthz",
        "imports.state",  # how far the reading is that a page waits for
        "offline.part",
        "packs.progress",  # how far the pack is that a page waits for
        "papers.progress",  # how far the reports are that a page waits for
        "readyz",
        "standards.table",
        "static",
        "surveyors.opening",  # the data of a form, stored by the phone
    }
)
"""Endpoints for the scripts of a page: they return only what the page itself shows, or no personal data."""


@dataclass(frozen=True, slots=True)
class ExportContent:
    """Content of a file as its view describes it.

    Attributes:
        rows: Number of rows; None if the view does not state it.
        photos: Number of photos.
        filter: The filter; empty for the path and query of the request.
    """

    rows: int | None = None
    photos: int = 0
    filter: str = ""


def describe_export(rows: int | None = None, *, photos: int = 0, filter: str = "") -> None:
    """Describe the file that is the response to this request, for the log."""
    g.export_content = ExportContent(rows, photos, filter)


def is_file(response: Response) -> bool:
    """Return whether a response is a file that has to be logged."""
    if response.status_code != _OK or request.method == "HEAD" or request.endpoint is None:
        return False
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        return True
    return request.method == "GET" and response.mimetype not in PAGE_TYPES and request.endpoint not in PAGE_ENDPOINTS


def log_exports(app: Flask) -> None:
    """Log every file that `app` responds with."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if not is_file(response):
        return response
    someone = person()
    content: ExportContent = g.get("export_content", ExportContent())
    query = content.filter or unquote_plus(request.full_path.rstrip("?"))
    try:
        services().whole.exports.add(
            str(request.endpoint),
            role=someone.role if someone else PUBLIC,
            person_id=someone.id if someone else "",
            filter=query[:_LONGEST_FILTER],
            rows=content.rows,
            photos=content.photos,
        )
    except Unavailable as fault:
        response.close()
        refused: Response = current_app.make_response(current_app.handle_user_exception(fault))
        return refused
    return response
