"""The scripts under static/: sizes, the map of them in static/README.md, its layers, and what the phone's shell is computed from."""

import re
from functools import cache
from pathlib import Path

import pytest

from helpers.served_scripts import own_scripts
from rba_audit.resources import static_dir, templates_dir
from rba_audit.web.http.script_packs import PACKS, modules_reached
from rba_audit.web.http.static_files import script_text
from rba_audit.web.pages.queue.routes import FIELD_SCRIPTS

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
PAGES = 5
_LAYER = re.compile(r"^### (\d)\. ", re.MULTILINE)
_NAMED = re.compile(r"^- `([\w/]+\.js)`: \S", re.MULTILINE)
_STATIC = re.compile(r"""^(?:import|\} from|export) ?[^"(]*"(\.[^"]+)";""", re.MULTILINE)
_LATE = re.compile(r"""\bimport\("(\.[^"]+)"\)""")
_BEGUN = re.compile(r"filename=(?:\(pack \| default\(''\)\) ~ )?'([\w/]+\.js)'")
GENERATED = "generated/"


def layers():
    """Return the layer of each script that static/README.md names, as [(script, layer)]."""
    text = (static_dir() / "README.md").read_text(encoding="utf-8")
    parts = _LAYER.split(text)[1:]
    return [
        (name, int(layer)) for layer, part in zip(parts[::2], parts[1::2], strict=True) for name in _NAMED.findall(part)
    ]


def written(name):
    return (static_dir() / name).read_text(encoding="utf-8")


@cache
def imports(name):
    """Return what a script imports: at once, and late."""
    code = re.sub(r"/\*.*?\*/", "", written(name), flags=re.DOTALL)

    def beside(path):
        return (static_dir() / name).parent.joinpath(path).resolve().relative_to(static_dir().resolve()).as_posix()

    return [beside(path) for path in _STATIC.findall(code)], [beside(path) for path in _LATE.findall(code)]


def scripts():
    return [name for name in own_scripts() if not name.startswith(GENERATED)]


def test_no_script_is_longer_than_300_lines():
    long = {name: count for name in scripts() if (count := len(written(name).splitlines())) > MOST_LINES}
    assert long == {}


def test_the_types_of_every_script_are_checked():
    assert [name for name in scripts() if not written(name).startswith("// @ts-check\n// ")] == []
    assert [
        name for name in scripts() if re.search(r"@ts-(ignore|nocheck|expect-error)|eslint-disable", written(name))
    ] == []


def test_every_script_is_named_once_in_the_readme():
    assert sorted(name for name, _layer in layers()) == scripts()


def test_scripts_import_from_their_own_layer_or_a_lower_one():
    layer = dict(layers())
    up = [
        (name, other)
        for name in scripts()
        for other in imports(name)[0]
        if not other.startswith(GENERATED) and layer[other] > layer[name]
    ]
    late = [(name, other) for name in scripts() for other in imports(name)[1] if layer.get(other) == PAGES]

    assert up == []
    assert late == []


def test_the_imports_that_are_compared_are_those_of_the_scripts():
    assert "dom.js" in imports("form.js")[0]
    assert "phone/danger.js" in imports("phone/late_scripts.js")[1]


def test_pages_begin_with_the_scripts_that_the_readme_says():
    text = (static_dir() / "README.md").read_text(encoding="utf-8").split("## The layers")[0]
    begun = {
        name for path in templates_dir().rglob("*.html") for name in _BEGUN.findall(path.read_text(encoding="utf-8"))
    }
    begun = {re.sub(r"^packs/\w+/", "", name) for name in begun if not re.search(r"vendor/|/pack\.js$", name)}

    assert begun
    assert {name for name in begun if f"`{name}`" not in text} == set()
    assert {dict(layers())[name] for name in begun} == {PAGES}


@pytest.mark.parametrize("pages", ["form/*.html", "queue/*.html", "forum/*.html", "site_editing/field_form.html"])
def test_the_shell_of_the_phone_has_every_script_that_a_page_of_the_field_begins_with(pages):
    shell = {*modules_reached(FIELD_SCRIPTS, script_text), *(name for entries in PACKS.values() for name in entries)}
    begun = list(templates_dir().glob(pages))

    assert begun
    for path in begun:
        for name in _BEGUN.findall(path.read_text(encoding="utf-8")):
            assert re.sub(r"^packs/\w+/(pack\.js)?", "", name) in {*shell, ""}, (path.name, name)
