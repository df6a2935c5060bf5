"""Formats by content: what is read, what is refused and in which words."""

import pytest

from helpers.made_files import dbf, hand_packed, kml, shapefile, zipped
from rba_audit.errors import SiteError
from rba_audit.file_formats import detect_format, read_source
from rba_audit.messages import using_language

KML = kml("")
GEOJSON = b'{"type": "FeatureCollection", "features": []}'
BIG = b"SQLite format 3\x00" + bytes(84)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

READ = {
    "geojson": [
        GEOJSON,
        b"\xef\xbb\xbf " + GEOJSON,
        GEOJSON.decode().encode("utf-16"),
        zipped({"a/sites.geojson": GEOJSON}),
    ],
    "overpass": [b'{"version": 0.6, "osm3s": {}, "elements": [{"type": "node"}]}'],
    "kml": [KML, b"<!-- by hand -->\n<kml:kml xmlns:kml='x'/>", '<?xml version="1.0"?><kml/>'.encode("utf-16")],
    "kmz": [zipped({"doc.kml": KML}), zipped({"Folder/x.bin": KML, "files/photo.jpg": b"\xff\xd8\xff"})],
    "gpx": [b'<gpx version="1.1"/>'],
    "csv": [
        b"nama;lat;lon\nA;-6;106\n",
        "nama\tlat\n".encode("utf-16"),
        "Taman Ü,1".encode("cp1252"),
        zipped({"x/submissions.CSV": b"a,b"}),
    ],
    "xlsx": [
        zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
        zipped(
            {"out/data.bin": zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "media/1.jpg": b"\xff\xd8\xff"}
        ),
    ],
    "ods": [zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""})],
    "xls": [OLE + "Workbook".encode("utf-16-le")],
    "shapefile": [zipped(shapefile([(1, 2)], None))],
    "geopackage": [BIG + b"CREATE TABLE gpkg_contents", zipped({"city.gpkg": BIG + b"CREATE TABLE gpkg_contents"})],
    "flatgeobuf": [b"fgb\x03fgb\x00....."],
    "geoparquet": [b"PAR1...."],
    "osm_pbf": [b"\x00\x00\x00\x0d\x0a\x09OSMHeader...", b"<?xml version='1.0'?><osm version='0.6'/>"],
}
VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
WFS = b"<OGRWFSDataSource><URL>http://127.0.0.1/</URL></OGRWFSDataSource>"
REFUSED = {
    "the file is empty": b"",
    "a PDF": b"%PDF-1.7",
    "a gzip archive": b"\x1f\x8b\x08",
    "a photo (JPEG)": b"\xff\xd8\xff\xe0",
    "a photo (HEIC)": b"\x00\x00\x00\x18ftypheic\x00\x00",
    "a video": b"\x00\x00\x00\x18ftypmp42\x00\x00",
    "a drawing (DXF)": b"999\nmade by hand\n  0\nSECTION\n  2\nHEADER\n",
    "a part of a MapInfo table": b"!table\n!version 300\n",
    "a MapInfo file": b'VERSION 300\nCharset "Neutral"\n',
    "a MapInfo table": zipped({"x/jalan.TAB": b"!table", "x/jalan.map": b"\x00\x01"}),
    "names where the data is": VRT,
    "GML": b'<?xml version="1.0"?><x:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>',
    "an HTML page": b"<!DOCTYPE html><html><body>kml</body></html>",
    "one part of a shapefile": b"\x00\x00\x27\x0a" + bytes(96),
    "the table of a shapefile": dbf({"nama": ("C", 5)}, [(b"A",)]),
    "a database without the tables": BIG,
    "a register of this program": BIG + b"CREATE TABLE gpkg_contents CREATE TABLE site_version (",
    "the workbook has a password": OLE + "EncryptedPackage".encode("utf-16-le"),
    "a text document": zipped({"[Content_Types].xml": "", "word/document.xml": ""}),
    "an ESRI file geodatabase": zipped({"x.gdb/a00000001.gdbtable": b"\x03\x00"}),
    "an archive within an archive": zipped({"a.zip": zipped({"doc.kml": KML})}),
    "the archive holds no file that is read": zipped({"a.jpg": b"\xff\xd8\xff", "b.txt": b"hello"}),
    "its format is not known": bytes(range(256)) * 4,
}


@pytest.mark.parametrize(("format", "data"), [(format, data) for format, files in READ.items() for data in files])
def test_a_format_is_known_by_its_content(format, data):
    assert detect_format(data, "wrong.pdf") == format


@pytest.mark.parametrize("words", list(REFUSED))
def test_what_is_not_read_is_named_with_a_remedy(words):
    with using_language("en"), pytest.raises(SiteError) as refusal:
        detect_format(REFUSED[words], "sites.geojson")

    with using_language("en"):
        text = str(refusal.value)
    assert text.startswith("sites.geojson: ")
    assert words in text
    assert text.count("; ") >= 1
    assert text.endswith(".")


@pytest.mark.parametrize("data", [VRT, WFS], ids=["VRT", "WFS"])
@pytest.mark.parametrize("name", ["a.shp", "a.kml", "doc.kml", "a.geojson", "a.gpkg", "a.vrt"])
def test_a_pointer_to_other_files_is_refused_in_every_disguise(data, name):
    for upload in (data, b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- <kml> -->" + data, zipped({name: data})):
        with using_language("en"), pytest.raises(SiteError, match="only names where the data is"):
            detect_format(upload, name)


def test_a_pointer_next_to_a_real_file_is_never_opened_and_its_name_told():
    from rba_audit.file_formats.archives import entries_of
    from rba_audit.file_formats.detection import archive_content

    data = zipped({"doc.kml": KML, "other.kml": VRT, "__MACOSX/._doc.kml": b"\x00\x05"})
    content = archive_content(data, entries_of(data))

    assert [entry.name for entry in content.entries] == ["doc.kml"]
    assert [entry.name for entry in content.others] == ["other.kml"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (hand_packed({"doc.kml": (b"", 500_000_000)}), "larger than 400 MB unpacked"),
        (hand_packed({"doc.kml": (b"x", 1)}, flags=1), "has a password"),
        (hand_packed({"doc.kml": (b"x", 1)}, method=14), "packed in an unusual way"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (zipped({"doc.kml": KML})[:-30], "damaged"),
        (hand_packed({f"{number}": (b"", 0) for number in range(20_001)}), "more than 20,000 files"),
    ],
)
def test_a_hostile_archive_is_refused_before_it_is_unpacked(data, words):
    with using_language("en"), pytest.raises(SiteError, match=words):
        detect_format(data, "x.zip")


def test_a_byte_that_changed_in_an_archive_is_noticed_and_odd_names_are_no_error():
    stored = zipped({"doc.kml": KML})
    packed = hand_packed(
        {"": (b"\x03\x00", 0), "..": (b"\x03\x00", 0), "/": (b"\x03\x00", 0), ".kml": (b"\x03\x00", 0)}
    )
    changed = bytearray(stored)
    changed[stored.index(b"PK\x01\x02") + 16] ^= 1  # of its checksum

    with using_language("en"), pytest.raises(SiteError, match="damaged"):
        read_source(bytes(changed), "x.kmz")
    with pytest.raises(SiteError):
        detect_format(packed)
