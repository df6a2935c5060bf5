"""What arrives from outside is read and taken in one place: JSON by `strict_json`, visits by `fieldwork`."""

import ast
import re
from pathlib import Path

import pytest

from rba_audit.strict_json import NotJson, read_json

PACKAGE = Path(__file__).parents[2] / "rba_audit"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
TAKES = {
    "visits.take": "fieldwork/intake.py",
    "dangers.take": "fieldwork/intake.py",
    "site_events.take": "fieldwork/proposals.py",
}


@pytest.mark.parametrize("call", TAKES)
def test_what_is_sent_reaches_the_register_through_one_module(call):
    assert [name for name, text in SOURCES.items() if re.search(rf"\b{re.escape(call)}\(", text)] == [TAKES[call]]


def test_json_that_arrives_is_read_by_the_strict_reader():
    """What the register keeps was read strictly when it came; everything else that is JSON comes from outside.

    Lines of a worker that read a file hold values that the strict reader of sites judges later, such as long numbers.
    """
    plain = []
    for name, text in SOURCES.items():
        if name in {"strict_json.py", "file_formats/records.py"} or name.startswith("register/"):
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("get_json", "json")
                and ast.unparse(node.value) == "request"
            ):
                plain.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("json.loads", "json.load"):
                kept = re.fullmatch(r"register\.(visits|dangers)\.document\(\S+\)", ast.unparse(node.args[0]))
                if not kept:
                    plain.append(f"{name}:{node.lineno}")
    assert plain == []


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "a": 2}', "[NaN]", "[1e999]", "[" * 40 + "]" * 40, "[1234567890123456789]", '["\\ud800"]', "[1", ""],
)
def test_what_two_readers_may_understand_differently_is_no_json(text):
    with pytest.raises(NotJson):
        read_json(text.encode())
