"""Questions that depend on others, and counts of a count: what is asked, what counts, and what an edition may say."""

import random

import numpy as np
import pytest

from helpers.answering import possible_answers
from helpers.edition_files import write_edition
from helpers.effort import cases
from rba_audit.auditing import check_standard
from rba_audit.evidence import GIVEN, Measurement, MeasurementSource, read_evidence, with_measurements
from rba_audit.findings.dependent_questions import QuestionStatus, asking_words, ignored_answers, question_statuses
from rba_audit.findings.kernel import outcomes
from rba_audit.findings.program import compile_requirements, compile_standard
from rba_audit.messages import say, using_language
from rba_audit.standard import OUTCOMES, edition_names, load_published

DEFAULT = edition_names()[-1]
STANDARD = load_published(DEFAULT)
DEPENDENT = [question for question in STANDARD.questions if question.asked_when is not None]


def standing_of(question_id, properties, measurements=()):
    evidence = with_measurements(read_evidence([properties], STANDARD), measurements)
    found = question_statuses(compile_standard(STANDARD), evidence.codes, evidence.numbers, evidence.upper)
    return QuestionStatus(int(found[question_id][0]))


def outcome_of(requirement_id, properties):
    evidence = read_evidence([properties], STANDARD)
    matrix = outcomes(compile_standard(STANDARD), evidence.codes, evidence.numbers)
    ids = [requirement.id for requirement in STANDARD.requirements]
    return OUTCOMES[matrix[ids.index(requirement_id), 0]]


@pytest.mark.parametrize(
    ("question", "given", "standing"),
    [
        ("LOK-06.distance", {"LOK-06.voltage": "no_line"}, QuestionStatus.NOT_ASKED),
        ("LOK-06.distance", {"LOK-06.voltage": "kv150"}, QuestionStatus.ASKED),
        ("LOK-06.distance", {}, QuestionStatus.WAITING),
        ("LOK-06.distance", {"LOK-06.voltage": "not_seen"}, QuestionStatus.ASKED),
        ("LOK-06.distance", {"LOK-06.voltage": "kv9000"}, QuestionStatus.ASKED),  # not readable
        ("LOK-10.barrier", {"LOK-10.distance": 30}, QuestionStatus.NOT_ASKED),
        ("LOK-10.barrier", {"LOK-10.distance": 29.9}, QuestionStatus.ASKED),
        ("SLM-08.enclosed", {"SLM-08.panel": "no_panel"}, QuestionStatus.NOT_ASKED),
        ("SLM-08.enclosed", {"SLM-08.panel": "locked"}, QuestionStatus.WAITING),
        ("SLM-08.enclosed", {"SLM-08.panel": "locked", "SLM-08.panel_height": 1.5}, QuestionStatus.ASKED),
        # What decides it is not asked, and so is not waited for.
        ("AMN-06.poster", {"AMN-06.sop": "draft"}, QuestionStatus.ASKED),
        ("VEG-09.crowns", {"has_trees": "no"}, QuestionStatus.NOT_ASKED),
        ("NYM-04.comfortable", {"NYM-04.asked": 30, "NYM-04.comfortable": 31}, QuestionStatus.ABOVE_WHOLE),
        ("NYM-04.comfortable", {"NYM-04.asked": 30, "NYM-04.comfortable": 30}, QuestionStatus.ASKED),
    ],
)
def test_a_question_is_asked_waits_or_is_not_asked(question, given, standing):
    assert standing_of(question, given) is standing


@pytest.mark.parametrize(
    ("low", "high", "standing"),
    [(300, 450, QuestionStatus.NOT_ASKED), (250, 350, QuestionStatus.ASKED), (100, 200, QuestionStatus.ASKED)],
)
def test_a_measured_range_is_an_answer_and_decides_where_its_ends_agree(low, high, standing):
    measured = Measurement(
        "LOK-10.distance",
        np.array([GIVEN], dtype=np.uint8),
        np.array([low]),
        np.array([high]),
        lambda _site: MeasurementSource("", "", say("measured")),
    )

    assert standing_of("LOK-10.barrier", {}, [measured]) is standing
    assert standing_of("LOK-10.barrier", {"LOK-10.distance": 5}, [measured]) is standing


@pytest.mark.parametrize(
    ("requirement", "whole", "part"),
    [
        ("NYM-04", {"NYM-04.asked": 30}, {"NYM-04.comfortable": 100}),
        ("NYM-05", {"NYM-05.asked": 30}, {"NYM-05.safe": 100}),
        ("KLL-12", {"KLL-12.form": "yes", "KLL-12.items": 10}, {"KLL-12.complete": 11}),
        ("KLL-13", {"is_reaudit": "yes", "KLL-13.findings": 3}, {"KLL-13.closed": 4}),
        (
            "MUD-08",
            {"MUD-08.zones": 2, "MUD-08.elevated": 3, "MUD-08.ground": 3},
            {"MUD-08.served": 3},
        ),
        ("CHY-03", {"CHY-03.lamps": 10}, {"CHY-03.working": 12}),
        ("PRL-01", {"PRL-01.items": 3}, {"PRL-01.misfits": 4}),
        ("PRL-02", {"PRL-01.items": 3}, {"PRL-02": 4}),
    ],
)
def test_a_count_above_its_whole_is_as_if_it_were_not_given_and_is_told(requirement, whole, part):
    evidence = read_evidence([whole | part], STANDARD)
    (told,) = ignored_answers(STANDARD, compile_standard(STANDARD), evidence)

    assert outcome_of(requirement, whole | part) == outcome_of(requirement, whole) == "undetermined"
    with using_language("en"):
        assert told[1].id in part
        assert "counts as not given" in str(told[2])


@pytest.mark.parametrize("value", [30.5, "30,5", 40.2])
def test_a_count_takes_whole_numbers_only_and_says_so(value):
    evidence = read_evidence([{"NYM-04.asked": value}, {"MUD-04.width": value}], STANDARD)

    (remark,) = evidence.remarks
    assert remark.question == "NYM-04.asked"
    with using_language("en"):
        assert "no whole number" in str(remark.why)


def test_an_answer_that_is_not_asked_is_told_and_kept_as_it_was_given():
    evidence = read_evidence([{"LOK-06.voltage": "no_line", "LOK-06.distance": 1.2}], STANDARD)
    ((site, question, why),) = ignored_answers(STANDARD, compile_standard(STANDARD), evidence)

    assert (site, question.id) == (0, "LOK-06.distance")
    with using_language("en"):
        assert str(why) == "answered though it is not asked here; kept, and not judged"
    assert evidence.codes[evidence.row["LOK-06.distance"], 0] == GIVEN


@pytest.mark.parametrize("edition", edition_names())
def test_where_a_question_is_not_asked_no_value_of_it_moves_an_outcome(edition):
    standard = load_published(edition)
    possible = possible_answers(standard)
    program = compile_standard(standard)
    # Without the guards, so that only the conditions of the requirements speak.
    bare = compile_requirements(standard.questions, standard.requirements, asking=False)
    tried = 0
    for seed in range(cases(4, 60)):
        chance = random.Random(seed)
        share = chance.uniform(0.3, 1)
        answers = {name: chance.choice(values) for name, values in possible.items() if chance.random() < share}
        evidence = read_evidence([answers], standard)
        found = question_statuses(program, evidence.codes, evidence.numbers)
        for question in standard.questions:
            if question.asked_when is None or found[question.id][0] != QuestionStatus.NOT_ASKED:
                continue
            values = read_evidence([{**answers, question.id: value} for value in possible[question.id]], standard)
            moved = outcomes(bare, values.codes, values.numbers)
            hidden = moved[:, [0]]  # the first value is none

            assert (moved == hidden).all(), question.id
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_dependent_question_says_in_words_when_it_is_asked(language):
    with using_language(language):
        told = {question.id: asking_words(STANDARD, question, {}) for question in DEPENDENT}

        assert all(words.startswith({"id": "hanya bila ", "en": "only if "}[language]) for words in told.values())
    if language == "en":
        assert told["UDR-07.distance"].endswith(": Yes")
        assert "None" not in told["LOK-06.under"]
        assert told["LOK-10.barrier"].endswith("< 30 m")


def test_no_question_says_in_its_own_words_when_it_is_asked():
    said = (
        "osongkan bila",
        "ewati bila",
        "alau ada,",
        "alau ya,",
        "ila ada:",
        "anya untuk",
        "Leave open if",
        "If so,",
        "If any,",
    )
    texts = {
        question.id: f"{question.ask.id} {question.ask.en} {question.hint.id if question.hint else ''} {question.hint.en if question.hint else ''}"
        for question in STANDARD.questions
    } | {name: f"{words.id} {words.en}" for name, words in STANDARD.equipment.asks.items()}

    assert [name for name, text in texts.items() if any(part in text for part in said)] == []


LOK = """\
[[requirement]]
id = "LOK-01"
tier = "core"
title = {{ id = "a", en = "a" }}
shall = {{ id = "a", en = "a" }}
why = {{ id = "a", en = "a" }}
conforms_when = {conforms_when}
sources = ["X"]
confidence = "inferred"
link = "direct"
threshold_origin = "researcher"
evidence_wanted = ["photo"]
remedy = {{ id = "a", en = "a", lead = "dlh", cost = "small", origin = "inferred" }}

[[requirement.question]]
id = "LOK-01.first"
{first}
ask = {{ id = "a?", en = "a?" }}
kind = "yes_no"

[[requirement.question]]
id = "LOK-01.whole"
ask = {{ id = "b?", en = "b?" }}
kind = "number"
unit = {{ id = "anak", en = "children" }}
decimals = 0
range = [0, 50]

[[requirement.question]]
id = "LOK-01.part"
{part}
ask = {{ id = "c?", en = "c?" }}
kind = "number"
unit = {{ id = "anak", en = "children" }}
decimals = 0
range = [0, 50]
"""
SOUND = (
    '{ any = [{ question = "LOK-01.first", is = "no" }, { question = "LOK-01.part", '
    'at_least = { sum = [{ times = 0.5, of = ["LOK-01.whole"] }] } }] }'
)
EXAMPLES = "\n".join(
    f'[[example]]\nrequirement = "LOK-01"\nsays = {{ id = "a", en = "a" }}\ngiven = {given}\noutcome = "{outcome}"\n'
    for given, outcome in (
        ('{ "LOK-01.first" = "no" }', "conforms"),
        ('{ "LOK-01.first" = "yes", "LOK-01.whole" = 10, "LOK-01.part" = 1 }', "does_not_conform"),
        ("{}", "undetermined"),
    )
)
ASKED = 'asked_when = { question = "LOK-01.first", is = "yes" }'


@pytest.mark.parametrize(
    ("conforms_when", "first", "part", "sentence"),
    [
        (SOUND, "", f'{ASKED}\nat_most = "LOK-01.whole"', ""),
        (SOUND, "", 'asked_when = { question = "LOK-01.first", is = "no" }', "is not asked, yet"),
        (SOUND, 'asked_when = { question = "LOK-01.whole", at_least = 1 }', "", "stand above it"),
        (SOUND, 'asked_when = { question = "LOK-01.first", is = "yes" }', "", "stand above it"),
        (SOUND, "", 'asked_when = { question = "LOK-01.gone", is = "yes" }', "LOK-01.gone"),
        (SOUND, "", 'asked_when = { question = "LOK-01.first", is = "maybe" }', "has no answer 'maybe'"),
        (SOUND, "", 'at_most = "LOK-01.part"', "must name another question"),
        (SOUND, "", 'at_most = "LOK-01.first"', "must be whole numbers"),
        (
            '{ all = [{ question = "LOK-01.first", is = "no" }, { question = "LOK-01.whole", at_least = 0 }, { question = "LOK-01.part", at_least = 7 }] }',
            "",
            'at_most = "LOK-01.whole"',
            "of which it counts a part, is unknown",
        ),
    ],
)
def test_standard_check_refuses_what_would_move_a_verdict_or_cannot_be_decided(
    tmp_path, conforms_when, first, part, sentence
):
    lok = LOK.format(conforms_when=conforms_when, first=first, part=part)
    with using_language("en"):
        _, problems = check_standard(write_edition(tmp_path / "small", lok=lok, examples=EXAMPLES))
        told = [str(problem) for problem in problems]

    assert bool(told) == bool(sentence)
    assert not sentence or any(sentence in each for each in told), told
