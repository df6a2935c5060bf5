"""Documents in the register: versions, decisions, files, and what is damaged."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from helpers.kla_documents import NOON, accepted, decided, pdf_file, recorded, small_pdf
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.register import open_register

DAY = timedelta(days=1)


@pytest.fixture
def register(tmp_path):
    opened = open_register(f"sqlite:///{tmp_path}/register.db")
    yield opened
    opened.close()


def test_a_version_is_read_back_as_it_was_recorded(register):
    new = recorded(
        register,
        "sk_manager",
        title="SK <b>",
        number="1/2026",
        dated=date(2026, 1, 5),
        signer="Wali Kota",
        valid_until=date(2027, 1, 4),
        agency="dp3akb",
        sites=("alun-a",),
        requirements=("KLL-01",),
        answers={"KLL-01": "in_force"},
        note="asli",
    )

    assert register.kla.documents.all() == [new]
    assert new.state == "waiting"
    assert register.kla.documents.read_file(new.file) == small_pdf("sk_manager")


def test_a_decision_is_added_and_the_state_before_it_stays_known(register):
    new = accepted(register, "zoning")
    later = decided(register, new, "withdrawn", at=NOON + 2 * DAY, note="salah lokasi")

    assert (later.state, later.decided.note) == ("withdrawn", "salah lokasi")
    assert [later.state_at(NOON + days * DAY) for days in (-1, 0, 1, 2)] == [
        "waiting",
        "accepted",
        "accepted",
        "withdrawn",
    ]


def test_the_same_decision_twice_is_recorded_once_and_changes_the_version_of_the_register(register):
    new = recorded(register, "zoning")
    before = register.version()

    for _ in range(2):
        decided(register, new)

    assert len(register.kla.documents.versions(new.document_id)[0].decisions) == 1
    assert register.version() == before + 1


def test_a_new_version_without_a_file_keeps_that_of_the_version_before_and_a_stale_one_is_refused(register):
    first = recorded(register, "zoning", title="satu")
    second = register.kla.documents.add(
        first.document_id, first.body, None, person_id="putri", at=NOON + DAY, seen=first.seq
    )

    assert (second.seq, second.file) == (2, first.file)
    with pytest.raises(Conflict):
        recorded(register, "zoning", document_id=first.document_id, seen=1)


def test_a_file_that_is_altered_on_the_disk_is_never_handed_out(register):
    new = recorded(register, "zoning")
    [path] = register.kla.documents.folder.rglob("*.pdf")
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(NotInRegister):
        register.kla.documents.read_file(new.file)


def test_maintenance_knows_files_of_documents_and_a_lost_one_is_put_back(register):
    new = recorded(register, "zoning", file=pdf_file("lain"))
    [path] = register.kla.documents.folder.rglob("*.pdf")

    assert register.photos.sweep() == 0
    path.unlink()
    assert [hash for hash, _ in register.photos.damaged()] == [new.file.sha256]
    assert register.photos.sizes([new.file.sha256]) == {new.file.bytes}
    register.photos.put_back(new.file.sha256, small_pdf("lain"))
    assert list(register.photos.damaged()) == []


@pytest.mark.parametrize(
    "damage",
    [
        "document = 'bukan JSON'",
        "document = '{}'",
        "document = json_set(document, '$.dated', 'kemarin')",
        "document = json_set(document, '$.sites', json('[1]'))",
        "at = 'kemarin'",
    ],
)
def test_a_damaged_version_is_left_out_and_named(register, damage):
    recorded(register, "zoning")
    whole = recorded(register, "procedures")
    with register._database.writing() as connection:
        for name in (
            connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'document_version'")
            )
            .scalars()
            .all()
        ):
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(
            text(f"UPDATE document_version SET {damage} WHERE document_id <> :id"), {"id": whole.document_id}
        )

    assert register.kla.documents.all() == [whole]
    assert [row.table for row in register.damaged()] == ["document_version"]
