"""Rules files are read in one place, and what they state is handed on: nobody opens one, and nobody relies on a default."""

import ast
from functools import cache
from pathlib import Path

from rba_audit.standard.policies import RULES_FILES

PACKAGE = Path(__file__).parents[2] / "rba_audit"
READERS = PACKAGE / "standard" / "policies"
LAYERS = {
    "basemap/classes.py",
    "layers/layer_rules.py",
    "layers/recognition.py",
    "layers/property_words.py",
    "sites/part_kinds.py",
}
"""Modules that still take `layers.toml` as it is shipped; a city's own is refused for that."""
NAMES = ("policy", "policies")


@cache
def modules():
    """Return the path of every module within the package, and the nodes of its syntax tree."""
    return [
        (path.relative_to(PACKAGE).as_posix(), list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def called(node):
    """Return what a call calls; empty for what has no name."""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def test_only_the_reader_names_a_rules_file():
    found = [
        (module, node.value)
        for module, nodes in modules()
        if not (PACKAGE / module).is_relative_to(READERS)
        for node in nodes
        if isinstance(node, ast.Constant) and node.value in RULES_FILES
    ]

    assert found == []


def test_only_the_reader_of_rules_and_that_of_editions_open_the_folder_of_standards():
    found = {
        module
        for module, nodes in modules()
        for node in nodes
        if isinstance(node, ast.Call) and called(node) == "standards_dir"
    }

    assert found == {"standard/editions.py", "standard/policies/reader.py", "web/pages/queue/routes.py"}


def test_toml_is_parsed_in_one_module():
    found = {
        module
        for module, nodes in modules()
        for node in nodes
        if isinstance(node, ast.Import) and any(each.name == "tomllib" for each in node.names)
    }

    assert found == {"standard/toml_tables.py"}


def defaulted():
    """Return the functions that can be called without the policies they take: by module and name, that parameter."""
    return {
        (module, node.name): name.arg
        for module, nodes in modules()
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        for name, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if name.arg in NAMES and default is not None
    }


def known_by(module, nodes, functions):
    """Return, by the names that a module knows them by, those of the functions that it defines or imports."""
    found = {name: functions[where, name] for where, name in functions if where == module}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                for where, name in functions:
                    if name == each.name and f"rba_audit/{where}".startswith(node.module.replace(".", "/")):
                        found[each.asname or each.name] = functions[where, name]
    return found


def test_nobody_in_the_package_relies_on_the_shipped_rules_where_others_can_be_handed_in():
    functions = defaulted()
    relying = []
    for module, nodes in modules():
        known = known_by(module, nodes, functions)
        relying += [
            (module, node.func.id)
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known
            if not any(each.arg == known[node.func.id] for each in node.keywords)
        ]

    assert len(functions) > 30
    assert relying == []


def test_shipped_rules_are_taken_only_where_none_are_handed_in():
    """`policy or shipped_policies().x` is a default; anything else would hold whatever a city states."""
    taken = []
    for module, nodes in modules():
        if (PACKAGE / module).is_relative_to(READERS) or module in LAYERS:
            continue
        defaults = {id(each) for node in nodes if isinstance(node, ast.BoolOp) for each in ast.walk(node)}
        taken += [
            (module, node.lineno)
            for node in nodes
            if isinstance(node, ast.Call) and called(node) == "shipped_policies" and id(node) not in defaults
        ]

    assert [module for module, _line in taken] == ["cli/__init__.py", "cli/__init__.py"]
