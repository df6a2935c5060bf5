"""Equipment item by item: the worst item answers for the site, and one more answer never turns a settled outcome."""

import random
import shutil

import pytest

from helpers.answering import possible_answers
from rba_audit.equipment import fold, fold_all, item_of_part, item_problems, items_of_document, per_item
from rba_audit.evidence import read_evidence
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.messages import using_language
from rba_audit.resources import standards_dir
from rba_audit.standard import OUTCOMES, WORST_FIRST, edition_names, load_published, read_edition


def item(kind, id="one", **answers):
    return {"id": id, "kind": kind, "name": kind, "gone": False, "answers": answers, "note": ""}


def swing(id="one", **answers):
    return item("swing", id, **{"PRL-10": "no", **answers})


COMPLETE = {"items_complete": "yes"}


def test_the_worst_item_answers_for_the_site(standard):
    good, bad = swing("good", **{"PRL-04": 2.0}), swing("bad", **{"PRL-04": 1.0})

    assert fold([good, bad], COMPLETE, standard)["PRL-04"] == 1.0
    assert fold([bad, good], COMPLETE, standard)["PRL-04"] == 1.0


def test_an_item_that_was_not_looked_at_leaves_the_site_open(standard):
    assert "PRL-04" not in fold([swing(**{"PRL-04": 2.0}), item("seesaw", "two")], COMPLETE, standard)


def test_an_item_that_does_not_conform_settles_it_whatever_else_is_open(standard):
    assert fold([swing(**{"PRL-04": 1.0}), item("seesaw", "two")], {}, standard)["PRL-04"] == 1.0


def test_a_list_that_may_have_gaps_never_speaks_well_of_a_site(standard):
    items = [swing(**{"PRL-04": 2.0})]

    assert "PRL-04" not in fold(items, {"PRL-04": 2.0}, standard)
    assert fold(items, COMPLETE, standard)["PRL-04"] == 2.0


def test_items_that_are_gone_say_nothing(standard):
    gone = {**swing("bad", **{"PRL-04": 1.0}), "gone": True}

    folded = fold([swing(**{"PRL-04": 2.0}), gone], COMPLETE, standard)

    assert folded["PRL-04"] == 2.0
    assert folded["PRL-01.items"] == 1


def test_without_items_the_answers_of_the_place_stand(standard):
    answers = {"PRL-04": 1.9, "PRL-01.items": 4, "has_swing": "yes", "name": "Taman"}

    assert fold([], answers, standard) == answers


def test_facts_follow_from_what_is_there(standard):
    folded = fold([swing()], {}, standard)

    assert folded["has_swing"] == "yes"
    assert folded["has_fixed_equipment"] == "yes"
    assert "has_slide" not in folded


def test_what_is_not_in_the_list_is_absent_only_once_the_list_is_complete(standard):
    assert fold([swing()], {"has_slide": "yes"}, standard)["has_slide"] == "yes"
    assert fold([swing()], COMPLETE, standard)["has_slide"] == "no"
    assert "has_slide" not in fold([swing()], {"has_slide": "yes", **COMPLETE}, standard)  # they contradict each other
    assert "has_fixed_equipment" not in fold([], COMPLETE, standard)  # an empty list is not enough to say so
    assert fold([], {"has_fixed_equipment": "no", **COMPLETE}, standard)["has_fixed_equipment"] == "no"


def test_what_its_kind_settles_is_not_what_an_answer_says(standard):
    assert fold([swing(has_swing="no")], COMPLETE, standard)["has_swing"] == "yes"


def test_a_low_item_needs_no_surfacing_because_another_is_high(standard):
    high = swing("high", has_high_equipment="yes", **{"SLM-01": "yes"})
    low = item("spring_rider", "low", has_high_equipment="no")

    assert fold([high, low], COMPLETE, standard)["SLM-01"] == "yes"
    assert [each.traces[_at(standard, "SLM-01")].outcome for each in per_item([high, low], {}, standard)] == [
        "conforms",
        "not_applicable",
    ]


def _at(standard, name):
    return standard.equipment.each.index(name)


def test_items_are_counted_once_the_list_is_complete(standard):
    items = [
        item("swing", "a", item_fits="yes", item_broken="yes", item_closed="no"),
        item("slide", "b", item_fits="no", item_broken="tidak"),
        item("seesaw", "c", item_fits="tidak", item_broken="no"),
    ]

    folded = fold(items, COMPLETE, standard)

    assert (folded["PRL-01.items"], folded["PRL-01.misfits"], folded["PRL-15.broken"]) == (3, 2, 1)
    assert folded["PRL-15.closed"] == "no"
    assert "PRL-02" not in folded  # nobody looked at the signs
    assert "PRL-01.items" not in fold(items, {"PRL-01.items": 9}, standard)


def test_broken_items_are_closed_off_only_if_every_one_is(standard):
    shut = item("swing", "a", item_broken="yes", item_closed="yes")
    whole = item("slide", "b", item_broken="no")

    assert fold([shut, whole], COMPLETE, standard)["PRL-15.closed"] == "yes"
    assert "PRL-15.closed" not in fold([shut, item("slide", "b")], COMPLETE, standard)
    assert "PRL-15.closed" not in fold([whole], COMPLETE, standard)


def test_one_fall_height_serves_for_every_question_that_asks_it(standard):
    folded = fold(
        [swing(has_high_equipment="yes", **{"PRL-08.fall_height": 3.4, "PRL-08.for_toddlers": "no"})],
        COMPLETE,
        standard,
    )

    assert folded["PRL-08.fall_height"] == 3.4
    trace = per_item([swing(**{"PRL-08.fall_height": 3.4, "has_high_equipment": "yes"})], {}, standard)[0].traces[
        _at(standard, "SLM-02")
    ]
    assert "3,40 m" in trace.observed


def test_a_kind_of_another_edition_is_judged_by_what_was_answered(standard):
    folded = fold([item("zip_line", has_fixed_equipment="yes", **{"PRL-04": 1.0})], {}, standard)

    assert folded["PRL-04"] == 1.0


def test_the_gap_between_items_stays_a_question_of_the_place(standard):
    assert fold([swing(), swing("two")], {"PRL-03.gap": 1.2, **COMPLETE}, standard)["PRL-03.gap"] == 1.2


# --- the law, by trying -----------------------------------------------------------------------------------------------


def judged(rows, standard):
    evidence = read_evidence(rows, standard)
    return evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers)


def random_site(standard, answers, chance, full):
    """Return items and answers of the place that do not speak of the same thing twice."""
    equipment = standard.equipment
    item_wise = {question.id for name in equipment.each for question in standard.requirement(name).questions}
    item_wise |= {*equipment.facts, *(each.question for each in (*equipment.tallies, *equipment.every))}
    asked = [name for name in item_wise if name in answers]
    items = []
    for number in range(chance.randrange(1, 5)):
        given = {name: chance.choice(answers[name]) for name in sorted(asked) if full or chance.random() < 0.8}
        for group in equipment.same:  # asked once, so answered once
            given |= dict.fromkeys(group, chance.choice(answers[group[0]]))
        given |= {question.id: chance.choice(["yes", "no"]) for question in equipment.questions}
        given |= {fact: chance.choice(["yes", "no"]) for fact in equipment.facts}
        items.append(item(chance.choice(equipment.kinds).name, str(number), **given))
    place = {name: chance.choice(values) for name, values in answers.items() if name not in item_wise}
    complete = equipment.complete
    return items, {**place, complete.id: "yes"}


@pytest.mark.parametrize("edition", edition_names())
def test_one_more_answer_about_an_item_settles_an_outcome_and_never_turns_it(edition):
    standard, chance = load_published(edition), random.Random(11)
    answers, complete = possible_answers(standard), standard.equipment.complete.id
    whole, less = [], []
    for _ in range(400):
        items, place = random_site(standard, answers, chance, full=False)
        share = chance.random()
        hidden = [
            {**each, "answers": {name: value for name, value in each["answers"].items() if chance.random() < share}}
            for each in items
        ]
        fewer = {name: value for name, value in place.items() if chance.random() < share}
        if complete not in fewer:
            hidden = [each for each in hidden if chance.random() < 0.7]
        whole.append((items, place))
        less.append((hidden, fewer))

    after, before = judged(fold_all(whole, standard), standard), judged(fold_all(less, standard), standard)

    undetermined = OUTCOMES.index("undetermined")
    turned = (before != undetermined) & (before != after)
    assert [(standard.requirements[row].id, site) for row, site in zip(*turned.nonzero(), strict=True)] == []
    assert ((before == undetermined) & (after != undetermined)).any()


@pytest.mark.slow
@pytest.mark.parametrize("edition", edition_names())
def test_a_complete_list_comes_out_as_its_worst_item(edition):
    standard, chance = load_published(edition), random.Random(5)
    answers = possible_answers(standard)
    sites = [random_site(standard, answers, chance, full=True) for _ in range(120)]
    row = {requirement.id: index for index, requirement in enumerate(standard.requirements)}

    found = judged(fold_all(sites, standard), standard)

    for site, (items, place) in enumerate(sites):
        each = per_item(items, place, standard)
        for at, name in enumerate(standard.equipment.each):
            worst = min((verdict.traces[at].outcome for verdict in each), key=WORST_FIRST.index)
            assert OUTCOMES[found[row[name], site]] == worst, (site, name)


# --- where items come from --------------------------------------------------------------------------------------------


def part(id, **properties):
    return {"type": "Feature", "id": id, "properties": {"part": "equipment", **properties}, "geometry": None}


def test_a_mapped_part_is_an_item_nobody_has_looked_at(standard):
    first = item_of_part(part("taman/ayunan-1", type="swing", name="Ayunan dua"), standard.equipment)

    assert (first["kind"], first["name"], first["answers"], first["gone"]) == ("swing", "Ayunan dua", {}, False)
    assert item_of_part(part("taman/ayunan-1", type="swing"), standard.equipment)["id"] == first["id"]
    assert item_of_part(part("taman/x", type="trapeze"), standard.equipment)["kind"] == "other"
    assert item_of_part({"id": "taman/pohon", "properties": {"part": "tree"}}, standard.equipment) is None


def test_known_items_come_from_the_visits_first_and_carry_no_answers(standard):
    mapped = part("taman/ayunan-1", type="swing", name="Ayunan di peta")
    id = item_of_part(mapped, standard.equipment)["id"]
    visited = {**swing(id), "name": "Ayunan merah", "gone": True}

    known = items_of_document([[visited], [swing(id), item("slide", "two")]], [mapped], standard.equipment)

    assert [(each["id"], each["name"], each["gone"]) for each in known] == [
        (id, "Ayunan merah", True),
        ("two", "slide", False),
    ]
    assert all(each["answers"] == {} for each in known)


def test_items_that_cannot_be_used_are_named(standard):
    items = [
        item("swing", "a", **{"PRL-04": 1.9, "item_fits": "ya", "has_chains": "yes"}),
        item("swing", "a"),
        item("rocket", "b"),
        item("slide", "c", **{"PRL-04": 900, "item_fits": 3, "LOK-03": 5}),
    ]

    problems = {(where, question) for where, question, _ in item_problems(items, standard)}

    assert problems == {("a", ""), ("b", ""), ("c", "PRL-04"), ("c", "item_fits"), ("c", "LOK-03")}


# --- the file ---------------------------------------------------------------------------------------------------------


def test_every_edition_knows_the_same_kinds_without_repeating_them():
    assert {tuple(kind.name for kind in load_published(name).equipment.kinds) for name in edition_names()} == {
        ("swing", "slide", "seesaw", "climber", "spinner", "spring_rider", "balance_beam", "structure", "other")
    }


BROKEN = [
    ('"has_swing",\n  "has_slide"', '"has_swin",\n  "has_slide"', "'has_swin' is no yes-or-no fact of profile.toml"),
    ('"has_swing",\n  "has_slide"', '"has_slide"', "the kind 'swing' settles 'has_swing', which is not among 'facts'"),
    ('no = ["has_swing"]', 'no = ["has_slide"]', "the kind 'slide' says both yes and no to 'has_slide'"),
    ('name = "slide"', 'name = "swing"', "the kind 'swing' stands twice"),
    ('parts = ["slide"]', 'parts = ["swing"]', "two kinds name the part 'swing'"),
    ('  "PRL-04",', '  "PRL-94",', "'each' names 'PRL-94', which is no requirement"),
    ('  "PRL-04",', '  "PRL-03",', "'PRL-03' looks at what follows from the items"),
    ('  "PRL-04",', '  "PRL-15",', "'PRL-15' looks at what follows from the items"),
    ('{ question = "item_broken", is = "yes" }', '{ question = "item_torn", is = "yes" }', "'asked_when' names 'item_torn', which is not asked of items"),
    ('{ question = "item_broken", is = "yes" }', '{ question = "item_broken", is = "no" }', "and nothing else"),
    ('of = "item_fits"', 'of = "item_torn"', "'of' names 'item_torn', which is not asked of items"),
    ('question = "PRL-02"', 'question = "PRL-16"', "'PRL-16' is no whole number"),
    ('question = "PRL-02"', 'question = "PRL-10"', "'PRL-10' cannot be counted"),
    ('question = "PRL-15.closed"', 'question = "PRL-16"', "'PRL-16' is not answered with yes or no"),
    ('"PRL-10" = {', '"PRL-16" = {', "'PRL-16' is not asked of items"),
    ('"SLM-02.fall_height", ', '"PRL-09.platform", ', "of 'same' are not answered alike"),
    ('id = "items_complete"', 'id = "has_swing"', "the question 'has_swing' stands 2 times"),
    ('id = "item_fits"', 'id = "has_swing"', "the question 'has_swing' of an item needs an id of its own"),
    ("same = [[", "same = [", "'same' must be a list of lists of questions"),
    ("[complete]", "colour = 1\n[complete]", "'colour' is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), BROKEN)
def test_each_way_the_file_can_be_broken_earns_its_sentence(tmp_path, old, new, told):
    folder = tmp_path / "rbra-2018"
    shutil.copytree(standards_dir() / "rbra-2018", folder)
    file = folder / "equipment.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(
        text.replace(old, new, 1).replace("]]\n", "]\n" if new == "same = [" else "]]\n", 1), encoding="utf-8"
    )

    with using_language("en"):
        problems = [str(problem) for problem in read_edition(folder)[1]]

    assert any(told in problem for problem in problems), problems


def test_what_a_later_edition_drops_falls_out_of_the_inherited_file(tmp_path):
    for name in edition_names():
        shutil.copytree(standards_dir() / name, tmp_path / name)
    outline = tmp_path / "rbra-2024" / "standard.toml"
    outline.write_text(
        outline.read_text(encoding="utf-8").replace("drops = []", 'drops = ["PRL-13", "PRL-15"]'), encoding="utf-8"
    )

    standard, problems = read_edition(tmp_path / "rbra-2024")

    assert problems == []
    assert "PRL-13" not in standard.equipment.each
    assert [tally.question for tally in standard.equipment.tallies] == ["PRL-01.items", "PRL-01.misfits", "PRL-02"]
    assert standard.equipment.every == ()


def test_an_edition_without_the_file_asks_everything_of_the_place(tmp_path):
    folder = tmp_path / "rbra-2018"
    shutil.copytree(standards_dir() / "rbra-2018", folder)
    (folder / "equipment.toml").unlink()

    standard, problems = read_edition(folder)

    assert problems == []
    assert fold([swing(**{"PRL-04": 1.0})], {"PRL-04": 2.0}, standard) == {"PRL-04": 2.0}
    assert per_item([swing()], {}, standard) == []
