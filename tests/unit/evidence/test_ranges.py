"""A number known only as a range settles only what every value of the range would."""

import random

import numpy as np
import pytest

from helpers.answering import possible_answers
from helpers.effort import cases
from helpers.grounds import box, site, sites
from rba_audit.evidence import GIVEN, MISSING, Measurement, MeasurementSource, read_evidence, with_measurements
from rba_audit.findings import evaluate
from rba_audit.findings.dependent_questions import QuestionStatus, question_statuses
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.kernel import UNDETERMINED
from rba_audit.findings.program import compile_standard
from rba_audit.findings.program_json import looked_at
from rba_audit.messages import say, using_language
from rba_audit.standard import edition_names, load_published

STANDARDS = {name: load_published(name) for name in edition_names()}
DEFAULT = edition_names()[-1]
SITES = 300


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def evidence_of(edition, seed):
    """Return random answers, and an upper end for some of their numbers."""
    chance = random.Random(seed)
    answers = possible_answers(STANDARDS[edition])
    properties = [
        {name: chance.choice(values) for name, values in answers.items() if chance.random() < 0.9} for _ in range(SITES)
    ]
    found = read_evidence(properties, STANDARDS[edition])
    upper = found.numbers.copy()
    for question in found.questions:
        if question.kind == "number":
            row, codes = found.number_row[question.id], found.codes[found.row[question.id]]
            width = int((question.high - question.low) * question.scale)
            for at in np.flatnonzero(codes == GIVEN).tolist():
                if chance.random() < 0.3:
                    wider = int(found.numbers[row, at]) + chance.choice([1, 2, width // 50, width])
                    upper[row, at] = min(wider, int(question.high * question.scale))
    return found, upper


def above_their_whole(edition, codes, numbers):
    """Return where a requirement looks at a count above its whole: a value of the range that cannot be."""
    standard = STANDARDS[edition]
    found = question_statuses(compile_standard(standard), codes, numbers)
    above = {name: standing == QuestionStatus.ABOVE_WHOLE for name, standing in found.items()}
    return np.array(
        [
            np.any([above[name] for name in looked_at([each]) if name in above] or [[False] * SITES], axis=0)
            for each in standard.requirements
        ]
    )


@pytest.mark.parametrize("edition", edition_names())
@pytest.mark.parametrize("seed", range(cases(3, 60)))
def test_every_value_of_a_range_earns_what_the_range_has_settled(edition, seed):
    program = compile_standard(STANDARDS[edition])
    found, upper = evidence_of(edition, seed)
    ranged = evaluate_outcomes(program, found.codes, found.numbers, upper)
    chance = np.random.default_rng(seed)
    for share in (0.0, 1.0, *chance.uniform(0, 1, 4)):
        value = found.numbers + ((upper - found.numbers) * share).astype(np.int64)
        exact = evaluate_outcomes(program, found.codes, value)
        impossible = above_their_whole(edition, found.codes, value)

        assert ((ranged == exact) | (ranged == UNDETERMINED) | impossible).all()
    assert (ranged != UNDETERMINED).mean() > 0.3


def test_a_range_of_one_value_is_that_value():
    program = compile_standard(STANDARDS[DEFAULT])
    found, _ = evidence_of(DEFAULT, 7)

    assert (
        evaluate_outcomes(program, found.codes, found.numbers, found.numbers.copy())
        == evaluate_outcomes(program, found.codes, found.numbers)
    ).all()


@pytest.mark.parametrize("seed", range(8, 8 + cases(3, 60)))
def test_a_wider_range_only_takes_back_what_was_settled(seed):
    program = compile_standard(STANDARDS[DEFAULT])
    found, upper = evidence_of(DEFAULT, seed)
    wider = upper + (upper > found.numbers) * 5
    narrow, wide = (evaluate_outcomes(program, found.codes, found.numbers, end) for end in (upper, wider))
    impossible = np.logical_or.reduce([above_their_whole(DEFAULT, found.codes, end) for end in (upper, wider)])

    assert ((narrow == wide) | (wide == UNDETERMINED) | impossible).all()


def measured(low, high, **properties):
    """Return the finding of the land's area where it is measured to lie within these m²."""
    standard = STANDARDS[DEFAULT]
    place = sites(site(box(0, 0, 10, 10), typology="rth", scale="rt", **properties))
    answers = read_evidence([place.properties(0)], standard)
    code = MISSING if low is None else GIVEN
    one = Measurement(
        "LOK-03",
        np.array([code], dtype=np.uint8),
        np.array([low or 0]),
        np.array([high or 0]),
        lambda _site: MeasurementSource("outline", "2026-04-06", say("by hand")),
    )
    return evaluate(place, with_measurements(answers, [one]), standard).explain("taman", "LOK-03")


@pytest.mark.parametrize(
    ("low", "high", "said", "outcome", "source"),
    [
        (250, 250, None, "conforms", "measured:outline@2026-04-06"),
        (249, 249, None, "partial", "measured:outline@2026-04-06"),
        (249, 250, None, "undetermined", "measured:outline@2026-04-06"),
        (249, 251, 250, "conforms", "surveyor"),
        (249, 251, 300, "undetermined", "measured:outline@2026-04-06"),
        (100, 100, 300, "does_not_conform", "measured:outline@2026-04-06"),
        (None, None, 300, "conforms", "surveyor"),
        (None, None, None, "undetermined", ""),
    ],
)
def test_a_measurement_counts_before_an_answer_and_an_answer_inside_its_range_before_the_range(
    low, high, said, outcome, source
):
    trace = measured(low, high, **({} if said is None else {"LOK-03": said}))

    assert (trace.outcome, trace.evidence_source) == (outcome, source)


def test_a_reason_lets_an_answer_stand_against_any_measurement():
    trace = measured(100, 100, **{"LOK-03": 300, "LOK-03.reason": "The map is old"})

    assert (trace.outcome, trace.evidence_source) == ("conforms", "override")
    assert all(each in trace.observed for each in ("300", "100", "The map is old"))


def test_a_reason_without_an_answer_sets_nothing_aside():
    assert measured(100, 100, **{"LOK-03.reason": "The map is old"}).outcome == "does_not_conform"


@pytest.mark.parametrize("reason", [None, "The map is old"])
@pytest.mark.parametrize("said", ["not_applicable", "tidak_berlaku", "not_seen", "", "many", -5, 99_000_000])
def test_a_word_that_is_no_answer_leaves_the_measurement_standing_and_is_told(said, reason):
    trace = measured(100, 100, **{"LOK-03": said}, **({"LOK-03.reason": reason} if reason else {}))

    assert (trace.outcome, trace.evidence_source) == ("does_not_conform", "measured:outline@2026-04-06")
    assert ("no answer here" in trace.observed) == (said not in ("", "not_seen"))
