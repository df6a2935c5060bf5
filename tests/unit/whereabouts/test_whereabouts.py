"""Whether a site can lie where it is said to lie: each check just inside and just outside its tolerance."""

import json
import re
import tomllib

import pytest
import shapely
from shapely.geometry import mapping

from helpers.positions import (
    CONTEXT,
    EAST,
    HOME,
    NEXT,
    OVERLAP,
    WEST,
    area,
    candidates,
    feature,
    ground,
    point,
    serang,
    sites,
    square,
)
from helpers.public_data import KOTA_SERANG
from rba_audit.cli import main
from rba_audit.errors import StandardError
from rba_audit.geometry import shape_array
from rba_audit.layers import ContextFeature, read_context
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.resources import standards_dir
from rba_audit.sites import Sites, site_of
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.whereabouts import read_whereabouts
from rba_audit.whereabouts import assign_boundary, boundaries_of, position_doubts


@pytest.fixture(autouse=True)
def spoken_english():
    with using_language("en"):
        yield


def rules(*features, context=CONTEXT, previous=None):
    return [
        (doubt.site, doubt.rule)
        for doubt in position_doubts(
            sites(*features), context, {id: site_of(id, document) for id, document in (previous or {}).items()}
        )
    ]


# --- nothing is doubted where nothing is known


@pytest.mark.parametrize("context", [(), CONTEXT], ids=["no boundaries", "boundaries"])
def test_a_site_without_a_geometry_is_never_doubted(context):
    assert rules(feature("a", None, kelurahan_code=HOME), feature("b", None), context=context) == []


def test_without_boundaries_a_site_is_outside_nothing():
    assert rules(feature("a", point(-900, 3), kelurahan_code=HOME), context=()) == []


def test_a_site_that_states_no_code_is_outside_nothing():
    assert rules(feature("a", point(-900, 3)), feature("b", point(9000, 9000))) == []


def test_a_code_that_no_boundary_has_is_held_against_nothing():
    assert rules(feature("a", point(-900, 3), kelurahan_code="31.71.01.1001")) == []


def test_a_boundary_that_cannot_be_drawn_bounds_nothing():
    line = ground(shapely.LineString([(0, 0), (5, 5)]))
    broken = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": "?"}}
    context = (
        area(HOME, "Kota Baru", line),
        ContextFeature("boundary", "Kota Baru", HOME, broken),
        ContextFeature("railway", "", HOME, {}),
    )

    assert rules(feature("a", point(-900, 3), kelurahan_code=HOME), context=context) == []


# --- outside the kelurahan it states


@pytest.mark.parametrize(("metres", "doubted"), [(49.9, False), (50.1, True)])
def test_a_site_is_outside_its_kelurahan_only_beyond_its_accuracy_and_that_of_the_outline(metres, doubted):
    found = rules(feature("a", point(-metres, 3), kelurahan_code=HOME, position_accuracy_m=30))

    assert found == ([("a", "outside_kelurahan")] if doubted else [])


@pytest.mark.parametrize(("metres", "doubted"), [(23.9, False), (24.1, True)])
def test_an_accuracy_that_is_not_stated_is_assumed_and_said(metres, doubted):
    plain = (area(NEXT, "Cipare", WEST.shape), area(HOME, "Kota Baru", EAST.shape))
    found = position_doubts(sites(feature("a", point(-metres, 3), kelurahan_code=HOME)), plain)

    assert [doubt.rule for doubt in found] == (["outside_kelurahan"] if doubted else [])
    if doubted:
        assert "(position ± 13 m assumed, boundary ± 11 m assumed)" in str(found[0])


def test_a_site_outside_its_kelurahan_is_told_with_both_areas_and_how_far():
    [doubt] = position_doubts(sites(feature("a", point(-200, 3), kelurahan_code=HOME, position_accuracy_m=30)), CONTEXT)

    assert str(doubt) == (
        "“a”: it lies in Cipare (36.73.01.1002), 200 m outside Kota Baru (36.73.01.1004) where it is said to be "
        "(position ± 30 m, boundary ± 20 m); correct its position or its kelurahan_code."
    )


def test_a_site_in_no_area_is_told_so():
    [doubt] = position_doubts(sites(feature("a", point(2003, 3), kelurahan_code=HOME)), CONTEXT)

    assert "it lies in no area that is known, 1,000 m outside Kota Baru" in str(doubt)


def test_an_outline_is_outside_only_where_none_of_it_reaches_its_kelurahan():
    assert rules(feature("a", square(-99, 3, 100), kelurahan_code=HOME, position_accuracy_m=0)) == []
    assert rules(feature("a", square(-199, 3, 100), kelurahan_code=HOME, position_accuracy_m=0)) == [
        ("a", "outside_kelurahan")
    ]


@pytest.mark.parametrize("code", ["36.73.01.1004", "3673011004", 3673011004, 3673011004.0, " 36.73.01.1004 "])
def test_codes_are_joined_with_and_without_dots(code):
    assert rules(feature("a", point(-300, 3), kelurahan_code=code)) == [("a", "outside_kelurahan")]
    assert rules(feature("a", point(300, 3), kelurahan_code=code)) == []


def test_the_finest_boundary_that_a_code_begins_with_is_taken():
    kecamatan = area("36.73.01", "Serang", ground(shapely.box(-1003, -511, 1003, 507)))

    assert rules(feature("a", point(-300, 3), kelurahan_code=HOME), context=(kecamatan,)) == []
    assert rules(feature("a", point(-300, 3), kelurahan_code=HOME), context=(kecamatan, *CONTEXT)) == [
        ("a", "outside_kelurahan")
    ]
    assert rules(feature("a", point(-300, 3), kelurahan_code="36.73.01.1999"), context=(kecamatan, *CONTEXT)) == []


def test_names_are_never_joined():
    named = feature("a", point(-300, 3), kelurahan="Kota Baru")

    assert rules(named) == []


# --- on top of each other


@pytest.mark.parametrize(("overlap_m", "doubted"), [(9.9, False), (10.1, True)])
def test_outlines_may_share_a_tenth_of_the_smaller_one(overlap_m, doubted):
    found = position_doubts(sites(feature("a", square(0, 3, 100)), feature("b", square(100 - overlap_m, 3, 100))), ())

    assert [(doubt.site, doubt.rule) for doubt in found] == ([("a", "on_top"), ("b", "on_top")] if doubted else [])
    if doubted:
        assert "its outline and that of “b” share 10 % of the smaller one" in str(found[0]).replace("10.1", "10")


@pytest.mark.parametrize(("metres", "doubted"), [(4.9, True), (5.1, False)])
def test_two_points_a_few_metres_apart_are_doubted_and_no_others(metres, doubted):
    found = rules(feature("a", point(0, 3)), feature("b", point(metres, 3)))

    assert found == ([("a", "on_top"), ("b", "on_top")] if doubted else [])


@pytest.mark.parametrize(("accuracy_m", "doubted"), [(2.1, True), (1.9, False)])
def test_points_that_are_known_well_enough_to_be_told_apart_are_not_doubted(accuracy_m, doubted):
    found = rules(
        feature("a", point(0, 3), position_accuracy_m=accuracy_m),
        feature("b", point(4, 3), position_accuracy_m=accuracy_m),
    )

    assert bool(found) is doubted


def test_a_coarse_position_is_not_on_top_of_what_lies_within_its_accuracy():
    assert rules(*(feature(id, point(55 * at, 3), position_accuracy_m=500) for at, id in enumerate("abc"))) == []


@pytest.mark.parametrize(("east", "doubted"), [(99.9, True), (100.1, False)])
def test_a_point_within_the_outline_of_another_site_is_doubted(east, doubted):
    found = position_doubts(sites(feature("a", square(0, 3, 100)), feature("b", point(east, 50))), ())

    assert [(doubt.site, doubt.others) for doubt in found] == ([("a", ("b",)), ("b", ("a",))] if doubted else [])


def test_a_site_on_top_of_many_names_the_worst_and_counts_the_rest():
    found = position_doubts(
        sites(
            feature("big", square(0, 3, 100)),
            feature("a", square(0, 3, 40)),
            *(feature(str(at), point(60, 13 + 9 * at)) for at in range(3)),
        ),
        (),
    )

    assert "that of “a” share 100 % of the smaller one" in str(found[0])
    assert "and on top of 3 more" in str(found[0])


# --- placeholders


def test_coordinates_used_twice_are_doubted_at_each_site_and_told_once():
    found = position_doubts(sites(*(feature(id, point(1, 3)) for id in "abc"), feature("d", point(90, 3))), CONTEXT)

    assert [(doubt.site, doubt.rule) for doubt in found] == [(id, "shared_coordinates") for id in "abc"]
    assert "exactly those of “b” and of 1 more" in str(found[0])


@pytest.mark.parametrize(("lon", "doubted"), [(0.0, True), (0.00001, False)])
def test_zero_and_zero_is_no_place_and_told_once(lon, doubted):
    found = rules(feature("a", shapely.Point(lon, 0.0), kelurahan_code=HOME), context=())

    assert (found == [("a", "zero_coordinates")]) is doubted


@pytest.mark.parametrize(("metres", "doubted"), [(1.9, True), (2.1, False)])
def test_a_point_in_the_very_middle_of_an_area_is_a_placeholder(metres, doubted):
    found = position_doubts(sites(feature("a", point(501.5 + metres, -2), kelurahan_code=HOME)), CONTEXT)

    assert [doubt.rule for doubt in found] == (["middle_of_area"] if doubted else [])
    if doubted:
        assert "in the middle of Kota Baru (36.73.01.1004)" in str(found[0])


def test_the_middle_that_a_boundary_file_states_is_a_placeholder_too():
    stated = shapely.get_coordinates(point(300, 200))[0]
    east = area(HOME, "Kota Baru", EAST.shape, lng_centroid=float(stated[0]), lat_centroid=float(stated[1]))

    assert rules(feature("a", point(300, 200)), context=(east,)) == [("a", "middle_of_area")]


@pytest.mark.parametrize(
    ("lonlat", "doubted"), [((106.15, -6.12), True), ((106.15, -6.1), True), ((106.151, -6.12), False)]
)
def test_two_decimals_are_a_guess_and_three_are_not(lonlat, doubted):
    assert rules(feature("a", shapely.Point(lonlat)), context=()) == ([("a", "rounded_coordinates")] if doubted else [])


@pytest.mark.parametrize(("accuracy_m", "doubted"), [(781, True), (783, False)])
def test_a_rounded_position_that_says_it_is_no_better_is_not_doubted(accuracy_m, doubted):
    found = rules(feature("a", shapely.Point(106.15, -6.12), position_accuracy_m=accuracy_m), context=())

    assert bool(found) is doubted


# --- exchanged axes and signs


def turned(shape, turn):
    return shapely.transform(shape, lambda pairs: pairs[:, ::-1] if turn == "swapped" else pairs * turn)


@pytest.mark.parametrize(
    ("turn", "rule"), [("swapped", "swapped_axes"), ((1, -1), "latitude_sign"), ((-1, 1), "longitude_sign")]
)
def test_coordinates_that_lie_inside_only_when_turned_are_told_and_nothing_else(turn, rule):
    karlsruhe = area("08.21.2.0", "Karlsruhe", shapely.box(8.2, 48.9, 8.6, 49.1))
    wrong = feature("a", turned(shapely.Point(8.4123, 49.0123), turn), kelurahan_code="08.21.2.0")
    found = position_doubts(sites(wrong, feature("b", shapely.Point(8.4567, 49.0321))), (karlsruhe,))

    assert [(doubt.site, doubt.rule) for doubt in found] == [("a", rule)]
    assert "Karlsruhe (08.21.2.0)" in str(found[0])


def test_a_turn_that_does_not_lead_to_the_stated_area_explains_nothing():
    found = rules(feature("a", turned(point(-300, 3), (1, -1)), kelurahan_code=HOME))

    assert found == [("a", "outside_kelurahan")]


def without_bounds(*shapes):
    """Sites whose coordinates were not checked, as a program may make them."""
    features = tuple(feature(str(at), None) for at in range(len(shapes)))
    return Sites("test", tuple(each["id"] for each in features), features, shape_array(list(shapes)), (), ())


SERANG, JAMBI = shapely.Point(106.1531, -6.1172), shapely.Point(103.6123, -1.6101)


@pytest.mark.parametrize(
    ("others", "doubted"), [((JAMBI,), True), ((JAMBI, shapely.Point(8.4123, 49.0123)), True), ((), False),
                            ((shapely.Point(8.4123, 49.0123),), False)],
)  # fmt: skip
def test_without_boundaries_indonesia_counts_if_the_others_lie_there(others, doubted):
    found = position_doubts(without_bounds(turned(SERANG, "swapped"), *others), ())

    assert [(doubt.site, doubt.rule) for doubt in found] == ([("0", "swapped_axes")] if doubted else [])


def test_a_northern_latitude_within_indonesia_is_left_alone():
    assert position_doubts(without_bounds(turned(JAMBI, (1, -1)), SERANG), ()) == ()


# --- moved


@pytest.mark.parametrize(("metres", "doubted"), [(29.9, False), (30.1, True)])
def test_a_site_that_moved_farther_than_it_says_it_is_known_is_doubted(metres, doubted):
    before = feature("a", point(0, 3), position_accuracy_m=30)
    found = position_doubts(
        sites(feature("a", point(metres, 3), position_accuracy_m=30)), (), {"a": site_of("a", before)}
    )

    assert [doubt.rule for doubt in found] == (["moved"] if doubted else [])
    if doubted:
        assert "it lies 30 m from where it lay before, and its position is known to ± 30 m" in str(found[0])


def test_a_position_that_was_coarse_before_may_be_corrected():
    before = {"a": feature("a", point(0, 3), position_accuracy_m=500)}

    assert rules(feature("a", point(300, 3), position_accuracy_m=5), previous=before) == []


def test_how_far_a_site_moved_is_measured_from_edge_to_edge():
    before = {"a": feature("a", square(0, 3, 100), position_accuracy_m=5)}

    assert rules(feature("a", square(50, 3, 100), position_accuracy_m=5), previous=before) == []
    assert rules(feature("a", square(104, 3, 100), position_accuracy_m=5), previous=before) == []
    assert rules(feature("a", square(106, 3, 100), position_accuracy_m=5), previous=before) == [("a", "moved")]


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": ["?"]}, {"type": "Point"}, 7])
def test_a_site_that_lay_nowhere_before_has_not_moved(geometry):
    assert rules(feature("a", point(0, 3)), previous={"a": {"geometry": geometry, "properties": None}}) == []


def test_the_register_knows_where_a_site_lay_last(tmp_path):
    register = open_register(f"sqlite:///{tmp_path}/register.db")
    here, there, far = point(0, 3), point(50, 3), point(90, 3)
    bench = {**feature("bench", here), "properties": {"part_of": "a", "part": "bench"}}
    for a, b in ((far, None), (there, None), (None, here), (here, here), (here, None)):
        register.import_features([feature("a", a), feature("b", b), feature("c", here, name=str((a, b))), bench])
        bench = {**bench, "geometry": dict(mapping(far))}
    register.import_features([feature("a", here, name="Taman A")])

    assert {id: site.feature for id, site in register.previous_positions().items()} == {"a": feature("a", there)}
    register.close()


# --- a point in two kelurahan


@pytest.mark.parametrize(
    ("stated", "code", "why"),
    [(HOME, HOME, "which its code states"), ("3673011004", HOME, "which its code states"), (NEXT, NEXT, "which its code states"),
     ("", NEXT, "which has the lowest code"), ("36.73.02.1001", NEXT, "which has the lowest code")],
)  # fmt: skip
def test_a_point_in_two_kelurahan_is_settled_by_code_and_said(stated, code, why):
    found = assign_boundary(point(2, 3), boundaries_of(OVERLAP), stated)

    assert found.boundary.code == code
    assert str(found.sentence).startswith("it lies in Cipare (36.73.01.1002), Kota Baru (36.73.01.1004) at once")
    assert str(found.sentence).endswith(why)


def test_a_point_in_one_kelurahan_needs_no_sentence_and_one_in_none_has_no_kelurahan():
    assert assign_boundary(point(50, 3), boundaries_of(OVERLAP), NEXT).boundary.code == HOME
    assert assign_boundary(point(50, 3), boundaries_of(OVERLAP), NEXT).sentence is None
    assert assign_boundary(point(5000, 3), boundaries_of(OVERLAP), NEXT) is None


def test_only_areas_of_the_finest_level_compete():
    kecamatan = area("36.73.01", "Serang", ground(shapely.box(-2000, -600, 2000, 600)))

    assert assign_boundary(point(50, 3), boundaries_of((kecamatan, *OVERLAP)), "").sentence is None


@pytest.mark.public_data
def test_every_overlap_of_real_kelurahan_is_settled_either_way():
    boundaries = boundaries_of(read_context([KOTA_SERANG / "kota_serang_kelurahan.geojson"]))
    one, other = boundaries.tree.query(boundaries.shapes, predicate="overlaps")
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        inside = shapely.intersection(boundaries.shapes[a], boundaries.shapes[b]).point_on_surface()
        codes = [each.code for each in boundaries.around(inside)]

        assert assign_boundary(inside, boundaries, boundaries.all[b].code).boundary is boundaries.all[b]
        assert assign_boundary(inside, boundaries, "").boundary.code == min(codes)
    assert len(one) // 2 >= 110


# --- real sites


@pytest.mark.public_data
@pytest.mark.parametrize("names", [(), ("kelurahan",), ("kelurahan", "kecamatan", "batas")])
def test_no_real_candidate_of_kota_serang_is_doubted(names):
    assert position_doubts(sites(*candidates()), serang(*names)) == ()


@pytest.mark.public_data
def test_a_real_candidate_that_is_put_into_sukawana_of_the_other_kecamatan_is_told_with_both_codes():
    found = candidates()
    found[0]["properties"]["kelurahan_code"] = "36.73.04.1007"
    [doubt] = position_doubts(sites(*found), serang("kelurahan"))

    assert doubt.site == "KS-01"
    assert "Kota Baru (36.73.01.1004)" in str(doubt)
    assert "Sukawana (36.73.04.1007)" in str(doubt)


@pytest.mark.public_data
def test_no_site_of_the_sample_is_doubted(sample_sites):
    assert position_doubts(sample_sites, serang("kelurahan")) == ()


@pytest.mark.slow
def test_twenty_thousand_sites_that_share_one_place_are_told_one_by_one():
    found = position_doubts(sites(*(feature(str(at), point(1, 3)) for at in range(20_000))), CONTEXT)

    assert len(found) == 20_000


# --- the file of limits


def test_every_limit_says_where_it_is_from():
    limits = shipped_policies().whereabouts
    for each in (limits.position_m, limits.boundary_m, limits.overlap_pct, limits.near_m):
        assert bool(each.sources) is (each.origin != "own_choice")
        assert all(each.note)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 13,", "value = true,", "must be a number"),
        ("value = 13,", "value = -1,", "less than zero"),
        ('origin = "secondary", source', 'origin = "sure", source', "use one of"),
        ('origin = "secondary", source', 'origin = "own_choice", source', "'sources'"),
        ("digits = [2, 4, 6, 10]", "digits = 4", "list of whole numbers"),
        ("[on_top]", "[on_top]\nnaer_m = 4", "near_m"),
        ("west = 94.97\n", "", "'west' is missing"),
    ],
)
def test_a_file_of_limits_that_cannot_be_used_is_refused(tmp_path, old, new, told):
    text = (standards_dir() / "whereabouts.toml").read_text(encoding="utf-8")
    path = tmp_path / "whereabouts.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert tomllib.loads(text) != tomllib.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(StandardError, match=re.escape(told)):
        read_whereabouts(path)


def test_an_audit_tells_doubts_as_notes_and_in_its_summary(tmp_path, capsys):
    path = tmp_path / "sites.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature(str(at), point(1, 3)) for at in range(7)]})
    )
    assert main(["audit", str(path), "--format", "json", "--lang", "en"]) == 0
    printed = capsys.readouterr()

    assert len(json.loads(printed.out)["doubts"]) == 7
    assert printed.err.count("its coordinates are exactly those of") == 5
    assert "note: 2 more like this" in printed.err
