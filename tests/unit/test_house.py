"""Nothing of the standard is written in code: no id, no word, no limit. (Which way imports go, `make check` sees.)"""

import re
from pathlib import Path

from rba_audit.standard import default_edition, editions, published

ROOT = Path(__file__).parents[2]
PATHS = [
    *sorted((ROOT / "rba_audit").glob("**/*.py")),
    *sorted((ROOT / "tools").glob("*.py")),
    *sorted(path for path in (ROOT / "static").glob("**/*.js") if "vendor" not in path.parts),
]
CODE = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PATHS}


def test_no_id_and_no_word_of_the_standard_stands_in_code():
    standard = published(default_edition())
    ids = re.compile(rf"\b({'|'.join(aspect.code for aspect in standard.aspects)})-\d\d|{'|'.join(editions())}")
    phrases = [
        text
        for requirement in standard.requirements
        for text in (*requirement.title, *requirement.shall)
        if len(text) > 15
    ]
    found = [
        (path, hit)
        for path, code in CODE.items()
        for hit in [
            *ids.findall(code),
            *(text for text in phrases if text in code),
        ]
    ]

    assert found == []


def test_no_rung_and_no_limit_of_the_ladder_stands_in_code():
    minima = {str(rung.minimum) for name in editions() for rung in published(name).ladder} | {"455", "510", "595"}
    found = [
        (path, number)
        for path, code in CODE.items()
        for number in re.findall(r"(?<![\w.#])\d+(?![\w.])", code)
        if number in minima
    ]

    assert found == []
