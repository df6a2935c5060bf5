"""Tiles of the ground hold what was given, where it lies, and nothing as what it is not."""

import gzip
import json

import numpy as np
import pytest
import shapely

from helpers.effort import cases
from helpers.ground_features import held, places, unit_degrees
from rba_audit.basemap import BEYOND, SIDE, basemap_classes, build_basemap, corners_of, tile_at, tile_levels

SERANG = (106.15, -6.12)
LEVELS = [each.level for each in tile_levels()]
RIVER = {"waterway": "river"}
LAKE = {"natural": "water"}
STREET = {"highway": "residential"}
FOOTWAY = {"highway": "footway"}
MAIN = {"highway": "primary"}
HOUSE = {"building": "yes"}
RAIL = {"railway": "rail"}
KELURAHAN = {"boundary": "administrative"}


def star(rng, at, radius, corners):
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    far = radius * rng.uniform(0.4, 1, corners)
    return shapely.Polygon(np.column_stack([at[0] + far * np.cos(angles), at[1] + far * np.sin(angles)]))


def somewhere(rng):
    """A few features of every class, some within one tile and some over many."""
    near = lambda spread: np.array(SERANG) + rng.uniform(-spread, spread, 2)  # noqa: E731
    line = lambda: shapely.LineString(near(0.03) + np.cumsum(rng.normal(0, 0.004, (rng.integers(2, 30), 2)), axis=0))  # noqa: E731
    areas = lambda: star(rng, near(0.03), rng.choice([0.0001, 0.002, 0.03]), rng.integers(4, 20))  # noqa: E731
    made = [(tags, line()) for tags in (RIVER, STREET, FOOTWAY, MAIN, RAIL)]
    made += [(tags, areas()) for tags in (LAKE, HOUSE, KELURAHAN)]
    return [(tags, shape) for tags, shape in made if shape.is_valid]


@pytest.mark.parametrize("seed", range(cases(4, 300)))
def test_every_feature_lies_in_every_tile_that_it_crosses_where_it_was_given(seed):
    features = somewhere(np.random.default_rng(seed))
    for tags, shape in features:
        ground = build_basemap(places((tags, shape)))
        (each,) = ground.classes
        assert each.name in json.loads(ground.text(next(iter(ground.tiles))))
        for level in LEVELS:
            unit = unit_degrees(level)
            found = [tile for tile in ground.tiles if tile[0] == level]
            if level < each.from_level:
                assert not found
                continue
            edges = shape.boundary if each.shapes == "edges" else shape
            back = {
                tile: shapely.union_all([shapely.make_valid(piece) for piece in held(ground, tile)[each.name]])
                for tile in found
            }
            west, south, east, north = edges.bounds
            _, left, top = tile_at(west, north, level)
            _, right, bottom = tile_at(east, south, level)
            for x in range(left, right + 1):
                for y in range(top, bottom + 1):
                    inside = edges.intersection(shapely.box(*corners_of((level, x, y))))
                    if inside.is_empty:
                        continue
                    assert (level, x, y) in back, f"{each.name} is missing in a tile that it crosses"
                    # Simplified by a unit and rounded by less than one: two units in all.
                    assert shapely.hausdorff_distance(
                        inside, back[level, x, y].intersection(inside.buffer(2 * unit))
                    ) <= (3 * unit + 1e-12)
            for tile, shapes in back.items():
                assert shapes.difference(edges.buffer(2 * unit)).length < 4 * unit * (BEYOND + 1), tile


def test_a_line_is_never_filled_and_an_edge_is_no_area():
    ring = shapely.LineString([(106.1, -6.1), (106.11, -6.1), (106.11, -6.11), (106.1, -6.1)])
    outline = shapely.Polygon(ring.coords)
    ground = build_basemap(places((RIVER, ring), (STREET, ring), (KELURAHAN, outline), (LAKE, outline), (HOUSE, ring)))
    assert {each.name for each in ground.classes} == {"waterway", "street", "boundary", "water"}
    for tile, packed in ground.tiles.items():
        for name, pieces in json.loads(gzip.decompress(packed)).items():
            area = name == "water"
            assert all(isinstance(piece[0], list) == area for piece in pieces), (tile, name)


def test_holes_and_every_piece_of_several_are_kept():
    lake = shapely.MultiPolygon(
        [
            shapely.Polygon(
                shapely.box(106.1500, -6.1200, 106.1520, -6.1180).exterior.coords,
                [shapely.box(106.1505, -6.1195, 106.1515, -6.1185).exterior.coords],
            ),
            shapely.box(106.1530, -6.1200, 106.1535, -6.1195),
        ]
    )
    ground = build_basemap(places((LAKE, lake)))
    tiles = [tile for tile in ground.tiles if tile[0] == LEVELS[-1]]
    back = shapely.union_all([shapely.make_valid(piece) for tile in tiles for piece in held(ground, tile)["water"]])
    # Cut pieces overlap by what reaches over the edges of tiles, so the union is the lake again.
    assert back.symmetric_difference(lake).area < 0.01 * lake.area
    assert back.buffer(-unit_degrees(16) * 2).geom_type == "MultiPolygon"


def test_a_feature_of_two_layers_is_drawn_once_as_what_is_more():
    line = shapely.LineString([(106.15, -6.12), (106.151, -6.12)])
    given = places((MAIN, line))
    assert sorted(place.layer for place in given) == ["arterial_road", "street"]
    assert [each.name for each in build_basemap(given).classes] == ["main_road"]


def test_what_has_no_shape_or_another_layer_is_not_drawn():
    point = shapely.Point(106.15, -6.12)
    assert build_basemap([]).tiles == {}
    assert build_basemap([]).version == ""
    assert build_basemap(places(({"amenity": "parking"}, point), (LAKE, point), (STREET, None))).classes == ()


def test_the_same_layers_have_the_same_version_and_others_another():
    one = places((STREET, shapely.LineString([(106.15, -6.12), (106.151, -6.12)])))
    other = places((STREET, shapely.LineString([(106.15, -6.12), (106.152, -6.12)])))
    assert build_basemap(one).version == build_basemap(list(one)).version != build_basemap(other).version


def test_a_line_across_the_country_leaves_a_level_out_and_takes_few_tiles():
    ground = build_basemap(places((RAIL, shapely.LineString([(95.3, 5.5), (140.7, -2.5)]))), most_tiles=2000)
    assert ground.left_out == (14, 16)
    assert 500 < len(ground.tiles) <= 2000


def test_tiles_of_a_crowded_place_stay_small():
    rng = np.random.default_rng(3)
    houses = [
        (HOUSE, shapely.box(x, y, x + 0.0001, y + 0.0001)) for x, y in SERANG + rng.uniform(-0.002, 0.002, (2000, 2))
    ]
    ground = build_basemap(places(*houses))
    assert sum(len(json.loads(ground.text(tile))["building"]) for tile in ground.tiles) >= 2000
    assert ground.bytes < 2000 * 12  # a house is eight small numbers, packed
    assert max(len(ground.text(tile)) for tile in ground.tiles) < 2000 * 40


def test_every_class_and_level_of_the_file_is_one_that_tiles_know():
    assert {each.shapes for each in basemap_classes()} <= {"areas", "lines", "edges"}
    assert {each.from_level for each in basemap_classes()} <= set(LEVELS)
    assert sorted(LEVELS) == LEVELS
    assert SIDE > 8 * BEYOND
