"""An application has one object of services and one kind of memo."""

import ast
import threading

import pytest

from helpers.own_modules import own_modules
from helpers.registers import empty_register
from rba_audit.review_states import COUNTED, COUNTED_WITH_OPEN
from rba_audit.web.http.memo import Memo
from rba_audit.web.http.services import Services

# What is read from files of the package, once in a process.
READ_ONCE = {"rba_audit/web/pages/people/privacy_notice.py", "rba_audit/web/pages/queue/routes.py"}


def web_modules():
    return {name: tree for name, tree in own_modules().items() if name.startswith("rba_audit/web/")}


def test_only_one_module_knows_under_which_key_an_application_keeps_its_services():
    assert {
        name
        for name, tree in web_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "extensions"
    } == {"rba_audit/web/http/services.py"}


def test_pages_remember_answers_in_a_memo_and_in_nothing_else():
    found = {
        name
        for name, tree in web_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (
            (node.module == "functools" and {"cache", "lru_cache"} & {alias.name for alias in node.names})
            or node.module == "weakref"
        )
    }
    assert found == READ_ONCE


def test_an_answer_is_made_again_for_another_version_only():
    memo, made = Memo(2), []

    for version in (1000, int("1000"), 1001, 1000):
        memo.get("a", version, lambda version=version: made.append(version))

    assert made == [1000, 1001, 1000]


def test_an_answer_made_from_nothing_is_made_once():
    memo, made = Memo(2), []

    for _ in range(2):
        memo.get("a", None, lambda: made.append(1))

    assert made == [1]


def test_an_answer_that_could_not_be_made_is_not_kept():
    memo = Memo(2)

    def broken():
        raise ZeroDivisionError

    for make, wanted in ((broken, None), (lambda: "made", "made"), (broken, "made")):
        try:
            assert memo.get("a", 1, make) == wanted
        except ZeroDivisionError:
            assert wanted is None


@pytest.fixture
def empty(tmp_path):
    register = empty_register(tmp_path)
    yield register
    register.close()


def test_findings_of_other_visits_are_given_while_some_are_being_made(standard, empty, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(_register, _standard, states, _context, **_rules):
        if "received" in states:
            begun.set()
            assert go_on.wait(10)
        return states

    monkeypatch.setattr("rba_audit.web.http.services.audit_with_visits", slow)
    services = Services(empty, standard, ())
    asking = threading.Thread(target=services.audited, args=(COUNTED_WITH_OPEN,))
    asking.start()
    assert begun.wait(10)
    quick = services.audited(COUNTED)
    go_on.set()
    asking.join()

    assert quick == frozenset(COUNTED)
