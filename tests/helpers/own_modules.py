"""Syntax trees of this package's modules, for tests of house rules."""

import ast
from functools import cache
from pathlib import Path

import rba_audit

PACKAGE = Path(rba_audit.__file__).parent


@cache
def own_modules():
    """Return the tree of each module by its path from the root of the checkout (`rba_audit/days.py`)."""
    return {
        file.relative_to(PACKAGE.parent).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    }


def imports_of(name):
    """Return the own modules that a module imports (`rba_audit.days`): inside functions and for types alone as well."""
    known = {_dotted(path): path for path in own_modules()}
    found = set()
    for node in ast.walk(own_modules()[known[name]]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{known[name]}:{node.lineno}: write the whole name of what is imported"
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from package import module` needs the module; `from package import name` what the package's face needs.
            found |= {each if each in known else node.module for each in inside}
    return (found & set(known)) - {name}


def module_names():
    """Return the name of every own module."""
    return [_dotted(path) for path in own_modules()]


def _dotted(path):
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
