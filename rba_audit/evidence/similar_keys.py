"""Detect keys of a file that resemble a question or a fact but are not read as one: `ABC_06`, `group/ABC-06`.

An import may read such a key, and tells it; what nobody read is reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rba_audit.evidence.columns import REASON
from rba_audit.standard import Standard

SITE_KEYS: Final = ("kind", "kelurahan_code", "manager", "part", "part_of")
"""Properties that every site or part may have, in addition to the questions of an edition."""
_DEPTH: Final = 4  # levels of nested objects that are searched
_APART: Final = re.compile(r"[^a-z0-9]+")
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_CODE: Final = re.compile(
    r"\s*([A-Za-z]+[\s_\-.]?[0-9]+)(?![0-9A-Za-z])[^/]*"
)  # the id of a question, followed by its text


def find_similar_keys(properties: Sequence[Mapping[str, object]], standard: Standard) -> dict[str, tuple[str, int]]:
    """Return by key the name that it resembles and the number of sites that have it; without keys that are read.

    Args:
        properties: The properties of each site; nested objects and lists in them are searched too.
        standard: The edition whose questions, facts and requirements are compared.
    """
    known = names_by_bare_key(standard)
    read = set(known.values())
    count: Counter[str] = Counter()
    for site in properties:
        count.update(map(str, site))
        for key, value in site.items():
            if isinstance(value, Mapping | list):
                count.update(set(_inside(value, str(key))))
    unread = [path for path in count if path not in read and path.removesuffix(REASON) not in read]
    like = {path: name for path in unread if (name := resembled_name(path, known)) is not None}
    if like:
        count.subtract(_answered_under_own_name(properties, like))
    return {path: (name, count[path]) for path, name in like.items() if count[path] > 0}


def names_by_bare_key(standard: Standard) -> Mapping[str, str]:
    """Return the questions, facts, requirements and properties that a key may resemble, by their bare spelling."""
    asked = {question.id for question in standard.questions} | {requirement.id for requirement in standard.requirements}
    return {bare_key(name): name for name in (*SITE_KEYS, *sorted(asked))}


def _answered_under_own_name(properties: Sequence[Mapping[str, object]], like: Mapping[str, str]) -> Iterator[str]:
    """Yield each key of each site beside which the name that it resembles has a value, too: there it was read or set aside."""
    for site in properties:
        named = {name for name in set(like.values()) if site.get(name) not in (None, "")}
        if named:
            yield from (path for path, name in like.items() if name in named and _has(site, path))


def _has(site: Mapping[str, object], path: str) -> bool:
    if path in site:
        return True
    value: object = site
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value is not None


def _inside(value: object, at: str) -> Iterator[str]:
    """Yield the path of each key inside a value: `group.ABC-06`."""
    for member in value if isinstance(value, list) else (value,):
        for key, inner in member.items() if isinstance(member, Mapping) else ():
            path = f"{at}.{key}"
            yield path
            if path.count(".") < _DEPTH:
                yield from _inside(inner, path)


def resembled_name(path: str, known: Mapping[str, str]) -> str | None:
    """Return the question, requirement or property that a path resembles; None if it resembles none."""
    steps = re.split(r"[/.:]", path)
    ends = [".".join(steps[at:]) for at in range(len(steps))]
    code = _CODE.fullmatch(path)
    names = (known.get(bare_key(text)) for text in (*ends, *([code[1]] if code else ())))
    return next((name for name in names if name is not None), None)


def bare_key(name: str) -> str:
    """Return a name in lower case without punctuation and leading zeros.

    >>> bare_key("ABC-04.width"), bare_key("abc_04_width"), bare_key("ABC6")
    ('abc4width', 'abc4width', 'abc6')
    """
    return _ZEROS.sub("", _APART.sub("", name.casefold()))
