"""Check names and first lines of modules against docs/style.md and the column "not" of docs/glossary.md: `python tools/language.py`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = "rba_audit"
NOT_COLUMN: Final = 3

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ENDING: Final = re.compile(r".+(?:ing|ings|ed)$")
_NOTE: Final = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class Language:
    """The rules that docs/style.md and docs/glossary.md state.

    Attributes:
        names: Words that no module and no class has in its name.
        lines: Words that no first line of a module has.
        openings: Words that no first line begins with.
        nouns: Names that may end in -ing or -ed.
    """

    names: frozenset[str]
    lines: frozenset[str]
    openings: frozenset[str]
    nouns: frozenset[str]


@dataclass(frozen=True)
class Modules:
    """The modules of a package by dotted name; `packages` are those with submodules."""

    trees: Mapping[str, ast.Module]
    packages: frozenset[str]


def read_language(root: Path = ROOT) -> Language:
    """Return the rules that the two documents state."""
    style = (root / "docs" / "style.md").read_text(encoding="utf-8")
    names, lines = set[str](), set[str]()
    for words, _, used_in in _rows(style, 3):
        names |= _listed(words) if "names" in used_in else set()
        lines |= _listed(words) if "lines" in used_in else set()
    for row in _rows((root / "docs" / "glossary.md").read_text(encoding="utf-8"), NOT_COLUMN + 1):
        synonyms = {word for word in _listed(_NOTE.sub("", row[NOT_COLUMN])) if re.fullmatch(r"[a-z]+", word)}
        names |= synonyms
        lines |= synonyms
    return Language(
        frozenset(names),
        frozenset(lines),
        frozenset(_after(style, "A first line does not begin with:")),
        frozenset(_after(style, "Nouns of the field that end in *-ing* or *-ed*:")),
    )


def read_modules(root: Path = ROOT) -> Modules:
    """Return all modules of the package, parsed."""
    trees, packages = {}, set()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
        if parts[-1] == "__init__":
            packages.add(name)
    return Modules(trees, frozenset(packages))


def repeated_classes(modules: Modules) -> Iterator[str]:
    """Yield each class name that several modules define, and each type alias that has the name of a class."""
    defined: dict[str, list[str]] = {}
    for module, tree in modules.trees.items():
        for name in _classes(tree):
            defined.setdefault(name, []).append(module)
    for name, places in sorted(defined.items()):
        if len(places) > 1:
            yield f"class {name} is defined in {', '.join(places)}"
    for module, tree in modules.trees.items():
        for name in _aliases(tree):
            if name in defined:
                yield f"{module}.{name} has the name of the class in {', '.join(defined[name])}"


def hidden_submodules(modules: Modules) -> Iterator[str]:
    """Yield each submodule that its package hides behind something else of the same name."""
    for package in sorted(modules.packages):
        for name, origin in _bindings(modules.trees[package]):
            submodule = f"{package}.{name}"
            if submodule in modules.trees and origin != submodule:
                yield f"{submodule} is hidden by {origin or 'a definition'} in {package}"


def unused_names(modules: Modules, language: Language) -> Iterator[str]:
    """Yield each module and class whose name has a word that names do not use, or ends in -ing or -ed and is no noun."""
    for module, tree in modules.trees.items():
        last = module.rpartition(".")[2]
        if not re.match(r"r\d{4}_", last):  # a step of the register keeps the name of its revision
            yield from _wrong(f"module {module}", last.split("_"), language)
        for name in _classes(tree):
            yield from _wrong(f"class {module}.{name}", [word.lower() for word in _WORD.findall(name)], language)


def unused_words(modules: Modules, language: Language) -> Iterator[str]:
    """Yield each module whose first line has a word that first lines do not use, or begins with one."""
    for module, tree in modules.trees.items():
        line = (ast.get_docstring(tree) or "").partition("\n")[0]
        words = re.findall(r"[a-z]+", re.sub(r"`[^`]*`", "", line).lower())
        wrong = sorted(language.lines & {*words})
        if line.partition(" ")[0].rstrip(",:.") in language.openings:
            wrong.insert(0, f"{line.partition(' ')[0]} …")
        if wrong:
            yield f"{module} ({', '.join(wrong)}): {line}"


def problems(root: Path = ROOT) -> dict[str, list[str]]:
    """Return everything that breaks the rules, by rule."""
    modules, language = read_modules(root), read_language(root)
    return {
        "a class name occurs once": [*repeated_classes(modules)],
        "no package hides its own submodule": [*hidden_submodules(modules)],
        "names are words that a newcomer searches for": [*unused_names(modules, language)],
        "first lines are plain": [*unused_words(modules, language)],
    }


def _wrong(what: str, words: list[str], language: Language) -> Iterator[str]:
    wrong = sorted(language.names & {*words})
    if wrong:
        yield f"{what}: {', '.join(wrong)}"
    elif words and _ENDING.fullmatch(words[-1]) and not {words[-1], f"{words[-1]}s"} & language.nouns:
        yield f"{what}: ends in -ing or -ed and is not listed as a noun"


def _rows(text: str, columns: int) -> Iterator[list[str]]:
    """Yield the cells of each row of the tables that have so many columns, without the heading."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        if len(row) == columns and not set(row[0]) <= {"-"} and not (below and set(below[0]) == {"-"}):
            yield row


def _listed(text: str) -> set[str]:
    return {word.strip() for word in re.split(r"[,;]", text) if word.strip()}


def _after(text: str, opening: str) -> set[str]:
    return next(
        _listed(line.removeprefix(opening).rstrip(" .")) for line in text.splitlines() if line.startswith(opening)
    )


def _classes(tree: ast.Module) -> Iterator[str]:
    return (node.name for node in tree.body if isinstance(node, ast.ClassDef))


def _aliases(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and re.match(r"_?[A-Z]\w*[a-z]", target.id):
                    yield target.id


def _bindings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a module binds at its top level: the name, and where it is from (empty: defined there)."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name, ""
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield from ((part.id, "") for part in ast.walk(target) if isinstance(part, ast.Name))


def main() -> int:
    """Print what breaks the rules and return 1 where anything does."""
    by_rule = problems()
    for rule, lines in by_rule.items():
        print(f"{rule}: {len(lines)}")
        for line in lines:
            print(f"  {line}")
    return int(any(by_rule.values()))


if __name__ == "__main__":
    sys.exit(main())
