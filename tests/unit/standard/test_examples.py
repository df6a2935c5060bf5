"""Every example of every edition comes true; its own words are the name of the test."""

import pytest

from rba_audit.evidence import read_evidence
from rba_audit.findings.kernel import outcomes
from rba_audit.findings.laws import breaches
from rba_audit.findings.program import compile_standard
from rba_audit.standard import OUTCOMES, editions, published

STANDARDS = {name: published(name) for name in editions()}


def _judged(standard):
    evidence = read_evidence([example.given for example in standard.examples], standard)
    return outcomes(compile_standard(standard), evidence.codes, evidence.numbers)


MATRICES = {name: _judged(standard) for name, standard in STANDARDS.items()}


@pytest.mark.parametrize(
    ("edition", "number"),
    [
        pytest.param(name, number, id=f"{name}: {example.requirement} {example.outcome}: {example.says.en}")
        for name, standard in STANDARDS.items()
        for number, example in enumerate(standard.examples)
    ],
)
def test_example(edition, number):
    standard = STANDARDS[edition]
    example = standard.examples[number]
    place = standard.requirements.index(standard.requirement(example.requirement))

    assert OUTCOMES[MATRICES[edition][place, number]] == example.outcome


@pytest.mark.parametrize("edition", editions())
def test_no_requirement_breaks_the_law_that_an_answer_never_turns_a_settled_outcome(edition):
    assert [str(breach) for breach in breaches(STANDARDS[edition])] == []
