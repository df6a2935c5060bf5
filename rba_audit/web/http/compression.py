"""Compress every text response with gzip (ADR 0045).

Pages that show a secret are not compressed, and all others get a random length: otherwise an attacker who can inject words
into a page could guess the text next to them from its compressed size (BREACH).
"""

from __future__ import annotations

import gzip
import secrets
import zlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from typing import Final

from flask import Flask, Response, request
from werkzeug.wsgi import ClosingIterator

from rba_audit.web.http.static_files import is_text

_LEVEL: Final = 6
_SMALL: Final = 500  # bytes; a response below one packet gains nothing
_LONGEST_NAME: Final = 100  # as in Django's GZipMiddleware, after "Heal the Breach" (2022)
_LEFT_ALONE: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})
_GZIP: Final = 16 + zlib.MAX_WBITS
_HTML: Final = "text/html"


def compress_texts(app: Flask) -> None:
    """Compress the responses of `app`; register it before every other `after_request`, so that it runs last."""
    app.after_request(_compress)


def accepts_gzip() -> bool:
    """Return whether the client accepts gzip."""
    return request.accept_encodings["gzip"] > 0


def vary_by_encoding(response: Response) -> None:
    """Add `Vary: Accept-Encoding`, so that caches store the compressed and the plain response apart."""
    response.vary.add("Accept-Encoding")


def _compress(response: Response) -> Response:
    if not is_text(response.mimetype) or response.content_encoding or shows_secret(response):
        return response
    vary_by_encoding(response)
    if response.status_code in _LEFT_ALONE or response.direct_passthrough or not accepts_gzip():
        return response
    if response.is_streamed:
        body = response.response
        response.response = ClosingIterator(_stream(body), getattr(body, "close", None))
        response.headers.pop("Content-Length", None)
    else:
        text = response.get_data()
        if len(text) < _SMALL:
            return response
        response.set_data(_packed(text))
    response.content_encoding = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:  # the tag identifies the content, and no longer its bytes
        response.set_etag(tag, weak=True)
    return response


def shows_secret(response: Response) -> bool:
    """Return whether a response is a page with a secret, such as the link of an invitation; those have `no-store`."""
    return response.mimetype == _HTML and response.cache_control.no_store


def _packed(text: bytes) -> bytes:
    packed = BytesIO()
    with gzip.GzipFile(
        filename="a" * secrets.randbelow(_LONGEST_NAME), mode="wb", compresslevel=_LEVEL, fileobj=packed, mtime=0
    ) as file:
        file.write(text)
    return packed.getvalue()


def _stream(chunks: Iterable[bytes] | Iterable[str]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    for chunk in chunks:
        packed = packer.compress(chunk.encode() if isinstance(chunk, str) else chunk)
        if packed:
            yield packed
    yield packer.flush()
