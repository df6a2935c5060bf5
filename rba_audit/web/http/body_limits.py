"""Upload limits per page: declared next to the view with `takes`, with a small default.

A body is refused by its Content-Length before any of it is stored. Without a session the limit is that of a small form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, cast

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect, Rule

from rba_audit.accounts import is_open_session
from rba_audit.errors import RbaError, Unavailable
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.web.http.access import View, session_cookie_of
from rba_audit.web.http.services import services_of

OF_ANYONE: Final = 16_000
"""Bytes to a page that needs no account: room for a login and a password in any encoding."""
OF_PEOPLE: Final = 200_000
"""Bytes to any other page: a form without long texts."""
OF_A_FORM: Final = 2_000_000
"""Bytes of a form with a note for every question."""
UNKEPT: Final = "rba_audit.unkept"
"""Key of a WSGI environment: the reason why the server discarded the body of the request."""


def takes(most: int) -> Callable[[View], View]:
    """Declare how many bytes may be sent to a page."""

    def declare(view: View) -> View:
        cast(Any, view).most_bytes = most
        return view

    return declare


def takes_by_link(most: int, is_open: Callable[[Register, str], bool]) -> Callable[[View], View]:
    """Declare how many bytes may be sent without an account to a page whose `token` is that of an open link.

    `is_open` is called before the body is read; it must not write.
    """

    def declare(view: View) -> View:
        cast(Any, view).is_open_link = is_open
        return takes(most)(view)

    return declare


def bound_of(app: Flask, endpoint: str | None) -> int:
    """Return how many bytes may be sent to a page; None is an address without a page."""
    view = cast(Any, app.view_functions.get(endpoint or ""))
    if view is None:
        return OF_ANYONE
    usual = OF_ANYONE if view.access.everyone or view.access.public else OF_PEOPLE
    return int(getattr(view, "most_bytes", usual))


def refuse_too_large() -> None:
    """Refuse a request that is larger than its page takes, or whose body the server discarded.

    Raises:
        RequestEntityTooLarge: the request exceeds the limit of its page.
        Unavailable: the disk had no room for the body; a later attempt may succeed.
    """
    most = bound_of(current_app, request.endpoint)
    request.max_content_length = most
    if request.content_length is not None and request.content_length > most:
        raise RequestEntityTooLarge
    if UNKEPT in request.environ:
        raise Unavailable(say("There was no room for what you sent; nothing is lost, send it again in a minute."))


class UploadLimits:
    """Limits of a request of which the server has read only the head. Safe to call from any thread."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def of(self, method: str, path: str) -> int:
        """Return how many bytes a user who is signed in, or has an open link, may send to a path."""
        endpoint, _ = self._match(method, path)
        return bound_of(self._app, endpoint)

    def has_open_link(self, method: str, path: str) -> bool:
        """Return whether a path has the token of a link that is open; False while the register cannot be read."""
        endpoint, values = self._match(method, path)
        is_open = getattr(self._app.view_functions.get(endpoint), "is_open_link", None)
        try:
            return is_open is not None and bool(is_open(services_of(self._app).whole, str(values.get("token", ""))))
        except RbaError:
            return False

    def _match(self, method: str, path: str) -> tuple[str, Mapping[str, Any]]:
        """Return endpoint and values of a path; an empty endpoint if there is no such page."""
        try:
            endpoint, values = self._app.url_map.bind("localhost").match(path, method)
        except (HTTPException, RequestRedirect):
            return "", {}
        return endpoint.endpoint if isinstance(endpoint, Rule) else endpoint, values

    def is_known(self, cookies: str) -> bool:
        """Return whether a Cookie header belongs to an open session; False while the register cannot be read."""
        try:
            cookie = SimpleCookie(cookies).get(session_cookie_of(self._app))
            return cookie is not None and is_open_session(services_of(self._app).register, cookie.value)
        except (CookieError, RbaError):
            return False
