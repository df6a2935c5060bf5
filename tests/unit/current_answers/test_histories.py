"""Random histories of visits, held against a reading of the rules that shares nothing with the program (`helpers.histories`)."""

import json
import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from helpers.effort import cases
from helpers.histories import (
    FAILS,
    OPEN,
    WORST_FIRST,
    History,
    compositions,
    expected,
    good_answers,
    history,
    in_order,
    item_answers,
    lists,
    rank,
    worst,
)
from helpers.registers import empty_register
from helpers.repairs import item as an_item
from helpers.visits import document_of
from rba_audit.auditing import audit_register, audit_visits
from rba_audit.register import Visit
from rba_audit.register.disagreements import DisagreementDecision, LatestDecisions
from rba_audit.sites import sites_from_features
from rba_audit.standard import OUTCOMES, default_edition, edition_names, load_published

AT = datetime(2026, 6, 30, 2, tzinfo=UTC)


def found_by_program(histories, edition):
    """Return the outcome of every requirement, for each history by its place."""
    standard = load_published(edition)
    features = [feature(number, each.document) for number, each in enumerate(histories)]
    visits = {f"s{number}": in_order(each.visits) for number, each in enumerate(histories)}
    settled = {}
    for each in histories:
        for (base, other, requirement), chosen in each.settled.items():
            settled[(*sorted((base, other)), requirement)] = DisagreementDecision(chosen, "-", "r-1", AT, 1)
    found = audit_visits(sites_from_features(features, "test"), visits, standard, LatestDecisions(settled)).findings
    return [by_requirement(standard, found.matrix[:, at]) for at in range(len(histories))]


def feature(number, document):
    return {"type": "Feature", "id": f"s{number}", "properties": {**document}, "geometry": None}


def by_requirement(standard, column):
    return dict(zip((each.id for each in standard.requirements), (OUTCOMES[cell] for cell in column), strict=True))


def with_decisions(made, edition, chance):
    """Return a history in which a reviewer has settled some requirements of its double audits, whatever was found."""
    counts, others = compositions(made.visits, edition) if made.visits else (None, ())
    settled = {
        (counts.full.id, other.full.id, name): chance.choice([counts.full.id, other.full.id])
        for other in others
        for name in lists(edition).oracle.requirements
        if chance.random() < 0.2
    }
    return replace(made, settled=settled)


def wanted(made, edition):
    decided = {(other, name): chosen for (_, other, name), chosen in made.settled.items()}
    return expected(made.visits, made.document, edition, decided)


@pytest.mark.parametrize("edition", edition_names())
def test_random_histories_come_out_cell_by_cell_as_the_rules_say(edition):
    chance = random.Random(f"histories {edition}")
    made = [history(edition, chance, number) for number in range(cases(80, 2000))]
    made = [with_decisions(each, edition, chance) if chance.random() < 0.5 else each for each in made]
    compared = 0
    for number, found in enumerate(found_by_program(made, edition)):
        want = wanted(made[number], edition)
        if want is None:
            continue
        compared += 1
        differing = {name: (found[name], want[name]) for name in want if found[name] not in want[name]}
        assert differing == {}, (number, made[number])
    assert compared > 0.6 * len(made)


# --- what was found by trying, as small as it goes -------------------------------------------------------------------------


def at_once(*visits, document=()):
    """Return how the visits come out; each is (day of March, author, scope, answers, items) or has the stage as a sixth."""
    made = []
    for number, (day, author, scope, answers, items, *stage) in enumerate(visits, 1):
        moment = datetime(2026, 3, day, 2, number, tzinfo=UTC)
        made.append(
            Visit(
                str(UUID(int=number)),
                "s0",
                default_edition(),
                stage[0] if stage else "auditor",
                "-",
                date(2026, 3, day),
                answers,
                author=author,
                scope=scope,
                items=tuple(items),
                recorded_at=moment,
                finished_at=moment,
            )
        )
    return found_by_program([History(tuple(made), dict(document), {})], default_edition())[0]


COMPLETE = {"items_complete": "yes"}
BAD, GOOD = {"has_chains": "yes", "PRL-13": 35}, {"has_chains": "yes", "PRL-13": 0}


def item(id, answers=(), kind="swing", **more):
    return {"id": id, "kind": kind, "name": id, "gone": False, "answers": dict(answers), "note": "", **more}


def test_what_a_check_did_not_see_takes_back_nothing_that_the_document_says():
    document = {"LOK-09.tps": 50, "LOK-09.tpa": 1000}

    assert at_once((1, "ani", "check", {"LOK-09.tpa": "not_seen"}, []), document=document)["LOK-09"] == "conforms"
    assert at_once((1, "ani", "check", {"MAN-06": "not_seen"}, []), document={"MAN-06": "no"})["MAN-06"] == FAILS
    assert at_once(
        (1, "ani", "full", {}, []), (2, "ani", "check", {"LOK-09.tpa": "not_seen"}, []), document=document
    )["LOK-09"] == "conforms"  # fmt: skip


def test_what_was_found_on_an_entry_stands_though_what_it_was_merged_with_is_listed_only_later():
    merged = (1, "ani", "full", COMPLETE, [item("l", BAD, same_as="a")])

    assert at_once(merged)["PRL-13"] == FAILS
    assert at_once(merged, (2, "ani", "check", {}, [item("a")]))["PRL-13"] == FAILS
    assert at_once(merged, (2, "manager", "full", {}, [item("a")], "self"))["PRL-13"] == FAILS


def test_what_a_manager_found_on_an_entry_stands_though_it_is_one_that_an_auditor_listed():
    listed = (1, "ani", "check", {}, [item("a")])

    assert at_once(listed, (2, "manager", "full", COMPLETE, [item("e", BAD)], "self"))["PRL-13"] == FAILS
    assert at_once(listed, (2, "manager", "full", COMPLETE, [item("e", BAD, same_as="a")], "self"))["PRL-13"] == FAILS


def test_of_two_readings_the_worse_decides_for_a_measurement_that_serves_for_several_questions():
    high = {"has_high_equipment": "yes", "has_platform": "yes"}
    one = item("d", {**high, "SLM-03.fall_height": 8.5})
    other = item("k", {**high, "SLM-02.fall_height": 2.1}, same_as="d")

    assert at_once((1, "ani", "full", COMPLETE, [one]))["PRL-08"] == FAILS
    assert at_once((1, "ani", "full", COMPLETE, [one, other]))["PRL-08"] == FAILS
    assert at_once((1, "ani", "full", COMPLETE, [one]), (2, "ani", "check", {}, [other]))["PRL-08"] == FAILS


def test_a_check_lays_a_measurement_over_the_same_one_given_for_another_question():
    tested = {"has_high_equipment": "yes", "SLM-02.critical_height": 2.1, "SLM-02.surface": "tested"}
    low, high = {"PRL-08.fall_height": 1.5}, {"SLM-03.fall_height": 3.0}

    assert at_once((1, "ani", "full", COMPLETE, [item("l", {**tested, **high}, "climber")]))["SLM-02"] == FAILS
    assert at_once(
        (1, "ani", "full", COMPLETE, [item("l", {**tested, **low}, "climber")]),
        (2, "ani", "check", {}, [item("l", high, "climber")]),
    )["SLM-02"] == FAILS  # fmt: skip


def test_both_readings_of_an_item_that_a_list_names_twice_stand():
    assert at_once((1, "ani", "full", COMPLETE, [item("d", BAD), item("d", GOOD)]))["PRL-13"] == FAILS
    assert at_once((1, "ani", "full", COMPLETE, [item("d", GOOD), item("d", BAD)]))["PRL-13"] == FAILS
    assert at_once(
        (1, "ani", "full", COMPLETE, [item("d", GOOD)]), (2, "ani", "check", {}, [item("d", BAD), item("d", GOOD)])
    )["PRL-13"] == FAILS  # fmt: skip


def test_the_word_of_a_document_does_not_make_the_list_of_a_visit_complete():
    assert at_once((1, "ani", "full", {}, [item("d", GOOD)]), document=COMPLETE)["PRL-13"] == OPEN


NARROW, WIDE = {"PRL-04": 1.6}, {"PRL-04": 2.0}
LATER = {
    "the other auditor lists it again": [
        (4, "budi", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)]),
        (5, "budi", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)]),
    ],
    "two others list it": [
        (4, "budi", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)]),
        (5, "citra", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)]),
    ],
    "a manager lists it before": [
        (3, "manager", "full", {}, [item("j")], "self"),
        (4, "budi", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)]),
    ],
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_an_item_that_others_list_later_silences_nothing_that_an_auditor_of_a_double_audit_found(later):
    first = (1, "ani", "full", COMPLETE, [item("g", NARROW)])
    once = (4, "budi", "full", COMPLETE, [item("g", WIDE), item("j", WIDE)])

    assert at_once(first, once)["PRL-04"] == "partial"
    assert at_once(first, *later)["PRL-04"] == "partial"


# --- laws -----------------------------------------------------------------------------------------------------------------


def settled_of_items(edition, found):
    own = lists(edition)
    return [name for name in (*own.each, *own.counted) if found[name] != OPEN]


@pytest.mark.parametrize("edition", edition_names())
def test_no_outcome_is_better_than_the_worst_known_item_allows(edition):
    own, chance = lists(edition), random.Random(f"worst {edition}")
    made = [history(edition, chance, number, most_visits=4) for number in range(cases(60, 1000))]
    tried = 0
    for number, found in enumerate(found_by_program(made, edition)):
        counts, _ = compositions(made[number].visits, edition)
        there = counts.there()  # which says as well whether more than two entries differ
        if counts.unclear:
            continue
        place = counts.place(made[number].document)
        for id, each in there.items():
            for name, outcome in own.item_outcomes(each, place).items():
                tried += 1
                assert rank(found[name]) <= rank(outcome), (number, id, name, made[number])
    assert tried > 100


@pytest.mark.parametrize("edition", edition_names())
def test_leaving_an_item_out_makes_nothing_better_than_undetermined(edition):
    chance = random.Random(f"left out {edition}")
    before, after = [], []
    for number in range(cases(60, 1000)):
        made = history(edition, chance, number, most_visits=4)
        full = [each for each in in_order(made.visits) if each.scope == "full" and each.stage == "auditor"]
        if len(full) < 2 or not full[-1].items:
            continue
        gone = chance.choice(full[-1].items)["id"]
        known = in_order(made.visits).index(full[-1])
        if not any(each["id"] == gone for visit in in_order(made.visits)[:known] for each in visit.items):
            continue
        if any(
            each.get("same_as") or each["gone"]
            for visit in made.visits
            for each in visit.items
            if gone in (each["id"], each.get("same_as"))
        ):
            continue  # what it says of itself or of another one is left out too
        kinds = {each["kind"] for visit in made.visits for each in visit.items if each["id"] == gone}
        if len(kinds) > 1:
            continue  # without this visit it is of another kind
        left = replace(full[-1], items=tuple(each for each in full[-1].items if each["id"] != gone))
        before.append(made)
        after.append(replace(made, visits=tuple(left if each is full[-1] else each for each in made.visits)))
    assert before
    for one, other, made in zip(
        found_by_program(before, edition), found_by_program(after, edition), after, strict=True
    ):
        for name in (*lists(edition).each, *lists(edition).counted):
            assert rank(other[name]) <= max(rank(one[name]), rank(OPEN)), (name, one[name], other[name], made)


@pytest.mark.parametrize("edition", edition_names())
def test_a_better_item_and_a_better_answer_turn_no_settled_outcome_into_another(edition):
    own, chance = lists(edition), random.Random(f"better {edition}")
    before, after, better = [], [], []
    for number in range(cases(60, 1500)):
        made = history(edition, chance, number, most_visits=3)
        counts, others = compositions(made.visits, edition)
        there, place = counts.there(), counts.place(made.document)
        if counts.full is None or not counts.full.items or not there or counts.unclear or others:
            continue
        new = an_item(
            load_published(edition),
            "new",
            item_answers(edition, chance) if chance.random() < 0.5 else own_good(edition),
        )
        changed = replace(counts.full, items=(*counts.full.items, {**new, "kind": chance.choice([*own.kinds])}))
        added = compositions([changed if each is counts.full else each for each in made.visits], edition)[0].there()[
            "new"
        ]
        before.append(made)
        after.append(replace(made, visits=tuple(changed if each is counts.full else each for each in made.visits)))
        better.append(
            (
                own.item_outcomes(added, place),
                {name: worst([own.item_outcomes(each, place)[name] for each in there.values()]) for name in own.each},
            )
        )
    assert before
    results = zip(found_by_program(before, edition), found_by_program(after, edition), after, better, strict=True)
    tried = 0
    for one, other, made, (added, items) in results:
        for name in own.each:
            # What only the place says is not met, a list that is looked at to the end contradicts (decision 30).
            if one[name] != OPEN and rank(added[name]) >= rank(one[name]) and (items[name] == one[name]):
                tried += 1
                assert other[name] == one[name], (name, one[name], other[name], made)
    assert tried > 50


def own_good(edition):
    good = good_answers(edition)
    return {name: good[name] for name in lists(edition).asked_of_items if name in good}


# --- the register ---------------------------------------------------------------------------------------------------------


def told(visit, **more):
    return json.dumps({**json.loads(document_of(visit)), **more}).encode()


def fill(register, histories, chance):
    """Hand all visits in, in any order; correct some, approve them, and hand in others that are rejected or only received."""
    waiting = []
    for each in histories:
        waiting += [(visit, "approved") for visit in each.visits]
        stray = history(default_edition(), chance, int(each.visits[0].site_id[1:]) + 5000, most_visits=2).visits
        waiting += [(replace(one, site_id=each.visits[0].site_id), chance.choice(["rejected", ""])) for one in stray]
    chance.shuffle(waiting)
    for number, (visit, state) in enumerate(waiting):
        at = AT + timedelta(minutes=number)
        frozen = visit.finished_at.isoformat()
        sent = visit
        if chance.random() < 0.3:
            first = replace(visit, id=str(UUID(int=(1 << 100) + number)), answers=some_other(chance), items=())
            register.visits.take(told(first, frozen_at=frozen), at=at)
            sent = replace(visit, replaces=first.id)
        kept = register.visits.take(told(sent, frozen_at=frozen), at=at + timedelta(seconds=1)).visit
        if state:
            register.reviews.make(kept.root, seq=0, to=state, visit_id=kept.id, person_id="r-1", note="x", notes={})


def some_other(chance):
    return {name: value for name, value in good_answers(default_edition()).items() if chance.random() < 0.3}


@pytest.mark.parametrize("seed", range(cases(2, 20)))
def test_only_approved_newest_versions_count_in_a_register_whatever_order_they_came_in(tmp_path, seed):
    edition, chance = default_edition(), random.Random(f"register {seed}")
    standard = load_published(edition)
    made = [history(edition, chance, number, most_visits=5) for number in range(15)]
    moment = {}
    for each in made:  # visits of the same moment are ordered by their receipt, which is what is shuffled here
        for visit in each.visits:
            moment[visit.id] = visit.finished_at + timedelta(seconds=len(moment) % 59, microseconds=len(moment))
    made = [
        replace(each, visits=tuple(replace(one, finished_at=moment[one.id]) for one in each.visits)) for each in made
    ]
    straight = found_by_program(made, edition)
    for turn in ("one", "another"):
        folder = tmp_path / turn
        folder.mkdir()
        with closing(empty_register(folder)) as register:
            register.import_features([feature(number, each.document) for number, each in enumerate(made)])
            fill(register, made, chance)
            found = audit_register(register, standard)
        columns = {name: by_requirement(standard, found.matrix[:, at]) for at, name in enumerate(found.source.ids)}
        for number, each in enumerate(straight):
            assert columns[f"s{number}"] == each, (seed, turn, number)


def test_the_order_of_outcomes_is_that_of_the_rules():
    assert WORST_FIRST == ["does_not_conform", "undetermined", "partial", "conforms", "not_applicable"]
