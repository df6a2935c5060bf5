"""Write `static/generated/terms.js`: the names and numbers that scripts share with Python.

    python tools/shared_terms.py          write the file
    python tools/shared_terms.py check    fail if the file is out of date

Scripts import them from there and have no copy of their own. To share another one, add it to `terms`, run `make terms`, and
import it. Each is one `export const`, the only form that a pack of scripts can hold (`rba_audit/web/http/script_packs.py`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import get_args

from rba_audit.days import EASTERN_HOURS
from rba_audit.fieldwork.proposals import PROPOSAL_STATES
from rba_audit.register.records import VISIT_FORMAT
from rba_audit.review_states import State
from rba_audit.standard import OUTCOMES, WORST_FIRST, Storage
from rba_audit.standard.kinds import KINDS, NONE_WORD, STATES, SYNONYMS, AnswerKind, codes

ROOT = Path(__file__).parents[1]
PATH = ROOT / "static" / "generated" / "terms.js"
_CODES = ("MISSING", "NOT_SEEN", "NOT_APPLICABLE", "OUT_OF_RANGE", "UNREADABLE", "GIVEN", "OTHER", "FIRST_CHOICE")
_HEAD = """// Names and numbers that scripts share with Python. Written by tools/shared_terms.py (`make terms`); change them there.
// @ts-check
"""
Group = tuple[str, dict[str, object]]


def terms() -> Iterator[Group]:
    """Yield groups of constants, each with its description."""
    yield "The code of an answer in a column.", {"CODES": {name.lower(): getattr(codes, name) for name in _CODES}}
    yield "Words that say why there is no answer.", {"STATES": [*STATES]}
    yield "The answer that a set is empty.", {"NONE_WORD": NONE_WORD}
    yield "Other spellings of an answer word, with the one that is used.", {"SYNONYMS": dict(SYNONYMS)}
    yield (
        "Kinds of answer: whether a column holds a number beside the code, and how a form asks.",
        {"KINDS": {name: _form(kind) for name, kind in KINDS.items()}},
    )
    yield (
        "The outcome of a requirement as a table has it.",
        {"OUTCOME": {name: OUTCOMES.index(name) for name in OUTCOMES}},
    )
    yield "Of several outcomes for one thing, the first of these counts.", {"WORST_FIRST": [*WORST_FIRST]}
    yield "States of a visit.", _states("VISIT", get_args(State), ("has_issues",))
    yield (
        "States of a proposed place.",
        _states("PLACE", PROPOSAL_STATES.values(), ("proposed", "merged", "declined")),
    )
    yield "The format of the documents that a phone sends.", {"FORMAT": VISIT_FORMAT}
    yield "How far the zone in which each day begins first is ahead of UTC.", {"EASTERN_HOURS": EASTERN_HOURS}


def _states(what: str, known: Collection[str], used: Iterable[str]) -> dict[str, object]:
    """Return the constants of those states that scripts use; one that Python does not know is an error."""
    for state in used:
        if state not in known:
            raise ValueError(f"there is no state '{state}' any more")
    return {f"{what}_{state.upper()}": state for state in used}


def _form(kind: AnswerKind) -> dict[str, object]:
    form = kind.form
    return {
        **({} if kind.storage is Storage.WORD else {"numeric": True}),
        "widget": form.widget,
        **({"rows": True} if form.rows else {}),
        **({"attributes": dict(form.attributes)} if form.attributes else {}),
    }


def script() -> str:
    """Return the text of the script."""
    groups = (
        "".join([f"\n// {what}\n", *(f"export const {name} = {_literal(value)};\n" for name, value in group.items())])
        for what, group in terms()
    )
    return _HEAD + "".join(groups)


def _literal(value: object) -> str:
    """Return a value as JavaScript, formatted like the scripts."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name}: {_literal(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)


def main(arguments: list[str]) -> int:
    """Write the script, or check it; return the exit code."""
    if arguments == ["check"]:
        if PATH.is_file() and PATH.read_text(encoding="utf-8") == script():
            return 0
        print(f"{PATH.relative_to(ROOT)} is not what Python says now; run `make terms`.", file=sys.stderr)
        return 1
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(script(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
