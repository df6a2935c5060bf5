"""GeoPackage, FlatGeobuf and GeoParquet: values exact, layers complete, geometries as stored."""

import json
import sqlite3
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyogrio.raw import write_arrow

from rba_audit.errors import SiteError
from rba_audit.file_formats import read_source
from rba_audit.file_formats.wkb import GeometryFault, geometry_of_wkb
from rba_audit.messages import using_language


def point(x, y):
    return struct.pack("<BIdd", 1, 1, x, y)


TABLE = pa.table(
    {
        "id": pa.array([1, None, 9007199254740993], pa.int64()),
        "MAN-06": ["yes", None, "Ü"],
        "tinggi": pa.array([1.5, float("nan"), None]),
        "geom": pa.array([point(106, -6), None, point(107, -7)], pa.binary()),
    }
)
VALUES = [{"id": 1, "MAN-06": "yes", "tinggi": 1.5}, {}, {"id": 9007199254740993, "MAN-06": "Ü"}]


def written(path, driver, table=TABLE, **options):
    write_arrow(table, path, driver=driver, geometry_type="Point", geometry_name="geom", crs="EPSG:4326", **options)
    return path


def test_a_geopackage_has_all_its_layers_and_whole_numbers_with_gaps_stay_whole(tmp_path):
    path = written(tmp_path / "a.gpkg", "GPKG", layer="taman")
    written(path, "GPKG", layer="jalan", append=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE penduduk (fid INTEGER PRIMARY KEY, kelurahan TEXT, hari DATE)")
        database.execute("INSERT INTO penduduk VALUES (7, 'Cipare', '2026-04-06')")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('penduduk', 'attributes', 'penduduk')"
        )
    database.close()
    source = read_source(path.read_bytes(), "kota.gpkg")

    assert (source.format, [table.name for table in source.tables]) == ("geopackage", ["taman", "jalan", "penduduk"])
    assert [dict(row.values) for row in source.tables[0].rows] == VALUES
    assert [row.geometry for row in source.tables[0].rows] == [
        {"type": "Point", "coordinates": [106.0, -6.0]},
        None,
        {"type": "Point", "coordinates": [107.0, -7.0]},
    ]
    assert [table.crs for table in source.tables] == ["EPSG:4326", "EPSG:4326", None]
    assert dict(source.tables[2].rows[0].values) == {"kelurahan": "Cipare", "hari": "2026-04-06"}


def test_flatgeobuf_is_read(tmp_path):
    path = written(tmp_path / "a.fgb", "FlatGeobuf", TABLE.filter(pa.array([True, False, True])))
    source = read_source(path.read_bytes(), "a.fgb")

    rows = {row.values["id"]: (row.values["MAN-06"], row.geometry["coordinates"]) for row in source.tables[0].rows}
    assert rows == {1: ("yes", [106.0, -6.0]), 9007199254740993: ("Ü", [107.0, -7.0])}


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ({}, "EPSG:4326"),
        ({"crs": None}, ""),
        ({"crs": {"id": {"authority": "EPSG", "code": 32748}}}, "EPSG:32748"),
        ({"crs": {"id": {"authority": "OGC", "code": "CRS84"}}}, "EPSG:4326"),
    ],
)
def test_geoparquet_says_its_reference_system(tmp_path, crs, expected):
    metadata = {"geo": json.dumps({"primary_column": "geom", "columns": {"geom": {"encoding": "WKB", **crs}}})}
    pq.write_table(TABLE.replace_schema_metadata(metadata), tmp_path / "a.parquet")
    source = read_source((tmp_path / "a.parquet").read_bytes(), "a.parquet")

    assert source.format == "geoparquet"
    assert source.tables[0].crs == expected
    assert [dict(row.values) for row in source.tables[0].rows] == VALUES
    assert source.tables[0].rows[2].geometry == {"type": "Point", "coordinates": [107.0, -7.0]}


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet"])
def test_a_file_that_was_cut_off_is_refused_in_words(tmp_path, name):
    if name == "a.parquet":
        pq.write_table(TABLE, tmp_path / name)
    else:
        written(
            tmp_path / name,
            {"a.gpkg": "GPKG", "a.fgb": "FlatGeobuf"}[name],
            TABLE.filter(pa.array([True, False, True])),
        )
    data = (tmp_path / name).read_bytes()
    with using_language("en"), pytest.raises(SiteError) as refusal:
        read_source(data[: len(data) * 2 // 3], name)

    with using_language("en"):
        assert str(refusal.value) == f"{name}: the file is damaged or cut off; export or send it again."


RING = struct.pack("<BII", 1, 3, 1)
OPEN = RING + struct.pack("<I8d", 4, 0, 0, 1, 0, 1, 1, 0, 1)


@pytest.mark.parametrize(
    ("data", "geometry"),
    [
        (point(1, 2), {"type": "Point", "coordinates": [1.0, 2.0]}),
        (struct.pack(">BIdd", 0, 1, 1, 2), {"type": "Point", "coordinates": [1.0, 2.0]}),
        (struct.pack("<BIddd", 1, 1001, 1, 2, 3), {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}),
        (struct.pack("<BIIddd", 1, 0xA0000001, 4326, 1, 2, 3), {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}),
        (struct.pack("<BIdddd", 1, 3001, 1, 2, 3, 9), {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}),
        (struct.pack("<BIddd", 1, 2001, 1, 2, 9), {"type": "Point", "coordinates": [1.0, 2.0]}),
        (point(float("nan"), float("nan")), None),
        (struct.pack("<BII", 1, 4, 1) + point(1, 2), {"type": "MultiPoint", "coordinates": [[1.0, 2.0]]}),
        (
            struct.pack("<BII", 1, 7, 1) + point(1, 2),
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1.0, 2.0]}]},
        ),
        (struct.pack("<BII", 1, 3, 0), None),
        (OPEN, "not closed"),
        (point(1, float("inf")), "not a number"),
        (struct.pack("<BII", 1, 8, 0), "arcs"),
        (struct.pack("<BII", 1, 2, 4_000_000_000), "damaged"),
        (point(1, 2)[:-1], "damaged"),
        (struct.pack("<BII", 1, 7, 1) * 50, "kind that is not read"),
    ],
)
def test_geometries_are_taken_as_stored_or_are_a_fault(data, geometry):
    if isinstance(geometry, str):
        with using_language("en"), pytest.raises(GeometryFault, match=geometry):
            geometry_of_wkb(data)
    else:
        assert geometry_of_wkb(data) == geometry
