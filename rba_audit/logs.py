"""Log records, their text and JSON formatters, and a handler for stderr that never blocks a request.

Modules log with `logging.getLogger("rba_audit.…")` and an `Event`; only the command line attaches a handler
(`logging_to_stderr`), so that whoever embeds the package decides about their own log.

No personal data may get into a log. Exceptions are therefore described by `cause_of`, which shows a message only where
it can hold nothing that somebody typed: the text of the operating system or of SQLite, and our own sentences with
paths and numbers filled in. Values in every other message are left out; the type and the place in the code remain.
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
"""An exception with this attribute is in the log already; the server that catches it need not repeat it."""
Value = str | int | float | bool | tuple[str, ...] | None

_BARE: Final = re.compile(r"[A-Za-z0-9_./:;<>+@=(),*-]+")
_LONGEST_CHAIN: Final = 8
_MOST_FRAMES: Final = 25
_LONGEST_TEXT: Final = 1000
_WAITING_LINES: Final = 2000
_FLUSH_S: Final = 2.0
_TOGETHER_S: Final = 0.01
# The interpreter writes these messages itself, and names code in them, not values.
_NAMES_CODE: Final = (MemoryError, RecursionError, ImportError, AttributeError, NameError, ZeroDivisionError)


class LogEvent:
    """What happened, as one word, and its fields; `str()` is the text line without time and level."""

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


def cause_of(fault: BaseException) -> str:
    """Return an exception and those that led to it, the latest first: type, message without values, place in the code."""
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = fault
    while link is not None and id(link) not in seen and len(parts) < _LONGEST_CHAIN:
        seen.add(id(link))
        place = frames_of(link)[-1:]
        parts.append(
            ": ".join(filter(None, (type(link).__qualname__, _message(link)))) + "".join(f" [{p}]" for p in place)
        )
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return " <- ".join(parts)[:_LONGEST_TEXT]


def frames_of(fault: BaseException) -> tuple[str, ...]:
    """Return where an exception was raised, the outermost call first, as `folder/file.py:line function`."""
    frames: list[str] = []
    step: TracebackType | None = fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return tuple(frames[-_MOST_FRAMES:])


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def _message(fault: BaseException) -> str:
    """Return what an exception says, as far as nothing in it can be about a person; else nothing."""
    if isinstance(fault, RbaError):
        return _without_values(fault.message) if isinstance(fault.message, Message) else ""
    if isinstance(fault, OSError):
        # Its own text may name a file after what was asked for.
        return os.strerror(fault.errno) if fault.errno is not None else ""
    if isinstance(fault, _NAMES_CODE) or type(fault).__module__.partition(".")[0] in ("sqlite3", "pysqlite3"):
        return str(fault)
    return ""


class _PlaceholderValues(dict[str, object]):
    """What may be filled into a sentence; any other placeholder stays as it is written."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _without_values(message: Message) -> str:
    """Return the English sentence with paths, whole numbers and causes filled in: files of the computer, no answers."""
    kept = _PlaceholderValues()
    for key, value in message.params:
        match value:
            case Path() | int():
                kept[key] = value
            case Message():
                kept[key] = _without_values(value)
            case BaseException():
                kept[key] = ": ".join(filter(None, (type(value).__qualname__, _message(value))))
            case _:
                pass
    try:
        return message.text.format_map(kept)
    except (ValueError, TypeError, AttributeError, LookupError):
        return message.text


# --- formatters -------------------------------------------------------------------------------------------------------


def _event_of(record: logging.LogRecord) -> LogEvent:
    """Return the event of a record; one of another library is told by its place, since its text may hold anything."""
    fields: dict[str, Value]
    if isinstance(record.msg, LogEvent):
        return record.msg
    fields = {"logger": record.name, "at": f"{_short(record.pathname)}:{record.lineno}"}
    if isinstance(record.args, tuple) and record.args:
        shown = tuple(each if isinstance(each, int | float) else "-" for each in record.args)
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
    """One line for people: time with zone, level, event and `key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in ASCII, without its end."""
        return f"{_time(record)} {record.levelname} {_event_of(record)}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `event`, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in ASCII, without its end."""
        event = _event_of(record)
        return json.dumps(
            {"time": _time(record), "level": record.levelname.lower(), "event": event.name, **event.fields}
        )


# --- the handler ------------------------------------------------------------------------------------------------------


class BackgroundHandler(logging.Handler):
    """Writes lines from a thread of its own: a pipe that nobody reads must not hold up a request.

    Lines of the same hundredth of a second are written together, since waking the thread costs more than a line does.
    While the stream takes nothing, up to 2000 lines wait; more are dropped, and how many is told afterwards.
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
        """Hand a line to the writing thread; never waits."""
        if record.exc_info and hasattr(record.exc_info[1], LOGGED):
            return
        if len(self._lines) >= _WAITING_LINES:
            self._dropped += 1
            return
        try:
            self._lines.append(self.format(record))
        except Exception:  # what cannot be logged must not stop the work, nor be printed as it is
            self._dropped += 1
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Write what waits, for two seconds at most, and stop."""
        if not self._closed:
            self._closed = True
            self._some.set()
            self._writer.join(_FLUSH_S)
        super().close()

    def _write(self) -> None:
        while not self._closed or self._lines:
            self._some.wait()
            if not self._closed:
                time.sleep(_TOGETHER_S)
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
