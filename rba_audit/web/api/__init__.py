"""All routes under `/api`, by topic: JSON for phones and other programs.

Errors become responses in `web.http.errors`, like those of pages.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from rba_audit.web.api import basemap, children, dangers, editions, parcels, proposals, reviews, sites, visits, work

__all__ = ["add_api"]

_TOPICS: Final = (children, dangers, editions, basemap, parcels, proposals, reviews, sites, visits, work)


def add_api(app: Flask) -> None:
    """Add every route under `/api` to an application."""
    for topic in _TOPICS:
        topic.routes.add_to(app)
    app.after_request(_never_store)


def _never_store(response: Response) -> Response:
    """Set `no-store` on responses to phones, so that no cache stores them."""
    if request.blueprint == "api":
        response.headers["Cache-Control"] = "no-store"
    return response
