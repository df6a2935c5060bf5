"""Serve the modules of a page as one file: 25 % smaller compressed than one by one (ADR 0045).

A pack contains every module that its entries import, late imports included; each still runs once, when it is first imported. The
URL of a module inside the pack returns a short module that re-exports its names from the pack.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final

from rba_audit.resources import static_dir

PACKS: Final[dict[str, tuple[str, ...]]] = {"packs/form/": ("form.js", "phone/register_worker.js")}
"""URL folder of each pack, and its entry modules."""
PACK: Final = "pack.js"
ORDER_FILE: Final = "generated/pack-order.txt"
"""An order of modules that compresses well, under static/; written by tools/pack_order.py."""
_IMPORT: Final = re.compile(r'\bimport(?:\*as (?P<all>\w+) from|\{(?P<some>[^}]*)\}from)?"(?P<path>\.[^"]+)";')
_LATE: Final = re.compile(r'\bimport\("(?P<path>\.[^"]+)"\)')
_EXPORT: Final = re.compile(r"\bexport (?=(?:async function|function|class|const)\b ?\*?(?P<name>[\w$]+))")
_NAMED: Final = re.compile(r"\bexport (?:async function|function|class|const) ([\w$]+)")
_LEFT: Final = re.compile(r"(?<![\w$.\"'`-])(?:export (?:let|default|var)\b|export[{*]|import\.meta\b|import[({\"*])")

Text = Callable[[str], str]
"""Return a minified script by its path under static/."""


def is_packed(name: str) -> bool:
    """Return whether a path under static/ belongs to a pack."""
    return name.startswith(tuple(PACKS))


def packed_names() -> list[str]:
    """Return the paths of the packs and of their entry modules."""
    return [folder + name for folder, entries in PACKS.items() for name in (PACK, *entries)]


def packed_script(name: str, text: Text) -> str | None:
    """Return a file of a pack: the pack itself, or the re-exporting module of one of its members; None if it has no such file.

    Raises:
        ValueError: a module uses a form of import or export that cannot be packed.
    """
    folder = next(pack for pack in PACKS if name.startswith(pack))
    modules = modules_reached(PACKS[folder], text)
    inside = name.removeprefix(folder)
    if inside == PACK:
        return pack_text(modules)
    if inside not in modules:
        return None
    here = posixpath.relpath(PACK, posixpath.dirname(inside) or ".")
    names = ",".join(_NAMED.findall(modules[inside]))
    handed = f'export const{{{names}}}=$R("{inside}");' if names else f'$R("{inside}");'
    return f'import{{$R}}from"{here if here.startswith(".") else f"./{here}"}";{handed}'


def modules_reached(entries: tuple[str, ...], text: Text) -> dict[str, str]:
    """Return the text of the entries and of every module that they import, late imports included, by name.

    The order is that of `ORDER_FILE`, then that of a depth-first walk.
    """
    texts: dict[str, str] = {}

    def reach(name: str) -> None:
        if name not in texts:
            texts[name] = text(name)
            for pattern in (_IMPORT, _LATE):
                for match in pattern.finditer(texts[name]):
                    reach(_beside(name, match["path"]))

    for entry in entries:
        reach(entry)
    position = {name: index for index, name in enumerate(_order())}
    return {name: texts[name] for name in sorted(texts, key=lambda name: position.get(name, len(position)))}


def _order() -> tuple[str, ...]:
    path = static_dir() / ORDER_FILE
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def pack_text(modules: dict[str, str]) -> str:
    """Return the pack of some modules, in their order."""
    # Inside the pack a module is identified by its number, which is shorter; outside by its name.
    numbers = {name: number for number, name in enumerate(modules)}
    made = ",".join(f'"{name}":()=>{{{_packed(name, text, numbers)}}}' for name, text in modules.items())
    run = "export const $R=(n)=>$D[n=$N[n]??n]??=$M[n]()??{},$L=async(n)=>$R(n);"
    return f"const $D={{}},$M={{{made}}},$N=Object.keys($M);{run}"


def _packed(name: str, text: str, numbers: Mapping[str, int]) -> str:
    names = _NAMED.findall(text)

    def imported(match: re.Match[str]) -> str:
        source = f"$R({numbers[_beside(name, match['path'])]})"
        if match["all"]:
            return f"const {match['all']}={source};"
        if match["some"] is None:
            return f"{source};"
        return f"const{{{match['some'].replace(' as ', ':')}}}={source};"

    body = _IMPORT.sub(imported, text)
    body = _LATE.sub(lambda match: f"$L({numbers[_beside(name, match['path'])]})", body)
    body = _EXPORT.sub("", body)
    left = _LEFT.search(body)
    if left:
        raise ValueError(f"{name}: {left[0]!r} cannot be packed; export functions, classes and constants by name")
    return f"{body}\nreturn{{{','.join(names)}}}" if names else body
