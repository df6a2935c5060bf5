"""Every file that leaves is noted: by whom it was asked for, what kind it is and how many rows and photos it holds.

This is done once, for whatever is answered: what a browser shows as a page, or a page is made of, is no file; all else is.
A file that cannot be noted is not handed out.
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
"""What pages are, and what they are made of."""
PAGE_ENDPOINTS: Final = frozenset(
    {
        "api.get_colleague",  # whether a colleague has sent it
        "api.get_visit",  # a receipt
        "api.work",  # what a surveyor's own pages show, for a phone to keep
        "equipment.edition_changes",
        "ground.about",
        "ground.tiles",  # map layers that the operator gave, which are public data
        "healthz",
        "offline.part",
        "readyz",
        "standards.table",
        "static",
        "surveyors.opening",  # the form of a site, for a phone to keep
    }
)
"""What answers a page's script with what the page itself shows, or with nothing about anybody."""


@dataclass(frozen=True, slots=True)
class ExportContent:
    """What a file holds, as the view that made it says."""

    rows: int | None = None
    photos: int = 0
    filter: str = ""


def describe_export(rows: int | None = None, *, photos: int = 0, filter: str = "") -> None:
    """Say how much the file holds that this request is answered with."""
    g.export_content = ExportContent(rows, photos, filter)


def is_file(response: Response) -> bool:
    """Tell whether a response is a file that leaves the house."""
    if response.status_code != _OK or request.method != "GET" or request.endpoint is None:
        return False
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        return True
    return response.mimetype not in PAGE_TYPES and request.endpoint not in PAGE_ENDPOINTS


def log_exports(app: Flask) -> None:
    """Note every file that `app` answers with."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if not is_file(response):
        return response
    someone = person()
    content: ExportContent = g.get("export_content", ExportContent())
    asked = content.filter or unquote_plus(request.full_path.rstrip("?"))
    try:
        services().whole.exports.add(
            str(request.endpoint),
            role=someone.role if someone else PUBLIC,
            person_id=someone.id if someone else "",
            filter=asked[:_LONGEST_FILTER],
            rows=content.rows,
            photos=content.photos,
        )
    except Unavailable as fault:
        response.close()
        refused: Response = current_app.make_response(current_app.handle_user_exception(fault))
        return refused
    return response
