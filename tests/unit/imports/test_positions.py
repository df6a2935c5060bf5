"""Positions as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rba_audit.imports.positions import heading_zone, read_degrees, read_metres, read_pair, read_wkt, zone_crs
from rba_audit.standard.policies import shipped_policies

POLICY = shipped_policies().columns
DEGREES = st.floats(-89.9, 89.9).map(lambda value: round(value, 6))


@pytest.mark.parametrize(
    ("text", "latitude"),
    [
        ("-6,11423", -6.11423),
        (" −6.114° ", -6.114),
        ("6°07'12\"S", -6.12),
        ("6 7 12 LS", -6.12),
        ("6° 7' 12,5\" LS", -6.1201388889),
        ("S 6 7 12", -6.12),
        ("LS 6°7'12''", -6.12),
        ("6o7'12\" LS", -6.12),
        ("6:07:12 S", -6.12),
        ("6d07'12\"S", -6.12),
        ("1° 30' LU", 1.5),
        ("6.114 LS", -6.114),
        (-6, -6.0),
        ("6 70 0 S", None),
        ("6,5 30 S", None),
        ("6 7 12 BT", None),
        ("abc", None),
        ("", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_a_latitude_is_read_in_the_usual_notations(text, latitude):
    assert read_degrees(text, "latitude", POLICY) == (None if latitude is None else pytest.approx(latitude, abs=1e-9))


@pytest.mark.parametrize(("text", "longitude"), [("106°09'00\" BT", 106.15), ("106 9 0 E", 106.15), ("0 30 BB", -0.5)])
def test_so_is_a_longitude(text, longitude):
    assert read_degrees(text, "longitude", POLICY) == pytest.approx(longitude)


@pytest.mark.parametrize(
    ("cell", "pair"),
    [
        ("-6.114, 106.15", (-6.114, 106.15, "")),
        ("-6,114; 106,15", (-6.114, 106.15, "")),
        ("-6,114,106,15", (-6.114, 106.15, "")),
        ("-6.114 106.15 12.5 4.8", (-6.114, 106.15, "")),
        ("(106.15/-6.11)", (106.15, -6.11, "")),
        ("6°07'12\"S 106°09'00\"E", (-6.12, 106.15, "latlon")),
        ("106°09'00\" BT, 6°07'12\" LS", (106.15, -6.12, "lonlat")),
        ("6°07'12\"LS106°09'00\"BT", (-6.12, 106.15, "latlon")),
        ([-6.1, 106.1], (-6.1, 106.1, "")),
        ("Jl. Raya 5", None),
        (["a", "b"], None),
    ],
)
def test_a_cell_with_two_numbers_is_a_pair(cell, pair):
    assert read_pair(cell, POLICY) == pair


@pytest.mark.parametrize(
    ("text", "metres"),
    [("624123,45", 624123.45), ("9.323.456", 9323456), ("9.323.456,12", 9323456.12), ("624.123", 624123), ("x", None)],
)
def test_metres_are_read_with_any_separators(text, metres):
    assert read_metres(text) == metres


@pytest.mark.parametrize(
    ("text", "systems"),
    [
        ("48S", ["EPSG:32748"]),
        ("UTM 48 S", ["EPSG:32748"]),
        ("48M", ["EPSG:32748"]),
        ("33N", ["EPSG:32633"]),
        ("48", ["EPSG:32748", "EPSG:32648"]),
        ("WGS 84 / UTM zone 48S", ["EPSG:32748"]),
        ("EPSG:23834", ["EPSG:23834"]),
        ("TM-3 48.2", ["DGN95 / Indonesia TM-3 zone 48.2"]),
        ("61S", []),
        ("Cipare", []),
    ],
)
def test_a_zone_is_one_reference_system_or_two_if_it_has_no_letter(text, systems):
    assert list(zone_crs(text, POLICY)) == systems


def test_a_heading_may_state_the_zone():
    assert zone_crs(heading_zone("X_UTM48S", POLICY), POLICY) == ("EPSG:32748",)
    assert heading_zone("koordinat x", POLICY) == ""


def test_wkt_is_read_as_lists_and_other_texts_are_none():
    assert read_wkt("SRID=4326;POINT (106.1 -6.1)") == {"type": "Point", "coordinates": [106.1, -6.1]}
    assert read_wkt("Taman Sari") is None


@settings(max_examples=60)
@given(DEGREES)
def test_decimal_comma_and_degrees_with_minutes_come_back(value):
    size = abs(value)
    minutes, seconds = divmod(round(size * 3600, 4), 60)
    degrees, minutes = divmod(int(minutes), 60)
    written = f"{degrees}°{minutes:02d}'{seconds:07.4f}\" {'LS' if value < 0 else 'LU'}"

    assert read_degrees(str(f"{value:.6f}").replace(".", ","), "latitude", POLICY) == pytest.approx(value, abs=1e-9)
    assert read_degrees(written, "latitude", POLICY) == pytest.approx(value, abs=1e-6)
