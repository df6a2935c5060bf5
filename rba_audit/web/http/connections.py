"""Waitress with doors: a body is measured by its head, connections that only wait make room, and health has its own lane.

Waitress reads requests whole before a thread works on them, so slow phones cost no thread. What it leaves open is closed
here: it would keep 1 GB of anybody, and a hundred connections that say nothing would keep out everybody else.
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
"""File descriptors that one connection may need: itself, a body and an answer on the disk, and some for the rest."""
_HEAD_S: Final = 30
"""Seconds within which the head of a request must have come."""
_IDLE_S: Final = 75
"""Seconds that a connection may wait for its next request; proxies close theirs after 60, and must come first."""
_STALLED_S: Final = 120
"""Seconds without a byte, of a body or of an answer."""
_YOUNG_S: Final = 10
"""Seconds before anybody can tell how slow a body is."""
_DRAINED: Final = 1_000_000
_HEALTH: Final = "/healthz"

OPTIONS: Final[dict[str, object]] = {
    "connection_limit": MOST_CONNECTIONS + 100,  # ours comes first, and makes room instead of waiting
    "cleanup_interval": 5,
    "channel_timeout": _STALLED_S,
    "max_request_header_size": 32_768,
    "asyncore_use_poll": True,  # select() knows no file descriptor beyond 1023
    "log_socket_errors": False,  # that somebody hung up is no news
}
"""What waitress itself is told."""


class _DiscardedBody:
    """Where a body goes that is not kept."""

    def append(self, data: bytes) -> None:
        """Forget it."""

    def getfile(self) -> BytesIO:
        """Return an empty body."""
        return BytesIO()

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        """There is nothing to close."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request whose body is kept only as far as its page takes it."""

    bounds: ClassVar[UploadLimits]
    content_length: int
    expect_continue: bool
    unkept = ""
    kept_most: int = OF_ANYONE

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request, and decide what becomes of its body."""
        super().parse_header(header_plus)
        # Two lengths are read as two different requests by somebody on the way; such a connection ends.
        if (self.chunked and "CONTENT_LENGTH" in self.headers) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding do not go together")
        if self.body_rcv is None:
            return
        path = self.path.encode("latin-1").decode("utf-8", "replace")
        bound = self.bounds.of(self.command, path)
        self.kept_most = bound
        if (self.chunked or self.content_length > OF_ANYONE) and not self.bounds.is_known(
            self.headers.get("COOKIE", "")
        ):
            self.kept_most = min(bound, OF_ANYONE)
        if self.content_length > self.kept_most:
            self._leave_body(bound)

    def _leave_body(self, bound: int) -> None:
        """Let a body go: one of a size that the page could take is read to its end, so that the answer is heard."""
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
        """Take what has come; return how much of it belongs to this request."""
        try:
            taken = int(super().received(data))
        except OSError:  # there is no room for the body
            self.unkept = "no room"
            self._drop()
            return len(data)
        if self.chunked and self.body_rcv is not None and len(self.body_rcv) > self.kept_most:
            self.unkept = "too large"
            self.headers["CONTENT_LENGTH"] = str(len(self.body_rcv))
            self._drop()
        return taken

    def _drop(self) -> None:
        self.close()
        self._end_here()
        self.completed = True


class _Task(WSGITask):  # type: ignore[misc]
    """A request for the application, which is told where its body was not kept."""

    def get_environment(self) -> dict[str, Any]:
        """Return the environment of the request."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.unkept:
            environ[UNKEPT] = self.request.unkept
        return environ


class _UnreadableRequest(ErrorTask):  # type: ignore[misc]
    """The answer to what is no HTTP, which no application sees."""

    def execute(self) -> None:
        """Log and answer it, in this order: whoever has the answer may stop the server."""
        log_unreadable(int(self.request.error.code))
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when it waits for a request."""

    task_class = _Task
    error_task_class = _UnreadableRequest

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.waits_since = now_utc().timestamp()
        self.answered = False

    def service(self) -> None:
        """Work on one request."""
        super().service()
        self.waits_since = now_utc().timestamp()
        self.answered = True

    def sends_body(self) -> bool:
        """Tell whether the head of a request has come and its body has not."""
        request = self.request
        return request is not None and bool(request.headers_finished)

    def is_late(self, now: float) -> bool:
        """Tell whether a connection has had all the time it gets."""
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
        """Return how much a connection deserves to stay: one that sends a body more than one that says nothing.

        Of two that say nothing it is the one that has waited less; of two bodies, the faster one.
        """
        waited = now - self.waits_since
        if not self.sends_body():
            return 0, -waited
        return 1, self.request.body_bytes_received / waited if waited > _YOUNG_S else sys.maxsize


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress' server, in which nobody waits for those who only hold a connection."""

    def __init__(self, *given: Any, bounds: UploadLimits, **named: Any) -> None:
        self._health = ThreadedTaskDispatcher()
        self._health.set_thread_count(1)
        parser = type("BoundedParser", (Parser,), {"bounds": bounds})
        self.channel_class = type("BoundedChannel", (Channel,), {"parser_class": parser})
        self.most = most_connections()
        super().__init__(*given, **named)

    def add_task(self, channel: Any) -> None:
        """Let a thread work on a connection's first request; whether the server is alive is asked in a lane of its own."""
        asked = channel.requests[0] if channel.requests else None
        lane = self._health if getattr(asked, "path", "") == _HEALTH else self.task_dispatcher
        lane.add_task(channel)

    def handle_accept(self) -> None:
        """Take a connection, and let another go where there are too many."""
        super().handle_accept()
        if len(self.active_channels) > self.most:
            self.make_room(now_utc().timestamp())

    def make_room(self, now: float) -> None:
        """Close the connection that deserves least to stay; one that is being answered stays."""
        waiting = [each for each in self.active_channels.values() if not each.requests and not each.will_close]
        if waiting:
            min(waiting, key=lambda each: each.worth(now)).will_close = True

    def maintenance(self, now: float) -> None:
        """Close the connections that have had all the time they get."""
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
    """Return how many connections this process can hold; it takes as many file descriptors as it is allowed."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * _FILES_EACH
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft // _FILES_EACH)
