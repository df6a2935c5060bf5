"""What was said of the place as a whole, beside a list of its equipment: it never makes a site look better than its items do.

The expectation is worked out here by itself, from the scalar reading of the requirements in `helpers.oracle`.
"""

import random
from functools import cache

import pytest

from helpers.answering import possible_answers
from helpers.effort import cases
from helpers.oracle import Oracle
from helpers.script_cases import random_list
from rba_audit.equipment import contradiction_warnings, fold, without_older_words
from rba_audit.messages import using_language
from rba_audit.standard import WORST_FIRST, edition_names, load_published

DEFAULT = edition_names()[-1]
COMPLETE = {"items_complete": "yes"}


def item(kind, id="one", **answers):
    return {"id": id, "kind": kind, "name": kind, "gone": False, "answers": answers, "note": ""}


@cache
def oracle(edition):
    return Oracle(edition)


def outcome_of(name, answers, standard):
    return oracle(standard.edition).outcome(name, answers)


def outcomes_at(items, answers, standard, names):
    folded = fold(items, answers, standard)
    reading = oracle(standard.edition)
    used = reading.used(folded)
    return {name: reading._outcome(name, used) for name in names}


def a_climber(**answers):
    return item("climber", **answers)


HIGH = {"has_high_equipment": "yes", "PRL-08.fall_height": 2.5}


# --- the inputs that were found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("complete", [{}, COMPLETE])
def test_that_a_place_has_none_does_not_beat_an_item_nobody_answered_for(complete):
    standard = load_published(DEFAULT)
    place = {"has_high_equipment": "no", **complete}
    climber = a_climber(**{"PRL-08.fall_height": 2.5, "SLM-01": "no"})

    found = outcomes_at([climber], place, standard, ["SLM-01", "SLM-02", "SLM-03", "PRL-08"])

    assert set(found.values()) == {"undetermined"}


def test_until_the_list_is_complete_nothing_about_items_is_settled_well():
    standard = load_published(DEFAULT)
    place = {"has_high_equipment": "yes", "SLM-01": "yes"}
    low, high = item("spring_rider", "low", has_high_equipment="no"), a_climber(**HIGH, **{"SLM-01": "yes"})

    for items in ([low], [low, high], [{**low, "gone": True}]):
        assert outcomes_at(items, place, standard, ["SLM-01"]) == {"SLM-01": "undetermined"}


def test_an_empty_list_lets_no_answer_about_the_place_speak_well_of_it():
    found = outcomes_at([], {"MAT-04": "yes", **COMPLETE}, load_published(DEFAULT), ["MAT-04"])

    assert found["MAT-04"] in ("undetermined", "not_applicable")


@pytest.mark.parametrize("edition", edition_names())
def test_saying_that_an_empty_list_is_complete_does_not_erase_what_is_not_met(edition):
    standard = load_published(edition)
    place = {"has_fixed_equipment": "yes", "has_high_equipment": "yes", "SLM-01": "no", "PRL-10": "yes"}

    before = outcomes_at([], place, standard, ["SLM-01", "PRL-10"])

    assert set(before.values()) == {"does_not_conform"}
    assert outcomes_at([], {**place, **COMPLETE}, standard, ["SLM-01", "PRL-10"]) == before


def test_a_number_counts_though_its_twin_was_not_seen():
    standard = load_published(DEFAULT)
    climber = a_climber(has_high_equipment="yes", **{"PRL-08.fall_height": "not_seen", "SLM-02.fall_height": 3.5})

    assert fold([climber], COMPLETE, standard)["PRL-08.fall_height"] == 3.5


# --- what follows from them ---------------------------------------------------------------------------------------------


def test_what_is_not_met_stands_until_a_complete_list_that_was_looked_at_contradicts_it():
    standard = load_published(DEFAULT)
    place = {"has_high_equipment": "yes", "SLM-01": "no"}
    good, open_one = a_climber(**HIGH, **{"SLM-01": "yes"}), a_climber(id="two", has_high_equipment="yes")

    def slm(items, **more):
        return outcomes_at(items, {**place, **more}, standard, ["SLM-01"])["SLM-01"]

    assert slm([good]) == "does_not_conform"
    assert slm([good, {**open_one, "id": "two"}], **COMPLETE) == "does_not_conform"
    assert slm([good], **COMPLETE) == "undetermined"  # the two contradict each other
    assert slm([{**good, "answers": {**good["answers"], "SLM-01": "no"}}], **COMPLETE) == "does_not_conform"


def test_a_count_of_the_place_that_is_not_met_stands_until_the_items_are_counted():
    standard = load_published(DEFAULT)
    place = {"has_fixed_equipment": "yes", "PRL-15.broken": 2, "PRL-15.closed": "no"}
    whole = item("swing", item_broken="no")

    def prl(items, **more):
        return outcomes_at(items, {**place, **more}, standard, ["PRL-15"])["PRL-15"]

    assert prl([]) == "does_not_conform"
    assert prl([whole]) == "does_not_conform"
    assert prl([], **COMPLETE) == "does_not_conform"
    assert prl([whole], **COMPLETE) == "undetermined"  # the two contradict each other
    assert prl([item("swing", item_broken="yes", item_closed="no")], **COMPLETE) == "does_not_conform"


def test_a_complete_list_of_a_visit_answers_anew_what_the_document_says():
    standard = load_published(DEFAULT)
    own = {
        "has_swing": "yes",
        "SLM-01": "no",
        "SLM-01.reason": "rusak",
        "PRL-15.broken": 2,
        "LOK-03": 900,
        "name": "Taman",
    }

    assert without_older_words(own, [], {}, standard) == own
    assert without_older_words(own, [], COMPLETE, standard) == own  # an empty list says nothing of any item
    for items in ([item("swing")], [{**item("swing"), "gone": True}]):
        assert without_older_words(own, items, {}, standard) == own
        assert without_older_words(own, items, COMPLETE, standard) == {"LOK-03": 900, "name": "Taman"}


def test_what_does_not_agree_is_told():
    standard = load_published(DEFAULT)
    with using_language("en"):
        empty = [str(each) for each in contradiction_warnings([], {"has_swing": "yes", **COMPLETE}, standard)]
        none = [
            str(each)
            for each in contradiction_warnings([item("swing")], {"has_swing": "no", "SLM-01": "yes"}, standard)
        ]

    assert len(empty) == 1
    assert "nothing in it has that" in empty[0]
    assert "“swing” is in the list" in none[0]
    assert "answered for the whole place" in none[1]
    assert list(contradiction_warnings([], {"has_swing": "yes", "SLM-01": "no"}, standard)) == []


# --- the rule, by trying ------------------------------------------------------------------------------------------------


def expected(name, items, place, standard):
    """Return what may come out for a requirement that is asked of items, as a set; worked out item by item."""
    equipment = standard.equipment
    begun, complete = bool(items), place.get(equipment.complete.id) in ("yes", "ya")
    there = [each for each in items if not each["gone"]]
    own = outcome_of(name, place, standard)
    if not begun and not complete:
        return {own}
    about = {*equipment.facts, *(q.id for name in equipment.each for q in standard.requirement(name).questions)}
    around = {key: value for key, value in place.items() if key not in about}
    found = [outcome_of(name, {**around, **facts_and_answers(each, standard)}, standard) for each in there]
    worst = min(found, key=WORST_FIRST.index, default="undetermined")
    if worst == "does_not_conform":
        return {worst}
    facts = [facts_and_answers(each, standard) for each in there]
    contradicted = any(
        place.get(fact) in ("yes", "ya", True) and all(each.get(fact) == "no" for each in facts)
        for fact in equipment.facts
    )
    if complete and worst != "undetermined":
        if own == "does_not_conform":
            return {"undetermined", "not_applicable"} if worst == "not_applicable" else {"undetermined"}
        return {worst, "undetermined"} if contradicted else {worst}
    if own == "does_not_conform":
        # A list that says of every item that it has none of a kind settles that much.
        return {own} if not (complete and there) else {own, "undetermined"}
    if not there and complete:
        return {"undetermined", "not_applicable"}
    never = outcome_of(name, {**around, **dict.fromkeys(equipment.facts, "yes")}, standard) == "not_applicable"
    return {"not_applicable"} if never else {"undetermined"}


def facts_and_answers(each, standard):
    equipment = standard.equipment
    kind = next((one for one in equipment.kinds if one.name == each["kind"]), None)
    own = {*equipment.facts, *(q.id for name in equipment.each for q in standard.requirement(name).questions)}
    told = {name: value for name, value in each["answers"].items() if name in own}
    for group in equipment.same:
        said = [told[name] for name in group if told.get(name) not in (None, "")]
        looked = [one for one in said if one not in ("not_seen", "belum_dilihat")]
        if said:
            told |= dict.fromkeys(group, (looked or said)[0])
    yes_no = {"yes": "yes", "ya": "yes", True: "yes", "no": "no", "tidak": "no", False: "no"}
    for fact in equipment.facts:
        word = told.pop(fact, None)
        if isinstance(word, str | bool) and word in yes_no:
            told[fact] = yes_no[word]
    if kind is not None:
        told |= dict.fromkeys(kind.yes, "yes") | dict.fromkeys(kind.no, "no")
    return told


@pytest.mark.parametrize("edition", edition_names())
def test_random_lists_beside_random_answers_come_out_as_their_items_and_never_better(edition):
    standard, chance = load_published(edition), random.Random(7)
    possible = possible_answers(standard)
    names = standard.equipment.each
    for number in range(cases(50, 700)):
        items, place = random_list(standard, possible, chance)
        found = outcomes_at(items, place, standard, names)
        for name in names:
            assert found[name] in expected(name, items, place, standard), (number, name)


@pytest.mark.parametrize("edition", edition_names())
def test_while_a_list_is_not_complete_one_more_item_reopens_nothing(edition):
    standard, chance = load_published(edition), random.Random(8)
    possible, complete = possible_answers(standard), standard.equipment.complete.id
    for number in range(cases(50, 600)):
        items, place = random_list(standard, possible, chance)
        place.pop(complete, None)
        if not items:
            continue
        more, _ = random_list(standard, possible, chance)
        names = [*standard.equipment.each]
        before = outcomes_at(items, place, standard, names)
        after = outcomes_at([*items, *({**each, "id": f"more-{each['id']}"} for each in more)], place, standard, names)
        for name in names:
            assert before[name] in ("undetermined", after[name]), (number, name)


@pytest.mark.parametrize("edition", edition_names())
def test_one_more_answer_about_place_or_list_never_turns_a_settled_outcome_into_another(edition):
    standard, chance = load_published(edition), random.Random(9)
    possible, complete = possible_answers(standard), standard.equipment.complete.id
    counts = {each.question for each in (*standard.equipment.tallies, *standard.equipment.every)}
    names = [
        *standard.equipment.each,
        *(each.id for each in standard.requirements if counts & {q.id for q in each.questions}),
    ]
    about = [name for each in names for name in (q.id for q in standard.requirement(each).questions)]
    for number in range(cases(50, 600)):
        items, place = random_list(standard, possible, chance)
        order = [name for name in (*standard.equipment.facts, *about, complete) if name in place]
        chance.shuffle(order)
        said = {name: value for name, value in place.items() if name not in order}
        before = outcomes_at(items, said, standard, names)
        for name in order:
            said[name] = place[name]
            after = outcomes_at(items, said, standard, names)
            for each in names:
                assert before[each] == after[each] or "undetermined" in (before[each], after[each]), (
                    number,
                    name,
                    each,
                )
            before = after
