"""What is said to people is collected, translated and compiled, and nothing is said beside the catalogue."""

import ast
import gettext
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tools import messages

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "rba_audit").glob("**/*.py"))
TEMPLATES = sorted((ROOT / "templates").glob("**/*.html"))
# A doubled brace is text, a single one is filled in; so are %(names)s in templates.
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{[^{}]*\}|%\(\w+\)s|%")
# Names are the same in every language; `with-map` is a class and `same-origin` a policy that a page hands to its base.
NAMES = {
    "RBA Audit",
    "GeoJSON",
    "Excel",
    "CSV",
    "Google Earth",
    "GeoPackage",
    "WGS 84",
    ".geojson",
    ".xlsx",
    ".csv",
    ".kml",
    ".gpkg",
    ".zip",
    ".json",
    ".pdf",
    ".txt",
    ".ics",
    "with-map",
    "same-origin",
}
LANGUAGES = {"English", "Bahasa Indonesia", "EN", "ID"}


def english(message):
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@pytest.fixture(scope="module")
def wanted():
    return messages.collected()


@pytest.fixture(scope="module")
def catalogue():
    return messages.kept()


def test_every_message_has_an_indonesian_text(wanted, catalogue):
    told = {message.id for message in catalogue if message.id and all(messages.texts(message)) and not message.fuzzy}

    assert [message.id for message in wanted if message.id and message.id not in told] == []


def test_the_catalogue_holds_nothing_that_is_not_said(wanted, catalogue):
    said = {message.id for message in wanted}

    assert [message.id for message in catalogue if message.id and message.id not in said] == []
    assert list(catalogue.obsolete) == []


def test_a_translation_has_the_placeholders_of_its_message(catalogue):
    def placeholders(text):
        return Counter(PLACEHOLDER.findall(text))

    odd = [
        (message.id, text)
        for message in catalogue
        for text in messages.texts(message)
        if message.id and placeholders(text) != placeholders(english(message)[-1])
    ]

    assert odd == []


def test_a_translation_ends_as_its_message_does(catalogue):
    odd = [
        (message.id, text)
        for message in catalogue
        for text in messages.texts(message)
        if message.id and (english(message)[0][-1] in ".:?") != (text[-1:] in set(".:?"))
    ]

    assert odd == []


def test_indonesian_has_one_form_for_any_number(catalogue):
    assert (catalogue.num_plurals, catalogue.plural_expr) == (1, "0")
    assert {len(messages.texts(message)) for message in catalogue if message.id} == {1}


def test_the_compiled_catalogue_is_what_its_source_gives(catalogue, tmp_path):
    fresh = tmp_path / "messages.mo"
    with fresh.open("wb") as file:
        write_mo(file, catalogue)

    assert texts_of(messages.CATALOGUE.with_suffix(".mo")) == texts_of(fresh), "run tools/messages.py"


def texts_of(compiled):
    with compiled.open("rb") as file:
        return {english(message): messages.texts(message) for message in read_mo(file) if message.id}


def test_the_compiled_catalogue_speaks():
    with messages.CATALOGUE.with_suffix(".mo").open("rb") as file:
        speaking = gettext.GNUTranslations(file)

    assert speaking.gettext("Not known yet") == "Belum dapat ditentukan"
    assert speaking.ngettext("site", "sites", 1) == speaking.ngettext("site", "sites", 7) == "lokasi"


def test_every_text_in_code_is_a_literal():
    assert messages.not_literal() == []


def test_say_is_called_by_its_own_name_and_gettext_not_at_all():
    others = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                others.append((path.name, node.lineno))
            if isinstance(node, ast.ImportFrom) and any(each.name == "say" and each.asname for each in node.names):
                others.append((path.name, node.lineno))
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "flask_babel"
                and any("gettext" in each.name for each in node.names)
            ):
                others.append((path.name, node.lineno))

    assert others == []


@pytest.mark.parametrize(
    "source", ['say("{a} b", a=1)', "print(f\"{say('{a} b', a=1)}: c\")", 'say(\n    "{a} "\n    "b",\n    a=1,\n)']
)
def test_a_message_is_collected_wherever_it_stands(source):
    assert [text for _line, text in messages.said(source)] == ["{a} b"]


@pytest.mark.parametrize("source", ["say(text)", 'say(f"{a} b")', 'say("a" + b)', 'say("a" if b else "c")', "say()"])
def test_a_message_that_is_no_literal_is_told(source):
    assert list(messages.said(source)) == [(1, None)]


def test_a_text_is_kept_when_others_come_and_go():
    old, new = messages.brought_up_to_date(messages.Catalog(), messages.Catalog()), messages.Catalog()
    for text, told in (("one", "satu"), ("two", "dua")):
        old.add(text, told)
    new.add("two")
    new.add("three")

    fresh = messages.brought_up_to_date(new, old)

    assert {message.id: messages.texts(message) for message in fresh if message.id} == {"two": ("dua",), "three": ("",)}
    assert [message.id for message in messages.untranslated(fresh)] == ["three"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_no_text_of_its_own(path):
    assert own_texts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('All') }}: {{ count }} %</p>", []),
        ("<p>Sites: {{ count }}</p>", ["Sites:"]),
        ('<p aria-label="Sites">·</p>', ["Sites"]),
        ('<p aria-label="{{ _(\'Sites\') }}" class="all sites">·</p>', []),
        ('{% macro a() %} aria-sort="{{ b }}"{% endmacro %}', []),
        ("{# a note #}<code>rba-audit serve</code>", []),
        ("<p>{{ 'Sites' if count else 'no site' }}</p>", ["Sites", "no site"]),
        ("<p>{{ 'on' if count }}</p>", []),
    ],
)
def test_a_text_of_its_own_is_found(source, found):
    assert own_texts(source) == found


def own_texts(source):
    """Return the words a template would show in every language alike."""
    markup = "".join(value for _line, token, value in Environment().lex(source) if token == "data")
    shown = [value for _name, value in re.findall(r'\b(aria-label|alt|title|placeholder)="([^"]*)"', markup)]
    markup = re.sub(r"<!--.*?-->|<(script|style|code)\b.*?</\1>", "", markup, flags=re.DOTALL)
    shown += re.split(r"<[^>]*>", re.sub(r'[\w-]+="[^"]*"', "", markup))
    shown = [text.strip(" ·\n") for text in shown]
    # What an expression says outright is shown too; lower-case words alone are classes and ids.
    constants = {
        const.value
        for output in Environment().parse(source).find_all(nodes.Output)
        for child in output.nodes
        for const in outright(child)
    }
    shown += sorted(
        text
        for text in constants
        if isinstance(text, str) and re.search(r"^[A-Z]|\w \w", text) and text not in LANGUAGES
    )
    return [text for text in shown if re.search(r"[^\W\d_]", text) and text not in NAMES]


def outright(node):
    if isinstance(node, nodes.Const):
        yield node
    if isinstance(node, nodes.CondExpr):
        yield from outright(node.expr1)
        if node.expr2 is not None:
            yield from outright(node.expr2)


def test_the_source_of_the_catalogue_can_be_read_as_it_is_written():
    with messages.CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="id", abort_invalid=True)

    assert (str(catalogue.locale), catalogue.charset, catalogue.fuzzy) == ("id", "utf-8", False)
