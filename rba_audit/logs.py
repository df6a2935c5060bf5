"""Log records, their text and JSON formatters, and a handler for stderr that never blocks a request.

Modules log with `logging.getLogger("rba_audit.…")` and `log_event`; only the command line attaches a handler
(`logging_to_stderr`), so that a program that embeds the package configures its own log.

No personal data may get into a log. `cause_of` therefore includes a message only if it cannot contain user input: the
text of the operating system or of SQLite, and our own messages with only paths and numbers filled in. All other values
are left out; the type and the position in the code remain.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, TextIO

from rba_audit.errors import RbaError
from rba_audit.messages import Message

LogFormat = Literal["text", "json"]
LOG_FORMATS: Final[tuple[LogFormat, ...]] = ("text", "json")
LOGGED: Final = "rba_audit_logged"
"""Attribute of an exception that is in the log already, so that the server that catches it does not log it again."""
Value = str | int | float | bool | tuple[str, ...] | None

_BARE: Final = re.compile(r"[A-Za-z0-9_./:;<>+@=(),*-]+")
_LONGEST_CHAIN: Final = 8
_MAX_FRAMES: Final = 25
_LONGEST_TEXT: Final = 1000
_MAX_QUEUED: Final = 2000
_FLUSH_S: Final = 2.0
_BATCH_S: Final = 0.01
# The interpreter writes these messages; they name code, not values.
_MESSAGE_WITHOUT_VALUES: Final = (
    MemoryError,
    RecursionError,
    ImportError,
    AttributeError,
    NameError,
    ZeroDivisionError,
)


class LogEvent:
    """An event name (one word) and its fields; `str()` gives the text line without time and level."""

    __slots__ = ("fields", "name")

    def __init__(self, name: str, fields: Mapping[str, Value]) -> None:
        self.name = name
        self.fields = fields

    def __str__(self) -> str:
        return " ".join((self.name, *(f"{key}={_text(value)}" for key, value in self.fields.items())))


def log_event(logger: logging.Logger, name: str, /, level: int = logging.INFO, **fields: Value) -> None:
    """Log an event with its fields; none of them may hold personal data."""
    if logger.isEnabledFor(level):
        logger.log(level, LogEvent(name, fields))


def _text(value: Value) -> str:
    """Return a value on one line, in ASCII: quoted, with everything else escaped, unless it is a plain word."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        value = " > ".join(value)
    shown = str(value)
    return shown if _BARE.fullmatch(shown) else json.dumps(shown)


# --- exceptions without personal data ---------------------------------------------------------------------------------


def cause_of(error: BaseException) -> str:
    """Return an exception and its chain of causes, the latest first: type, message without values, position in the code."""
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(parts) < _LONGEST_CHAIN:
        seen.add(id(link))
        frame = frames_of(link)[-1:]
        parts.append(
            ": ".join(filter(None, (type(link).__qualname__, _message(link)))) + "".join(f" [{p}]" for p in frame)
        )
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return " <- ".join(parts)[:_LONGEST_TEXT]


def frames_of(error: BaseException) -> tuple[str, ...]:
    """Return the traceback of an exception, the outermost call first, as `folder/file.py:line function`."""
    frames: list[str] = []
    step: TracebackType | None = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return tuple(frames[-_MAX_FRAMES:])


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def _message(error: BaseException) -> str:
    """Return the message of an exception if it cannot contain personal data; else an empty string."""
    if isinstance(error, RbaError):
        return _without_values(error.message) if isinstance(error.message, Message) else ""
    if isinstance(error, OSError):
        # The text of the exception itself may contain a file name that a user chose.
        return os.strerror(error.errno) if error.errno is not None else ""
    if isinstance(error, _MESSAGE_WITHOUT_VALUES) or type(error).__module__.partition(".")[0] in (
        "sqlite3",
        "pysqlite3",
    ):
        return str(error)
    return ""


class _PlaceholderValues(dict[str, object]):
    """Values that may be filled into a message; any other placeholder stays as it is written."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _without_values(message: Message) -> str:
    """Return the English message with only paths, integers, nested messages and exceptions filled in; never an answer."""
    values = _PlaceholderValues()
    for key, value in message.params:
        match value:
            case Path() | int():
                values[key] = value
            case Message():
                values[key] = _without_values(value)
            case BaseException():
                values[key] = ": ".join(filter(None, (type(value).__qualname__, _message(value))))
            case _:
                pass
    try:
        return message.text.format_map(values)
    except (ValueError, TypeError, AttributeError, LookupError):
        return message.text


# --- formatters -------------------------------------------------------------------------------------------------------


def _event_of(record: logging.LogRecord) -> LogEvent:
    """Return the event of a record; for another library its logger and position, and its format string without text values."""
    fields: dict[str, Value]
    if isinstance(record.msg, LogEvent):
        return record.msg
    fields = {"logger": record.name, "at": f"{_short(record.pathname)}:{record.lineno}"}
    if isinstance(record.args, tuple) and record.args:
        shown = tuple(value if isinstance(value, int | float) else "-" for value in record.args)
        try:
            fields["message"] = str(record.msg) % shown
        except (ValueError, TypeError):
            fields["message"] = str(record.msg)
    if record.exc_info and record.exc_info[1] is not None:
        fields |= {"cause": cause_of(record.exc_info[1]), "trace": frames_of(record.exc_info[1])}
    return LogEvent("library", fields)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


class TextFormatter(logging.Formatter):
    """One readable line: time with zone, level, event and `key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in ASCII, without its end."""
        return f"{_time(record)} {record.levelname} {_event_of(record)}"


class JsonFormatter(logging.Formatter):
    """One JSON object per line: `time`, `level`, `event`, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in ASCII, without its end."""
        event = _event_of(record)
        return json.dumps(
            {"time": _time(record), "level": record.levelname.lower(), "event": event.name, **event.fields}
        )


# --- the handler ------------------------------------------------------------------------------------------------------


class BackgroundHandler(logging.Handler):
    """Write lines from a separate thread, so that a pipe without a reader does not block a request.

    Lines of the same 10 ms are written together, because waking the thread costs more than a line does. While the stream
    is blocked, up to 2000 lines are queued; later ones are dropped, and their number is logged afterwards.
    """

    def __init__(self, stream: Callable[[], TextIO]) -> None:
        super().__init__()
        self._stream = stream
        self._lines: deque[str] = deque()
        self._some = threading.Event()
        self._dropped = 0
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line for the writing thread; never blocks."""
        if record.exc_info and hasattr(record.exc_info[1], LOGGED):
            return
        if len(self._lines) >= _MAX_QUEUED:
            self._dropped += 1
            return
        try:
            self._lines.append(self.format(record))
        except Exception:  # a record that cannot be formatted must not stop the request, nor be printed unfiltered
            self._dropped += 1
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Write the queued lines, for two seconds at most, and stop."""
        if not self._closed:
            self._closed = True
            self._some.set()
            self._writer.join(_FLUSH_S)
        super().close()

    def _write(self) -> None:
        while not self._closed or self._lines:
            self._some.wait()
            if not self._closed:
                time.sleep(_BATCH_S)
            self._some.clear()
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if self._dropped:
                dropped, self._dropped = self._dropped, 0
                lines.append(self.format(_dropped_record(dropped)))
            try:
                stream = self._stream()
                stream.write("".join(f"{line}\n" for line in lines))
                stream.flush()
            except (OSError, ValueError):
                self._dropped += len(lines)  # closed, or its disk is full


def _dropped_record(lines: int) -> logging.LogRecord:
    event = LogEvent("dropped", {"lines": lines})
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, event, (), None)


@contextmanager
def logging_to_stderr(form: LogFormat = "text") -> Iterator[None]:
    """Log to stderr inside the block: all of this package from INFO on, other libraries from WARNING on."""
    handler = BackgroundHandler(lambda: sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root, own = logging.getLogger(), logging.getLogger("rba_audit")
    before = own.level
    root.addHandler(handler)
    own.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        own.setLevel(before)
        handler.close()
