"""Modules of a page served as one file: compressed together they are a quarter smaller than each by itself.

A pack holds every module that its entries reach, also those that are imported late; each is still run once, when it is first
imported. At the address of each module inside a pack stands a short one that hands on what the pack's exports.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from rba_audit.resources import static_dir

PACKS: Final[dict[str, tuple[str, ...]]] = {"packs/form/": ("form.js", "phone/register_worker.js")}
"""The folder of each pack, and the modules that its page begins with."""
PACK: Final = "pack.js"
ORDER_FILE: Final = "generated/pack-order.txt"
"""An order of modules that compresses well, under static/; written by tools/pack_order.py."""
_IMPORT: Final = re.compile(r'\bimport(?:\*as (?P<all>\w+) from|\{(?P<some>[^}]*)\}from)?"(?P<path>\.[^"]+)";')
_LATE: Final = re.compile(r'\bimport\("(?P<path>\.[^"]+)"\)')
_EXPORT: Final = re.compile(r"\bexport (?=(?:async function|function|class|const)\b ?\*?(?P<name>[\w$]+))")
_NAMED: Final = re.compile(r"\bexport (?:async function|function|class|const) ([\w$]+)")
_LEFT: Final = re.compile(r"(?<![\w$.\"'`-])(?:export (?:let|default|var)\b|export[{*]|import\.meta\b|import[({\"*])")

Text = Callable[[str], str]
"""Gives a script without comments and blanks, by its path under static/."""


def is_packed(name: str) -> bool:
    """Tell whether a path under static/ lies in a pack."""
    return name.startswith(tuple(PACKS))


def packed_names() -> list[str]:
    """Return the paths of the packs and of the modules that pages begin with."""
    return [folder + name for folder, entries in PACKS.items() for name in (PACK, *entries)]


def packed_script(name: str, text: Text) -> str | None:
    """Return a file of a pack: the pack itself, or what stands for one of its modules; None where there is none.

    Raises:
        ValueError: a module does what cannot be packed.
    """
    folder = next(each for each in PACKS if name.startswith(each))
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
    """Return the entries and every module that they import, also late, by name.

    They come in the order of `ORDER_FILE`, then in the order in which they are reached.
    """
    found: dict[str, str] = {}

    def reach(name: str) -> None:
        if name not in found:
            found[name] = text(name)
            for pattern in (_IMPORT, _LATE):
                for each in pattern.finditer(found[name]):
                    reach(_beside(name, each["path"]))

    for entry in entries:
        reach(entry)
    position = {name: index for index, name in enumerate(_order())}
    return {name: found[name] for name in sorted(found, key=lambda name: position.get(name, len(position)))}


@cache
def _order() -> tuple[str, ...]:
    path = static_dir() / ORDER_FILE
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def pack_text(modules: dict[str, str]) -> str:
    """Return the pack of some modules, in their order."""
    # Inside, a module is known by its number, which takes less room; outside, by its name.
    numbers = {name: number for number, name in enumerate(modules)}
    made = ",".join(f'"{name}":()=>{{{_packed(name, text, numbers)}}}' for name, text in modules.items())
    run = "export const $R=(n)=>$D[n=$N[n]??n]??=$M[n]()??{},$L=async(n)=>$R(n);"
    return f"const $D={{}},$M={{{made}}},$N=Object.keys($M);{run}"


def _packed(name: str, text: str, numbers: Mapping[str, int]) -> str:
    names = _NAMED.findall(text)

    def imported(found: re.Match[str]) -> str:
        source = f"$R({numbers[_beside(name, found['path'])]})"
        if found["all"]:
            return f"const {found['all']}={source};"
        if found["some"] is None:
            return f"{source};"
        return f"const{{{found['some'].replace(' as ', ':')}}}={source};"

    body = _IMPORT.sub(imported, text)
    body = _LATE.sub(lambda found: f"$L({numbers[_beside(name, found['path'])]})", body)
    body = _EXPORT.sub("", body)
    left = _LEFT.search(body)
    if left:
        raise ValueError(f"{name}: {left[0]!r} cannot be packed; export functions, classes and constants by name")
    return f"{body}\nreturn{{{','.join(names)}}}" if names else body
