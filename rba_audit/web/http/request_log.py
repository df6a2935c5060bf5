"""Request log: a line for each request, and one with the cause for each failure, under the same id.

The id is random and never taken from the request; every response has it as `X-Request-ID`. A line has the route and never the
path, because paths, queries, cookies and forms contain names and tokens (ADR 0021).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any, Final, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, g, has_request_context, request

from rba_audit.errors import RbaError
from rba_audit.logs import LOGGED, Value, cause_of, frames_of, log_event
from rba_audit.register.person_records import Person

NOTHING: Final = "-"
"""Placeholder for the route of an unmatched request, and for the role of a reader without an account."""
_LOG: Final = logging.getLogger(__name__)
_KEY: Final = "rba_audit.request"
_ID_BYTES: Final = 5
_FAILED: Final = 500
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


class RequestEntry:
    """Log entry of one request.

    Attributes:
        id: Ten hexadecimal digits.
        failures: Exceptions that became error responses, in order.
    """

    def __init__(self, method: str, status: int = _FAILED) -> None:
        self.id = secrets.token_hex(_ID_BYTES)
        self.method = method if method in _METHODS else NOTHING
        self.route = NOTHING
        self.role = NOTHING
        self.status = status
        self.failures: list[BaseException] = []
        self.broken_off = False
        self._begun = perf_counter()
        self._logged = False

    def finish(self) -> None:
        """Write the lines, once."""
        if self._logged:
            return
        self._logged = True
        if self.status >= _FAILED or self.broken_off:
            self._log_failure()
        log_event(
            _LOG,
            "request",
            id=self.id,
            method=self.method,
            route=self.route,
            status=self.status,
            ms=round((perf_counter() - self._begun) * 1000, 1),
            role=self.role,
        )

    def _log_failure(self) -> None:
        fields: dict[str, Value] = {"id": self.id, "status": self.status, "route": self.route, "cause": None}
        if self.failures:
            first, *later = self.failures
            fields["cause"] = cause_of(first)
            if not isinstance(first, RbaError):
                fields["trace"] = frames_of(first)
            if later:
                fields["then"] = cause_of(later[-1])
        log_event(_LOG, "failure", logging.ERROR, **fields)


class RequestLog:
    """WSGI middleware that logs each request when its response is closed, so that streaming counts as well.

    An exception before the first byte becomes a plain response 500 here: the server would write the path into its own log.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        entry = RequestEntry(str(environ.get("REQUEST_METHOD", "")))
        environ[_KEY] = entry
        return _Body(self._app, environ, start_response, entry)


class _Body(Iterator[bytes]):
    """Body of a response. The status is sent with the first chunk, so that a failure before that can still change both."""

    def __init__(
        self, app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, entry: RequestEntry
    ) -> None:
        self._entry = entry
        self._send = start_response
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self._body: Iterable[bytes] = ()
        self._chunks: Iterator[bytes] = iter(())
        try:
            self._body = app(environ, self._start)
            self._chunks = iter(self._body)
        except Exception as fault:  # the last place where a response and a log line are possible
            self._chunks = iter((self._fail(fault),))

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /) -> Any:
        del exc_info
        self._entry.status = int(status[:3])
        self._head = status, [*headers, ("X-Request-ID", self._entry.id)]
        return _no_write

    def _fail(self, fault: BaseException) -> bytes:
        """Record a failure before the first byte and return the body of a 500 response."""
        self._entry.failures.append(fault)
        text = f"500 Internal Server Error\nNomor kejadian · Reference: {self._entry.id}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        headers += [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        self._start("500 Internal Server Error", headers)
        return b"" if self._entry.method == "HEAD" else text

    def _send_head(self) -> None:
        if self._head is not None:
            (status, headers), self._head = self._head, None
            self._send(status, headers)

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            self._send_head()
            raise
        except Exception as fault:
            if self._head is None:  # the status has been sent: the server can only close the connection
                self._entry.failures.append(fault)
                self._entry.broken_off = True
                setattr(fault, LOGGED, True)
                raise
            chunk = self._fail(fault)
            self._chunks = iter(())
        self._send_head()
        return chunk

    def close(self) -> None:
        """Close the response below, and log the request."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._entry.finish()


def _no_write(_data: bytes) -> None:
    raise RuntimeError("the body is returned, never written")


def log_unreadable(status: int) -> None:
    """Log a request that the server refused before it reached the application."""
    RequestEntry(NOTHING, status).finish()


# --- calls from the application --------------------------------------------------------------------------------------


class LoggedFlask(Flask):
    """Flask without its own error log, which would contain the path; failures go to the entry of the request."""

    def log_exception(self, exc_info: Any) -> None:
        """Record an unhandled exception."""
        note_failure(exc_info[1])


def log_requests(app: LoggedFlask) -> None:
    """Log the requests of an application."""
    app.teardown_request(_note_route_and_role)
    app.wsgi_app = RequestLog(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask's documentation says


def note_failure(fault: BaseException) -> None:
    """Record the cause of an error response; it is logged if the status is 500 or more."""
    entry = _entry()
    if entry is not None and fault not in entry.failures:
        entry.failures.append(fault)


def request_id() -> str:
    """Return the id of the current request, as in the log and the response's header; empty outside of a request."""
    entry = _entry()
    return entry.id if entry is not None else ""


def _entry() -> RequestEntry | None:
    return cast("RequestEntry | None", request.environ.get(_KEY)) if has_request_context() else None


def _note_route_and_role(_fault: BaseException | None) -> None:
    entry = _entry()
    if entry is not None:
        someone = cast("Person | None", g.get("person"))
        entry.route = request.url_rule.rule if request.url_rule is not None else NOTHING
        entry.role = someone.role if someone is not None else NOTHING
