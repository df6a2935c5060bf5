"""What columns of files mean: guessed with a reason, changeable, and nothing of the file lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rba_audit.errors import SiteError
from rba_audit.imports import (
    ColumnChoices,
    mapping_document,
    mapping_notes,
    mapping_of_document,
    sites_of_file,
    with_choices,
)
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_bytes
from rba_audit.standard import load_standard
from rba_audit.standard.policies import shipped_policies

STANDARD = load_standard()
POLICIES = shipped_policies()


def read(text, mapping=None, **given):
    data = text if isinstance(text, bytes) else text.encode()
    return sites_of_file(data, "file", STANDARD, POLICIES, mapping, choices=ColumnChoices(**given))


def targets(mapping):
    return {use.column: use.target for use in mapping.columns if use.target and use.target != use.column}


def notes(mapping):
    with using_language("en"):
        return "\n".join(map(str, mapping_notes(mapping)))


def collection(*properties, geometry=True):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [106.1 + at / 100, -6.1]} if geometry else None,
            "properties": values,
        }
        for at, values in enumerate(properties)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


LIST = (
    "No;Nama Taman;Kelurahan;Lintang;Bujur;MAN-06 Apakah ada;Jenis Taman\n"
    "1;Taman Sari;Cipare;-6,11423;106,15357;Tersedia;RTH\n"
    "2;Taman Dua;Unyur;-6,12423;106,16357;Tidak ada;\n"
    "3;Taman Tiga;Unyur;-6,13;106,17;mungkin;RPTRA\n"
)


def test_a_list_of_the_office_gets_in_with_names_positions_and_answers():
    sites, source, mapping = read(LIST)

    assert targets(mapping) == {
        "Nama Taman": "name",
        "Kelurahan": "kelurahan",
        "Lintang": "latitude",
        "Bujur": "longitude",
        "MAN-06 Apakah ada": "MAN-06",
        "Jenis Taman": "kind",
    }
    assert [site.name for site in sites] == ["Taman Sari", "Taman Dua", "Taman Tiga"]
    assert [site.facts["MAN-06"] for site in sites] == ["yes", "no", "mungkin"]
    assert sites[0].shape.coords[0] == (106.15357, -6.11423)
    assert sites[0].facts["Nama Taman"] == "Taman Sari"
    assert source.format == "csv"
    assert "“No” stays as it is: it counts the rows" in notes(mapping)
    assert "1 cells are no answer to MAN-06 and count as not known: “mungkin” (1×)" in notes(mapping)
    assert all(use.samples for use in mapping.columns)


def test_messages_name_the_line_of_the_row():
    sites, _, _ = read("nama,lintang,bujur\nA,-6.1,106.1\nB,abc,106.1\n")

    with using_language("en"):
        assert str(next(problem for problem in sites.problems if problem.level == "refused")).startswith(
            "line 3: “abc” is not read as a position; "
        )


@pytest.mark.parametrize(
    ("text", "crs", "place"),
    [
        ("KODE,X_UTM48S,Y_UTM48S\nA,624123.45,9323456.1\nB,624500,9323500\n", "", (106.1217456, -6.1194998)),
        ("KODE,x,y,zona\nA,624123.45,9323456.1,48S\nB,624500,9323500,48\n", "", (106.1217456, -6.1194998)),
        ("KODE,x,y\nA,624123.45,9323456.1\nB,624500,9323500\n", "EPSG:32748", (106.1217456, -6.1194998)),
        ("KODE,LS,BT\nA,6 7 12,106 9 0\nB,6 8 0,106 9 0\n", "", (106.15, -6.12)),
        ("KODE;koordinat\nA;106.15, -6.12\nB;106.16, -6.12\n", "", (106.15, -6.12)),
        ("KODE;koordinat\nA;-6.12, 106.15\nB;-6.12, 106.16\n", "", (106.15, -6.12)),
        ('KODE,WKT\nA,"POINT(106.15 -6.12)"\nB,"POINT(106.15 -6.13)"\n', "", (106.15, -6.12)),
    ],
)
def test_positions_are_read_however_they_are_written(text, crs, place):
    sites, _, _ = read(text, crs=crs)

    assert sites.ids == ("A", "B")
    assert sites[0].shape.coords[0] == pytest.approx(place, abs=1e-6)


def test_metres_without_a_zone_are_refused_with_the_question_which_one():
    sites, _, _ = read("nama,x,y\nA,624123.45,9323456.1\nB,624500,9323500\n")

    assert not len(sites)
    with using_language("en"):
        assert "their zone is not known; which zone? Name its reference system, such as EPSG:32748" in str(
            sites.problems[0]
        )


def test_exchanged_columns_are_read_the_other_way_and_told_where_one_can_be_no_latitude():
    sites, _, mapping = read("nama,lintang,bujur\nA,106.15,-6.11\nB,106.16,-6.12\n")

    assert "longitude and latitude are exchanged" in notes(mapping)
    assert sites[1].shape.coords[0] == (106.16, -6.12)


def test_columns_that_may_be_exchanged_are_told_and_not_healed():
    """South of the equator in Africa, both ways are places; most of Indonesia's other places decide nothing here."""
    sites, _, mapping = read("nama,lintang,bujur\nA,36.8,-1.3\nB,36.9,-1.2\n")

    assert [site.shape.coords[0] for site in sites] == [(-1.3, 36.8), (-1.2, 36.9)]
    assert "longitude and latitude are exchanged" not in notes(mapping)


def test_shortened_headings_labels_and_exact_ids_are_read():
    question = STANDARD.question("MAN-06")
    label = question.ask.id.replace(",", " ")
    header = f"KODE,lon,lat,MUD_04_wid,{label},MAN-12\n"
    sites, _, mapping = read(header + "a,106.1,-6.1,120,Ya,Tersedia\nb,106.2,-6.1,90,Tidak,no\n")

    assert targets(mapping)["MUD_04_wid"] == "MUD-04.width"
    assert targets(mapping)[label] == "MAN-06"
    assert sites[0].facts["MUD-04.width"] == "120"
    assert sites[0].facts["MAN-12"] == "yes"
    assert sites[0].facts["file.MAN-12"] == "Tersedia"
    assert sites[1].facts["MAN-12"] == "no"


def test_a_category_is_no_name_and_a_name_of_something_else_neither():
    rows = [{"NAMOBJK": "Taman", "Nama Kelurahan": f"K{at}", "nama_pengelola": f"P{at}"} for at in range(4)]
    sites, _, mapping = read(collection(*rows))

    assert "name" not in targets(mapping).values()
    assert sites[0].kelurahan == "K0"
    assert not sites[0].named


def test_reading_more_columns_never_changes_the_hash_that_is_an_id():
    text = collection({"NAMOBJ": "A"}, {"NAMOBJ": "B"})

    sites, _, _ = read(text)
    assert sites.ids == sites_from_bytes(text.encode(), "file").ids
    assert [feature["id"] for feature in sites.features] == list(sites.ids)
    again, _, _ = read(json.dumps({"type": "FeatureCollection", "features": list(sites.features)}))
    assert again.features == sites.features
    assert again.ids == sites.ids


def test_a_choice_takes_the_place_of_a_guess_and_is_kept():
    text = collection({"NAMOBJ": "A", "Objek": "X", "KODE": "k1"}, {"NAMOBJ": "B", "Objek": "Y", "KODE": "k2"})
    _, _, guessed = read(text)

    chosen = with_choices(guessed, {"Objek": "name"})
    saved = mapping_of_document(json.loads(json.dumps(mapping_document(chosen))))
    sites, _, used = read(text, saved)

    assert mapping_document(saved) == mapping_document(chosen)
    assert [site.name for site in sites] == ["X", "Y"]
    assert targets(used) == {"Objek": "name", "KODE": "id"}
    assert not next(use for use in used.columns if use.column == "Objek").guessed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"targets": {"NAMA": "name"}}, "the file has no column “NAMA”"),
        ({"targets": {"nama": "MAN-99"}}, "“nama” cannot become “MAN-99”"),
        ({"crs": "EPSG:99999"}, "the crs “EPSG:99999” is not known"),
        ({"table": "Sheet9"}, "it has no table “Sheet9”"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused(given, why):
    with using_language("en"), pytest.raises(SiteError, match=why):
        read("nama,lon,lat\nA,106.1,-6.1\n", **given)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"table": "", "crs": "", "columns": [1], "values": {}}, {"table": 1}]
)
def test_a_damaged_mapping_is_refused(document):
    with pytest.raises(SiteError):
        mapping_of_document(document)


KEYS = st.sampled_from(
    [
        "name",
        "nama",
        "NAMOBJ",
        "MAN-06",
        "MAN_06",
        "man06",
        "kelurahan",
        "Kelurahan",
        "kind",
        "jenis",
        "luas",
        "KODE",
        "LOK-03",
    ]
)
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "ya", "tidak", "Tersedia", "A", "B"])
)


@settings(max_examples=60)
@given(st.lists(st.dictionaries(KEYS, CELLS, max_size=6), min_size=1, max_size=5))
def test_no_key_of_a_feature_is_ever_overwritten(properties):
    rows = [{**values, "at": at} for at, values in enumerate(properties)]
    sites, _, _ = read(collection(*rows))

    for before, after in zip(rows, map(sites.properties, range(len(sites))), strict=True):
        assert {key: after[key] for key, value in before.items() if value not in (None, "")} == {
            key: value for key, value in before.items() if value not in (None, "")
        }


@settings(max_examples=40)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["name", "MAN-06", "kind", "luas", "kelurahan"]), CELLS, max_size=4), max_size=5
    )
)
def test_features_that_need_no_mapping_are_the_same(properties):
    rows = [{**values, "id": f"s{at}"} for at, values in enumerate(properties)]
    text = collection(*rows)
    sites, source, _ = read(text)

    assert source is None
    assert list(sites.features) == json.loads(text)["features"]
