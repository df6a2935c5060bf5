"""A photo that the disk loses or alters is noticed, told, waited for or done without, and comes back."""

import io
import os
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import text

from helpers.sending import hash_of, picture
from helpers.visits import put_visit
from rba_audit.cli import main
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import own_receipts, receipt
from rba_audit.messages import using_language
from rba_audit.photographs import clean_photo
from rba_audit.register import Photo, Visit, open_register
from rba_audit.register.person_records import Person
from rba_audit.register.photo_restore import restore_photos

SITE = {"type": "Feature", "id": "taman", "properties": {"name": "Taman"}, "geometry": None}
BUDI = Person("budi", "budi", "Budi", "surveyor", ("*",), True)
ONE, TWO = picture(1), picture(2)
HARMS = {
    "lost": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "one bit": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


TABLES_SINCE = (
    "map_layer",
    "site_import_undo",
    "site_import_row",
    "site_import",
    "photo_sender",
    "photo_condition",
    "approved_without",
    "known_device",
    "backup",
    "redaction",
    "erasure",
    "clearance",
    "export_log",
    "disagreement_settled",
    "place_event",
    "place_proposal",
    "action_photo",
    "telephone_list",
    "office",
    "bulk_change_action",
    "bulk_change",
    "agency_note",
    "certificate_scan",
    "shared_link",
    "shared_link_end",
    "shared_link_opening",
    "saved_view",
    "document_version",
    "document_decision",
    "document_request",
    "document_request_end",
    "document_request_opening",
    "kla_round",
    "kla_score",
    "kla_result",
    "nomination_event",
    "nomination_step",
    "kha_person_site",
    "kha_certificate",
    "kha_person",
    "kha_recording",
    "kha_training",
    "kha_erasure",
    "rehearsal_closing",
    "rehearsal_decision",
    "rehearsal_invitation",
    "rehearsal",
    "kla_outcome",
    "pack_recipient",
    "pack",
)


def flipped(data):
    return data[:200] + bytes([data[200] ^ 1]) + data[201:]


@pytest.fixture
def register(tmp_path):
    opened = open_register(f"sqlite:///{tmp_path}/register.db")
    opened.import_features([SITE])
    yield opened
    opened.close()


def visit(register, *photos, number=1, author="budi"):
    return put_visit(
        register.visits,
        Visit(
            str(UUID(int=number)),
            "taman",
            "rbra-2024",
            "auditor",
            "Budi",
            date(2026, 11, 12),
            {"LOK-02": "park"},
            author=author,
            photos=tuple(Photo(hash_of(data), "LOK-02") for data in photos),
            recorded_at=datetime(2026, 11, 12, tzinfo=UTC),
        ),
    )


def keep(register, *photos, author="budi"):
    return [register.photos.keep(hash_of(data), clean_photo(data), author) for data in photos]


def path_of(register, kept):
    return register.photos.folder / kept.kept_sha256[:2] / f"{kept.kept_sha256}.jpg"


def conditions(register):
    with register._database.reading() as connection:
        return connection.execute(text("SELECT state FROM photo_condition ORDER BY sha256, seq")).scalars().all()


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_file_is_never_read_and_its_visit_waits_for_it_again(register, harm):
    made = visit(register, ONE, TWO)
    first, _ = keep(register, ONE, TWO)
    assert receipt(register, made)["complete"]
    HARMS[harm](path_of(register, first))

    with pytest.raises(NotInRegister, match="hilang"):
        register.photos.read(hash_of(ONE), "budi")
    told = receipt(register, made)

    assert register.photos.read(hash_of(TWO), "budi") == clean_photo(TWO).jpeg
    assert (told["complete"], told["missing"][0]["sha256"], told["lost"]) == (False, hash_of(ONE), [hash_of(ONE)])
    assert register.photos.incomplete() == {made.id}
    assert own_receipts(register, BUDI)[0]["lost"] == [hash_of(ONE)]


def test_a_file_that_is_gone_or_cut_is_told_in_lists_without_reading_any(register, monkeypatch):
    visit(register, ONE, TWO)
    first, _ = keep(register, ONE, TWO)
    path_of(register, first).unlink()
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path} was read"))

    assert own_receipts(register, BUDI)[0]["lost"] == [hash_of(ONE)]


def test_a_fault_once_noticed_is_told_until_the_file_is_whole_again_by_whatever_way(register):
    made = visit(register, ONE)
    [kept] = keep(register, ONE)
    path = path_of(register, kept)
    whole = path.read_bytes()
    path.write_bytes(flipped(whole))
    assert register.photos.missing(made) == ()  # of the right size, and nobody has read it
    assert register.photos.missing(made, thorough=True) == made.photos
    assert register.photos.missing(made) == made.photos
    path.write_bytes(whole)

    assert register.photos.missing(made) == ()
    assert register.photos.incomplete() == frozenset()
    assert conditions(register) == ["altered", "whole"]


def test_looking_again_at_the_same_fault_writes_nothing(register):
    made = visit(register, ONE)
    [kept] = keep(register, ONE)
    path_of(register, kept).unlink()
    for _ in range(3):
        register.photos.missing(made, thorough=True)
        list(register.photos.damaged())

    assert conditions(register) == ["lost"]


def test_a_fault_is_told_also_where_nothing_can_be_written(register, monkeypatch):
    made = visit(register, ONE)
    [kept] = keep(register, ONE)
    path_of(register, kept).unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(register._database._gate, "hold", full)

    assert register.photos.missing(made, thorough=True) == made.photos


def test_the_check_names_each_faulty_file_once_with_what_is_wrong(register):
    lost, altered, _ = keep(register, ONE, TWO, picture(3))
    path_of(register, lost).unlink()
    path_of(register, altered).write_bytes(b"x" * altered.bytes)

    with using_language("en"):
        found = {sha256: str(wrong) for sha256, wrong in register.photos.damaged()}

    assert found == {
        lost.kept_sha256: "the file is gone or cannot be read",
        altered.kept_sha256: "the file holds other bytes than were kept",
    }


def test_a_photo_sent_again_heals_also_where_it_is_drawn_otherwise_now(register):
    made = visit(register, ONE)
    [kept] = keep(register, ONE)
    path_of(register, kept).unlink()
    assert register.photos.record_resent(hash_of(ONE), "budi") is None
    file = io.BytesIO()
    Image.open(io.BytesIO(ONE)).save(file, "JPEG", quality=40)
    other = clean_photo(file.getvalue())
    assert other.sha256 != kept.kept_sha256

    again = register.photos.keep(hash_of(ONE), other, "budi")

    assert (again.kept_sha256, again.bytes) == (other.sha256, len(other.jpeg))
    assert register.photos.read(hash_of(ONE), "budi") == other.jpeg
    assert receipt(register, made)["complete"]
    assert list(register.photos.damaged()) == []
    assert register.photos.sweep() == 0


# --- from a backup ----------------------------------------------------------------------------------------------------


def test_a_folder_tree_gives_back_what_is_asked_for_whatever_it_is_called_and_nothing_else(register, tmp_path):
    made = visit(register, ONE, TWO)
    first, second = keep(register, ONE, TWO)
    whole = path_of(register, first).read_bytes()
    path_of(register, first).unlink()
    path_of(register, second).write_bytes(b"")
    backup = tmp_path / "backup"
    (backup / "deep" / "er").mkdir(parents=True)
    (backup / "deep" / "er" / "any name.bin").write_bytes(whole)
    (backup / f"{second.kept_sha256}.jpg").write_bytes(b"z" * second.bytes)  # the right name and size, other bytes
    (backup / "other.jpg").write_bytes(clean_photo(picture(3)).jpeg)
    (backup / "loop").symlink_to(backup)

    found = restore_photos(register.photos, backup)

    assert (found.asked, [sha256 for sha256, _ in found.left]) == (2, [second.kept_sha256])
    assert register.photos.read(hash_of(ONE), "budi") == whole
    assert register.photos.missing(made) == (made.photos[1],)
    assert len(list(register.photos.folder.rglob("*.jpg"))) == 2


def test_the_command_says_what_is_still_missing(register, tmp_path, capsys):
    [kept] = keep(register, ONE)
    path = path_of(register, kept)
    backup = tmp_path / "backup"
    backup.mkdir()
    path.rename(backup / "a.jpg")
    url = ["--register", f"sqlite:///{tmp_path}/register.db", "--lang", "en"]

    assert main(["register", "restore-photos", str(tmp_path / "photos"), *url]) == 1
    assert f"{kept.kept_sha256}.jpg: the file is gone" in capsys.readouterr().err
    assert main(["register", "restore-photos", str(backup), *url]) == 0
    assert "1 photos were lost or altered; 1 are whole again" in capsys.readouterr().out
    assert path.exists()
    assert main(["register", "restore-photos", str(tmp_path / "nowhere"), *url]) == 1


# --- what never got a row ---------------------------------------------------------------------------------------------


def test_a_picture_whose_sender_was_stopped_before_its_row_is_swept_later_and_no_other(register, monkeypatch):
    keep(register, TWO)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("rba_audit.register.photos.as_time", killed)
        with pytest.raises(KeyboardInterrupt):
            keep(register, ONE)
    files = list(register.photos.folder.rglob("*.jpg"))
    assert len(files) == 2
    assert register.photos.sweep() == 0  # it may be on its way
    for path in files:
        os.utime(path, (0, 0))

    assert register.photos.sweep() == 1
    assert register.photos.read(hash_of(TWO), "budi") == clean_photo(TWO).jpeg
    assert register.photos.find(hash_of(ONE)) is None
    keep(register, ONE)
    assert register.photos.read(hash_of(ONE), "budi") == clean_photo(ONE).jpeg


# --- whose photo it is ------------------------------------------------------------------------------------------------


def test_naming_the_photo_of_another_neither_completes_a_visit_nor_shows_the_photo(register):
    mine, theirs = visit(register, ONE), visit(register, ONE, number=2, author="siti")
    keep(register, ONE)

    assert receipt(register, mine)["complete"]
    assert (receipt(register, theirs)["missing"][0]["sha256"], receipt(register, theirs)["lost"]) == (hash_of(ONE), [])
    assert register.photos.incomplete() == {theirs.id}
    with pytest.raises(NotInRegister):
        register.photos.read(hash_of(ONE), "siti")
    assert register.photos.record_resent(hash_of(ONE), "siti")[1]
    assert not register.photos.record_resent(hash_of(ONE), "siti")[1]
    assert receipt(register, theirs)["complete"]
    assert register.photos.read(hash_of(ONE), "siti") == clean_photo(ONE).jpeg


def test_a_register_from_before_keeps_every_photo_with_everybody_who_named_it(register, tmp_path):
    both = [visit(register, ONE), visit(register, ONE, number=2, author="siti"), visit(register, TWO, number=3)]
    keep(register, ONE)
    with register._database.writing() as connection:
        for name in TABLES_SINCE:
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    register.close()

    again = open_register(f"sqlite:///{tmp_path}/register.db")

    assert [receipt(again, each)["complete"] for each in both] == [True, True, False]
    assert again.photos.read(hash_of(ONE), "siti") == clean_photo(ONE).jpeg
    with pytest.raises(NotInRegister):
        again.photos.read(hash_of(ONE), "ade")
    again.close()
