"""Proposed places in a phone's parcel: taken before what was seen there, by the same function as those that are sent."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from helpers.places import Places, receive_place
from helpers.registers import filled_register
from helpers.sending import BUDI, as_bytes, danger, enrol, uuid, visit
from rba_audit.fieldwork import Desk, take_parcel
from rba_audit.standard import published

PROPOSED = {
    "id": uuid(7),
    "site": "usulan-000000000000",
    "name": "Lapangan RW 05",
    "kind": "rth",
    "geometry": {"type": "Point", "coordinates": [106.15, -6.12]},
    "accuracy_m": 5.0,
    "walk": [],
    "note": "",
    "near": [],
    "author": "budi",
    "begun_at": "2026-11-20T02:10:00Z",
}


@pytest.fixture
def places():
    return Places()


@pytest.fixture
def desk(tmp_path, places):
    register = filled_register(tmp_path)
    enrol(register)
    yield Desk(register, published, receive_place=receive_place(places))
    register.close()


def parcel(*documents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for folder, document in documents:
            archive.writestr(f"{folder}/{document['id']}.json", as_bytes(document))
    file.seek(0)
    return file


def test_a_place_is_taken_before_visits_and_dangers_of_the_same_parcel(desk, places):
    found = take_parcel(desk, parcel(("visits", visit(1)), ("dangers", danger()), ("places", PROPOSED)), BUDI)

    assert [(entry.kind, entry.result) for entry in found] == [("visit", "new"), ("danger", "new"), ("place", "new")]
    place = found[-1]
    assert (place.name, place.author, place.receipt["state"]) == ("Lapangan RW 05", "budi", "proposed")
    assert places.log == [f"place {uuid(7)} by budi in a parcel"]
    assert json.loads(places.kept[uuid(7)]) == PROPOSED


def test_a_parcel_twice_takes_a_place_once_and_refuses_another_one_under_its_id(desk):
    results = [
        [entry.result for entry in take_parcel(desk, parcel(("places", document)), BUDI)]
        for document in (PROPOSED, PROPOSED, {**PROPOSED, "name": "Lain"})
    ]

    assert results == [["new"], ["known"], ["refused"]]


def test_where_no_places_are_taken_a_parcel_says_so_and_brings_the_rest(desk):
    found = take_parcel(replace(desk, receive_place=None), parcel(("places", PROPOSED), ("visits", visit(1))), BUDI)

    assert [(entry.kind, entry.result) for entry in found] == [("place", "refused"), ("visit", "new")]
    assert found[0].told


def test_a_damaged_place_is_refused_and_brings_nothing_else_down(desk):
    file = parcel(("places", PROPOSED), ("visits", visit(1)))
    data = bytearray(file.getvalue())
    data[data.find(b"Lapangan")] ^= 1
    found = take_parcel(desk, io.BytesIO(bytes(data)), BUDI)

    assert [(entry.kind, entry.result, entry.error) for entry in found] == [
        ("place", "refused", "damaged"),
        ("visit", "new", ""),
    ]
