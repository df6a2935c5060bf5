"""Coordinates of a site on its page: copied, in words, and as links that others open."""

import re

import pytest
from shapely import MultiPolygon, Point, box

from rba_audit.messages import using_language
from rba_audit.web.pages.sites.coordinates import coordinates_of


def test_a_point_is_written_as_map_programs_read_it_and_in_words():
    here = coordinates_of(Point(106.152, -6.118))

    assert here.decimal == "-6.118000, 106.152000"
    assert here.google_maps == "https://www.google.com/maps/search/?api=1&query=-6.118000%2C106.152000"
    assert here.geo == "geo:-6.118000,106.152000?q=-6.118000,106.152000"
    with using_language("en"):
        assert here.words == "6°07′04.8″ S, 106°09′07.2″ E"
    with using_language("id"):
        assert here.words == "6°07′04,8″ LS, 106°09′07,2″ BT"


@pytest.mark.parametrize(
    ("longitude", "latitude", "words"),
    [
        (-0.5, 49.0, "49°00′00.0″ N, 0°30′00.0″ W"),
        (8.99999999, 0.0, "0°00′00.0″ N, 9°00′00.0″ E"),
        (190.0, -90.0, "90°00′00.0″ S, 170°00′00.0″ W"),
    ],
)
def test_directions_and_rounding_hold_everywhere(longitude, latitude, words):
    with using_language("en"):
        assert coordinates_of(Point(longitude, latitude)).words == words


def test_an_outline_gives_a_point_inside_it_with_fewer_decimals():
    two = MultiPolygon([box(106, -6, 106.01, -5.99), box(107, -6, 107.02, -5.98)])

    here = coordinates_of(two)

    assert here.within_outline
    assert re.fullmatch(r"-\d\.\d{5}, 10[67]\.\d{5}", here.decimal)
    assert two.contains(Point(here.longitude, here.latitude))


@pytest.mark.parametrize("shape", [None, Point(), Point(106, -91), Point(9e9, 1)])
def test_what_is_nowhere_on_earth_has_no_coordinates(shape):
    assert coordinates_of(shape) is None
