"""One visit, its answers in any order: what each of them settles stays settled, and no range grows."""

import json
import random
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest
import shapely

from helpers.answering import possible_answers
from helpers.effort import cases
from helpers.grounds import extent, part, site, spot, thing
from rba_audit.auditing import audit_register
from rba_audit.findings import STATUSES
from rba_audit.findings.conclusions import NO_SCORE
from rba_audit.findings.kernel import UNDETERMINED
from rba_audit.register import Visit
from rba_audit.register.disagreements import NOTHING_SETTLED
from rba_audit.resources import sample_sites
from rba_audit.standard import edition_names, load_published

pytestmark = pytest.mark.slow

SAMPLE = [each["properties"] for each in json.loads(sample_sites().read_text(encoding="utf-8"))["features"]]
# What a status may become by one more answer.
STAYS = {
    "not_audited": set(STATUSES),
    "undetermined": set(STATUSES) - {"not_audited"},
    "standard": {"standard"},
    "nearly_standard": {"nearly_standard"},
    "non_standard": {"non_standard", "nearly_standard"},
}
THINGS = {
    "railway": [{}],
    "fuel_station": [{}],
    "arterial_road": [{}],
    "parking": [{}],
    "crossing": [{}],
    "power_line": [{}, {"voltage": 66_000}, {"voltage": 500_000}],
    "water": [{}, {"depth_m": 2}, {"depth_m": 25}],
    "flood_hazard": [{"class": "low"}, {"class": "high"}],
}


class Replayed:
    """A register, as far as an audit reads one, in which each site is the same place after one answer more of one visit."""

    def __init__(self, copies, by_site):
        self.copies, self.visits, self.disagreements = copies, self, self
        self.kla = SimpleNamespace(documents=SimpleNamespace(all=list))
        self._by_site = {name: [visit] for name, visit in by_site.items()}

    def features(self):
        return self.copies

    def by_site(self, _states):
        return self._by_site

    def latest_decisions(self):
        return NOTHING_SETTLED


def replayed(place, answers, listed, items, edition):
    """Return the place without a visit, with a visit of one answer, of two, and so on in the order of `answers`."""
    copies, by_site = [], {}
    for count in range(len(answers) + 1):
        id = f"s{count}"
        copies += place(id)
        if count:
            given = {**listed, **dict(answers[:count])}
            by_site[id] = Visit(
                str(uuid4()), id, edition, "auditor", "Budi", date(2026, 11, 1), given, items=tuple(items)
            )
    return Replayed(copies, by_site)


def some_place(chance):
    """Return what draws the same place under any id, with parts of it that are drawn, roughly drawn or only listed."""
    drawn = [("play_zone", 6)] * chance.randint(0, 2) + [("equipment", 1.5)] * chance.randint(0, 3)
    drawn += [("gate", 0)] * chance.randint(0, 1) + [("lamp", 0)] * chance.randint(0, 2)
    shapes = [(kind, _shape(chance, kind, half)) for kind, half in drawn]
    accuracy = chance.choice([0, 0, 3, 9])
    stated = chance.choice([{}, {"parts_complete": "yes"}, {"parts_missing": ["play_zone"]}, {"outline": "sketch"}])
    outline = _lonlat(shapely.box(-40, -40, 40, 40))

    def place(id):
        here = site(outline, id, position_accuracy_m=accuracy, **stated)
        return [here, *(part(kind, shape, f"{id}-{at}", id) for at, (kind, shape) in enumerate(shapes))]

    return place


def _shape(chance, kind, half):
    x, y = (40.0 if kind == "gate" else chance.uniform(-30, 30)), chance.uniform(-30, 30)
    roughly = half == 0 or chance.random() < 0.3
    return _lonlat(shapely.Point(x, y) if roughly else shapely.box(x - half, y - half, x + half, y + half))


def _lonlat(shape):
    return shapely.geometry.mapping(shapely.transform(shape, lambda at: [spot(x, y) for x, y in at]))


def some_context(chance):
    """Return things around the place, and how far some layers are complete."""
    found = []
    for name, tags in THINGS.items():
        for _ in range(chance.choice([0, 0, 1, 2])):
            far, along = chance.choice([-30, 2, 12, 35, 90, 400]), chance.uniform(-40, 40)
            wide, long = (1, 1) if name == "crossing" else (chance.uniform(1, 8), chance.uniform(1, 60))
            area = shapely.box(40 + far, along, 40 + far + wide, along + long)
            drawn = area if name == "flood_hazard" or chance.random() < 0.7 else area.centroid
            found.append(thing(name, _lonlat(drawn), **chance.choice(tags)))
        if chance.random() < 0.6:
            found.append(extent(name, reach_m=chance.choice([60, 110, 3000]), source=name))
    return found


def some_answers(standard, chance):
    """Return a visit's answers in random order (those of a sample site, of a good one or any, with some that say nothing or nonsense), and if its list is complete."""
    possible = possible_answers(standard)
    kind = chance.choice(["sample", "any", "good"])
    if kind == "sample":
        given = {name: value for name, value in chance.choice(SAMPLE).items() if name in possible}
    elif kind == "any":
        share = chance.uniform(0.2, 0.8)
        given = {name: chance.choice(values) for name, values in possible.items() if chance.random() < share}
    else:
        given = met_everywhere(standard)
    for name in chance.sample(sorted(possible), chance.choice([0, 1, 3, 12])):
        given[name] = chance.choice(["not_applicable", "tidak_berlaku", "not_seen", "what", *possible[name]])
    # It is said together with the list of items, which is there from the first answer on.
    complete = given.pop(standard.equipment.complete.id, None)
    answers = [(name, value) for name, value in given.items() if value is not None]
    chance.shuffle(answers)
    return answers, {standard.equipment.complete.id: chance.choice([complete, None, "yes", "no"])}


def met_everywhere(standard):
    """Return the answers of an edition's own examples that conform, all together."""
    given = {}
    for example in standard.examples:
        if example.outcome == "conforms":
            given = {**example.given, **given}
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def some_items(standard, chance):
    """Return items of equipment, each with answers of its own."""
    possible, equipment = possible_answers(standard), standard.equipment
    asked = [*equipment.facts, *(q.id for name in equipment.each for q in standard.requirement(name).questions)]
    return [
        {
            "id": str(uuid4()),
            "kind": chance.choice([each.name for each in equipment.kinds]),
            "name": "Alat",
            "gone": False,
            "answers": {name: chance.choice(possible[name]) for name in asked if chance.random() < 0.5},
            "note": "",
        }
        for _ in range(chance.choice([0, 0, 0, 1, 3]))
    ]


@pytest.mark.parametrize("edition", edition_names())
def test_the_visit_of_a_place_that_meets_everything_goes_from_not_audited_to_standard(edition):
    standard = load_published(edition)
    answers = list(met_everywhere(standard).items())
    found = audit_register(replayed(lambda name: [site(None, name)], answers, {}, [], edition), standard)
    statuses = [STATUSES[status] for status in found.conclusions.status]

    assert (statuses[0], statuses[len(statuses) // 2], statuses[-1]) == ("not_audited", "undetermined", "standard")
    _holds(found, answers, edition)


@pytest.mark.parametrize("seed", range(cases(20, 200)))
def test_each_answer_of_a_visit_keeps_what_those_before_it_settled(seed):
    chance = random.Random(seed)
    standard = load_published(edition_names()[seed % len(edition_names())])
    (answers, listed), items = some_answers(standard, chance), some_items(standard, chance)
    place, context = some_place(chance), chance.choice([[], some_context(chance)])
    ends = []
    for _ in range(2):
        found = audit_register(replayed(place, answers, listed, items, standard.edition), standard, context=context)
        _holds(found, answers, seed)
        ends.append(found.matrix[:, -1])
        chance.shuffle(answers)

    assert (ends[0] == ends[1]).all()


def _holds(found, answers, seed):
    matrix, told = found.matrix, found.conclusions
    flips = (matrix[:, :-1] != matrix[:, 1:]) & (matrix[:, :-1] != UNDETERMINED)
    assert not flips.any(), [
        (seed, answers[at], found.standard.requirements[row].id, matrix[row, at : at + 2].tolist())
        for row, at in np.argwhere(flips).tolist()
    ]
    scored = found.evidence.audited & (told.score_low != NO_SCORE)
    both = scored[:-1] & scored[1:]
    for low, high in ((told.score_low, told.score_high), (told.rank_low, told.rank_high)):
        assert (low[1:] >= low[:-1])[both].all(), seed
        assert (high[1:] <= high[:-1])[both].all(), seed
    statuses = [STATUSES[status] for status in told.status]
    for before, after in pairwise(statuses):
        assert after in STAYS[before], (seed, before, after)
