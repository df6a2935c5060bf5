"""Answers that would count for nothing are reported before a visit is recorded."""

import pytest

from rba_audit.evidence import unusable_answers
from rba_audit.messages import using_language
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")


def reports(answers, **options):
    with using_language("en"):
        return [(question, str(message)) for question, message in unusable_answers(answers, STANDARD, **options)]


@pytest.mark.parametrize(
    ("answers", "question", "message"),
    [
        ({}, "", "Nothing was answered yet; answer one question at least, then send."),
        ({"MUD-01": "maybe"}, "MUD-01", "'maybe' is not an answer"),
        ({"LOK-08": "1.200"}, "LOK-08", "could be"),
        ({"LOK-08": 10**9}, "LOK-08", "outside the plausible range"),
        ({"XYZ-01": "yes"}, "XYZ-01", "rbra-2024 does not ask XYZ-01; leave it out"),
        ({"MUD-01": "not_applicable"}, "", "MUD-01: 'not applicable' is no answer here"),
    ],
)
def test_an_answer_that_would_count_for_nothing_is_reported(answers, question, message):
    ((about, told),) = reports(answers)
    assert about == question
    assert message in told


def test_every_unreadable_answer_is_reported_at_once():
    assert [about for about, _ in reports({"MUD-01": "maybe", "XYZ-01": "yes", "LOK-08": -1})] == [
        "XYZ-01",
        "LOK-08",
        "MUD-01",
    ]


def test_a_visit_that_says_something_otherwise_may_have_no_answer():
    assert reports({}, may_be_empty=True) == []
    assert reports({"MUD-01": "yes"}) == []
    assert reports({"MUD-01": "not_applicable"}, may_be_empty=True)
