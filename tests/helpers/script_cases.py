"""Random cases for the scripts of `static`, with the results of the Python code.

`tests/scripts/cases.js` calls `python -m helpers.script_cases TOPIC,TOPIC SEED` and reads JSON from standard output. One seed
gives as many cases as one run tries; the nightly run asks for ten seeds.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import numpy as np

from helpers.answering import possible_answers
from helpers.origins import origins
from rba_audit.equipment import per_item
from rba_audit.equipment.aggregation import fold_all
from rba_audit.equipment.item_history import VisitItemList, items_from_visits
from rba_audit.errors import EvidenceError
from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    REASON,
    Evidence,
    Measurement,
    MeasurementSource,
    read_evidence,
    read_number,
    with_measurements,
)
from rba_audit.fieldwork import removals
from rba_audit.findings import STATUSES
from rba_audit.findings.conclusions import NO_SCORE, conclude, counted
from rba_audit.findings.dependent_questions import QuestionStatus, question_statuses
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.findings.program_json import program_as_json
from rba_audit.messages import BilingualText, say
from rba_audit.standard import OUTCOMES, Question, Standard, default_edition, edition_names, load_published

SITES = 1000
MEASURED_SITES = 150
LISTS = {edition: 1000 if edition == default_edition() else 100 for edition in edition_names()}
JUDGED_LISTS = 100
NUMBERS = 5000
CORRECTIONS = 200
TYPED = ["1,2", "1.2", "1 200", "1.200,5", "1,200.5", "1.200", "1,200", "0,125", ",5", "5.", "-3,5", "−3,5", "12.345.678", "1.2.3", "1,2,3", "dua", "", "1e3", "12.500", "999,999", "1 2", "1,5 m", "1,2 m", "1.2 m", "2.5cm", "12,5cm", "120 cm", "120cm", "1,2m²", "0,5 m", "1.200 m", "2 spp", "3 species", "Rp 5.000", "Rp5.000.000", "-3 m", "5 M", "10 m2", "1,2 m 3", "m", "m 5", "1,234 kg", "12E3", "±120", ">120", "kira-kira 250", "120?", "1/2", "1½", "1.5.2", "--", "١٢", "1٢", "5-10", "120 atau 130", "50 %", "12 km/h"]  # fmt: skip
"""Numbers as people type them, beside the random ones."""
UNITS = [
    None,
    BilingualText("m", "m"),
    BilingualText("m²", "m²"),
    BilingualText("cm", "cm"),
    BilingualText("spp.", "species"),
    BilingualText("Rp", "Rp"),
]
"""Units of the questions that such texts answer; None where none is known."""
MARKS = ["m", "cm", " m", "m2", " Rp", *".,.,.,  -−+", "\u00a0", "\u2009", "\u202f", "\t", "e", "x", "_", "١", "'"]
EXACT_DECIMALS = 12
CONFORMS = OUTCOMES.index("conforms")


def judging(chance: random.Random) -> dict[str, Any]:
    """Return for each edition answers and measurements of sites, and their evidence and conclusions."""
    return {
        edition: {
            **judged_sites(load_published(edition), chance, SITES),
            "measured": measured_sites(load_published(edition), chance, MEASURED_SITES),
            "conclusions": conclusions(load_published(edition), chance, SITES),
        }
        for edition in edition_names()
    }


def judged_sites(standard: Standard, chance: random.Random, number: int) -> dict[str, Any]:
    """Return the table of an edition, answers of sites, and their evidence and conclusions."""
    sites = _random_answers(standard, chance, number)
    evidence = read_evidence(sites, standard)
    return {
        "table": program_as_json(standard),
        "sites": sites,
        "codes": evidence.codes.T.tolist(),
        "numbers": [[str(number) for number in site] for site in evidence.numbers.T.tolist()],
        "expected": _concluded(standard, evidence),
        "standing": standing_words(standard, evidence),
    }


def standing_words(standard: Standard, evidence: Evidence, upper: Any = None) -> list[dict[str, str]]:
    """Return for each site how each question stands that depends on others or counts a part of a whole."""
    words = {
        QuestionStatus.ASKED: "asked",
        QuestionStatus.WAITING: "waiting",
        QuestionStatus.NOT_ASKED: "not_asked",
        QuestionStatus.ABOVE_WHOLE: "above",
    }
    found = question_statuses(compile_standard(standard), evidence.codes, evidence.numbers, upper)
    return [
        {name: words[QuestionStatus(int(standing[site]))] for name, standing in found.items()}
        for site in range(evidence.codes.shape[1])
    ]


def _random_answers(standard: Standard, chance: random.Random, sites: int) -> list[dict[str, Any]]:
    """From one answer in ten to all of them."""
    possible = {name: [*values, "tidak_berlaku"] for name, values in possible_answers(standard).items()}
    return [
        {name: chance.choice(values) for name, values in possible.items() if chance.random() < (site % 10 + 1) / 10}
        for site in range(sites)
    ]


def _concluded(standard: Standard, evidence: Evidence, upper: Any = None) -> list[dict[str, Any]]:
    matrix = evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers, upper)
    return _conclusions(standard, matrix, evidence.audited)


def conclusions(standard: Standard, chance: random.Random, number: int) -> dict[str, Any]:
    """Return random outcomes, many of them nearly all good, and what follows: random answers hardly ever reach the top."""
    shares = (0.2, 0.8, 0.95, 0.98, 1)
    rows = [
        [
            CONFORMS if chance.random() < shares[site % len(shares)] else chance.randrange(len(OUTCOMES))
            for _ in standard.requirements
        ]
        for site in range(number)
    ]
    audited = [chance.random() < 0.9 for _ in rows]
    return {"audited": audited, "expected": _conclusions(standard, np.array(rows, dtype=np.int8).T, np.array(audited))}


def _conclusions(standard: Standard, matrix: Any, audited: Any) -> list[dict[str, Any]]:
    found = conclude(standard, matrix, audited, extension=False)
    ladder = [None, *(rung.name for rung in standard.ladder)]
    names = np.array([requirement.id for requirement in standard.requirements])
    open_ones = (matrix == OUTCOMES.index("undetermined")) & np.asarray(counted(standard, extension=False))[:, None]
    return [
        {
            "outcomes": matrix[:, site].tolist(),
            "status": STATUSES[found.status[site]],
            "score": None
            if found.score_low[site] == NO_SCORE
            else [int(found.score_low[site]), int(found.score_high[site])],
            "rank": None
            if found.score_low[site] == NO_SCORE
            else [ladder[found.rank_low[site]], ladder[found.rank_high[site]]],
            "red": names[found.red[:, site]].tolist(),
            "must_fix": names[found.must_fix[:, site]].tolist(),
            "before_audit": names[found.before_audit[:, site]].tolist(),
            "undetermined": names[open_ones[:, site]].tolist(),
        }
        for site in range(matrix.shape[1])
    ]


def measured_sites(standard: Standard, chance: random.Random, number: int) -> dict[str, Any]:
    """Return answers with measurements beside them; `expected` takes a range for unknown, `ranged` knows both its ends."""
    answers = _random_answers(standard, chance, number)
    reasons = [{name: "seen" for name in each if chance.random() < 0.3} for each in answers]
    told = [
        {**each, **{f"{name}{REASON}": why for name, why in reason.items()}}
        for each, reason in zip(answers, reasons, strict=True)
    ]
    said = read_evidence(told, standard)
    measurements = [
        _some_measurement(question, said, chance) for question in standard.questions if chance.random() < 0.5
    ]
    joined = with_measurements(said, measurements)
    if joined.upper is None:
        raise RuntimeError("no measurement is a range: nothing of ranges would be tried")
    codes = joined.codes.copy()
    for name, row in joined.number_row.items():
        codes[joined.row[name], (joined.upper != joined.numbers)[row]] = MISSING
    return {
        "sites": [
            {"answers": answers[site], "measured": _on_a_phone(measurements, site), "reasons": reasons[site]}
            for site in range(len(answers))
        ],
        "expected": _concluded(standard, replace(joined, codes=codes)),
        "ranged": [each["score"] for each in _concluded(standard, joined, joined.upper)],
        "standing": standing_words(standard, joined, joined.upper),
    }


def random_measurements(evidence: Evidence, standard: Standard, chance: random.Random) -> list[Measurement]:
    """Return what may have been measured of every question that a machine can answer."""
    return [_some_measurement(each, evidence, chance) for each in standard.questions if each.measure is not None]


def _some_measurement(question: Question, evidence: Evidence, chance: random.Random) -> Measurement:
    """Return what may have been measured at each site: nothing, a word, a number, a range, and often just what was answered."""
    codes = evidence.codes[evidence.row[question.id]]
    row = evidence.number_row.get(question.id)
    found = np.zeros(len(codes), dtype=np.uint8)
    low, high = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    least, most = int(question.low * question.scale), int(question.high * question.scale)
    for site in range(len(codes)):
        if chance.random() < 0.3:
            continue
        if question.kind not in ("number", "set"):
            found[site] = FIRST_CHOICE + chance.randrange(len(question.choices))
            continue
        found[site] = GIVEN
        if question.kind == "set":
            low[site] = high[site] = chance.randrange(1 << len(question.choices))
            continue
        answered = row is not None and codes[site] == GIVEN and chance.random() < 0.6
        number = int(evidence.numbers[row, site]) if answered else chance.randint(least, most)
        slack = chance.choice([0, 0, 1, 100])
        low[site], high[site] = max(number - slack, least), min(number + chance.choice([slack, 0]), most)
    several = np.array([end > start and chance.random() < 0.3 for start, end in zip(low, high, strict=True)])
    return Measurement(
        question.id, found, low, high, lambda _site: MeasurementSource("", "", say("measured")), several=several
    )


def _on_a_phone(measurements: list[Measurement], site: int) -> dict[str, Any]:
    return {
        each.question: {
            "code": int(each.codes[site]),
            "low": int(each.low[site]),
            "high": int(each.high[site]),
            "several": bool(each.several is not None and each.several[site]),
        }
        if each.codes[site]
        else {"value": "", "how": "nothing is known"}
        for each in measurements
    }


def folding(chance: random.Random) -> dict[str, Any]:
    """Return for each edition lists of items with the answers of the place, folded, and the outcomes of some items."""
    return {edition: folded_lists(load_published(edition), chance, LISTS[edition]) for edition in edition_names()}


def folded_lists(standard: Standard, chance: random.Random, number: int) -> dict[str, Any]:
    """Return the table of an edition, lists of items, what they answer for their sites, and how the first ones come out."""
    possible = possible_answers(standard)
    lists = [random_list(standard, possible, chance) for _ in range(number)]
    sites = [(with_merged(items, chance), answers) for items, answers in lists]
    return {
        "table": program_as_json(standard),
        "sites": [{"items": items, "answers": answers} for items, answers in sites],
        "folded": fold_all(sites, standard),
        "outcomes": [
            [[trace.outcome for trace in each.traces] for each in per_item(items, answers, standard)]
            for items, answers in sites[:JUDGED_LISTS]
        ],
        "remembered": [remembered_alone(items, standard) for items, _answers in sites[:JUDGED_LISTS]],
    }


def remembered_alone(items: list[dict[str, Any]], standard: Standard) -> dict[str, Any]:
    """Return the list of one full visit, each item with an id of its own, and the entries that it is judged by."""
    under = {"same_as": "0"}  # on a phone an item goes on under one of the list
    listed = [{**item, "id": str(at), **(under if item.get("same_as") else {})} for at, item in enumerate(items)]
    known = items_from_visits([VisitItemList("visit", listed, "full")], standard.equipment.same)
    entries = [entry for item in known if not item.same_as and not item.gone for entry in item.entries()]
    return {"items": listed, "entries": [[entry["id"], entry["answers"]] for entry in entries]}


def with_merged(items: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Return a list in which an item may stand twice, as two people found it, or go on under another one."""
    return [
        item
        | ({"id": str(chance.randrange(at))} if at and chance.random() < 0.15 else {})
        | ({"same_as": chance.choice(["0", "9"])} if chance.random() < 0.1 else {})
        for at, item in enumerate(items)
    ]


def random_list(
    standard: Standard, possible: dict[str, list[object]], chance: random.Random
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return any items and any answers, also such as contradict each other."""
    equipment = standard.equipment
    asked = [*equipment.facts, *(q.id for name in equipment.each for q in standard.requirement(name).questions)]
    items = []
    for number in range(chance.randrange(0, 5)):
        share = chance.random()
        given = {name: chance.choice(possible[name]) for name in asked if chance.random() < share}
        given |= {
            q.id: chance.choice(["yes", "no", "ya", "tidak", "not_seen", True])
            for q in equipment.questions
            if chance.random() < share
        }
        kind = chance.choice([*(kind.name for kind in equipment.kinds), "zip_line"])
        gone = chance.random() < 0.1
        items.append({"id": str(number), "kind": kind, "name": "-", "gone": gone, "answers": given, "note": ""})
    share = chance.random()
    place = {name: chance.choice(values) for name, values in possible.items() if chance.random() < share}
    complete = equipment.complete.id
    return items, {**place, **chance.choice([{}, {complete: "yes"}, {complete: "ya"}, {complete: "no"}])}


def numbers(chance: random.Random) -> list[dict[str, Any]]:
    """Return texts, and the number that each means: in whole steps of some decimals and exactly, or that it means none or two."""
    texts = [*TYPED, *(_random_text(chance) for _ in range(NUMBERS))]
    return [
        {"text": text, "decimals": decimals, "units": unit and list(unit), **_read(text, decimals, unit)}
        for text in texts
        for unit in (UNITS if text in TYPED else (chance.choice(UNITS),))
        for decimals in ((0, 1, 2, 3) if text in TYPED else (chance.randrange(4),))
    ]


def _random_text(chance: random.Random) -> str:
    """Return groups of digits with marks between them, mostly such as people type, at times too long or nonsense."""
    length = chance.choice([1, 1, 2, 2, 3, 4, 12])
    groups = ["".join(chance.choices("0123456789", k=chance.choice([0, 1, 2, 3, 3, 3, 4]))) for _ in range(length)]
    mark, other = chance.choice(".,  "), chance.choice(MARKS)
    marks = [mark if chance.random() < 0.8 else other for _ in groups]
    return chance.choice(["", "", "", "-", "−", "+", " ", "- "]) + "".join(
        map("".join, zip(groups, [*marks[1:], ""], strict=True))
    )


def _read(text: str, decimals: int, unit: BilingualText | None) -> dict[str, Any]:
    try:
        number = read_number(text, unit)
    except EvidenceError as fault:
        params: dict[str, Any] = dict(fault.message.params)
        if "small" in params:
            return {"ambiguous": [params["small"].id, params["large"]]}
        return {"refused": True, **({"unit": True} if "unit" in params else {})}
    with localcontext(prec=80):
        steps, exact = (
            number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for places in (decimals, EXACT_DECIMALS)
        )
        # A zero without a sign: the browser reads "-0" as 0.
        return {"steps": str(int(steps.scaleb(decimals))), "exact": float(exact) + 0.0}


def histories(chance: random.Random) -> dict[str, Any]:
    """Return what a phone knows at the end of histories of one auditor's full visits, and how their places come out."""
    from helpers.history_cases import last_visits

    return {
        edition: {"table": program_as_json(load_published(edition)), "sites": last_visits(edition, chance)}
        for edition in edition_names()
    }


def outlines(chance: random.Random) -> list[dict[str, Any]]:
    """Return random outlines, sound and not, with how large they are and whether they can be taken."""
    from helpers.outline_cases import outline_cases

    return outline_cases(chance)


def ground(chance: random.Random) -> dict[str, Any]:
    """Return positions with the tiles they lie in, and what tiles of a few features hold."""
    from helpers.ground_features import ground_cases

    return ground_cases(chance)


def corrections(chance: random.Random) -> list[dict[str, Any]]:
    """Return versions of visits, the next ones with one change or without one thing, and what is said to be left out."""
    from helpers.corrections import CHANGES, REMOVED, changed, random_document, usable_answers

    answers = usable_answers(default_edition())
    found = []
    for at in range(CORRECTIONS):
        what = CHANGES[at % len(CHANGES)]
        before = random_document(chance, answers)
        after = changed(chance, before, answers, what, remove=what in REMOVED and chance.random() < 0.7)
        left = [each._asdict() for each in removals(before, after)]
        found.append({"before": before, "after": after, "removals": left})
    return found


TOPICS: dict[str, Callable[[random.Random], Any]] = {
    "judging": judging,
    "folding": folding,
    "numbers": numbers,
    "histories": histories,
    "outlines": outlines,
    "ground": ground,
    "corrections": corrections,
    "origins": origins,
}

if __name__ == "__main__":
    topics, seed = sys.argv[1:]
    # `dumps` is written in C and `dump` is not.
    sys.stdout.write(json.dumps({name: TOPICS[name](random.Random(f"{name} {seed}")) for name in topics.split(",")}))
