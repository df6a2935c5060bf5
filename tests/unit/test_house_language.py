"""The names and first lines of the package are held to docs/style.md and to the glossary."""

import ast

import pytest

from tools.language import (
    Language,
    Modules,
    hidden_submodules,
    problems,
    read_language,
    repeated_classes,
    unused_names,
    unused_words,
)

RULES = (
    "a class name occurs once",
    "no package hides its own submodule",
    "names are words that a newcomer searches for",
    "first lines are plain",
)
LANGUAGE = Language(
    frozenset({"told", "place"}), frozenset({"told", "place"}), frozenset({"What"}), frozenset({"spacing", "swings"})
)


@pytest.fixture(scope="module")
def by_rule():
    return problems()


@pytest.mark.parametrize("rule", RULES)
def test_the_package_follows_the_style(by_rule, rule):
    assert by_rule[rule] == []


def test_every_rule_is_tested(by_rule):
    assert tuple(by_rule) == RULES


def _modules(**sources):
    names = {"rba_audit." + name.replace("__", "."): ast.parse(text) for name, text in sources.items()}
    return Modules(names, frozenset(name for name in names if any(other.startswith(name + ".") for other in names)))


def test_a_class_name_that_occurs_twice_is_found_and_so_is_an_alias_of_the_same_name():
    modules = _modules(a="class Wish: pass", b="class Wish: pass", c="Wish = dict[str, str]\nWISH = 1")

    assert [*repeated_classes(modules)] == [
        "class Wish is defined in rba_audit.a, rba_audit.b",
        "rba_audit.c.Wish has the name of the class in rba_audit.a, rba_audit.b",
    ]


@pytest.mark.parametrize(
    ("face", "hidden"),
    [
        ("from rba_audit.a.rules import rules", True),
        ("rules = 1", True),
        ("def rules(): pass", True),
        ("from rba_audit.a.rules import limits", False),
        ("from rba_audit.a import rules", False),
    ],
)
def test_a_package_that_hides_its_submodule_is_found(face, hidden):
    assert bool([*hidden_submodules(_modules(a=face, a__rules="def rules(): pass"))]) is hidden


@pytest.mark.parametrize("name", ["told", "place_words", "judged", "keeping"])
def test_a_module_with_a_word_that_is_not_used_is_found(name):
    assert [*unused_names(_modules(**{name: ""}), LANGUAGE)]


@pytest.mark.parametrize("name", ["Told", "PlaceShown", "Judged", "_Gathering"])
def test_a_class_with_a_word_that_is_not_used_is_found(name):
    assert [*unused_names(_modules(a=f"class {name}: pass"), LANGUAGE)]


def test_nouns_of_the_field_and_words_that_only_contain_one_are_names():
    assert [
        *unused_names(_modules(spacing="class Placeholder: pass\nclass HTTPServer: pass", swings=""), LANGUAGE)
    ] == []


@pytest.mark.parametrize("line", ["What a place is.", "Message told to users.", "Sites, each in its Place."])
def test_a_first_line_with_a_word_that_is_not_used_is_found(line):
    assert [*unused_words(_modules(a=f'"""{line}\n\nMore."""'), LANGUAGE)]


@pytest.mark.parametrize(
    "line", ["Messages for users.", "Read `place` from the file.", "Placeholders. What follows is theirs."]
)
def test_a_plain_first_line_is_taken(line):
    assert [*unused_words(_modules(a=f'"""{line}\n\nA place that is told."""'), LANGUAGE)] == []


def test_the_rules_are_read_from_the_documents():
    language = read_language()

    assert {"told", "kept", "held", "beside", "place", "wish"} <= language.names & language.lines
    assert {"somebody", "whoever"} <= language.lines - language.names
    assert "What" in language.openings
    assert {"auditing", "findings"} <= language.nouns
