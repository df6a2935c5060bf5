"""Areas, people, access and equity: figures worked out by hand, and the same people counted from any kind of file."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from helpers.public_data import KOTA_SERANG
from helpers.towns import feature, home, lonlat, placed, sites_at, status, told
from rba_audit.cli import main
from rba_audit.coverage import (
    area_rows,
    areas_of,
    cell_features,
    compute_coverage,
    csv_text,
    features,
    population_in,
    read_population,
    total_row,
    worst_first,
)
from rba_audit.coverage.clipping import clip_to_grid
from rba_audit.coverage.equity import equity, gini, worst_served
from rba_audit.errors import EvidenceError, RbaError, SiteError, StandardError
from rba_audit.geometry import area_m2
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.resources import sample_sites, standards_dir
from rba_audit.sites import sites_from_features
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.coverage import read_coverage


def area(code, west, south, east, north, name="Sukawana"):
    return feature(shapely.box(west, south, east, north), layer="boundary", code=code, name=name)


def named(found):
    return {(row.level, row.code): row for row in area_rows(found)}


# --- areas -----------------------------------------------------------------------------------------------------------

TWO = (area("36.73.01.1008", 0, 0, 200, 100), area("36.73.04.1007", 150, 0, 400, 100))


def test_ground_in_two_areas_belongs_to_the_lower_code_and_that_is_said():
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(*reversed(TWO)))

    assert [round(row.total, -1) for row in area_rows(found)[:2]] == [20000, 20000]
    assert round(found.areas.overlap_m2, -1) == 5000
    assert "1 areas overlap an area of a lower code, by 5,0" in told(found)


def test_a_child_in_two_areas_belongs_to_the_lower_code_and_that_is_said():
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(*TWO, home(170, 50, 7), home(300, 50, 2)))

    assert [row.total for row in area_rows(found)[:2]] == [7, 2]
    assert "1 cells lie in two areas; they belong to the lower code." in told(found)


def test_areas_of_one_name_are_kept_apart_by_their_codes_and_added_up_by_them():
    context = placed(*TWO, home(10, 50, 3), home(300, 50, 5), area("36.73.01", 0, 0, 1, 1, "Serang"))
    found = named(compute_coverage(sites_at((0, 50)), status("standard"), context, rule="300m"))

    assert {key: (row.name, row.total, row.covered) for key, row in found.items()} == {
        ("kelurahan", "36.73.01.1008"): ("Sukawana", 3, 3),
        ("kelurahan", "36.73.04.1007"): ("Sukawana", 5, 5),
        ("kecamatan", "36.73.01"): ("Serang", 3, 3),
        ("kecamatan", "36.73.04"): ("", 5, 5),
        ("everything", ""): ("", 8, 8),
    }


def test_codes_without_dots_belong_to_the_kecamatan_that_is_drawn():
    drawn = placed(area("3673010004", 0, 0, 9, 9), area("3673010", 0, 0, 9, 9), area("3674011002", 20, 0, 29, 9))

    assert [upper.code for upper in areas_of(drawn).uppers] == ["3673010", "367401"]


@pytest.mark.public_data
def test_the_kelurahan_of_serang_are_settled_without_losing_ground():
    context = read_context([KOTA_SERANG / "kota_serang_kelurahan.geojson"])
    found = areas_of(context)
    union = area_m2([shapely.union_all(found.given)])[0]
    summed = clip_to_grid(found.shapes, shipped_policies().coverage).area_m2.sum()

    assert len(found) == 67
    assert found.area_m2.sum() == pytest.approx(union, abs=30)
    assert summed == pytest.approx(union, rel=1e-6)
    assert found.overlap_m2 == pytest.approx(102_600, abs=500)
    assert len({upper.code for upper in found.uppers}) == 6


def test_an_area_that_lies_in_one_of_a_lower_code_has_no_ground_left():
    inner = area("36.73.04.1007", 20, 20, 80, 80)
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(TWO[0], inner))

    assert [row.total for row in area_rows(found)][:2] == pytest.approx([20_000, 0], rel=1e-3)


def test_boundaries_without_a_code_count_where_no_other_has_one():
    mixed = areas_of(placed(*TWO, area(None, 0, 0, 9, 9)))
    alone = areas_of(placed(area(None, 0, 0, 9, 9, "Here")))

    assert (len(mixed), mixed.left_out) == (2, 1)
    assert (alone.codes, alone.left_out) == (("Here",), 0)


def test_without_boundary_and_people_the_ground_around_all_places_counts_and_that_is_said():
    found = compute_coverage(sites_at((0, 0)), status("standard"), rule="300m")

    assert [row.level for row in area_rows(found)] == ["everything"]
    assert total_row(found).total == pytest.approx(np.pi * 300**2, rel=0.01)
    assert "one area around all places counts" in told(found)
    assert "the ground counts, whether anybody lives there or not" in told(found)


def test_with_nothing_to_look_at_it_is_refused():
    with pytest.raises(SiteError, match="batas kelurahan atau kecamatan"):
        compute_coverage(sites_at(), status())


def test_a_rule_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(RbaError, match="pu, sni, 300m, 400m, 10min"):
        compute_coverage(sites_at((0, 0)), status("standard"), rule="5km")


# --- people ----------------------------------------------------------------------------------------------------------


def test_points_polygons_and_a_raster_count_the_same_people(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    context = placed(area("36.73.01.1008", -50, -50, 450, 250), area("36.73.04.1007", 450, -50, 900, 250))
    squares = [(x, y, 10 + x // 100 + y) for x in range(0, 900, 100) for y in (0, 100)]
    points = [home(x + 50, y + 50, people) for x, y, people in squares]
    polygons = [
        feature(shapely.box(x, y, x + 100, y + 100), layer="population", children=people) for x, y, people in squares
    ]
    west, south, east, north = shapely.bounds(lonlat(shapely.box(0, 0, 900, 200)))
    path = tmp_path / "people.tif"
    grid = np.array([[10 + x // 100 + y for x in range(0, 900, 100)] for y in (100, 0)], dtype=np.float32)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=9,
        height=2,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        nodata=-1,
        transform=rasterio.Affine((east - west) / 9, 0, west, 0, (south - north) / 2, north),
    ) as raster:
        raster.write(grid, 1)
    found = [
        compute_coverage(sites_at((0, 0)), status("standard"), context, population=population)
        for population in (
            population_in(placed(*points)),
            population_in(placed(*polygons)),
            read_population(path, context, "children"),
        )
    ]

    assert [each.demand.counted for each in found] == ["children"] * 3
    assert [total_row(each).total for each in found] == pytest.approx([sum(people for *_, people in squares)] * 3)
    first, second, third = ([row.total for row in area_rows(each)] for each in found)
    assert second == pytest.approx(first, rel=0.02)
    assert third == pytest.approx(first)


def test_a_raster_is_read_only_where_the_boundaries_are(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    path = tmp_path / "people.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=200,
        count=1,
        dtype="float32",
        crs="EPSG:3857",
        transform=rasterio.Affine(100, 0, 11_800_000, 0, -100, -600_000),
    ) as raster:
        raster.write(np.ones((200, 200), dtype=np.float32), 1)
    whole = read_population(path)
    west, south = shapely.get_coordinates(whole.shapes).min(axis=0)
    small = {
        "type": "Feature",
        "id": None,
        "geometry": shapely.geometry.mapping(shapely.box(west, south, west + 0.01, south + 0.01)),
        "properties": {"layer": "boundary", "code": "36.73.01.1001"},
    }

    assert len(whole.numbers) == 40_000
    assert 100 < len(read_population(path, placed(small)).numbers) < 250
    assert len(read_population(path, placed(*TWO)).numbers) == 0


def test_a_raster_without_its_part_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("rba_audit.coverage.rasters.find_spec", lambda _name: None)

    with pytest.raises(EvidenceError, match=r"pip install 'rba-audit\[raster\]'"):
        read_population(tmp_path / "people.tif")


def test_a_file_that_is_no_raster_is_refused(tmp_path):
    pytest.importorskip("rasterio")
    path = tmp_path / "people.tif"
    path.write_text("no raster", encoding="utf-8")

    with pytest.raises(EvidenceError, match="GeoTIFF"):
        read_population(path)


def test_children_are_counted_before_people_and_what_states_none_is_said():
    people = feature(shapely.Point(0, 0), layer="population", population=500)
    both = feature(shapely.Point(0, 0), layer="population", population=500, children=90)
    found = [
        compute_coverage(sites_at((0, 0)), status("standard"), placed(*made)) for made in ([people], [people, both])
    ]

    assert [(each.demand.counted, total_row(each).total) for each in found] == [("people", 500), ("children", 90)]
    assert "No children are counted in the data, so all people are." in told(found[0])
    assert "1 features of the population state no usable number" in told(found[1])


def test_people_outside_every_area_are_in_no_figure_and_that_is_said():
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(*TWO, home(10, 10, 3), home(900, 900, 4)))

    assert total_row(found).total == 3
    assert "4 children are outside every area and in no figure." in told(found)


def test_a_population_file_that_states_nothing_is_refused(tmp_path):
    path = tmp_path / "people.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(shapely.Point(0, 0), "a")]}))

    with pytest.raises(EvidenceError, match="penduduk"):
        read_population(path)


# --- access and equity -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "weights", "wanted"),
    [
        ([1, 1, 1, 1], [1, 1, 1, 1], 0),
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.25),
        ([4, 1, 3, 2], [1, 1, 1, 1], 0.25),
        ([0, 1], [3, 1], 0.75),
        ([0, 0], [1, 1], None),
    ],
)
def test_the_gini_index_is_as_worked_out_by_hand(values, weights, wanted):
    assert gini(np.array(values, float), np.array(weights, float)) == (wanted and pytest.approx(wanted))


@given(
    cells=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=30).filter(
        lambda cells: any(value for value, _ in cells)
    )
)
def test_the_gini_index_does_not_care_how_people_are_grouped_into_cells(cells):
    values, weights = np.array(cells, float).T
    alone = np.repeat(values, weights.astype(int))

    assert gini(values, weights) == pytest.approx(gini(alone, np.ones(len(alone))), abs=1e-9)


def test_the_worst_served_are_the_lowest_and_those_alike_share_alike():
    worst = worst_served(np.array([5.0, 0.0, 1.0, 1.0]), np.array([10.0, 4.0, 6.0, 20.0]), 0.25)

    # A quarter of 40 is 10: all 4 who have nothing, and 6 of the 26 who have 1.
    assert worst.tolist() == pytest.approx([0, 4, 6 * 6 / 26, 6 * 20 / 26])


def test_the_worst_served_tenth_is_told_by_area():
    policy = shipped_policies().coverage
    found = equity(np.array([0.0, 1.0, 2.0]), np.array([5.0, 45.0, 50.0]), np.array([1, 0, 1]), 2, policy)

    assert found.worst_pct == 10
    assert found.worst_by_area == pytest.approx((5, 5))
    assert found.worst_has_pct == pytest.approx(100 * 5 / 145)
    assert found.without_pct == 5


def test_access_shares_each_place_among_all_whom_it_reaches():
    # Bands end at 99.9, 200.1 and 300 m. One place: 10 children near, 20 in the middle, 30 far, 40 out of reach.
    homes = placed(home(50, 0, 10), home(150, 0, 20), home(250, 0, 30), home(350, 0, 40))
    found = compute_coverage(sites_at((0, 0)), status("standard"), homes, rule="300m")
    wanted = 1 / (10 + 0.68 * 20 + 0.22 * 30)

    assert found.access.supply == "places"
    assert found.access.by_cell.tolist() == pytest.approx([wanted, 0.68 * wanted, 0.22 * wanted, 0])
    assert (found.access.by_cell * found.demand.weights).sum() == pytest.approx(1)


def test_access_is_in_square_metres_where_every_place_that_counts_has_an_outline():
    park = feature(shapely.box(0, 0, 40, 50), "park")
    point = feature(shapely.Point(900, 900), "point")
    sites = sites_from_features([park, point], "a test")
    found = [
        compute_coverage(sites, status("standard", other), placed(home(20, 20, 4)), rule="300m").access
        for other in ("non_standard", "standard")
    ]

    assert [each.supply for each in found] == ["area", "places"]
    assert found[0].by_cell.tolist() == pytest.approx([500], rel=1e-3)


# --- tables ----------------------------------------------------------------------------------------------------------


def test_the_table_and_the_layers_say_the_same_and_how_it_was_found():
    context = placed(*TWO, home(10, 50, 3), home(390, 50, 5))
    found = compute_coverage(sites_at((0, 50)), status("standard"), context, rule="300m")
    lines = list(csv.DictReader(io.StringIO(csv_text(found))))
    areas, cells = list(features(found)), list(cell_features(found))

    assert [line["code"] for line in lines] == ["36.73.01.1008", "36.73.04.1007", "36.73.01", "36.73.04", ""]
    assert (lines[-1]["covered"], lines[-1]["not_covered"], lines[-1]["covered_pct_low"]) == ("3.0", "5.0", "37.5")
    assert {line["rule"] + line["counting"] + line["along"] for line in lines} == {"300mstandardstraight"}
    assert [each["properties"]["covered"] for each in areas] == [float(line["covered"]) for line in lines]
    assert [each["properties"]["answer"] for each in cells] == ["covered", "not_covered"]
    assert [each["properties"]["nearest"] for each in cells] == ["site-0", None]
    assert [row.code for row in worst_first(found)] == ["36.73.04.1007", "36.73.01.1008"]
    assert json.dumps([*areas, *cells], allow_nan=False)


def test_a_name_that_a_spreadsheet_would_calculate_is_kept_from_it():
    context = placed(area("36.73.01.1008", 0, 0, 9, 9, "=1+1"))

    assert ",'=1+1," in csv_text(compute_coverage(sites_at((0, 0)), status("standard"), context))


# --- rules -----------------------------------------------------------------------------------------------------------


def test_ten_minutes_are_as_far_as_the_stated_speed_takes():
    policy = shipped_policies().coverage
    assert policy.rule("10min").metres == pytest.approx(policy.walking_km_h.value * 1000 / 6)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('default = "pu"', 'default = "near"', "'default' is 'near'"),
        ("metres = 300", "metres = 300\nminutes = 5", "one of 'class', 'metres' and 'minutes'"),
        ("metres = 300", "metres = -300", "greater than zero"),
        ("class = { rt = 300, rw = 1000 }", "class = {}", "'class' names no scale"),
        ('sources = ["SDG"]', 'sources = ["SDG9"]', "'sources' is 'SDG9'"),
        ('name = "sni"', 'name = "pu"', "the same name"),
        ("up_to = 0.667", "up_to = 0.1", "must reach farther one by one"),
        ("cell_m = 100", "cell_m = 100\ncel = 1", "'cel' is not known"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_earns_its_sentence(tmp_path, old, new, sentence):
    text = (standards_dir() / "coverage.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "coverage.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(StandardError) as fault:
        read_coverage(path)

    with using_language("en"):
        assert sentence in str(fault.value)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.public_data
@pytest.mark.slow
def test_the_command_prints_the_headline_and_writes_three_files(capsys, tmp_path):
    context = ["--context", str(KOTA_SERANG / "kota_serang_kelurahan.geojson")]
    words = ["coverage", str(sample_sites()), *context, "--out", str(tmp_path), "--lang", "en"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert main([*words, "--format", "json", "--rule", "400m", "--count", "any"]) == 0
    summary = json.loads(capsys.readouterr().out)

    assert "have a standard place within reach, in a straight line" in text
    assert "Worst-served areas" in text
    assert "kelurahan,36.73.01.1008,Sukawana," in (tmp_path / "coverage.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "coverage-cells.geojson",
        "coverage.csv",
        "coverage.geojson",
        "coverage.html",
    ]
    assert (summary["rule"], summary["counting"], summary["counted"]) == ("400m", "any", "area")
    assert summary["covered"] + summary["perhaps"] + summary["not_covered"] == pytest.approx(summary["total"], abs=1)
    assert len(summary["areas"]) == 67 + 6 + 1


def test_the_command_refuses_a_population_it_cannot_read_with_one_sentence(capsys, tmp_path):
    missing = tmp_path / "nothing.tif"
    pytest.importorskip("rasterio")
    assert main(["coverage", str(sample_sites()), "--population", str(missing), "--lang", "en"]) == 1

    assert capsys.readouterr().err.strip().splitlines()[-1].startswith(f"rba-audit: {missing}: there is no such file")
