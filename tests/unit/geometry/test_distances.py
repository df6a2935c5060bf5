"""Distances from edge to edge, held against pyproj's geodesics."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from rba_audit.geometry import centres, find_nearest, pairs_within, project, unproject

GEOD = pyproj.Geod(ellps="WGS84")
LON, LAT = st.floats(95, 141), st.floats(-11, 6)


def column(*shapes):
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def away(lon, lat, bearing, metres):
    """Return the point so many metres away in a direction."""
    there = GEOD.fwd(lon, lat, bearing, metres)
    return there[0], there[1]


def square(lon, lat, side_m):
    half = side_m / 2 * 2**0.5
    return shapely.Polygon([away(lon, lat, bearing, half) for bearing in (45, 135, 225, 315)])


def densely(shape, other):
    """Return the distance between two shapes by measuring geodesics between very many points of their edges."""
    lengths = shapely.length([shape, other])
    spans = [(0.0, length) for length in lengths]
    for steps in (400, 200):  # the second time around the two points that were nearest
        at = [np.linspace(*span, steps + 1) for span in spans]
        lines = [shapely.line_interpolate_point(line, places) for line, places in zip((shape, other), at, strict=True)]
        points = [shapely.get_coordinates(line) for line in lines]
        one, two = np.repeat(points[0], steps + 1, axis=0), np.tile(points[1], (steps + 1, 1))
        metres = GEOD.inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])[2]
        nearest = divmod(int(np.argmin(metres)), steps + 1)
        around = [
            (places[index] - length / steps, places[index] + length / steps)
            for places, index, length in zip(at, nearest, lengths, strict=True)
        ]
        spans = [(max(start, 0.0), min(end, length)) for (start, end), length in zip(around, lengths, strict=True)]
    return float(metres.min())


@settings(max_examples=cases(30, 600))
@given(lon=LON, lat=LAT, bearing=st.floats(0, 360), metres=st.floats(25, 5000), slope=st.floats(0, 180))
def test_the_distance_from_an_outline_to_a_line_is_geodesic_to_a_thousandth_anywhere_in_indonesia(
    lon, lat, bearing, metres, slope
):
    place = square(lon, lat, 60)
    middle = away(lon, lat, bearing, metres + 45)
    line = shapely.LineString([away(*middle, slope, 300), away(*middle, slope + 180, 300)])
    found = find_nearest(column(place), column(line), 20_000)
    if shapely.intersects(place, line):
        assert found.distance_m[0] == 0
        return

    # The yardstick itself walks the edges in steps of up to 2 cm and is a little too long where two points miss each other.
    assert found.distance_m[0] == pytest.approx(densely(shapely.boundary(place), line), rel=1e-3, abs=0.02)


@settings(max_examples=cases(80, 4000))
@given(lon=LON, lat=LAT, bearing=st.floats(0, 360), metres=st.floats(0.5, 50_000))
def test_the_distance_between_points_is_geodesic(lon, lat, bearing, metres):
    here, there = shapely.Point(lon, lat), shapely.Point(*away(lon, lat, bearing, metres))

    found = find_nearest(column(here), column(there), 100_000)

    assert found.distance_m[0] == pytest.approx(metres, rel=1e-6, abs=1e-6)


def test_of_two_things_the_nearer_one_is_named_and_what_is_beyond_reach_is_not():
    here = shapely.Point(106.15, -6.1)
    things = column(*(shapely.Point(*away(106.15, -6.1, 80, metres)) for metres in (300, 120, 900)))

    assert find_nearest(column(here), things, 200).index.tolist() == [1]
    assert find_nearest(column(here), things, 100).index.tolist() == [-1]


def test_a_wide_road_can_be_nearer_than_a_narrow_one_that_is_drawn_nearer():
    here = shapely.Point(106.15, -6.1)
    roads = column(
        *(
            shapely.LineString(
                [away(*away(106.15, -6.1, 90, metres), 0, 50), away(*away(106.15, -6.1, 90, metres), 180, 50)]
            )
            for metres in (20, 24)
        )
    )

    found = find_nearest(column(here), roads, 100, np.array([1.0, 10.0]))

    assert found.index.tolist() == [1]
    assert found.distance_m[0] == pytest.approx(14, abs=0.01)


def test_a_place_without_a_shape_is_near_nothing():
    found = find_nearest(column(None, shapely.Point(106.15, -6.1)), column(shapely.Point(106.15, -6.1), None), 10)

    assert found.index.tolist() == [-1, 0]
    assert np.isnan(found.distance_m[0])


def test_every_pair_within_reach_is_found():
    here = column(*(shapely.Point(*away(106.15, -6.1, 90, metres)) for metres in (0, 50)))
    there = column(*(shapely.Point(*away(106.15, -6.1, 90, metres)) for metres in (10, 45, 500)))

    one, other, metres = pairs_within(here, there, 42)

    assert sorted(zip(one.tolist(), other.tolist(), metres.round(2).tolist(), strict=True)) == [
        (0, 0, 10.0),
        (1, 0, 40.0),
        (1, 1, 5.0),
    ]


@given(lon=LON, lat=LAT)
def test_what_is_laid_flat_comes_back_as_it_was(lon, lat):
    shapes = column(square(lon, lat, 200), shapely.Point(lon, lat))

    back = unproject(project(shapes, centres(shapes)), centres(shapes))

    assert shapely.equals_exact(back, shapes, 1e-12).all()
