"""How much the form asks: at a place where all is well, far less than the standard has questions."""

from functools import cache

import numpy as np
import pytest

from rba_audit.conditions import questions_of
from rba_audit.evidence import NOT_APPLICABLE, OTHER, code_rows, number_rows, read_evidence
from rba_audit.findings import monotonicity
from rba_audit.findings.dependent_questions import QuestionStatus, question_statuses
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, outcomes
from rba_audit.findings.program import compile_requirements
from rba_audit.findings.trial_answers import states_to_try
from rba_audit.forms import answers_set_aside, questions_asked
from rba_audit.messages import using_language
from rba_audit.sites import read_sites
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
SITES = read_sites("sample_sites.geojson")
CORE = [requirement for requirement in STANDARD.requirements if requirement.tier == "core"]
FACTS = [fact.id for fact in STANDARD.facts]


@cache
def tried(requirement_id):
    """Return the questions a requirement depends on, every combination of their answers, its outcomes, and how many are asked."""
    requirement = STANDARD.requirement(requirement_id)
    conditions = [
        each for each in (requirement.applies_when, requirement.conforms_when, requirement.partial_when) if each
    ]
    conditions += [each.asked_when for each in requirement.questions if each.asked_when is not None]
    names = dict.fromkeys(name for each in conditions for name in questions_of(each))
    names |= dict.fromkeys(each.at_most for each in requirement.questions if each.at_most)
    questions = [STANDARD.question(name) for name in names]
    states = [states_to_try(each, questions, conditions, requirement) for each in questions]
    codes, numbers = monotonicity._columns(questions, states)
    program = compile_requirements(questions, [requirement])
    found = outcomes(program, codes, numbers)[0]
    standing = question_statuses(program, codes, numbers)
    rows = code_rows(questions)
    # As a surveyor leaves the form: what is asked is answered, and nothing else is.
    asked = {
        each.id: np.isin(
            standing.get(each.id, np.zeros(len(found))), (QuestionStatus.ASKED, QuestionStatus.ABOVE_WHOLE)
        )
        for each in requirement.questions
    }
    answered = {each.id: ~np.isin(codes[rows[each.id]], (0, NOT_APPLICABLE, OTHER)) for each in requirement.questions}
    whole = np.logical_and.reduce([asked[name] == answered[name] for name in asked])
    return questions, codes, numbers, found, whole, sum(asked.values())


def all_is_well(site):
    """Return how many questions are shown at a site where every requirement conforms: before, and the fewest and most now."""
    evidence = read_evidence([{**dict.fromkeys(FACTS), **filled(site)}], STANDARD)
    fixed = {name: (int(evidence.codes[evidence.row[name], 0]), 0) for name in FACTS}
    before, least, most = 0, 0, 0
    for requirement in CORE:
        questions, codes, numbers, found, whole, asked = tried(requirement.id)
        rows, number_row = code_rows(questions), number_rows(questions)
        fits = np.ones(len(found), dtype=np.bool_)
        for question in questions:
            if question.id in fixed:
                code, number = fixed[question.id]
                fits &= codes[rows[question.id]] == code
                fits &= True if question.id not in number_row else numbers[number_row[question.id]] == number
        if (found[fits] == DOES_NOT_APPLY).all():
            continue
        before += len(requirement.questions)
        well = np.flatnonzero(fits & whole & (found == CONFORMS))
        least += int(asked[well].min())
        most += int(asked[well].max())
        best = well[asked[well].argmin()]
        for question in questions:
            at = number_row.get(question.id)
            fixed[question.id] = int(codes[rows[question.id], best]), 0 if at is None else int(numbers[at, best])
    return before, least, most


def filled(site):
    """Return the facts of a sample site; what is not known of it is taken to be there."""
    own = {name: value for name, value in SITES.properties(site).items() if name in FACTS}
    unknown = {fact.id: fact.choices[0].name for fact in STANDARD.facts if own.get(fact.id) in (None, "not_seen")}
    return own | unknown


@pytest.mark.parametrize("site", range(len(SITES)), ids=SITES.ids)
def test_where_all_is_well_at_least_twenty_questions_fewer_are_shown(site):
    before, least, most = all_is_well(site)

    assert (before - least >= 20, least < most < before) == (True, True), (before, least, most)


def test_an_empty_form_shows_neither_what_does_not_apply_nor_what_waits():
    nothing = {each.id for each in questions_asked(STANDARD, read_evidence([{}], STANDARD))}
    one = {each.id for each in questions_asked(STANDARD, read_evidence([{"LOK-12.outlets": "gambling"}], STANDARD))}
    kept = {each.id for each in questions_asked(STANDARD, read_evidence([{"LOK-12.controlled": "yes"}], STANDARD))}

    assert "LOK-12.controlled" not in nothing
    assert one - nothing == {"LOK-12.controlled"}
    # An answer that is there is judged while it waits, and so is shown.
    assert kept - nothing == {"LOK-12.controlled"}


def test_an_answer_to_what_is_not_asked_is_told_in_the_words_of_its_question():
    with using_language("en"):
        told = answers_set_aside(
            {"UDR-07.burning": "no", "UDR-07.distance": 60, "NYM-04.asked": 30, "NYM-04.comfortable": 31},
            STANDARD,
            ["UDR-07.distance", "NYM-04.comfortable"],
        )

        assert [str(each).rpartition(": ")[2] for each in told] == [
            "answered though it is not asked here; kept, and not judged",
            "more than the whole it is a part of (How many children were asked), so it counts as not given",
        ]
