"""The browser judges as the server does: the same outcomes and conclusions, cell by cell, for any answers."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from helpers.answering import possible_answers
from rba_audit.errors import EvidenceError
from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    REASON,
    Account,
    Measurement,
    read_evidence,
    read_number,
    with_measurements,
)
from rba_audit.findings import STATUSES, outcomes
from rba_audit.findings.conclusions import NO_SCORE, conclude
from rba_audit.findings.portable import portable
from rba_audit.findings.program import compile_standard
from rba_audit.resources import static_dir
from rba_audit.standard import default_edition, editions, published
from rba_audit.words import say

SOURCE = (static_dir() / "judge.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.goto("about:blank")
    page.evaluate(
        "async source => { window.judging = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'}))); }",
        SOURCE,
    )
    yield page
    page.close()


def python_says(standard, properties):
    return concluded(standard, read_evidence(properties, standard))


def concluded(standard, evidence, upper=None):
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers, upper)
    found = conclude(standard, matrix, evidence.audited, extension=False)
    ladder = [None, *(rung.name for rung in standard.ladder)]
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
            "red": [
                requirement.id
                for requirement, red in zip(standard.requirements, found.red[:, site], strict=True)
                if red
            ],
        }
        for site in range(evidence.codes.shape[1])
    ]


@pytest.mark.parametrize("edition", editions())
def test_a_thousand_random_sets_of_answers_are_judged_alike_cell_by_cell(page, edition):
    standard, chance = published(edition), random.Random(7)
    answers = possible_answers(standard)
    properties = [
        {name: chance.choice(values) for name, values in answers.items() if chance.random() < (site % 10 + 1) / 10}
        for site in range(1000)
    ]

    said = page.evaluate(
        "([table, sites]) => sites.map(answers => { const {undetermined, ...rest} = judging.judge(table, answers); return rest; })",
        [json.loads(json.dumps(portable(standard))), properties],
    )

    wanted = python_says(standard, properties)
    for site, (one, other) in enumerate(zip(said, wanted, strict=True)):
        assert one == other, site


def some_measurement(question, codes, numbers, chance):
    """Return what may have been measured at each site: nothing, a word, a number, a range, and often just what was answered."""
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
        said = int(numbers[site]) if codes[site] == GIVEN and chance.random() < 0.6 else chance.randint(least, most)
        slack = chance.choice([0, 0, 1, 100])
        low[site], high[site] = max(said - slack, least), min(said + chance.choice([slack, 0]), most)
    return Measurement(question.id, found, low, high, lambda _site: Account("", "", say("measured")))


def as_a_phone_has_it(measurements, site):
    return {
        each.question: {"code": int(each.codes[site]), "low": int(each.low[site]), "high": int(each.high[site])}
        if each.codes[site]
        else {"value": "", "how": "nothing is known"}
        for each in measurements
    }


@pytest.mark.parametrize("edition", editions())
def test_answers_and_measurements_are_laid_together_alike_and_a_range_leaves_only_more_open(page, edition):
    standard, chance = published(edition), random.Random(11)
    possible = possible_answers(standard)
    answers = [
        {name: chance.choice(values) for name, values in possible.items() if chance.random() < (site % 10 + 1) / 10}
        for site in range(150)
    ]
    reasons = [{name: "seen" for name in each if chance.random() < 0.3} for each in answers]
    told = [
        {**each, **{f"{name}{REASON}": why for name, why in reason.items()}}
        for each, reason in zip(answers, reasons, strict=True)
    ]
    said = read_evidence(told, standard)
    measurements = [
        some_measurement(question, said.codes[said.row[question.id]], numbers_of(said, question), chance)
        for question in standard.questions
        if chance.random() < 0.5
    ]

    found = page.evaluate(
        "([table, sites]) => sites.map(([answers, measured, reasons]) => { const {undetermined, ...rest} = judging.judge(table, answers, {measured, reasons}); return rest; })",
        [
            json.loads(json.dumps(portable(standard))),
            [[answers[site], as_a_phone_has_it(measurements, site), reasons[site]] for site in range(len(answers))],
        ],
    )

    joined = with_measurements(said, measurements)
    ranged = joined.upper != joined.numbers
    codes = joined.codes.copy()
    for name, row in joined.number_row.items():
        codes[joined.row[name], ranged[row]] = MISSING
    assert ranged.any()
    for site, (one, other) in enumerate(zip(found, concluded(standard, replace(joined, codes=codes)), strict=True)):
        assert one == other, site
    for one, other in zip(found, concluded(standard, joined, joined.upper), strict=True):
        assert (one["score"] is None) == (other["score"] is None)
        assert one["score"] is None or (one["score"][0] <= other["score"][0] and other["score"][1] <= one["score"][1])


def numbers_of(evidence, question):
    row = evidence.number_row.get(question.id)
    return evidence.numbers[row] if row is not None else np.zeros(evidence.codes.shape[1], dtype=np.int64)


TYPED = ["1,2", "1.2", "1 200", "1.200,5", "1,200.5", "1.200", "1,200", "0,125", ",5", "5.", "-3,5", "−3,5", "12.345.678", "1.2.3", "1,2,3", "dua", "", "1e3", "12.500", "999,999", "1 2"]  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_number_is_read_alike(page, text):
    said = page.evaluate(
        "text => { const read = judging.number(text, 1); return read.steps === undefined ? Object.keys(read)[0] : String(read.steps); }",
        text,
    )

    try:
        number = read_number(text)
        wanted = str(int((number * 10).to_integral_value(rounding="ROUND_HALF_UP")))
    except EvidenceError as fault:
        wanted = "ambiguous" if len(fault.message.params) > 1 else "refused"
    assert said == wanted


def test_the_empty_form_shows_a_range_from_nothing_to_full(page):
    standard = published(default_edition())

    said = page.evaluate("table => judging.judge(table, {})", json.loads(json.dumps(portable(standard))))

    assert said["score"] == [0, standard.ladder.maximum]
    assert said["status"] == "not_audited"
