"""What a package directly under `rba_audit` offers to the others: its face (`__init__`), and the modules that its docstring names as public.

A package inside another one, such as a topic of the web, is part of that one.
"""

import ast
import re

from helpers.own_modules import module_names, own_modules

NAMED = re.compile(r"\n\nPublic modules: ((?:`\w+`[,.]\s*)+)")


def packages():
    """Return the public modules of each package, by its name."""
    found = {}
    for path, tree in own_modules().items():
        if path.endswith("/__init__.py") and path != "rba_audit/__init__.py":
            named = NAMED.search(f"{ast.get_docstring(tree)}\n")
            name = path.removesuffix("/__init__.py").replace("/", ".")
            found[name] = set(re.findall(r"`(\w+)`", named.group(1))) if named else set()
    return found


def imports_past_a_face():
    """Yield who imports which module of another package."""
    known, faces = set(module_names()), packages()
    for path, tree in own_modules().items():
        importer = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inside = f"{node.module}.{alias.name}"
                    module = inside if inside in known else node.module
                    package, _, name = module.rpartition(".")
                    if module not in faces and package in faces and importer.split(".")[1:2] != package.split(".")[1:2]:
                        yield f"{path}:{node.lineno}", package, name


def test_other_packages_import_from_the_face_of_a_package_or_from_its_public_modules():
    faces = packages()
    found = [
        f"{where}: {package}.{name}" for where, package, name in imports_past_a_face() if name not in faces[package]
    ]

    assert found == [], "import from the package itself, or name the module under “Public modules” in its docstring"


def test_no_module_is_public_that_nobody_else_imports():
    used = {(package, name) for _, package, name in imports_past_a_face()}

    assert {(package, name) for package, names in packages().items() for name in names} - used == set()


def test_there_are_imports_past_faces():
    assert sum(1 for _ in imports_past_a_face()) > 100
