"""Which shade an area gets, what is hatched, and what the map of areas carries."""

import base64
import hashlib
import re
from itertools import pairwise

import pytest

from rba_audit.errors import RbaError
from rba_audit.maps import coverage_map
from rba_audit.maps.area_layer import HATCH, OUTLINES, RAMP, number_words, percent_words, shaded_areas
from rba_audit.messages import using_language

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(3)</script>"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.1, -6.2], [106.2, -6.2], [106.2, -6.1], [106.1, -6.1], [106.1, -6.2]]],
}


@pytest.fixture(autouse=True)
def _in_english():
    with using_language("en"):
        yield


def area(name="Cipare", *, covered=0, perhaps=0, not_covered=0, counted="children", counting="standard", **others):
    properties = {
        "name": name,
        "code": name,
        "level": "kelurahan",
        "counted": counted,
        "counting": counting,
        "total": covered + perhaps + not_covered,
        "covered": covered,
        "perhaps": perhaps,
        "not_covered": not_covered,
    }
    return {"type": "Feature", "id": name, "geometry": SQUARE, "properties": {**properties, **others}}


def shades(*areas, measure=None):
    return [each["shade"] for each in shaded_areas(areas, measure).data["areas"]]


def test_more_children_without_a_place_are_darker():
    found = shades(*(area(str(number), not_covered=number) for number in (50, 150, 250, 350, 500)))

    assert found == [[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]]


@pytest.mark.parametrize(("number", "shade"), [(99, 0), (100, 0), (101, 1)])
def test_a_number_on_a_bound_belongs_to_the_lighter_shade(number, shade):
    assert shades(area("a", not_covered=number), area("b", not_covered=500))[0] == [shade, shade]


def test_what_is_not_known_is_hatched_where_it_could_make_an_area_darker():
    certain, doubtful, most = (
        area("a", not_covered=150, perhaps=20, covered=30),
        area("b", not_covered=150, perhaps=200),
        area("c", not_covered=500),
    )

    assert shades(certain, doubtful, most) == [[1, 1], [1, 3], [4, 4]]
    assert shaded_areas([certain, most]).perhaps is False
    assert shaded_areas([certain, doubtful, most]).perhaps is True


def test_an_area_where_nobody_lives_has_no_shade():
    found = shaded_areas([area("a"), area("b", not_covered=5)])

    assert found.data["areas"][0]["shade"] is None
    assert found.nobody


def test_shares_end_at_all_and_are_coarse_where_some_area_is_well_served():
    labels = [shade.label for shade in shaded_areas([area("a", covered=90, not_covered=10)], "share").shades]

    assert labels == ["0–20 %", "20–40 %", "40–60 %", "60–80 %", "80–100 %"]


def test_shares_are_finer_where_no_area_is_well_served():
    labels = [shade.label for shade in shaded_areas([area("a", covered=5, not_covered=95)], "share").shades]

    assert labels == ["90–92 %", "92–94 %", "94–96 %", "96–98 %", "98–100 %"]


def test_ground_is_shown_as_a_share_and_children_as_a_number():
    ground = shaded_areas([area(not_covered=3_000_000, covered=1_000_000, counted="area")])
    children = shaded_areas([area(not_covered=3_000, covered=1_000)])

    assert ground.data["areas"][0]["figure"] == "75 %"
    assert children.data["areas"][0]["figure"] == "3,000"


def test_a_map_without_areas_shades_nothing():
    assert shaded_areas([{**area(), "geometry": None}]).data["areas"] == []


def test_figures_of_another_kind_are_refused():
    with pytest.raises(RbaError, match="counted"):
        shaded_areas([area(counted="votes", not_covered=1)])


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0, 0, "0 %"), (100, 100, "100 %"), (99.97, 100, "99.9–100 %"), (0.01, 0.4, "0.1–0.4 %"), (20, 34.4, "20–34 %")],
)
def test_a_percentage_is_never_rounded_to_none_or_all(low, high, words):
    assert percent_words(low, high) == words


def test_ground_is_told_in_square_kilometres():
    assert number_words(26_100_000, "area") == "26.1 km²"
    assert number_words(12_300, "children") == "12,300"


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_each_shade_is_darker_than_the_last_and_its_hatching_and_an_outline_stand_out():
    assert all(contrast(one, next_one) >= 1.35 for one, next_one in pairwise(RAMP))
    assert [luminance(each) for each in RAMP] == sorted((luminance(each) for each in RAMP), reverse=True)
    assert all(contrast(shade, line) >= 3 for shade, line in zip(RAMP, HATCH, strict=True))
    assert all(max(contrast(shade, line) for line in OUTLINES) >= 3 for shade in RAMP)


def test_the_map_of_areas_brings_its_script_and_the_other_map_does_not(findings):
    drawn = coverage_map(findings, [area(not_covered=5)])

    assert "map/coverage.js" in drawn.scripts
    assert "rbaMap.coverage(" in drawn.script
    assert (
        drawn.script.index("rbaMap.ground(")
        < drawn.script.index("rbaMap.coverage(")
        < drawn.script.index("rbaMap.sites(")
    )


def test_a_saved_map_of_areas_names_everything_in_it_in_its_policy(findings):
    html = coverage_map(findings, [area(HOSTILE, not_covered=5, within=HOSTILE)], subtitle=HOSTILE).html()
    inline = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, re.DOTALL)

    allowed = set(re.findall(r"sha256-([^&']*)", re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]))
    assert {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline} == allowed
    assert "<img src=x" not in html


def test_the_legend_says_what_is_counted_in_words_beside_the_colours(findings):
    frame = str(coverage_map(findings, [area(not_covered=5, counting="nearly")]).frame)

    assert "Children without a place within reach" in frame
    assert "Standard and nearly standard places count." in frame
    assert frame.count('class="rba-swatch"') == 5
