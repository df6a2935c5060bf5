"""Proposed places in a phone's parcel: taken before what was seen there, by the same function as those that are sent."""

import io
import zipfile

import pytest

from helpers.registers import filled_register
from helpers.sending import BUDI, as_bytes, danger, enrol, uuid, visit
from rba_audit.fieldwork import IntakeContext, take_parcel
from rba_audit.standard import load_published

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
def desk(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield IntakeContext(register, load_published)
    register.close()


def parcel(*documents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for folder, document in documents:
            archive.writestr(f"{folder}/{document['id']}.json", as_bytes(document))
    file.seek(0)
    return file


def test_a_place_is_taken_before_visits_and_dangers_of_the_same_parcel(desk):
    there = {**visit(1), "site": PROPOSED["site"]}
    found = take_parcel(desk, parcel(("visits", there), ("dangers", danger()), ("places", PROPOSED)), BUDI)

    assert [(entry.kind, entry.result) for entry in found] == [("visit", "new"), ("danger", "new"), ("place", "new")]
    assert found[-1].receipt["state"] == "proposed"
    proposal = desk.register.site_events.proposal(PROPOSED["id"])
    assert (proposal.site_id, proposal.author) == (PROPOSED["site"], BUDI.id)


def test_a_parcel_twice_takes_a_place_once_and_refuses_another_one_under_its_id(desk):
    results = [
        [entry.result for entry in take_parcel(desk, parcel(("places", document)), BUDI)]
        for document in (PROPOSED, PROPOSED, {**PROPOSED, "name": "Lain"})
    ]

    assert results == [["new"], ["known"], ["refused"]]


def test_a_damaged_place_is_refused_and_brings_nothing_else_down(desk):
    file = parcel(("places", PROPOSED), ("visits", visit(1)))
    data = bytearray(file.getvalue())
    data[data.find(b"Lapangan")] ^= 1
    found = take_parcel(desk, io.BytesIO(bytes(data)), BUDI)

    assert [(entry.kind, entry.result, entry.error) for entry in found] == [
        ("place", "refused", "damaged"),
        ("visit", "new", ""),
    ]
