"""Areas and points of shapes, held against pyproj's geodesics."""

from __future__ import annotations

import json

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from helpers.effort import cases
from helpers.public_data import SHARED
from rba_audit.geometry import area_m2

GEOD = pyproj.Geod(ellps="WGS84")
NOISE_M2 = 5e-4  # of pyproj's own areas, which are sums of far larger ones


def geodesic_m2(shape: BaseGeometry) -> float:
    """Return the area pyproj gives."""
    return abs(float(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]))


def shapes_of(name: str) -> list[BaseGeometry]:
    """Return the areas in a file of the shared data."""
    features = json.loads((SHARED / "data" / name).read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    return [shape for shape in shapes if "Polygon" in shape.geom_type]


def star(lon: float, lat: float, size_m: float, seed: int) -> shapely.Polygon:
    """Return a polygon of up to `size_m` across."""
    chance = np.random.default_rng(seed)
    turn = np.sort(chance.uniform(0, 2 * np.pi, 9))
    reach = size_m / 2 * chance.uniform(0.6, 1, 9) / 111_000
    stretch = np.cos(np.radians(lat))
    return shapely.Polygon(np.column_stack([lon + reach * np.cos(turn) / stretch, lat + reach * np.sin(turn)]))


@settings(max_examples=cases(200, 4000))
@given(lon=st.floats(95, 141), lat=st.floats(-11, 6), size_m=st.floats(20, 8000), seed=st.integers(0, 2**32 - 1))
def test_areas_anywhere_in_indonesia_are_geodesic_to_a_hundred_thousandth(
    lon: float, lat: float, size_m: float, seed: int
) -> None:
    shape = star(lon, lat, size_m, seed)

    assert area_m2([shape])[0] == pytest.approx(geodesic_m2(shape), rel=1e-5, abs=NOISE_M2)


@pytest.mark.parametrize("lat", [-89, -66, -45, 0, 30, 49, 70, 85, 89])
@pytest.mark.parametrize("size_m", [20, 300, 6000])
def test_areas_are_as_good_at_every_latitude(lat: float, size_m: float) -> None:
    shapes = [star(lon, lat, size_m, seed) for seed, lon in enumerate((-170, -1, 8.4, 106.15))]

    assert area_m2(shapes).tolist() == pytest.approx([geodesic_m2(shape) for shape in shapes], rel=1e-5, abs=NOISE_M2)


@pytest.mark.public_data
@pytest.mark.parametrize(
    ("name", "count"),
    [("kota-serang/kota_serang_kelurahan.geojson", 67), ("karlsruhe-osm/playgrounds.geojson", 382)],
)
def test_areas_of_real_places_are_geodesic(name: str, count: int) -> None:
    shapes = shapes_of(name)

    assert len(shapes) == count
    assert area_m2(shapes).tolist() == pytest.approx([geodesic_m2(shape) for shape in shapes], rel=1e-5, abs=NOISE_M2)


def test_holes_are_taken_out_and_parts_added_up() -> None:
    outer, hole = shapely.box(0, 0, 0.03, 0.03), shapely.box(0.01, 0.01, 0.02, 0.02)
    other = shapely.box(1, 0, 1.01, 0.01)
    whole, inside, beside = area_m2([outer, hole, other])
    ring = shapely.Polygon(outer.exterior, [hole.exterior])

    measured = area_m2([ring, shapely.MultiPolygon([ring, other])]).tolist()

    assert measured == pytest.approx([whole - inside, whole - inside + beside], rel=1e-12)


def test_the_way_round_a_ring_is_drawn_does_not_matter() -> None:
    shape = shapely.box(106, -6, 106.01, -5.99)

    assert area_m2([shape]) == pytest.approx(area_m2([shapely.reverse(shape)]), rel=1e-12)


def test_collections_are_measured_by_their_areas() -> None:
    box = shapely.box(0, 0, 0.01, 0.01)
    inner = shapely.GeometryCollection([shapely.MultiPolygon([box]), shapely.Point(0, 0)])

    assert area_m2([shapely.GeometryCollection([inner])]) == pytest.approx(area_m2([box]))


def test_what_has_no_area_has_none() -> None:
    shapes = [
        None,
        shapely.Point(1, 2),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon(),
        shapely.box(0, 0, 1, 1),
    ]

    assert np.isnan(area_m2(shapes)).tolist() == [True, True, True, True, False]


def test_a_hundred_thousand_areas_are_one_calculation() -> None:
    x = np.linspace(95, 141, 100_000)
    y = np.full_like(x, -6)
    boxes: NDArray[np.object_] = shapely.box(x, y, x + 0.001, y + 0.001)

    assert area_m2(boxes) == pytest.approx(area_m2(boxes[:1])[0], rel=1e-6)
