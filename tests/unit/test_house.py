"""Nothing of the standard is written in code: no id, no word, no limit; and what a Python we support gets wrong is not used."""

import re
from pathlib import Path

from rba_audit.standard import default_edition, edition_names, load_published

ROOT = Path(__file__).parents[2]
PATHS = [
    *sorted((ROOT / "rba_audit").glob("**/*.py")),
    *sorted((ROOT / "tools").glob("*.py")),
    *sorted(path for path in (ROOT / "static").glob("**/*.js") if "vendor" not in path.parts),
]
CODE = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PATHS}


def test_no_id_and_no_word_of_the_standard_stands_in_code():
    standard = load_published(default_edition())
    ids = re.compile(rf"\b({'|'.join(aspect.code for aspect in standard.aspects)})-\d\d|{'|'.join(edition_names())}")
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
    minima = {str(rung.minimum) for name in edition_names() for rung in load_published(name).ladder} | {
        "455",
        "510",
        "595",
    }
    found = [
        (path, number)
        for path, code in CODE.items()
        for number in re.findall(r"(?<![\w.#])\d+(?![\w.])", code)
        if number in minima
    ]

    assert found == []


def test_no_pattern_repeats_a_group_possessively():
    """Before Python 3.11.5 (Debian 12 has an older one) such a group is matched wrongly: CPython gh-106052."""
    found = [
        (path, line)
        for path, code in CODE.items()
        if path.startswith("rba_audit")
        for line in code.splitlines()
        if re.search(r"\)[*+?]\+|\(\?>", line)
    ]

    assert found == []
