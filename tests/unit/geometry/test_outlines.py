"""What is drawn is taken whole or refused with a sentence that says where."""

import copy
import json
import math

import pytest

from rba_audit.geometry import outline_faults
from rba_audit.messages import using_language


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


OUTER = ring(106.10, -6.20, 106.20, -6.10)
HOLE = ring(106.12, -6.18, 106.14, -6.16)
OTHER = ring(106.30, -6.20, 106.40, -6.10)
BOW = [[106.1, -6.2], [106.2, -6.1], [106.2, -6.2], [106.1, -6.1], [106.1, -6.2]]
EIGHT = [[106.1, -6.2], [106.15, -6.15], [106.2, -6.2], [106.2, -6.1], [106.15, -6.15], [106.1, -6.1], [106.1, -6.2]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def several(*polygons):
    return {"type": "MultiPolygon", "coordinates": [list(each) for each in polygons]}


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [106.1, -6.1]},
        {"type": "Point", "coordinates": [106.1, -6.1, 12.5]},
        polygon(OUTER),
        polygon(OUTER[::-1]),
        polygon(OUTER, HOLE),
        polygon(OUTER, [*ring(106.1, -6.18, 106.14, -6.16)[1:3], [106.1, -6.17], [106.14, -6.18]]),
        several([OUTER, HOLE], [OTHER]),
        several([OUTER, HOLE], [ring(106.125, -6.175, 106.135, -6.165)]),
        several([OUTER], [ring(106.20, -6.10, 106.30, -6.05)]),
    ],
    ids=[
        "point",
        "height",
        "area",
        "other way round",
        "hole",
        "hole touches in a corner",
        "two",
        "island",
        "corners touch",
    ],
)
def test_what_is_sound_is_taken_and_not_changed(geometry):
    before = copy.deepcopy(geometry)

    assert outline_faults(geometry) == []
    assert geometry == before


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (None, "no point and no outline"),
        ([], "no point and no outline"),
        ({"type": "LineString", "coordinates": OUTER}, "no point and no outline"),
        ({"type": "Point"}, "The point has a corner that is no position"),
        ({"type": "Point", "coordinates": [106.1, math.nan]}, "no position"),
        ({"type": "Point", "coordinates": [True, 1]}, "no position"),
        ({"type": "Point", "coordinates": ["106.1", "-6.1"]}, "no position"),
        ({"type": "Point", "coordinates": [6.1, 106.1]}, "no position"),
        (polygon(), "no corners"),
        (several(), "no corners"),
        (several([]), "no corners"),
        ({"type": "Polygon", "coordinates": "x"}, "no corners"),
        (polygon("x"), "no position"),
        (polygon([[106.1, math.inf], *OUTER[1:]]), "no position"),
        (polygon(OUTER[:2] + OUTER[:1]), "fewer than three corners"),
        (polygon([OUTER[0], OUTER[1], OUTER[0], OUTER[1], OUTER[0]]), "fewer than three corners"),
        (polygon(OUTER[:-1]), "not closed"),
        (polygon([[106.1, -6.1], [106.2, -6.1], [106.3, -6.1], [106.1, -6.1]]), "encloses nothing"),
        (polygon(BOW), "The outline crosses or touches itself near longitude 106.1"),
        (polygon([*BOW[:2], [106.3, -6.2], *BOW[3:]]), "crosses or touches itself near longitude 106.1"),
        (polygon(EIGHT), "crosses or touches itself"),
        (polygon(OUTER, OTHER), "The outline, hole 1 does not lie wholly inside"),
        (polygon(OUTER, ring(106.15, -6.15, 106.25, -6.12)), "hole 1 does not lie wholly inside"),
        (polygon(OUTER, HOLE, ring(106.13, -6.17, 106.15, -6.15)), "holes touch the edge or each other"),
        (polygon(OUTER, HOLE, HOLE), "holes touch the edge or each other"),
        (polygon(OUTER, ring(106.10, -6.18, 106.14, -6.16)), "holes touch the edge or each other"),
        (several([OUTER], [ring(106.15, -6.15, 106.25, -6.12)]), "Area 1 and area 2 lie over one another"),
        (several([OTHER], [OUTER, OTHER]), "Area 2, hole 1 does not lie wholly inside"),
        (polygon([[106 + at / 1e6, -6.1] for at in range(20_001)]), "more than 20,000 corners"),
    ],
)
def test_what_is_not_sound_is_refused_with_where(geometry, told):
    with using_language("en"):
        sentences = [str(fault) for fault in outline_faults(geometry)]

    assert len(sentences) == 1
    assert told in sentences[0]
    assert "{" not in sentences[0]


@pytest.mark.parametrize(
    "wrong", [1, "x", None, {}, [], [1], [None], ["x"], [[1]], [[None]], [[{}]], [[[None, 1]]], [[[[1, 2]]]]]
)
@pytest.mark.parametrize("kind", ["Point", "Polygon", "MultiPolygon"])
def test_nothing_that_json_can_say_breaks_it(kind, wrong):
    assert outline_faults(json.loads(json.dumps({"type": kind, "coordinates": wrong})))
