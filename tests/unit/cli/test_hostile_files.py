"""Public bad files, hostile texts and random damage as sites, as context and for the register: never a traceback, never silent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.public_data import CONFORMANCE, SHARED
from rba_audit import audit, load_standard, read_sites
from rba_audit.cli import main
from rba_audit.errors import RbaError
from rba_audit.layers import read_context
from rba_audit.sites import sites_from_bytes

SAMPLE = Path(__file__).parents[3] / "sample_sites.geojson"
BYTES = SAMPLE.read_bytes()
PUBLIC = sorted(
    path
    for folder in (CONFORMANCE, SHARED / "cases")
    for path in (folder.rglob("*") if folder.is_dir() else ())
    if path.suffix in (".json", ".geojson")
)
GOOD = '{"type":"Feature","id":"good","properties":{},"geometry":{"type":"Point","coordinates":[106.15,-6.11]}}'
VALUES = (
    "[" * 100_000,
    '{"a":' * 100_000,
    "[[[[",
    "1" * 5000,
    "1e999",
    "-1e999",
    "1e-999",
    "NaN",
    "-Infinity",
    "+1",
    "01",
    "1.",
    ".5",
    "0x1",
    "--1",
    "1e",
    "'a'",
    '"\\x00"',
    '"\\u"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\t"',
    '"\x00"',
    '"a',
    "tru",
    "nul",
    "True",
    "undefined",
    "{a:1}",
    '{"a" 1}',
    '{"a":1,}',
    '{"a":1,"a":2}',
    "[1,]",
    "[,1]",
    "[1 2]",
    "{]",
    "[}",
    "]",
    "}",
    "/* */ 1",
    "\ufeff1",
    "1;",
    "",
)
PLACES = (
    '{"type":"FeatureCollection","features":[%s]}',
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":"x","geometry":null,"properties":{"a":%s}},'
    + GOOD
    + "]}",
    '{"type":"Feature","id":"x","geometry":{"type":"Point","coordinates":%s},"properties":{}}',
    "%s",
)


def read_or_refused(read):
    """Return what was read, or why it was not."""
    try:
        return read(), None
    except RbaError as why:
        return None, str(why)


def never_a_traceback_never_silent(command, capsys):
    code = main([*command, "--lang", "en"])
    out, err = capsys.readouterr()

    assert code in (0, 1)
    assert "Traceback" not in err
    assert err.strip() if code else (out + err).strip()


def hostile(path, tmp_path, capsys):
    never_a_traceback_never_silent(["audit", str(path)], capsys)
    never_a_traceback_never_silent(["audit", str(SAMPLE), "--context", str(path)], capsys)
    register = f"sqlite:///{tmp_path / 'r.db'}"
    never_a_traceback_never_silent(["register", "import", str(path), "--register", register], capsys)


@pytest.mark.public_data
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(SHARED)))
def test_public_files_as_sites_context_and_import(path, tmp_path, capsys):
    hostile(path, tmp_path, capsys)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_hostile_values_anywhere_in_a_file_raise_nothing_but_a_sentence(value, tmp_path):
    path = tmp_path / "input.geojson"
    for place in PLACES:
        path.write_text(place % value, encoding="utf-8", errors="surrogatepass")
        for read in (lambda: read_sites(path), lambda: read_context([path])):
            _, why = read_or_refused(read)
            assert why is None or str(path) in why


def test_a_hostile_file_is_told_at_every_command(tmp_path, capsys):
    path = tmp_path / "input.geojson"
    path.write_text(PLACES[1] % '{"a":', encoding="utf-8")

    hostile(path, tmp_path, capsys)


@st.composite
def damaged(draw):
    """The sample with some stretches taken out, doubled, moved or overwritten."""
    data = bytearray(BYTES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.sampled_from((1, 1, 1, 2, 10, 200, 5000)))
        piece = bytes(data[at : at + size])
        match draw(st.sampled_from(("cut", "double", "move", "overwrite", "number", "end"))):
            case "cut":
                del data[at : at + size]
            case "double":
                data[at:at] = piece
            case "move":
                del data[at : at + size]
                to = draw(st.integers(0, len(data)))
                data[to:to] = piece
            case "overwrite":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=3))
            case "number":
                numbers = list(re.finditer(rb"-?\d+(\.\d+)?", data))
                if numbers:
                    number = draw(st.sampled_from(numbers))
                    wrong = (
                        b"0",
                        b"180",
                        b"-180",
                        b"90",
                        b"-90",
                        b"1e308",
                        b"-0.0",
                        b"999999999999",
                        b"null",
                        b'"5"',
                        b"[]",
                    )
                    data[number.start() : number.end()] = draw(st.sampled_from(wrong))
            case _:
                del data[at:]
    return bytes(data)


@settings(max_examples=cases(60, 2000), deadline=None)
@given(damaged())
def test_a_damaged_sample_is_judged_or_refused(data):
    sites, why = read_or_refused(lambda: sites_from_bytes(data, "damaged.geojson"))
    assert why is None or "damaged.geojson" in why
    if sites is None:
        return
    assert sites.problems or len(sites) == len(json.loads(data)["features"]) - len(sites.parts)
    audit(sites, load_standard())


@settings(max_examples=cases(60, 2000), deadline=None)
@given(data=damaged())
def test_a_damaged_file_around_the_sample_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "context.geojson"
    path.write_bytes(data)
    context, why = read_or_refused(lambda: read_context([path]))
    assert why is None or str(path) in why
    if context is None:
        return
    audit(read_sites(SAMPLE), load_standard(), context=context)
