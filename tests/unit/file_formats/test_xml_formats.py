"""KML and GPX: what people's programs write, and what must not be lost."""

import pytest

from helpers.made_files import SQUARE, kml, placemark, polygon_kml
from rba_audit.file_formats.gpx import read_gpx
from rba_audit.file_formats.kml import read_kml
from rba_audit.file_formats.problems import FormatError
from rba_audit.messages import using_language

CORNERS = " ".join(f"{x},{y},0" for x, y in SQUARE)
OPEN = " ".join(f"{x},{y},0" for x, y in SQUARE[:-1])


@pytest.fixture
def read(tmp_path):
    def read(data, reader=read_kml):
        (tmp_path / "upload").write_bytes(data)
        return reader(tmp_path / "upload")

    return read


def notes_of(*tables):
    with using_language("en"):
        return [str(note) for table in tables for note in table.notes]


def test_folders_are_tables_and_no_key_of_the_file_is_renamed_or_hidden(read):
    extended = (
        '<ExtendedData><Data name="id"><value>tm-1</value></Data><Data name="MAN-06"><value>ya</value></Data>'
        '<Data name="name"><value>Other</value></Data></ExtendedData><Point><coordinates>106, -6, 3</coordinates></Point>'
    )
    park = placemark("A", extended).replace("<Placemark>", '<Placemark id="kml_1">')
    folders = (
        f"<Folder><name>Taman</name><Folder><name>RTH</name>{park}</Folder><Folder><name>Empty</name></Folder></Folder>"
    )
    loose, parks = read(kml(folders + placemark("B")))

    assert (parks.name, loose.name) == ("Taman / RTH", "")
    assert parks.columns == ("name", "id", "MAN-06", "name (2)", "placemark_id")
    assert parks.rows[0].values == {
        "name": "A",
        "id": "tm-1",
        "MAN-06": "ya",
        "name (2)": "Other",
        "placemark_id": "kml_1",
    }
    assert parks.rows[0].geometry == {"type": "Point", "coordinates": [106.0, -6.0, 3.0]}
    assert parks.crs == "EPSG:4326"


def test_one_unclosed_outline_costs_one_row_and_is_not_healed(read):
    (table,) = read(
        kml(placemark("Good", polygon_kml(CORNERS)) + placemark("Bad", polygon_kml(OPEN)) + placemark("Point"))
    )

    assert [row.geometry is None for row in table.rows] == [False, True, False]
    with using_language("en"):
        assert str(table.rows[1].fault) == "its outline is not closed: it does not end where it begins"
    assert table.rows[1].values == {"name": "Bad"}
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_facts_in_a_description_become_columns_and_the_description_stays(read):
    html = (
        "<![CDATA[<html><table><tr><td colspan='2'>Taman</td></tr><tr><td>MUD-04.width</td><td> 120 </td></tr>"
        "<tr><td>name</td><td>not this</td></tr><tr><td>empty</td><td>&lt;Null&gt;</td></tr></table>"
        "<b>Kondisi:</b> baik &amp; bersih<br/>A line: without a bold key</html>]]>"
    )
    (table,) = read(kml(placemark("A", f"<description>{html}</description>")))

    values = dict(table.rows[0].values)
    assert "<table>" in values.pop("description")
    assert values == {"name": "A", "MUD-04.width": "120", "Kondisi": "baik & bersih"}


def test_values_have_the_types_of_the_schema_only_where_nothing_is_lost(read):
    schema = '<Schema name="s"><SimpleField type="int" name="a"/><SimpleField type="int" name="b"/><SimpleField type="double" name="c"/></Schema>'
    data = "".join(
        f'<SimpleData name="{key}">{text}</SimpleData>'
        for key, text in {"a": "9007199254740993", "b": "007", "c": "1.5"}.items()
    )
    (table,) = read(kml(schema + placemark("A", f"<ExtendedData><SchemaData>{data}</SchemaData></ExtendedData>")))

    assert table.rows[0].values == {"name": "A", "a": 9007199254740993, "b": "007", "c": 1.5}


def test_several_shapes_are_joined_and_holes_kept(read):
    hole = polygon_kml(CORNERS).replace(
        "</Polygon>",
        "<innerBoundaryIs><LinearRing><coordinates>106.01,-6.01 106.02,-6.01 106.02,-6.02 106.01,-6.01</coordinates></LinearRing></innerBoundaryIs></Polygon>",
    )
    point = "<Point><coordinates>1,2</coordinates></Point>"
    shapes = [
        f"<MultiGeometry>{hole}{hole}</MultiGeometry>",
        f"<MultiGeometry>{hole}{point}</MultiGeometry>",
        "<gx:Track><gx:coord>1 2 3</gx:coord><gx:coord>2 2 3</gx:coord></gx:Track>",
    ]
    (table,) = read(kml("".join(placemark("A", shape) for shape in shapes)))

    kinds = [row.geometry["type"] for row in table.rows]
    assert kinds == ["MultiPolygon", "GeometryCollection", "LineString"]
    assert len(table.rows[0].geometry["coordinates"][1]) == 2


@pytest.mark.parametrize("text", ["106,6,1,2", "106", "106;-6", "a,b", "nan,1", "106,-6 106,-6"])
def test_a_position_that_cannot_be_read_is_the_fault_of_its_row(read, text):
    (table,) = read(kml(placemark("A", f"<Point><coordinates>{text}</coordinates></Point>")))

    assert table.rows[0].geometry is None
    assert table.rows[0].fault is not None


def test_links_and_pictures_are_reported_and_not_followed(read):
    link = "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
    tables = read(kml(f"{link}<GroundOverlay><name>x</name></GroundOverlay>{placemark('A')}"))

    assert notes_of(*tables) == [
        "links to other files (1) are not followed",
        "pictures laid over the map (1) are not read",
    ]


TENFOLD = [f'<!ENTITY {b} "' + f"&{a};" * 10 + '">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
LAUGHS = '<!DOCTYPE kml [<!ENTITY a "lol">' + "".join(TENFOLD) + "]>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (kml(placemark("&x;"), head='<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares entities"),
        (kml(placemark("&x;"), head='<!DOCTYPE kml SYSTEM "http://127.0.0.1:1/x.dtd">'), "entities"),
        (kml(placemark("&i;"), head=LAUGHS), "declares entities"),
        (kml(placemark("A"))[:-20], "broken in line 2"),
        (kml("<Folder>" * 200), "nested too deeply"),
        (kml(placemark("A", "<x>" * 200)), "nested too deeply"),
        (b'<?xml version="1.0" encoding="x-none"?><kml/>', "encoding is not known|broken"),
    ],
)
def test_dangerous_or_broken_xml_is_refused_as_a_whole(read, data, words):
    with using_language("en"), pytest.raises(FormatError) as refusal:
        read(data)

    with using_language("en"):
        assert any(part in str(refusal.value.found) for part in words.split("|"))


def test_gpx_has_points_routes_and_tracks_and_a_walk_around_a_place_is_told(read):
    def points(tag, positions):
        return "".join(f'<{tag} lon="{x}" lat="{y}"><ele>1.5</ele></{tag}>' for x, y in positions)

    around = [(106, -6), (106.001, -6), (106.001, -6.001), (106, -6.001), (106.00002, -6)]
    gpx = (
        '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><metadata><name>x</name></metadata>'
        '<wpt lon="106.1" lat="-6.1"><name>Taman A</name><extensions><x:kode>7</x:kode></extensions></wpt><wpt lat="1"><name>B</name></wpt>'
        f"<rte><name>Jalan</name>{points('rtept', around[:3])}</rte>"
        f"<trk><name>Keliling</name><trkseg>{points('trkpt', around)}</trkseg></trk>"
        f"<trk><trkseg>{points('trkpt', around)}</trkseg><trkseg>{points('trkpt', around[:2])}</trkseg></trk></gpx>"
    )
    waypoints, routes, tracks = read(gpx.encode(), read_gpx)

    assert [table.name for table in (waypoints, routes, tracks)] == ["waypoints", "routes", "tracks"]
    assert waypoints.rows[0].values == {"name": "Taman A", "kode": "7"}
    assert waypoints.rows[1].fault is not None
    assert routes.rows[0].geometry["coordinates"][0] == [106.0, -6.0, 1.5]
    assert [row.geometry["type"] for row in tracks.rows] == ["LineString", "MultiLineString"]
    assert notes_of(waypoints, routes, tracks) == [
        "lines that end where they began (1) may be the outlines of places, and are read so if the file is read as places: Keliling"
    ]
