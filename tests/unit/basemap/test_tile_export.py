"""The basemap in a saved map: as many levels as fit, a legend, and where its layers come from."""

import json

import pytest
import shapely

from helpers.ground_features import places
from rba_audit.basemap import build_basemap, credits_of, drawn_credits, saved_tiles
from rba_audit.layers import read_context
from rba_audit.messages import using_language

AROUND = places(
    ({"highway": "residential"}, shapely.LineString([(106.150, -6.120), (106.152, -6.121)])),
    ({"highway": "footway"}, shapely.LineString([(106.150, -6.121), (106.152, -6.122)])),
    ({"natural": "water"}, shapely.box(106.151, -6.122, 106.152, -6.1215)),
    ({"waterway": "stream"}, shapely.LineString([(106.150, -6.122), (106.152, -6.123)])),
)


def test_a_saved_map_has_every_level_that_fits_and_a_legend_without_doubles():
    with using_language("en"):
        saved = json.loads(saved_tiles(build_basemap(AROUND), ["© OpenStreetMap contributors"]))

    assert [level["level"] for level in saved["levels"]] == [12, 14, 16]
    assert [title for _, title in saved["titles"]] == ["Water", "Paths", "Streets"]
    assert saved["credits"] == ["© OpenStreetMap contributors"]
    assert {name.split("/")[0] for name in saved["tiles"]} == {"12", "14", "16"}


def test_levels_that_do_not_fit_are_left_out_from_the_finest_and_the_map_says_so():
    ground = build_basemap(AROUND)
    size = {level: sum(len(ground.text(tile)) for tile in ground.tiles if tile[0] <= level) for level in (12, 14, 16)}
    with using_language("en"):
        all_of_it = json.loads(saved_tiles(ground, most_characters=size[16]))
        less = json.loads(saved_tiles(ground, most_characters=size[16] - 1))

        assert all_of_it["credits"] == []
        assert [level["level"] for level in less["levels"]] == [12, 14]
        assert "left out" in less["credits"][-1]
        none = json.loads(saved_tiles(ground, most_characters=size[12] - 1))
        assert (none["levels"], none["tiles"], none["titles"]) == ([], {}, [])
        assert "left out" in none["credits"][-1]


@pytest.mark.parametrize("context", [[], places(({"layer": "boundary"}, shapely.box(106, -6.2, 106.3, -6)))])
def test_where_nothing_but_boundaries_is_given_there_is_no_basemap(context):
    assert saved_tiles(build_basemap(context)) == ""


def written(folder, name, properties, **members):
    path = folder / name
    geometry = {"type": "LineString", "coordinates": [[106.15, -6.12], [106.16, -6.13]]}
    feature = {"type": "Feature", "id": "a", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": [feature]}))
    return path


def test_a_file_that_states_its_source_is_named_by_it_and_another_by_its_name(tmp_path):
    context = read_context(
        [
            written(
                tmp_path, "a.geojson", {"highway": "path"}, attribution="© OpenStreetMap contributors", licence="ODbL"
            ),
            written(tmp_path, "b.geojson", {"waterway": "river", "source": "survey"}),
            written(tmp_path, "c.geojson", {"layer": "railway", "source": "PT KAI 2024"}),
            written(tmp_path, "d.geojson", {"amenity": "toilets"}, attribution="not drawn"),
        ]
    )
    with using_language("en"):
        assert drawn_credits(context) == (
            "© OpenStreetMap contributors, ODbL",
            "PT KAI 2024",
            "b.geojson (source not stated in the file)",
        )
        assert credits_of(context, name_files=False)[-1] == "not drawn"
