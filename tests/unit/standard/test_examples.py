"""Every example of every edition comes true; one that does not is named by its own words."""

import pytest

from rba_audit.evidence import read_evidence
from rba_audit.findings.kernel import outcomes
from rba_audit.findings.monotonicity import violations
from rba_audit.findings.program import compile_standard
from rba_audit.standard import OUTCOMES, edition_names, load_published


@pytest.mark.parametrize("edition", edition_names())
def test_every_example_comes_true(edition):
    standard = load_published(edition)
    evidence = read_evidence([example.given for example in standard.examples], standard)
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    rows = {requirement.id: row for row, requirement in enumerate(standard.requirements)}

    found = [OUTCOMES[matrix[rows[example.requirement], at]] for at, example in enumerate(standard.examples)]

    assert len(found) >= len(rows)
    assert [
        f"{example.requirement} is {outcome}, not {example.outcome}: {example.says.en}"
        for example, outcome in zip(standard.examples, found, strict=True)
        if outcome != example.outcome
    ] == []


@pytest.mark.parametrize("edition", edition_names())
def test_no_requirement_breaks_the_law_that_an_answer_never_turns_a_settled_outcome(edition):
    assert [str(breach) for breach in violations(load_published(edition))] == []
