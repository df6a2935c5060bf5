"""One module asks what time it is; everything else asks that module, or is told."""

import ast
from datetime import UTC, date, datetime

import pytest

from helpers.own_modules import own_modules
from rba_audit.days import newest_day, today

ASKING = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime"},
}
"""What asks the clock; `monotonic` and `perf_counter` measure how long something took."""


def questions_to_the_clock(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in ASKING.get(of, ()):
                yield node.lineno, f"{of}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in ASKING["time"])
        elif isinstance(node, ast.ImportFrom) and node.module == "datetime":
            yield from ((node.lineno, f"{alias.name} as {alias.asname}") for alias in node.names if alias.asname)


def test_only_days_asks_what_time_it_is():
    found = [
        f"{name}:{line}: {what}"
        for name, tree in own_modules().items()
        if name != "rba_audit/days.py"
        for line, what in questions_to_the_clock(tree)
    ]
    assert found == [], "ask `now_utc()` or `today()` of rba_audit/days.py, or let the caller say which moment it is"


def test_only_what_an_operator_reads_is_written_in_the_zone_of_the_server():
    assert {
        name
        for name, tree in own_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "astimezone"
        and not node.args
        and not node.keywords
    } == {"rba_audit/cli/backups.py", "rba_audit/logs.py"}


def test_every_audit_of_a_register_states_the_day_as_of_which_its_documents_count():
    audits = {"audit_register", "audit_with_visits", "audit_single_site"}
    calls = [
        (f"{name}:{node.lineno}", {keyword.arg for keyword in node.keywords})
        for name, tree in own_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in audits
    ]
    assert len(calls) > len(audits)
    assert [where for where, named in calls if "day" not in named] == [], "pass `day=`"


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "import datetime as dt\ndatetime.datetime.now()",
        "date.today()",
        "time.time()",
        "from time import time",
        "from datetime import datetime as moment",
        "clock = time.time",
    ],
)
def test_the_test_sees_every_way_to_ask(text):
    assert list(questions_to_the_clock(ast.parse(text)))


def test_after_midnight_in_the_city_it_is_the_next_day_whatever_the_zone_of_the_server(monkeypatch):
    monkeypatch.setattr("rba_audit.days.now_utc", lambda: datetime(2026, 11, 29, 17, 25, tzinfo=UTC))

    assert today() == date(2026, 11, 30)
    assert newest_day() == date(2026, 11, 30)


def test_in_the_evening_of_the_city_it_is_the_next_day_in_the_east(monkeypatch):
    monkeypatch.setattr("rba_audit.days.now_utc", lambda: datetime(2026, 11, 29, 15, 25, tzinfo=UTC))

    assert today() == date(2026, 11, 29)
    assert newest_day() == date(2026, 11, 30)
