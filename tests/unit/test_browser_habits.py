"""What has made tests of pages fail once in a hundred runs is written in no test: fixed waits, and strings that a page's policy forbids."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = sorted([*(TESTS / "browser").glob("*.py"), *(TESTS / "helpers").glob("*.py")])
WAITS = {"wait_for_timeout", "sleep"}
FUNCTION = "("
SCRIPTS = {"execute_script", "execute_async_script"}


def _calls(tree, names):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def _beginning(node, constants):
    """The first characters of a text, also of one made of pieces or named in the module; None where it comes from elsewhere."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr([first, *_]):
            return _beginning(first, constants) if isinstance(first, ast.Constant) else None
        case ast.BinOp(left, ast.Add(), _):
            return _beginning(left, constants)
        case ast.Name(name):
            return constants.get(name)
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_condition_that_a_page_waits_for_is_a_function(path):
    """An expression is evaluated in the page again and again, which the policy of our pages forbids now and then.

    A function that returns a promise is called once only, whatever it resolves to: `helpers.phones.until` asks again.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: text
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and (text := _beginning(node.value, {})) is not None
    }
    texts = [(node.lineno, _beginning(node.args[0], constants)) for node in _calls(tree, {"wait_for_function"})]

    assert [
        (line, text[:60])
        for line, text in texts
        if text is not None and (not text.startswith(FUNCTION) or "new Promise" in text)
    ] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nobody_waits_a_fixed_time_but_between_two_looks(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    between = {id(call) for loop in ast.walk(tree) if isinstance(loop, ast.While) for call in _calls(loop, WAITS)}
    stays = {
        id(call)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "stays"
        for call in _calls(function, WAITS)
    }

    assert [call.lineno for call in _calls(tree, WAITS) if id(call) not in between | stays] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_visit_is_sent_with_the_keyboard(path):
    """Chapters of the form still find their height while a pointer is on its way: a click may miss."""
    text = path.read_text(encoding="utf-8")

    assert [press for press in ('"Send the visit").click(', '"#send button").click(') if press in text] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_summary_is_opened_with_the_keyboard_and_waited_for(path):
    """A line above may come or go between the press of a pointer and its release: `helpers.phones.unfold`."""
    assert 'summary").click(' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_complaints_are_taken_before_a_page_is_closed(path):
    """A page that is closed while it fetches a script complains of that: nobody sees it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    closed = [number for number, line in enumerate(lines) if line.strip().endswith("context.close()")]

    assert [
        number + 1 for number in closed if any("complaints" in line for line in lines[number + 1 : number + 4])
    ] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_around_a_picture_is_scrolled_to_and_not_the_picture(path):
    """A picture that is loaded when it comes into sight has no size before, so that nothing scrolls to it."""
    assert 'img").scroll_into_view_if_needed(' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_script_takes_the_page_that_replaced_its_own_for_an_answer(path):
    """A driver returns null for a script whose page was replaced: `Browser.evaluate` tells that from a value."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    telling = {
        id(call)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "_script"
        for call in _calls(function, SCRIPTS)
    }

    assert [call.lineno for call in _calls(tree, SCRIPTS) if id(call) not in telling] == []
