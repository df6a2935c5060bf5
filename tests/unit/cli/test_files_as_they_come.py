"""What the command line says of files as people have them: refused whole, with ids of other places, with columns not read."""

import json
import re

import pytest

from helpers.public_data import SHARED
from rba_audit.cli import main

CASES = SHARED / "cases"


def run(capsys, *words, code=0):
    assert main([*map(str, words), "--lang", "en"]) == code
    return capsys.readouterr()


def written(folder, *features, name="sites.geojson"):
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def place(id, east=0.0, **properties):
    geometry = {"type": "Point", "coordinates": [106.15 + east, -6.11234]}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": properties}


@pytest.fixture
def register(tmp_path):
    return f"sqlite:///{tmp_path / 'register.db'}"


def taken(capsys, register, file, *words, code=0):
    return run(capsys, "register", "import", file, "--register", register, *words, code=code)


def test_a_file_of_which_everything_is_refused_is_a_failure(capsys, tmp_path):
    file = written(tmp_path, {"type": "Feature", "id": "a", "geometry": {"type": "Point"}, "properties": {}})

    for words in (["audit", file, "--out", tmp_path / "out"], ["register", "import", file]):
        said = run(capsys, *words, code=1)
        assert said.err.count("not one site could be taken") == 1
        assert "refused (1)" in said.err
        assert not said.out
    assert not (tmp_path / "out").exists()


def test_an_empty_file_is_none(capsys, tmp_path):
    run(capsys, "audit", written(tmp_path))


def test_a_file_with_one_good_site_is_none(capsys, tmp_path):
    broken = {"type": "Feature", "id": "b", "geometry": {"type": "Point"}, "properties": {}}

    run(capsys, "audit", written(tmp_path, place("a", name="A"), broken))


def test_a_file_that_changes_nothing_is_no_failure(capsys, tmp_path, register):
    file = written(tmp_path, place("a", name="A"))
    taken(capsys, register, file)

    assert "0 new, 0 changed, 1 as they were" in taken(capsys, register, file).out


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ({"name": "Melati"}, {"name": "Kenanga", "east": 0.01}, True),
        ({"name": "Melati"}, {"name": "Kenanga", "east": 0.0005}, False),  # renamed, and 55 m corrected
        ({"name": "Melati"}, {"name": "Kenanga"}, False),
        ({"name": "Melati"}, {"name": "MELATI ", "east": 0.01}, False),  # moved, which a doubt tells of
        ({"name": "Melati"}, {"name": "Melati", "LOK-03": 100}, False),
        ({"name": "Melati"}, {"east": 0.01}, True),
        ({}, {"east": 0.01}, True),
        ({}, {"east": 0.0005}, False),
        ({"NAMA": "Melati"}, {"NAMA": "Kenanga", "east": 0.01}, True),
        ({"NAMA": "Melati"}, {"NAMA": "Melati", "east": 0.01}, False),
        ({"name": "Melati", "position_accuracy_m": 2000}, {"name": "Kenanga", "east": 0.01}, False),
        ({"name": "Melati"}, {"name": "Kenanga", "east": 0.01, "position_accuracy_m": "±2000 m"}, False),
        ({"name": "Melati"}, {"name": "Kenanga", "east": 0.01, "position_accuracy_m": "GPS 2000"}, True),
    ],
)
def test_another_place_under_a_known_id_is_left_and_an_edited_one_is_not(
    capsys, tmp_path, register, before, after, left
):
    taken(capsys, register, written(tmp_path, place("0", **before), place("9", 0.1, name="Lain")))
    file = written(tmp_path, place("0", **after), place("new", 0.2, name="Baru"))

    said = taken(capsys, register, file)

    assert ("--replace" in said.err) == left
    exported = tmp_path / "out.geojson"
    run(capsys, "register", "export", exported, "--register", register)
    features = json.loads(exported.read_text())["features"]
    assert [each["id"] for each in features] == ["0", "9", "new"]
    assert ("1 new, 0 changed" in said.out) == left


def test_it_says_both_names_and_the_distance_and_yields_to_who_insists(capsys, tmp_path, register):
    back = written(tmp_path, place("0", name="Melati"), name="before.geojson")
    taken(capsys, register, back)
    file = written(tmp_path, place("0", 0.01, name="Kenanga"))

    said = taken(capsys, register, file, code=1).err
    assert "“0”: “Melati” would become “Kenanga”, 1,107 m away" in said
    assert "0 new, 1 changed" in taken(capsys, register, file, "--take", "0").out
    assert "0 new, 1 changed" in taken(capsys, register, back, "--replace").out


def test_places_that_nobody_located_are_told_apart_by_name(capsys, tmp_path, register):
    taken(capsys, register, written(tmp_path, {**place("0", name="Melati"), "geometry": None}))

    same = written(tmp_path, {**place("0", name="melati", kind="rth"), "geometry": None})
    taken(capsys, register, same)
    other = written(tmp_path, {**place("0", name="Kenanga"), "geometry": None})
    assert "“melati” would become “Kenanga”;" in taken(capsys, register, other, code=1).err


def test_a_site_does_not_become_a_part_nor_a_part_a_site(capsys, tmp_path, register):
    lamp = place("1", part="lamp", part_of="0")
    taken(capsys, register, written(tmp_path, place("0", name="Melati"), lamp))

    turned = written(tmp_path, place("1", name="Melati"), place("0", part="lamp", part_of="1"))
    said = taken(capsys, register, turned, code=1).err
    assert "“1”: a part would become a site" in said
    assert "“0”: a site would become a part" in said


def test_a_place_without_an_id_that_was_edited_is_told(capsys, tmp_path, register):
    edited = [{key: value for key, value in place("", LUAS=area).items() if key != "id"} for area in (1200, 1250)]
    taken(capsys, register, written(tmp_path, edited[0]))

    assert "lies exactly where" in taken(capsys, register, written(tmp_path, edited[1]), code=1).err


# The files that showed it first.


@pytest.mark.public_data
@pytest.mark.parametrize("name", ["bytes-latin1", "crs-utm-unlabelled"])
def test_the_given_files_that_are_refused_whole_are_failures(capsys, name):
    run(capsys, "audit", CASES / "all-refused-exit-0" / f"{name}.geojson", code=1)


@pytest.mark.public_data
def test_the_given_second_file_with_the_same_row_numbers_replaces_nothing(capsys, register):
    files = [CASES / "ids" / f"second-file-same-row-numbers-{each}.geojson" for each in "ab"]
    taken(capsys, register, files[0])

    assert taken(capsys, register, files[1], code=1).err.count("Lapangan Kenanga") == 3
    assert "0 new, 3 changed" in taken(capsys, register, files[1], "--replace").out


@pytest.mark.public_data
def test_the_given_place_that_was_edited_is_not_doubled_silently(capsys, register):
    for each, code in (("before", 0), ("after", 1)):
        said = taken(capsys, register, CASES / "ids" / f"edited-in-qgis-{each}.geojson", code=code)
    assert "lies exactly where" in said.err
    assert "0 new, 0 changed" in said.out


# Ids.


def without_id(**properties):
    return {**{key: value for key, value in place("").items() if key != "id"}, "properties": properties}


@pytest.mark.parametrize("key", ["OBJECTID", "fid", "FID_Spielplatz", "ID", "gid", "PROPID", "Nr", "globalid", "Kode"])
def test_a_column_that_differs_everywhere_is_the_id_unless_it_counts_the_rows_and_both_are_told(capsys, tmp_path, key):
    counted = written(tmp_path, *(without_id(**{key: at, "LUAS": 10 * at}) for at in range(3)))
    assert f"note: column “{key}” stays as it is: it counts the rows" in run(capsys, "audit", counted).err

    coded = written(tmp_path, *(without_id(**{key: f"TMN-{7 * at}", "LUAS": 10 * at}) for at in range(3)))
    assert f"note: column “{key}” → id: every row has another value" in run(capsys, "audit", coded).err


@pytest.mark.parametrize("values", [[1, 1, 2], [1, None, 3], ["a", "", "b"]])
def test_a_column_that_does_not_differ_everywhere_would_not_serve(capsys, tmp_path, values):
    file = written(tmp_path, *(without_id(OBJECTID=value, LUAS=at) for at, value in enumerate(values)))

    said = run(capsys, "audit", file).err

    assert "“OBJECTID” → id" not in said
    assert "the feature has no id" in said


def test_an_id_that_is_the_same_everywhere_is_told_with_the_column_that_would_serve(capsys, tmp_path):
    file = written(tmp_path, *(without_id(id=0, OBJECTID=at) for at in range(5)))

    said = run(capsys, "audit", file).err

    assert "column “id” stays as it is: it has 1 different values in 5 rows" in said
    assert "column “OBJECTID” stays as it is: it counts the rows" in said


def test_a_column_that_tells_places_apart_is_their_id_and_another_can_be_chosen(capsys, tmp_path):
    file = written(tmp_path, *(without_id(id=0, KODE=f"K-{at}", PROPID=40 + 3 * at) for at in range(5)))

    said = run(capsys, "audit", file, "--format", "json")
    assert "column “KODE” → id: every row has another value" in said.err
    assert {"column": "KODE", "target": "id", "guessed": True} in json.loads(said.out)["columns"]
    assert "K-3 (K-3)" in run(capsys, "explain", file, "K-3", "MAN-06").out
    assert "46 (46)" in run(capsys, "explain", file, "46", "MAN-06", "--id", "PROPID").out
    assert "the file has no column “NR”" in run(capsys, "audit", file, "--id", "NR", code=1).err


def test_rows_that_are_identical_are_called_so(capsys, tmp_path):
    file = written(tmp_path, without_id(Name="Kembar"), without_id(Name="Kembar"))

    said = run(capsys, "audit", file).err

    assert "the feature is identical to the one at line 1" in said
    assert "is taken by" not in said


@pytest.mark.public_data
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("id-column-all-same", ["1 different values in 5 rows", "“OBJECTID” stays as it is: it counts the rows"]),
        (
            "id-in-other-columns",
            [
                "“KODE” → id: ",
                *(f"“{key}”" for key in ("OBJECTID", "fid", "gid", "globalid", "_uuid", "osm_id", "full_id")),
            ],
        ),
        ("identical-rows-without-id", ["identical to the one at line 4"]),
        ("id-number-and-text", ["the id “30” is taken"]),
        ("id-some-null", ["the feature has no id"]),
        ("id-slash-percent-unicode", []),
    ],
)
def test_the_given_files_with_odd_ids_are_told_the_truth(capsys, name, words):
    said = run(capsys, "audit", CASES / "ids" / f"{name}.geojson").err

    assert all(each in said for each in words)


# Keys that resemble what is read.


@pytest.mark.parametrize(
    ("properties", "key", "known"),
    [
        ({"MAN_06": "yes"}, "MAN_06", "MAN-06"),
        ({"man-06": "yes"}, "man-06", "MAN-06"),
        ({"MAN06": "yes"}, "MAN06", "MAN-06"),
        ({"MAN-6": "yes"}, "MAN-6", "MAN-06"),
        ({"MAN 06": "yes"}, "MAN 06", "MAN-06"),
        ({"MAN-06 ": "yes"}, "MAN-06", "MAN-06"),
        ({"group/MAN-06": "yes"}, "group/MAN-06", "MAN-06"),
        ({"a/b/man_06": "yes"}, "a/b/man_06", "MAN-06"),
        ({"MAN-06. Apakah ada papan?": "yes"}, "MAN-06. Apakah ada papan?", "MAN-06"),
        ({"mud_04_width": 120}, "mud_04_width", "MUD-04.width"),
        ({"MUD-04.WIDTH": 120}, "MUD-04.WIDTH", "MUD-04.width"),
        ({"Typology": "rth"}, "Typology", "typology"),
        ({"Scale": "rw"}, "Scale", "scale"),
        ({"HAS_RAMP": "yes"}, "HAS_RAMP", "has_ramp"),
        ({"Kind": "rth"}, "Kind", "kind"),
        ({"Part_Of": "x"}, "Part_Of", "part_of"),
        ({"grup": {"MAN-06": "yes"}}, "grup.MAN-06", "MAN-06"),
        ({"MAN": {"06": "yes"}}, "MAN.06", "MAN-06"),
        ({"alat": [{"has_swing": "yes"}]}, "alat.has_swing", "has_swing"),
    ],
)
def test_a_key_that_resembles_what_is_asked_is_read_and_told(capsys, tmp_path, properties, key, known):
    file = written(tmp_path, place("a", name="A", **properties), place("b", 0.1, name="B", **properties))
    said = run(capsys, "audit", file)

    if key in ("Part_Of", "alat.has_swing"):  # in a list, and what makes a part of a site: these are only told
        assert f"“{key}” (2×) resembles {known} and is not read" in said.err
    else:
        assert f"column “{key}” → {known}: it is another spelling of {known}" in said.err
        assert "resembles" not in said.err
        assert "not asked" not in said.err
    answered = known not in ("typology", "scale", "has_ramp", "kind", "part_of", "has_swing")
    assert ("      0  Not audited yet (not_audited)" in said.out) == answered


def test_keys_that_say_different_things_are_told_and_not_read(capsys, tmp_path):
    said = run(capsys, "audit", written(tmp_path, place("a", name="A", MAN_06="yes", MAN06="no"))).err

    assert "column “MAN_06” stays as it is: it seems to be MAN-06, and so does “MAN06”" in said
    assert said.count("resembles MAN-06 and is not read") == 2


def test_a_key_beside_what_it_resembles_is_never_read_over_it(capsys, tmp_path):
    file = written(tmp_path, place("a", name="A", MAN_06="yes", **{"MAN-06": "no"}))

    assert "it seems to be MAN-06, and so does “MAN-06”, which says something else" in run(capsys, "audit", file).err
    assert "no" in run(capsys, "explain", file, "a", "MAN-06").out


@pytest.mark.parametrize(
    "properties",
    [
        {"MAN-06": "yes"},
        {"typology": "rth"},
        {"MAN-06.reason": "x"},
        {"kind": "rth"},
        {"luas": 3},
        {"LOK-99": "yes"},
        {"06": 1},
    ],
)
def test_what_is_read_or_resembles_nothing_is_not_told_of(capsys, tmp_path, properties):
    assert "resembles" not in run(capsys, "audit", written(tmp_path, place("a", name="A", **properties))).err


def test_every_such_key_is_told_also_in_the_summary_and_at_the_import(capsys, tmp_path, register):
    keys = ["MAN_06", "man-06", "MAN06", "MAN-6", "g/MAN-06", "h/MAN-06", "HAS_RAMP", "has ramp"]
    file = written(tmp_path, place("a", name="A", **dict.fromkeys(keys, "yes")))

    assert run(capsys, "audit", file).err.count("it is another spelling of") == len(keys)
    columns = json.loads(run(capsys, "audit", file, "--format", "json").out)["columns"]
    assert [use["column"] for use in columns if use["target"]] == keys
    assert taken(capsys, register, file).err.count("it is another spelling of") == len(keys)


@pytest.mark.parametrize("key", ["nama", "Name", "NAMOBJ", "nama_taman", "nm_taman", "name:id", "title", "group/name"])
def test_a_name_under_another_key_is_read_and_told(capsys, tmp_path, key):
    said = run(capsys, "explain", written(tmp_path, place("a", **{key: "Taman Sari"})), "a", "MAN-06")

    assert f"column “{key}” → name: " in said.err
    assert "Taman Sari (a)" in said.out


def test_a_file_without_names_says_so_and_one_with_names_does_not(capsys, tmp_path):
    assert "no site has a “name”" in run(capsys, "audit", written(tmp_path, place("a", luas=3))).err
    assert "“name”" not in run(capsys, "audit", written(tmp_path, place("a", name="A", NAMOBJ="B"))).err


@pytest.mark.public_data
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        (
            "answer-near-miss-keys",
            [
                "MAN_06",
                "LOK_05_fence",
                "man-06",
                "Manajemen/MAN-06",
                "MAN-06",
                "MAN06",
                "MAN-6",
                "MAN-06. Apakah ada papan?",
            ],
        ),
        ("kobo-group-prefix", ["manajemen/MAN-06", "lokasi/LOK-03"]),
        ("nested-kobo", ["grup.MAN-06", "MAN.06"]),
    ],
)
def test_no_answer_of_the_given_files_is_lost_silently(capsys, name, keys):
    said = run(capsys, "audit", CASES / "answers-lost-silently" / f"{name}.geojson").err

    assert [key for key in keys if f"column “{key}” → " not in said] == []


@pytest.mark.public_data
def test_the_given_names_in_other_columns_are_told(capsys):
    said = run(capsys, "audit", CASES / "names-unread" / "name-in-indonesian-columns.geojson").err

    for key in ("nama", "Nama", "NAMA", "NAMOBJ", "nama_taman", "Name", "NAME", "nm_taman", "name:id", "title"):
        assert f"“{key}”" in said


# Names, geometries and longitudes.


@pytest.mark.parametrize(
    ("name", "title", "is_told"),
    [
        ("Taman Sari", "Taman Sari", False),
        ("Taman\x00Sari", "Taman Sari", False),
        (123, "123", False),
        (0, "0", False),
        (["a", "b"], "a, b", False),
        (True, "s", True),
        (False, "s", True),
        ({"id": "Taman", "en": "Park"}, "s", True),
        ([], "s", False),
        (None, "s", False),
    ],
)
def test_a_name_is_shown_as_text_or_not_at_all(capsys, tmp_path, name, title, is_told):
    said = run(capsys, "audit", written(tmp_path, place("s", name=name)), "--out", tmp_path / "out")

    with (tmp_path / "out" / "map.html").open(encoding="utf-8") as page:
        assert f'"name": "{title}"' in page.read()
    assert ("“name” is no text (1×)" in said.err) == is_told


def test_outlines_against_the_right_hand_rule_are_told_once_with_their_count(capsys, tmp_path):
    ring = [[106.1, -6.1], [106.1, -6.05], [106.15, -6.05], [106.1, -6.1]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    file = written(tmp_path, *({**place(f"s{at}", name=f"S{at}"), "geometry": outline} for at in range(3)))

    said = run(capsys, "audit", file).err

    assert said.count("right-hand rule") == 1
    assert "3 outlines are drawn against the right-hand rule" in said


def centre(page):
    """Return latitude and longitude of the middle of a map."""
    return tuple(map(float, re.search(r"center: \[([^\]]*)\]", page)[1].split(",")))


def both_sides(tmp_path):
    points = {"west": [179.99123, -16.81234], "east": [-179.91123, -16.81234]}
    features = [{**place(id, name=id), "geometry": {"type": "Point", "coordinates": at}} for id, at in points.items()]
    return written(tmp_path, *features)


def test_a_map_of_places_on_both_sides_of_180_degrees_opens_on_them(capsys, tmp_path):
    run(capsys, "audit", both_sides(tmp_path), "--out", tmp_path / "out")

    page = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert '"at": [179.99123, -16.81234]' in page
    assert '"at": [180.08877, -16.81234]' in page
    assert centre(page) == pytest.approx((-16.81234, 180.04), abs=1e-6)


def test_a_note_cites_coordinates_that_are_in_the_file(capsys, tmp_path):
    halves = [
        [[[179.99, -17], [180, -17], [180, -16.99], [179.99, -17]]],
        [[[-180, -17], [-179.99, -17], [-180, -16.99], [-180, -17]]],
    ]
    across = {**place("a", name="A"), "geometry": {"type": "MultiPolygon", "coordinates": halves}}

    assert "longitude 179.99 and latitude -17 are rounded" in run(capsys, "audit", written(tmp_path, across)).err


@pytest.mark.public_data
def test_the_given_name_of_another_kind_is_told(capsys):
    said = run(capsys, "audit", CASES / "names-unread" / "name-not-text.geojson").err

    assert "“name” is no text (3×), such as true" in said


@pytest.mark.public_data
def test_the_given_places_at_180_degrees_are_drawn_together_and_cited_as_they_are(capsys, tmp_path):
    files = CASES / "antimeridian"
    run(capsys, "audit", files / "geometry-both-sides-of-world.geojson", "--out", tmp_path / "a")
    across = run(capsys, "audit", files / "geometry-antimeridian.geojson", "--out", tmp_path / "b").err

    page = (tmp_path / "a" / "map.html").read_text(encoding="utf-8")
    assert centre(page) == pytest.approx((-16.825, 180.04), abs=1e-6)
    assert "longitude 0" not in across
    assert "longitude 179.99 and latitude -17 are rounded" in across


@pytest.mark.public_data
def test_the_given_site_of_odk_central_survives_and_its_accuracy_is_told(capsys):
    said = run(capsys, "audit", CASES / "odk-geometry" / "geometry-odk-central-accuracy.geojson")

    assert "1  sites" in said.out
    assert "{'accuracy': 3.9}" in said.err
    assert "position_accuracy_m" in said.err


REFUSED_WHOLE = {
    "bytes-cp1252.geojson",
    "bytes-utf16-no-mark.geojson",
    "collection-odd.geojson",
    "geometry-empty-last-position.geojson",
    "jsonp.geojson",
}


@pytest.mark.public_data
def test_the_guards_that_held_hold(capsys):
    files = sorted((CASES / "guards-that-hold").iterdir())

    assert {file.name for file in files} >= REFUSED_WHOLE
    for file in files:
        said = run(capsys, "audit", file, code=int(file.name in REFUSED_WHOLE))
        assert bool(said.err) == (file.name != "name-hostile.geojson"), file.name
