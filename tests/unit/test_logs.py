"""What is written into the log: one line of ASCII a record whatever it holds, and no value that somebody typed."""

import io
import json
import logging
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from rba_audit.errors import RbaError, Unavailable
from rba_audit.logs import (
    BackgroundHandler,
    JsonFormatter,
    LogEvent,
    TextFormatter,
    cause_of,
    frames_of,
    log_event,
    logging_to_stderr,
)
from rba_audit.messages import say

SECRET = "rahasia"
HOSTILE = [
    "",
    "two\nlines",
    "a\r\nb",
    "\x1b[31mred\x1b[0m",
    "%s %d %(x)s {0} {x}",
    "a\u2028b\u2029c\x85d",
    'say "hello" \\',
    "status=200 role=administrator",
    "\udcff",
    "\x00\x7f\x9b",
    "Taman Sari é 公園",
]


def record(message, *args, name="elsewhere", exc_info=None):
    return logging.LogRecord(name, logging.WARNING, "/opt/lib/waitress/task.py", 113, message, args, exc_info)


def raised(fault, *, by=None):
    """Return an exception as it looks after being raised."""
    try:
        raise fault from by
    except BaseException as caught:
        return caught


# --- formatters ---


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
def test_a_record_is_one_line_of_printable_ascii_whatever_it_holds(formatter, value):
    line = formatter.format(record(LogEvent("thing", {"a": value, "b": (value, value), "c": 1})))

    assert line.isascii()
    assert line.isprintable()
    assert len(line.splitlines()) == 1


@given(value=st.text(st.characters(codec=None)), number=st.integers() | st.floats(allow_nan=False) | st.booleans())
def test_json_lines_give_back_what_was_logged(value, number):
    line = JsonFormatter().format(record(LogEvent("thing", {"value": value, "number": number, "nothing": None})))
    found = json.loads(line)

    assert line.isascii()
    assert "\n" not in line
    assert (found["event"], found["level"], found["nothing"]) == ("thing", "warning", None)
    assert (found["value"], found["number"]) == (value, number)


@given(value=st.text(st.characters(codec=None), min_size=1))
def test_a_text_value_cannot_pretend_to_be_another_field(value):
    line = str(LogEvent("thing", {"a": value, "role": "-"}))
    shown = line.removeprefix("thing a=").removesuffix(" role=-")

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(shown) == value if shown.startswith('"') else shown == value
    assert shown.startswith('"') or " " not in shown


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
def test_the_time_has_a_zone(formatter):
    line = formatter.format(record(LogEvent("thing", {})))
    time = json.loads(line)["time"] if line.startswith("{") else line.split()[0]

    assert time[-6] in "+-"


def test_yes_no_and_nothing_are_words():
    assert str(LogEvent("thing", {"a": True, "b": False, "c": None, "d": "", "e": 1.5, "f": ("x", "y")})) == (
        'thing a=yes b=no c=- d=- e=1.5 f="x > y"'
    )


# --- records of other libraries ---


def test_the_text_of_another_library_is_not_shown_where_it_may_hold_anything():
    line = TextFormatter().format(record(f"Exception while serving /sites/{SECRET}"))

    assert SECRET not in line
    assert "at=waitress/task.py:113" in line


def test_numbers_of_another_library_are_shown_and_words_are_not():
    assert 'message="Task queue depth is 5"' in TextFormatter().format(record("Task queue depth is %d", 5))
    assert SECRET not in TextFormatter().format(record("odd header %s", SECRET))
    assert SECRET not in TextFormatter().format(record("odd header %d", SECRET))
    assert SECRET not in TextFormatter().format(record("odd header %(who)s", {"who": SECRET}))


def test_an_exception_of_another_library_is_shown_without_its_message():
    fault = raised(ValueError(SECRET))
    found = json.loads(JsonFormatter().format(record("x", exc_info=(ValueError, fault, fault.__traceback__))))

    assert found["cause"].startswith("ValueError [unit/test_logs.py:")
    assert SECRET not in str(found)


# --- causes ---


def test_a_cause_names_type_place_and_what_led_to_it():
    disk = raised(OSError(28, "No space left on device", f"/srv/{SECRET}"))
    fault = raised(
        Unavailable(say("{folder}: photos cannot be kept ({fault})", folder=Path("/srv/x"), fault="y")), by=disk
    )

    assert cause_of(fault).startswith("Unavailable: /srv/x: photos cannot be kept ({fault}) [unit/test_logs.py:")
    assert " <- OSError: No space left on device [unit/test_logs.py:" in cause_of(fault)
    assert SECRET not in cause_of(fault)


def test_sentences_keep_paths_counts_and_causes_and_nothing_else():
    inner = say("{count} of {who}", count=3, who=SECRET)
    fault = RbaError(say("{file}: {inner}, {fault}, {odd:.2f}", file=Path("/a/b"), inner=inner, fault=KeyError(SECRET)))

    assert cause_of(RbaError(inner)) == "RbaError: 3 of {who}"
    assert SECRET not in cause_of(fault)
    assert cause_of(RbaError(SECRET)) == "RbaError"


@pytest.mark.parametrize(
    "fault",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        RuntimeError(SECRET),
        TypeError(SECRET),
        OSError(SECRET),
        type(SECRET, (Exception,), {"__qualname__": "Odd"})(),
    ],
)
def test_messages_that_may_hold_a_value_are_left_out(fault):
    fault.add_note(SECRET)

    assert SECRET not in cause_of(raised(fault))


def test_messages_of_the_interpreter_are_shown():
    with pytest.raises(AttributeError) as caught:
        _ = object().nothing

    assert "AttributeError: 'object' object has no attribute 'nothing'" in cause_of(caught.value)


def test_a_statement_and_its_parameters_are_left_out_and_what_sqlite_says_is_not():
    engine = create_engine("sqlite://")
    insert, values = text("INSERT INTO person VALUES (:login)"), {"login": SECRET}
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (login TEXT UNIQUE)"))
        connection.execute(insert, values)
        with pytest.raises(IntegrityError) as caught:
            connection.execute(insert, values)
    engine.dispose()

    assert SECRET in str(caught.value)
    assert SECRET not in cause_of(caught.value)
    assert "INSERT" not in cause_of(caught.value)
    assert "UNIQUE constraint failed: person.login" in cause_of(caught.value)


def test_a_chain_that_bites_its_tail_ends():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first

    assert cause_of(first) == "ValueError <- KeyError"


def test_deep_recursion_is_told_in_few_frames():
    def deeper():
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()

    assert len(frames_of(caught.value)) < 50
    assert frames_of(caught.value)[-1].endswith(" deeper")


# --- the handler ---


class Blocked(io.StringIO):
    """A stream nobody reads, until somebody does."""

    def __init__(self):
        super().__init__()
        self.asked, self.opened = threading.Event(), threading.Event()

    def write(self, line):
        self.asked.set()
        assert self.opened.wait(30)
        return super().write(line)


def test_a_stream_that_takes_nothing_holds_nobody_up_and_what_was_dropped_is_counted():
    stream = Blocked()
    handler = BackgroundHandler(lambda: stream)
    handler.setFormatter(TextFormatter())
    handler.handle(record(LogEvent("thing", {"number": 0})))
    assert stream.asked.wait(30)  # from here on nothing is taken
    for number in range(1, 3000):
        handler.handle(record(LogEvent("thing", {"number": number})))
    stream.opened.set()
    handler.close()

    lines = stream.getvalue().splitlines()
    dropped = int(next(line for line in lines if " dropped " in line).partition("lines=")[2])
    assert sum(" thing " in line for line in lines) == 2001
    assert dropped == 3000 - 2001


def test_a_stream_that_never_takes_anything_does_not_stop_the_end(monkeypatch):
    monkeypatch.setattr("rba_audit.logs._FLUSH_S", 0.05)
    stream = Blocked()
    handler = BackgroundHandler(lambda: stream)
    handler.handle(record(LogEvent("thing", {})))
    handler.close()
    handler.close()

    assert stream.getvalue() == ""
    stream.opened.set()


def test_a_closed_stream_is_no_fault(capsys):
    closed = io.StringIO()
    closed.close()
    handler = BackgroundHandler(lambda: closed)
    handler.handle(record(LogEvent("thing", {})))
    handler.close()

    assert capsys.readouterr().err == ""


def test_inside_the_block_alone_everything_is_logged(capsys):
    log = logging.getLogger("rba_audit.anything")
    with logging_to_stderr("json"):
        log_event(log, "inside", number=1)
    log_event(log, "outside", number=2)

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["inside"]
