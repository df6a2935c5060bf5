"""CONTRIBUTING.md, docs/architecture.md and standards/README.md name files, layers and keys that exist."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from rba_audit.standard.kinds import KINDS
from rba_audit.standard.measure_terms import GRAMMAR
from rba_audit.standard.policies import RULES_FILES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEPS = TEXT.partition("## How to add")[2].partition("## Twelve questions")[0]
QUESTIONS = re.split(r"^\d+\. ", TEXT.partition("## Twelve questions")[2], flags=re.MULTILINE)[1:]
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]+)\)((?:\s+`[^`]+`)*)")
LINKS = [
    (path, name)
    for question in QUESTIONS
    for _, path, names in LINK.findall(question)
    for name in re.findall(r"`([^`]+)`", names) or [""]
]
PATH = re.compile(r"`((?:rba_audit|static|templates|standards|tests|docs|tools)/[\w./-]*\w)`")
NAMED_IN = re.compile(r"`(\w+)`[^`\n.;]* in\s+`([\w/.-]+\.(?:py|js))`")


def names_of_python(body, within=""):
    """Yield the names that a module, class or function body defines: `Evidence`, `Evidence.audited`."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield f"{within}{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from names_of_python(node.body, f"{within}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (f"{within}{target.id}" for target in targets if isinstance(target, ast.Name))


def names_of_toml(value):
    """Yield every key of a TOML document, and what its tables are called (`id`)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key == "id" and isinstance(inner, str):
                yield inner
            yield from names_of_toml(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_of_toml(inner)


def names(path):
    """Return the names that a file defines; the text itself where it is neither Python nor TOML."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        return set(names_of_python(ast.parse(text).body))
    return set(names_of_toml(tomllib.loads(text))) if path.endswith(".toml") else text


def test_there_are_twelve_questions_and_each_is_answered_by_a_link():
    assert len(QUESTIONS) == 12
    assert [question for question in QUESTIONS if not LINK.search(question)] == []


@pytest.mark.parametrize(("path", "name"), LINKS)
def test_each_link_of_an_answer_leads_to_the_name_beside_it(path, name):
    assert name, "write a name of the file right after the link"
    assert name in names(path)


def test_the_text_of_each_link_of_an_answer_is_its_path():
    assert [text for question in QUESTIONS for text, path, _ in LINK.findall(question) if text != path] == []


def test_every_path_of_the_steps_exists():
    paths = PATH.findall(STEPS)

    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_of_the_steps_is_defined_where_they_say():
    named = NAMED_IN.findall(STEPS)

    assert len(named) > 8
    assert [(name, path) for name, path in named if name not in names(path)] == []


def test_every_layer_of_the_contract_is_in_the_architecture():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = {name for row in contract[0]["layers"] for name in re.findall(r"\w+", row)}
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Layers")[2].partition("## ")[0]

    assert set(re.findall(r"`rba_audit/(\w+)(?:\.py)?`", text)) == layers


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Kinds of answer", KINDS), ("What a machine measures", GRAMMAR), ("Rules files", RULES_FILES)],
    ids=["kinds", "measures", "rules files"],
)
def test_the_first_table_below_a_heading_of_the_standards_has_every_word_and_no_other(heading, words):
    text = (ROOT / "standards" / "README.md").read_text(encoding="utf-8")
    rows = re.search(rf"^##+ {heading}.*?\n\n(\|.*?)\n\n", text, re.DOTALL | re.MULTILINE)[1].splitlines()[2:]

    assert sorted(re.match(r"\| `([\w./-]+)` \|", row)[1] for row in rows) == sorted(words)


def test_every_key_of_a_measure_is_in_the_table_of_the_standards():
    text = (ROOT / "standards" / "README.md").read_text(encoding="utf-8").partition("## What a machine measures")[2]
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    lacking = [
        (what, key)
        for what, (needed, optional) in GRAMMAR.items()
        for key in (*needed, *optional)
        if f"`{key}`" not in rows[what] and f"`{key} =" not in rows[what]
    ]

    assert lacking == []
