"""Parcels that no phone wrote: damaged ones are taken as far as they can be, and none breaks the server or the command line."""

import io
import random
import struct
import zipfile
from contextlib import closing, suppress

import pytest

from helpers.effort import cases
from helpers.registers import filled_register
from helpers.sending import BUDI, SITE, as_bytes, danger, enrol, hash_of, named, picture, uuid, visit
from rba_audit.cli import main
from rba_audit.fieldwork import IntakeContext, SubmissionError, SubmissionTooLarge, take_parcel
from rba_audit.standard import load_published

SQUARE = {
    "type": "Feature",
    "id": SITE,
    "properties": {"name": "Taman Sari"},
    "geometry": {"type": "Point", "coordinates": [106.15, -6.12]},
}


def parcel(**options):
    """A phone's parcel: a visit and a danger with their photos."""
    one, two = picture(1), picture(2)
    entries = [
        ("manifest.json", b"{}"),
        (f"visits/{uuid(1)}.json", as_bytes(visit(1, photos=[named(one)]))),
        (f"dangers/{uuid(900)}.json", as_bytes(danger(photo={"sha256": hash_of(two), "bytes": len(two)}))),
        (f"photos/{hash_of(one)}.jpg", one),
        (f"photos/{hash_of(two)}.jpg", two),
    ]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return file.getvalue()


WHOLE = (parcel(), parcel(compression=zipfile.ZIP_DEFLATED))


def records(data):
    """Return where each entry of the directory begins."""
    places, at = [], data.find(b"PK\1\2")
    while at >= 0:
        places.append(at)
        at = data.find(b"PK\1\2", at + 1)
    return places


def broken(seed):
    """Return a parcel of which some bytes are others: anywhere, in the directory, or in how an entry is packed."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(WHOLE))
    for _ in range(chance.choice((1, 1, 2, 5))):
        directory = records(data)
        at = chance.choice(directory) if directory else 0
        match chance.randrange(6):
            case 0:
                data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                data[chance.randrange(at, len(data))] = chance.randrange(256)
            case 2:  # BZIP2 and LZMA too
                data[at + 10 : at + 12] = struct.pack("<H", chance.choice((0, 8, 9, 12, 14, 93, 99)))
            case 3:  # encrypted, patched, a name in UTF-8 that is none
                data[at + 8 : at + 10] = struct.pack("<H", chance.choice((1, 0x20, 0x40, 0x800, 0x2000)))
                data[at + 46] = chance.choice((0xFF, data[at + 46]))
            case 4:  # sizes and the offset
                place = at + chance.choice((20, 24, 42))
                data[place : place + 4] = struct.pack("<I", chance.choice((0, 1, 2**31, 2**32 - 1, 500_000)))
            case _:
                del data[chance.randrange(len(data)) :][: chance.randrange(60)]
    return bytes(data)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    with closing(filled_register(tmp_path_factory.mktemp("parcels"), [SQUARE])) as register:
        enrol(register)
        yield register


def test_a_broken_parcel_is_refused_in_words_or_taken_in_part(register, tmp_path):
    path = tmp_path / "parcel.zip"
    silent = []
    for seed in range(cases(60, 500)):
        path.write_bytes(broken(seed))
        with path.open("rb") as file, suppress(SubmissionError, SubmissionTooLarge):
            found = take_parcel(IntakeContext(register, load_published), file, BUDI)
            silent += [(seed, entry.path) for entry in found if entry.result == "refused" and not entry.told]
    assert silent == []


@pytest.mark.parametrize("method", [9, 12, 14, 93, 99])
def test_an_entry_that_is_packed_in_another_way_is_refused_alone(register, method):
    data = bytearray(WHOLE[0])
    at = records(data)[3]
    data[at + 10 : at + 12] = struct.pack("<H", method)

    entries = take_parcel(IntakeContext(register, load_published), io.BytesIO(data), BUDI)

    assert [entry.error for entry in entries] == ["", "", "damaged", ""]


def test_an_offset_before_the_file_begins_harms_its_entry_alone(register, tmp_path):
    data = bytearray(WHOLE[0])
    at = records(data)[3]
    data[at + 42 : at + 46] = struct.pack("<I", 2**31)
    path = tmp_path / "parcel.zip"
    path.write_bytes(data)

    with path.open("rb") as file:
        entries = take_parcel(IntakeContext(register, load_published), file, BUDI)

    assert [entry.error for entry in entries] == ["", "", "damaged", ""]


class Counting(io.BytesIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, *wanted):
        found = super().read(*wanted)
        self.taken += len(found)
        return found


@pytest.mark.parametrize("said", [1, 60_000])
def test_a_directory_of_many_entries_is_refused_before_it_is_read(register, said):
    """Whatever number of entries the archive says it has: what counts is the length of its directory."""
    record = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0) + b"a/"
    directory = record * 600_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, said, said, len(directory), 0, 0)
    file = Counting(directory + end)

    with pytest.raises(SubmissionTooLarge):
        take_parcel(IntakeContext(register, load_published), file, BUDI)
    assert file.taken < 100_000


def test_an_archive_of_the_large_kind_is_no_parcel(register):
    """Its own record at the end would say another length than the one that was looked at."""
    end = WHOLE[0].rfind(b"PK\5\6")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)

    with pytest.raises(SubmissionError):
        take_parcel(
            IntakeContext(register, load_published), io.BytesIO(WHOLE[0][:end] + locator + WHOLE[0][end:]), BUDI
        )


@pytest.mark.parametrize("kind", ["lzma", "name"])
def test_the_command_line_says_in_words_what_is_broken(tmp_path, capsys, kind):
    data = bytearray(WHOLE[0])
    at = records(data)[1]
    if kind == "lzma":
        data[at + 10 : at + 12] = struct.pack("<H", 14)
    else:
        data[at + 8 : at + 10] = struct.pack("<H", 0x800)
        data[at + 46] = 0xFF
    path = tmp_path / "parcel.zip"
    path.write_bytes(data)
    with closing(filled_register(tmp_path, [SQUARE])) as register:
        enrol(register)

    code = main(["register", "take-parcel", str(path), "--register", f"sqlite:///{tmp_path}/register.db", "--lang=en"])
    told = capsys.readouterr()

    assert code == 1
    assert "Traceback" not in told.out + told.err
    assert ("damaged" in told.out) if kind == "lzma" else ("damaged" in told.err)
