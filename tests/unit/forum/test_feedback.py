"""What everybody may read of what children said: the answer of most of ten or more, and what was found there since."""

import random
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from helpers.effort import over_seeds
from helpers.registers import filled_register
from helpers.reviews import RINA, sent, uuid
from helpers.sheets import SITE, send
from rba_audit.auditing import audit_register
from rba_audit.forum import ChildrenOpinion, children_opinions, children_results, feedback_outcomes
from rba_audit.forum.feedback import _since
from rba_audit.review import move_visit
from rba_audit.standard.policies import shipped_policies

AUDIT = shipped_policies().forum
LAST = date(2026, 11, 24)


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    opened.people.add(RINA, None, datetime.now(UTC), None)
    yield opened
    opened.close()


class Sheets:
    """A register of nothing but children's sheets, in batches as they came."""

    def __init__(self, batches):
        self.child_sheets = self
        self._batches = batches

    def batches(self, _site):
        return self._batches


def answered(register, *names):
    for name in names:
        send(register, answers={"bersih": name})


def test_what_most_of_ten_children_say_is_told_and_of_nine_nothing(register):
    answered(register, *["kotor"] * 6, *["bersih"] * 3)
    nine = children_opinions(register, AUDIT, SITE)
    answered(register, "bersih", "kotor", "kotor")

    assert nine == ()
    assert children_opinions(register, AUDIT, SITE) == (ChildrenOpinion("bersih", "kotor", LAST),)


@over_seeds(60, 2000)
def test_nothing_is_told_of_fewer_than_ten_nor_where_all_say_the_same_and_one_more_child_changes_nothing(seed):
    chance = random.Random(seed)
    question = AUDIT.question("bersih")
    names = [each.name for each in question.answers]
    weights = [chance.random() for _ in names]
    sheets = [
        _Sheet({"bersih": chance.choices(names, weights)[0]} if chance.random() < 0.9 else {})
        for _ in range(chance.randrange(40))
    ]
    batches = [tuple(sheets[at : at + AUDIT.least.value]) for at in range(0, len(sheets), AUDIT.least.value)]

    found = children_opinions(Sheets(batches), AUDIT, SITE)

    whole = [sheet.answers.get("bersih") for sheet in sheets]
    for each in found:
        counts = Counter(name for name in whole if name)
        assert sum(counts.values()) >= AUDIT.least_for_everybody.value
        assert sum(count >= AUDIT.least.value for count in counts.values()) > 1
        assert question.answer(each.answer).means != "good"
    # A group of ten more is needed before anything changes: whoever comes in one by one is not seen.
    whole_groups = len(sheets) // 12 * 12
    assert found == children_opinions(Sheets(batches[: whole_groups // AUDIT.least.value]), AUDIT, SITE)


class _Sheet:
    def __init__(self, answers):
        self.answers, self.day, self.site_id = answers, LAST, SITE


def test_what_became_of_it_is_what_was_looked_at_since(register, standard):
    answered(register, *["kotor"] * 8, *["bersih"] * 4)
    what = children_opinions(register, AUDIT, SITE)
    beside = AUDIT.question("bersih").beside
    questions = {q.id: "yes" for id in beside for q in standard.requirement(id).questions if q.kind == "yes_no"}

    def since():
        visits = [
            each for each in register.visits.for_site(SITE) if register.reviews.status(each.root).state == "approved"
        ]
        [found] = feedback_outcomes(audit_register(register, standard), AUDIT, SITE, what, visits)
        return found

    before = since()
    sent(register, 1, answers=questions, day=date(2026, 11, 20))
    move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={})
    old = since()
    sent(register, 2, answers={"LOK-03": 800}, day=date(2026, 11, 25))
    move_visit(register, RINA, uuid(2), to="approved", seq=0, note="", notes={})
    elsewhere = since()

    assert [each.since for each in (before, old, elsewhere)] == ["unknown"] * 3
    assert {outcome for _, outcome in elsewhere.beside} == {None}
    assert before.question.id == "bersih"


@pytest.mark.parametrize(
    ("outcomes", "since"),
    [
        (["conforms", "conforms"], "good"),
        (["conforms", "not_applicable"], "good"),
        (["conforms", "partial"], "middling"),
        (["conforms", None], "unknown"),
        (["partial", "undetermined"], "unknown"),
        (["does_not_conform", None], "bad"),
        (["not_applicable"], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_worst_of_what_was_found_is_told_and_what_is_open_is_never_good(outcomes, since):
    assert _since(outcomes) == since


def test_a_file_holds_nothing_of_fewer_than_ten_children_nor_of_a_question_that_fewer_answered(register, standard):
    findings = audit_register(register, standard)
    answered(register, *["kotor"] * 5, *["bersih"] * 4)

    def in_file():
        found = children_results(register, findings, AUDIT, SITE, fewest=AUDIT.least_for_everybody.value)
        return found.children, {each.question.id for each in found.compared if each.shares}

    nine = in_file()
    on_page = children_results(register, findings, AUDIT, SITE)
    for name in ("ada", "tidak") * 3:
        send(register, answers={"toilet": AUDIT.question("toilet").answers[name == "ada"].name})

    assert (nine, on_page.children) == ((0, set()), 9)
    assert in_file() == (15, set())  # nine answered one question, six the other
    answered(register, *["kotor"] * 3)
    assert in_file() == (18, {"bersih"})
