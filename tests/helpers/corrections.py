"""Visits with every kind of content for tests of corrections, each with one change."""

from __future__ import annotations

import json
import random
from functools import cache
from hashlib import sha256
from typing import Any

from helpers.answering import possible_answers
from helpers.sending import uuid, visit
from rba_audit.evidence import GIVEN, read_evidence
from rba_audit.standard import Standard, load_published

CHANGES = ("answer", "answer added", "note", "visit note", "item", "item answer", "position", "photo", "day", "stage")
REMOVED = {
    "answer": "answer",
    "note": "note",
    "visit note": "visit_note",
    "item": "item",
    "item answer": "item_answer",
    "position": "position",
    "photo": "photo",
}
"""What is said to be left out where a change takes something away."""


@cache
def usable_answers(edition: str) -> dict[str, list[Any]]:
    """Return for each question of an edition two answers or more that a form can hold, in the standard's own words."""
    standard = load_published(edition)
    tried = [(id, value) for id, values in possible_answers(standard).items() for value in _plain(standard, id, values)]
    evidence = read_evidence([{id: value} for id, value in tried], standard)
    rows = {question.id: row for row, question in enumerate(evidence.questions)}
    found: dict[str, list[Any]] = {}
    for site, (id, value) in enumerate(tried):
        if evidence.codes[rows[id], site] >= GIVEN and value not in found.setdefault(id, []):
            found[id].append(value)
    return {id: values for id, values in found.items() if len(values) > 1}


def _plain(standard: Standard, id: str, values: list[Any]) -> list[Any]:
    names = [choice.name for choice in standard.question(id).choices]
    if standard.question(id).kind == "set":
        return [[name] for name in names]
    return [each for each in values if isinstance(each, float) or each in names]


def random_document(chance: random.Random, answers: dict[str, list[Any]], number: int = 1) -> dict[str, Any]:
    """Return a visit's document with answers, notes, items, photos and a position."""
    asked = chance.sample(sorted(answers), chance.randint(2, 40))
    noted = chance.sample(asked, chance.randint(1, min(3, len(asked))))
    items = [
        {
            "id": uuid(500 + each),
            "kind": chance.choice(["swing", "slide"]),
            "name": f"Alat {each}",
            "gone": False,
            "answers": {id: chance.choice(answers[id]) for id in ("PRL-04", "PRL-05") if id in answers},
            "note": "karat" if each else "",
        }
        for each in range(chance.randint(1, 3))
    ]
    photos = [
        {**_photo(chance, question), "item": ""}
        for question in chance.sample(asked, chance.randint(1, min(3, len(asked))))
    ]
    return visit(
        number,
        answers={id: chance.choice(answers[id]) for id in asked},
        notes={id: f"Catatan {id}" for id in noted},
        note="Hujan.",
        position={"lon": 106.15, "lat": -6.12, "accuracy_m": 8.0, "how": "gps", "fixes": 3, "gps": None, "reason": ""},
        items=items,
        photos=[*photos, {**_photo(chance, ""), "item": items[0]["id"]}],
    )


def _photo(chance: random.Random, question: str) -> dict[str, Any]:
    return {
        "sha256": sha256(chance.randbytes(8)).hexdigest(),
        "question": question,
        "bytes": 1000,
        "taken_at": "2026-11-20T02:20:00Z",
        "position": None,
    }


def changed(
    chance: random.Random, document: dict[str, Any], answers: dict[str, list[Any]], what: str, *, remove: bool
) -> dict[str, Any]:
    """Return the next version of a document with one change, or with one thing taken away (what `REMOVED` names)."""
    after = json.loads(json.dumps(document))
    after |= {"id": uuid(2), "replaces": document["id"]}
    match what:
        case "answer":
            _change(chance, after["answers"], chance.choice(sorted(after["answers"])), answers, remove=remove)
        case "answer added":
            id = chance.choice(sorted(set(answers) - set(after["answers"])))
            after["answers"][id] = chance.choice(answers[id])
        case "note":
            id = chance.choice(sorted(after["notes"]))
            after["notes"] |= {id: "Lain."}
            if remove:
                del after["notes"][id]
        case "visit note":
            after["note"] = "" if remove else "Panas."
        case "item":
            if remove:
                after["items"].pop(chance.randrange(len(after["items"])))
            else:
                after["items"].append(
                    {**after["items"][0], "id": uuid(900), "name": "Alat baru", "answers": {}, "note": ""}
                )
        case "item answer":
            item = chance.choice(after["items"])
            _change(chance, item["answers"], chance.choice(sorted(item["answers"])), answers, remove=remove)
        case "position":
            after["position"] = None if remove else {**after["position"], "lon": 106.1501}
        case "photo":
            if remove:
                after["photos"].pop(chance.randrange(len(after["photos"])))
            else:
                after["photos"].append({**_photo(chance, chance.choice(sorted(after["answers"]))), "item": ""})
        case "day":
            after["day"] = "2026-11-19"
        case "stage":
            after["stage"] = "self"
    return after


def _change(
    chance: random.Random, given: dict[str, Any], id: str, answers: dict[str, list[Any]], *, remove: bool
) -> None:
    if remove:
        del given[id]
    else:
        given[id] = chance.choice([each for each in answers[id] if each != given[id]])
