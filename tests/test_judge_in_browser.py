"""The browser judges as the server does: the same outcomes and conclusions, cell by cell, for any answers."""

import json
import random

import pytest
from answering import possible_answers

from rba_audit.errors import EvidenceError
from rba_audit.evidence import read_evidence, read_number
from rba_audit.findings import STATUSES, outcomes
from rba_audit.findings.conclusions import NO_SCORE, conclude
from rba_audit.findings.portable import portable
from rba_audit.findings.program import compile_standard
from rba_audit.resources import static_dir
from rba_audit.standard import editions, load_standard

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
    evidence = read_evidence(properties, standard)
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
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
        for site in range(len(properties))
    ]


@pytest.mark.parametrize("edition", editions())
def test_a_thousand_random_sets_of_answers_are_judged_alike_cell_by_cell(page, edition):
    standard, chance = load_standard(edition), random.Random(7)
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
    standard = load_standard()

    said = page.evaluate("table => judging.judge(table, {})", json.loads(json.dumps(portable(standard))))

    assert said["score"] == [0, standard.ladder.maximum]
    assert said["status"] == "not_audited"
