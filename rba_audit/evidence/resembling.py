"""Keys of a file that resemble a question or a fact and are not read as one: `ABC_06`, `group/ABC-06`.

They are told, never read: whoever wrote them may have meant something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rba_audit.evidence.columns import REASON
from rba_audit.standard import Standard

SITE_KEYS: Final = ("kind", "kelurahan_code", "manager", "part", "part_of")
"""Properties that every site or part may have, beside what an edition asks."""
_DEPTH: Final = 4  # objects within objects that are looked through
_APART: Final = re.compile(r"[^a-z0-9]+")
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_CODE: Final = re.compile(
    r"\s*([A-Za-z]+[\s_\-.]?[0-9]+)(?![0-9A-Za-z])[^/]*"
)  # what stands before the words of a question


def resembling(properties: Sequence[Mapping[str, object]], standard: Standard) -> dict[str, tuple[str, int]]:
    """Return by key what it resembles and how many sites have it; keys that are read are left out.

    Args:
        properties: The properties of each site; what stands in objects and lists in them is looked through as well.
        standard: The edition whose questions and facts are resembled.
    """
    asked = {question.id for question in standard.questions} | {each.id for each in standard.requirements}
    known = {_bare(name): name for name in (*SITE_KEYS, *sorted(asked))}
    means: dict[str, str | None] = {}
    count: Counter[str] = Counter()
    for each in properties:
        for path in _paths(each, ""):
            if path not in means:
                read = path in asked or path in SITE_KEYS or path.removesuffix(REASON) in asked
                means[path] = None if read else _meant(path, known)
            if means[path] is not None:
                count[path] += 1
    return {path: (str(means[path]), times) for path, times in count.items()}


def _paths(value: object, at: str) -> Iterator[str]:
    """Yield the path of each key: `group.ABC-06`; what is nested only where it stands in an object or a list."""
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        path = f"{at}.{key}" if at else str(key)
        yield path
        if path.count(".") < _DEPTH:
            for each in inner if isinstance(inner, list) else (inner,):
                yield from _paths(each, path)


def _meant(path: str, known: Mapping[str, str]) -> str | None:
    """Return the question, requirement or property that a path resembles; None where it resembles none."""
    steps = re.split(r"[/.:]", path)
    ends = [".".join(steps[at:]) for at in range(len(steps))]
    code = _CODE.fullmatch(path)
    found = (known.get(_bare(each)) for each in (*ends, *([code[1]] if code else ())))
    return next((each for each in found if each is not None), None)


def _bare(name: str) -> str:
    """Return a name without case, marks and leading zeros.

    >>> _bare("ABC-04.width"), _bare("abc_04_width"), _bare("ABC6")
    ('abc4width', 'abc4width', 'abc6')
    """
    return _ZEROS.sub("", _APART.sub("", name.casefold()))
