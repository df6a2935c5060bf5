"""Serve photos to readers who may see the visit or danger that they belong to.

A photo is found only through its visit or danger, never by its hash alone.
"""

from __future__ import annotations

import textwrap
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request
from markupsafe import escape
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import seen_visit
from rba_audit.messages import say
from rba_audit.photographs import thumbnail
from rba_audit.register import Register
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services

pages = Blueprint("pictures", __name__)

_SMALL: Final = "small"
_NOT_FOUND: Final = 404
_LETTERS: Final = 32
"""Characters per line of the message that replaces a lost picture."""
_LINE: Final = 23
"""Height of such a line, in units of the SVG."""
_NAME: Final = 12
"""Digits of the hash in the file's name; enough for a user to distinguish files."""


@pages.get("/photos/<uuid:visit_id>/<sha256>")
@open_to(SIGNED_IN)
def of_visit(visit_id: UUID, sha256: str) -> BaseResponse:
    """Serve a photo that a visit names; `?size=small` gives a thumbnail for lists."""
    register = services().register
    visit = seen_visit(register, str(visit_id), signed_in())
    if sha256 not in {photo.sha256 for photo in visit.photos}:
        raise NotInRegister(say("this visit names no photo '{sha256}'; send the visit first", sha256=sha256))
    return picture(register, sha256, visit.author)


def picture(register: Register, sha256: str, sender: str) -> BaseResponse:
    """Return the response with a photo; if its file is lost, an SVG with the message and status 404.

    Raises:
        NotInRegister: `sender` did not send it or its file is lost, and the browser asks for a page, not for an image.
    """
    try:
        jpeg = register.photos.read(sha256, sender)
    except NotInRegister as fault:
        if "text/html" in request.headers.get("Accept", ""):
            raise
        return isolated(Response(_words_as_picture(str(fault)), _NOT_FOUND, mimetype="image/svg+xml"))
    return picture_response(jpeg, sha256, sha256)


def picture_response(jpeg: bytes, sha256: str, tag: str) -> BaseResponse:
    """Return a JPEG (or its thumbnail) as a conditional response; `tag` is its ETag and must change whenever its bytes do."""
    describe_export(photos=1)
    small = request.args.get("size") == _SMALL
    response = isolated(Response(thumbnail(jpeg) if small else jpeg, mimetype="image/jpeg"))
    response.headers["Content-Disposition"] = f'inline; filename="{sha256[:_NAME]}.jpg"'
    response.set_etag(f"{tag}-{_SMALL}" if small else tag)
    return response.make_conditional(request)


def isolated(response: Response) -> Response:
    """Return a response whose content cannot run scripts or be read by other sites, and is revalidated on each use."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Revalidated on each use, so that a photo is no longer shown once the reader has lost access.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept"
    return response


def _words_as_picture(words: str) -> str:
    """Return words as an SVG of 320 × 240 units, for `img` elements, where a browser shows no text."""
    lines = textwrap.wrap(words, _LETTERS)
    spans = "".join(f'<tspan x="160" dy="1.3em">{escape(line)}</tspan>' for line in lines)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240" viewBox="0 0 320 240" role="img">'
        '<rect width="320" height="240" fill="#f2f2f2"/>'
        f'<text y="{120 - _LINE * len(lines) // 2 - 8}" font-family="sans-serif" font-size="18" fill="#333" text-anchor="middle">{spans}</text>'
        "</svg>"
    )
