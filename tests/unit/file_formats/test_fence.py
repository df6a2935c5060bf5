"""The worker process: nothing but its file is opened, nothing is asked over the network, and it ends in time."""

import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from helpers.made_files import (
    SQUARE,
    bomb,
    deflated_spaces,
    hand_packed,
    kml,
    placemark,
    polygon_kml,
    shapefile,
    zipped,
)
from rba_audit.errors import SiteError, Unavailable
from rba_audit.file_formats import detect_format, fence, read_source, worker
from rba_audit.file_formats.limits import AT_ONCE
from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.records import decode_message, decode_tables, encode_message, encode_tables
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import BilingualText, LocalizedNumber, Message, say, using_language

FORBIDDEN = {
    "OGR_VRT",
    "WFS",
    "HTTP",
    "GML",
    "GeoJSON",
    "LIBKML",
    "KML",
    "CSW",
    "OAPIF",
    "PDF",
    "SQLite",
    "XLSX",
    "GDALG",
}


@pytest.fixture
def listener():
    """An address on this computer, and the connections that reached it."""
    hits = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    hits.append(1)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.json", hits


def run_in_worker_environment(tmp_path, code, skipped=()):
    """Run code as the worker runs: the same flags, environment and confinement, in an empty folder."""
    start = (
        f"import sys; from pathlib import Path; sys.argv = ['x']; import runpy\n"
        f"worker = runpy.run_path({worker.__file__!r}); worker['_stub_packages']()\n"
        f"from rba_audit.file_formats.confinement import confine, limit\n"
        f"confine(Path.cwd(), [worker['PACKAGE']])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-X", "utf8", "-c", start + code],
        cwd=tmp_path,
        env=fence._environment(tmp_path, skipped),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_only_the_drivers_of_a_format_are_left_and_never_a_dangerous_one(tmp_path):
    assert {driver for drivers in worker.DRIVERS.values() for driver in drivers}.isdisjoint(FORBIDDEN)
    assert fence.skipped_drivers("kml") == ()
    for format, allowed in worker.DRIVERS.items():
        skipped = fence.skipped_drivers(format)
        left = run_in_worker_environment(tmp_path, "import pyogrio; print(*pyogrio.list_drivers(), sep='\\n')", skipped)

        assert set(skipped) >= FORBIDDEN
        assert set(left) == set(allowed)


def test_a_worker_with_another_set_of_drivers_refuses_to_work(monkeypatch):
    monkeypatch.setattr(fence, "_all_drivers", lambda: ("OGR_VRT",))

    with pytest.raises(FormatError), using_language("en"):
        fence.read_in_worker("flatgeobuf", lambda folder: (folder / "a").write_bytes(b"fgb\x03fgb") and ["a"])


def test_a_worker_opens_no_other_file_no_connection_and_no_program(tmp_path, listener):
    address, hits = listener
    port = address.split(":")[2].split("/")[0]
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text("secret", encoding="utf-8")
    code = f"""
import ctypes, os, subprocess, _socket
from urllib.request import urlopen
libc = ctypes.CDLL(None)
def tried(what):
    try:
        what()
        print("done")
    except (OSError, PermissionError):
        print("refused")
tried(lambda: _socket.socket().connect(("127.0.0.1", {port})))
tried(lambda: urlopen({address!r}))
tried(lambda: subprocess.run(["/bin/true"], check=True))
if sys.platform == "linux":
    tried(lambda: open({str(secret)!r}))
    tried(lambda: os.listdir("/home"))
    tried(lambda: os.execv("/bin/true", ["true"]))
    print("refused" if libc.socket(2, 1, 0) < 0 and libc.open({str(secret).encode()!r}, 0) < 0 else "done")
(Path.cwd() / "own").write_text("x")
print((Path.cwd() / "own").read_text())
"""
    *tried, own = run_in_worker_environment(tmp_path, code)

    assert set(tried) == {"refused"}
    assert own == "x"
    assert hits == []


def test_memory_and_the_size_of_files_are_limited(tmp_path):
    code = """
limit(200_000_000, 5, 1000)
try:
    bytearray(400_000_000)
    print("large")
except MemoryError:
    print("refused")
try:
    Path("x").write_bytes(bytes(5000))
    print("large")
except OSError:
    print("refused")
"""
    assert set(run_in_worker_environment(tmp_path, code)) == {"refused"} or sys.platform != "linux"


def test_a_worker_that_hangs_or_dies_is_a_refusal_in_words(monkeypatch, tmp_path):
    for name, code in {"hang": "import time; time.sleep(60)", "die": "import os; os.abort()"}.items():
        program = tmp_path / f"{name}.py"
        program.write_text(code, encoding="utf-8")
        monkeypatch.setattr(fence, "LONGEST_S", 0.3 if name == "hang" else 30)
        monkeypatch.setattr(worker, "__file__", str(program))
        with pytest.raises(FormatError) as refusal:
            fence.read_in_worker("kml", lambda _: ["x"])

        with using_language("en"):
            assert "more time or memory" in str(refusal.value.found)


def test_no_more_workers_than_allowed_run_at_once(monkeypatch):
    monkeypatch.setattr(fence, "PATIENCE_S", 0)
    for _ in range(AT_ONCE):
        fence._slots.acquire()
    try:
        with pytest.raises(Unavailable):
            read_source(kml(placemark("A")), "x.kml")
    finally:
        fence._slots.release(AT_ONCE)
    assert read_source(kml(placemark("A")), "x.kml").tables[0].rows


def test_messages_and_values_survive_the_way_back_in_both_languages():
    inner = say(
        "{source}: {found}; {remedy}.", source="x", found=say("the file is empty"), remedy=BilingualText("coba", "try")
    )
    message = Message(
        "{a} {b} {c} {d} {e}",
        (("a", inner), ("b", 1200), ("c", date(2026, 4, 6)), ("d", LocalizedNumber(Decimal("1.5"))), ("e", None)),
    )
    table = SourceTable("t", ("a",), (SourceRow(1, {"a": 2**80}, None, message), SourceRow(2, {})), None, (message,))
    (back,) = decode_tables(encode_tables([table]))

    assert back.rows[0].values == {"a": 2**80}
    for language in ("id", "en"):
        with using_language(language):
            assert str(back.notes[0]) == str(back.rows[0].fault) == str(message)
            assert str(decode_message(encode_message(inner))) == str(inner)


@pytest.mark.parametrize(
    "record",
    [
        1,
        None,
        [],
        {"text": "{a.__class__}", "params": [["a", "x"]]},
        {"text": "{0}"},
        {"text": "{a!r}"},
        {"params": []},
    ],
)
def test_a_message_of_a_worker_is_data_only(record):
    with pytest.raises(ValueError, match=r"message|placeholder"):
        decode_message(record)


VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


def hostile(address):
    """Uploads that would read other files or ask addresses if the library could."""
    vrt, local = VRT.format(f"/vsicurl/{address}").encode(), VRT.format("/etc/passwd").encode()
    points = shapefile([(106, -6)], None, upper=False)
    yield from ((f"{name}", data) for data in (vrt, local) for name in ("a.kml", "a.geojson"))
    for data in (vrt, local):
        yield "a.zip", zipped({"a/a.shp": data, "a/a.dbf": data})
        yield "a.kmz", zipped({"doc.kml": data})
        yield (
            "pointer next to shapes",
            zipped(points | {"data/TAMAN.prj": data, "data/TAMAN.cpg": "/etc/passwd", "x.vrt": data}),
        )
    yield "traversal", zipped({"../../etc/x.kml": kml(placemark("A")), "/etc/y.kml": kml(placemark("B"))})
    yield (
        "link",
        kml(
            f"<NetworkLink><Link><href>{address}</href></Link></NetworkLink><Style><IconStyle><Icon><href>{address}</href></Icon></IconStyle></Style>"
        ),
    )
    yield "xxe", kml(placemark("&x;"), head=f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{address}">]>')
    yield "dtd", kml(placemark("&x;"), head=f'<!DOCTYPE kml SYSTEM "{address}">')
    yield "schema", f'<gpx xmlns:xsi="x" xsi:schemaLocation="{address} {address}"><wpt lon="1" lat="2"/></gpx>'.encode()
    yield "wfs", f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>".encode()


def test_no_upload_asks_an_address_or_reads_a_file_of_the_server(listener):
    address, hits = listener
    texts = []
    for name, data in hostile(address):
        with using_language("en"):
            try:
                texts.append(str(read_source(data, name)))
            except SiteError as refusal:
                texts.append(str(refusal))

    assert hits == []
    assert len(texts) > 12
    assert "root:" not in " ".join(texts)
    assert not Path("/etc/x.kml").exists()


def test_geojson_never_reaches_the_worker(monkeypatch, listener):
    address, hits = listener
    link = f'{{"type": "FeatureCollection", "crs": {{"type": "link", "properties": {{"href": "{address}"}}}}, "features": []}}'.encode()
    monkeypatch.setattr(fence, "_run", None)

    for data in (link, zipped({"a.kml": link})):
        assert detect_format(data) == "geojson"
        with pytest.raises(SiteError):
            read_source(data, "a.kml")
    assert "geojson" not in worker.READERS
    assert hits == []


CORNERS = " ".join(f"{x},{y}" for x, y in SQUARE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb("doc.kml", 600), "larger than 400 MB"),
        (bomb("doc.kml", 300), "packed so tightly"),
        (hand_packed({"a.csv": (b"\x00\x04\x00\xfb\xffa,b\n" + deflated_spaces(3), 1000)}), "damaged"),
        (hand_packed({"[Content_Types].xml": (deflated_spaces(1), 5), "xl/workbook.xml": (b"\x03\x00", 0)}), "damaged"),
        (
            kml(
                placemark(
                    "A",
                    "<ExtendedData>"
                    + "".join(f'<Data name="k{n}"><value>1</value></Data>' for n in range(10_000))
                    + "</ExtendedData>",
                )
            ),
            "more than 2,000 columns",
        ),
        (kml("<Placemark/>" * 250_001), "more than 250,000 rows"),
    ],
    ids=["bomb", "tight", "lying", "workbook", "columns", "rows"],
)
def test_bombs_and_endless_tables_are_refused(data, words):
    with using_language("en"), pytest.raises(SiteError) as refusal:
        read_source(data, "x")

    with using_language("en"):
        assert words in str(refusal.value)


def test_files_that_share_bytes_of_an_archive_are_refused():
    packed = zipped({"doc.kml": kml(placemark("A", polygon_kml(CORNERS)))})
    inner = packed[: packed.rindex(b"PK\x01\x02")]
    overlapping = hand_packed({"a.kml": (b"", 0)})

    assert detect_format(packed) == "kmz"
    start = overlapping.index(b"PK\x01\x02")
    both = inner + packed[packed.index(b"PK\x01\x02") : packed.rindex(b"PK\x05\x06")] * 2
    end = packed[packed.rindex(b"PK\x05\x06") :]
    size = len(both) - len(inner)
    twice = both + end[:8] + (2).to_bytes(2, "little") * 2 + size.to_bytes(4, "little") + end[16:]
    with using_language("en"), pytest.raises(SiteError, match="damaged"):
        detect_format(twice)
    assert start > 0
