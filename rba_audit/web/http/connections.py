"""Waitress server that limits bodies by Content-Length, closes idle connections under load and reserves a thread for health checks.

Waitress reads requests whole before a thread works on them, so slow phones cost no thread. Two gaps of it are closed here: it
would store a body of 1 GB from any client, and a hundred idle connections would block all others.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any, ClassVar, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from rba_audit.days import now_utc
from rba_audit.web.http.body_limits import OF_ANYONE, UNKEPT, UploadLimits
from rba_audit.web.http.request_log import log_unreadable

MOST_CONNECTIONS: Final = 1000
_FILES_EACH: Final = 4
"""File descriptors per connection: its socket, a body and a response buffered on disk, and one spare."""
_HEAD_S: Final = 30
"""Seconds within which the head of a request must arrive."""
_IDLE_S: Final = 75
"""Seconds that a connection may wait for its next request; longer than the 60 s of proxies, so that the proxy closes first."""
_STALLED_S: Final = 120
"""Seconds without a byte of a body or of a response."""
_YOUNG_S: Final = 10
"""Seconds before the speed of a body is measured."""
_DRAINED: Final = 1_000_000
_HEALTH: Final = "/healthz"

OPTIONS: Final[dict[str, object]] = {
    "connection_limit": MOST_CONNECTIONS + 100,  # our own limit is lower
    "cleanup_interval": 5,
    "channel_timeout": _STALLED_S,
    "max_request_header_size": 32_768,
    "asyncore_use_poll": True,  # select() takes no file descriptor beyond 1023
    "log_socket_errors": False,  # a client that hangs up is no error
}
"""Options of waitress itself."""


class _DiscardedBody:
    """Sink for a body that is read and discarded."""

    def append(self, data: bytes) -> None:
        """Discard the data."""

    def getfile(self) -> BytesIO:
        """Return an empty body."""
        return BytesIO()

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        """Do nothing: there is no file."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request whose body is stored only up to the limit of its page."""

    bounds: ClassVar[UploadLimits]
    content_length: int
    expect_continue: bool
    unkept = ""
    kept_most: int = OF_ANYONE

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head of a request, and decide whether its body is stored, discarded or cut off.

        Raises:
            ParsingError: the head has both Content-Length and Transfer-Encoding.
        """
        super().parse_header(header_plus)
        # With two lengths a proxy may see other requests than we do (request smuggling), so the connection ends.
        if (self.chunked and "CONTENT_LENGTH" in self.headers) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding do not go together")
        if self.body_rcv is None:
            return
        path = self.path.encode("latin-1").decode("utf-8", "replace")
        bound = self.bounds.of(self.command, path)
        self.kept_most = bound
        if (self.chunked or self.content_length > OF_ANYONE) and not (
            self.bounds.is_known(self.headers.get("COOKIE", "")) or self.bounds.has_open_link(self.command, path)
        ):
            self.kept_most = min(bound, OF_ANYONE)
        if self.content_length > self.kept_most:
            self._leave_body(bound)

    def _leave_body(self, bound: int) -> None:
        """Discard a body; up to twice the limit plus 1 MB it is read to its end, because a client reads no response while it sends."""
        self.unkept = "too large"
        if self.content_length <= 2 * bound + _DRAINED and not self.expect_continue:
            self.body_rcv = FixedStreamReceiver(self.content_length, _DiscardedBody())
            return
        self._end_here()

    def _end_here(self) -> None:
        self.body_rcv = None
        self.content_length = 0
        self.expect_continue = False
        self.headers["CONNECTION"] = "close"

    def received(self, data: bytes) -> int:
        """Parse received bytes and return how many of them belong to this request."""
        try:
            count = int(super().received(data))
        except OSError:  # the disk has no room for the body
            self.unkept = "no room"
            self._drop()
            return len(data)
        if self.chunked and self.body_rcv is not None and len(self.body_rcv) > self.kept_most:
            self.unkept = "too large"
            self.headers["CONTENT_LENGTH"] = str(len(self.body_rcv))
            self._drop()
        return count

    def _drop(self) -> None:
        self.close()
        self._end_here()
        self.completed = True


class _Task(WSGITask):  # type: ignore[misc]
    """A request for the application; its environment says why a body was discarded (`UNKEPT`)."""

    def get_environment(self) -> dict[str, Any]:
        """Return the environment of the request."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.unkept:
            environ[UNKEPT] = self.request.unkept
        return environ


class _UnreadableRequest(ErrorTask):  # type: ignore[misc]
    """The response to bytes that are no HTTP, which never reach the application."""

    def execute(self) -> None:
        """Log the request, then respond: a client that has its response may stop the server before the line is written."""
        log_unreadable(int(self.request.error.code))
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with the time since which it has been waiting for a request."""

    task_class = _Task
    error_task_class = _UnreadableRequest

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.waits_since = now_utc().timestamp()
        self.answered = False

    def service(self) -> None:
        """Handle one request."""
        super().service()
        self.waits_since = now_utc().timestamp()
        self.answered = True

    def sends_body(self) -> bool:
        """Return whether the head of a request has arrived and its body has not."""
        request = self.request
        return request is not None and bool(request.headers_finished)

    def is_late(self, now: float) -> bool:
        """Return whether a connection has exceeded its time limit."""
        silent_s: float = now - self.last_activity
        if self.total_outbufs_len:
            return silent_s > _STALLED_S
        if self.requests:
            return False
        if self.sends_body():
            return silent_s > _STALLED_S
        most = _IDLE_S if self.answered and self.request is None else _HEAD_S
        return now - self.waits_since > most

    def worth(self, now: float) -> tuple[int, float]:
        """Return the priority of a connection; the lowest is closed first.

        A connection that sends a body ranks above an idle one. Among idle ones the one that has waited less ranks higher,
        among bodies the faster one.
        """
        waited = now - self.waits_since
        if not self.sends_body():
            return 0, -waited
        return 1, self.request.body_bytes_received / waited if waited > _YOUNG_S else sys.maxsize


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress' server, which closes idle connections when there are too many."""

    def __init__(self, *given: Any, bounds: UploadLimits, **named: Any) -> None:
        self._health = ThreadedTaskDispatcher()
        self._health.set_thread_count(1)
        parser = type("BoundedParser", (Parser,), {"bounds": bounds})
        self.channel_class = type("BoundedChannel", (Channel,), {"parser_class": parser})
        self.most = most_connections()
        super().__init__(*given, **named)

    def add_task(self, channel: Any) -> None:
        """Queue a connection's first request for a thread; health checks have a thread of their own."""
        first = channel.requests[0] if channel.requests else None
        lane = self._health if getattr(first, "path", "") == _HEALTH else self.task_dispatcher
        lane.add_task(channel)

    def handle_accept(self) -> None:
        """Accept a connection, and close another one if there are too many."""
        super().handle_accept()
        if len(self.active_channels) > self.most:
            self.make_room(now_utc().timestamp())

    def make_room(self, now: float) -> None:
        """Close the connection with the lowest priority; those with a request in work stay."""
        waiting = [
            channel for channel in self.active_channels.values() if not channel.requests and not channel.will_close
        ]
        if waiting:
            min(waiting, key=lambda channel: channel.worth(now)).will_close = True

    def maintenance(self, now: float) -> None:
        """Close the connections that have exceeded their time limit."""
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.will_close = True

    def run(self) -> None:
        """Serve until stopped."""
        try:
            super().run()
        finally:
            self._health.shutdown()


def most_connections() -> int:
    """Return how many connections this process can hold; raises its limit of file descriptors as far as it is allowed."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * _FILES_EACH
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft // _FILES_EACH)
