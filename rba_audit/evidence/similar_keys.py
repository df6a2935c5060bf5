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


def find_similar_keys(properties: Sequence[Mapping[str, object]], standard: Standard) -> dict[str, tuple[str, int]]:
    """Return by key what it resembles and how many sites have it; keys that are read are left out.

    Args:
        properties: The properties of each site; what stands in objects and lists in them is looked through as well.
        standard: The edition whose questions and facts are resembled.
    """
    asked = {question.id for question in standard.questions} | {each.id for each in standard.requirements}
    known = {_bare(name): name for name in (*SITE_KEYS, *sorted(asked))}
    count: Counter[str] = Counter()
    for each in properties:
        count.update(map(str, each))
        for key, value in each.items():
            if isinstance(value, Mapping | list):
                count.update(set(_inside(value, str(key))))
    read = {*asked, *SITE_KEYS}
    means = {path: _meant(path, known) for path in count if path not in read and path.removesuffix(REASON) not in read}
    return {path: (found, count[path]) for path, found in means.items() if found is not None}


def _inside(value: object, at: str) -> Iterator[str]:
    """Yield the path of each key inside a value: `group.ABC-06`."""
    for each in value if isinstance(value, list) else (value,):
        for key, inner in each.items() if isinstance(each, Mapping) else ():
            path = f"{at}.{key}"
            yield path
            if path.count(".") < _DEPTH:
                yield from _inside(inner, path)


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
