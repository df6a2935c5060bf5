"""A trained person who is erased is in no byte of the register, no backup made afterwards, and in no restored register."""

import json
from contextlib import closing
from datetime import date, timedelta

import pytest

from helpers.registers import filled_register
from rba_audit.errors import Forbidden, NotInRegister, Unavailable
from rba_audit.kla.kha_erasure import erase_trained_person, files_with, person_document
from rba_audit.kla.kha_people import correct_person, record_people, remove_certificate, save_training, undo_recording
from rba_audit.register import open_register
from rba_audit.register.backup import back_up
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson, KhaTraining
from rba_audit.register.restoration import restore_backup

NAME, INSTITUTION, NUMBER = "Zubaidah Qurrotulain", "Vihara Avalokitesvara Xyz", "KHA/QZX/77"
ID = "4f3c8a52-0000-4000-8000-0000000000aa"


def bytes_of(folder):
    """Return every byte of every file in a folder, but the lock files."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def hits(folder, *words):
    data = bytes_of(folder).lower()
    return sum(data.count(word.lower().encode()) for word in words)


@pytest.fixture
def register(tmp_path):
    folder = tmp_path / "register"
    folder.mkdir()
    with closing(filled_register(folder, people=True)) as opened:
        certificate = KhaCertificate(NUMBER, date(2026, 3, 2), None)
        person = KhaPerson(NAME, INSTITUTION, "worship", ("taman-sari",), (certificate,))
        others = [KhaPerson(f"Nama {number}", "DLH", "opd", (), ()) for number in range(200)]
        record_people(opened, [*others[:100], person, *others[100:]], "table", account(opened, "planner"), ID)
        yield opened


def account(register, role):
    return next(person for person in register.people.all() if person.role == role)


def zubaidah(register):
    return next(person for person in register.kla.trainings.people() if person.name == NAME)


def test_not_a_byte_is_left_in_the_register_its_log_and_a_backup_made_afterwards(register, tmp_path):
    folder = tmp_path / "register"
    correct_person(
        register,
        KhaPerson("Zubaidah Lama", INSTITUTION, "worship", (), (), zubaidah(register).id),
        account(register, "planner"),
    )
    correct_person(
        register,
        KhaPerson(NAME, INSTITUTION, "worship", (), (), register.kla.trainings.people()[-1].id),
        account(register, "planner"),
    )
    assert hits(folder, NAME, INSTITUTION, NUMBER) >= 3

    done = erase_trained_person(register, zubaidah(register).id, account(register, "administrator"))
    back_up(register._database, tmp_path / "backup")

    assert done.wiped
    assert hits(folder, NAME, "Zubaidah", INSTITUTION, NUMBER) == 0
    assert hits(tmp_path / "backup", NAME, "Zubaidah", INSTITUTION, NUMBER) == 0
    assert len(register.kla.trainings.people()) == 200


def test_a_backup_from_before_forgets_the_person_when_it_is_restored(register, tmp_path):
    back_up(register._database, tmp_path / "backup")
    assert hits(tmp_path / "backup", NAME) > 0
    erase_trained_person(register, zubaidah(register).id, account(register, "administrator"))
    register.close()
    lines = [json.loads(line) for line in (tmp_path / "register" / "erasures.jsonl").read_text().splitlines()]
    assert [set(line) for line in lines] == [{"person", "on"}]

    restored_at = tmp_path / "restored"
    restore_backup(
        tmp_path / "backup",
        f"sqlite:///{restored_at}/register.db",
        erasures=[tmp_path / "register" / "erasures.jsonl"],
    )
    with closing(open_register(f"sqlite:///{restored_at}/register.db")) as restored:
        assert len(restored.kla.trainings.people()) == 200
        assert hits(restored_at, NAME, INSTITUTION, NUMBER) == 0
        back_up(restored._database, tmp_path / "again")
        assert hits(tmp_path / "again", NAME, INSTITUTION, NUMBER) == 0


def test_where_the_list_cannot_be_written_nobody_is_erased(register, tmp_path):
    (tmp_path / "register" / "erasures.jsonl").mkdir()
    with pytest.raises(Unavailable):
        erase_trained_person(register, zubaidah(register).id, account(register, "administrator"))

    assert zubaidah(register).institution == INSTITUTION


def test_files_that_went_out_since_and_texts_with_the_name_are_listed(register):
    person, admin = zubaidah(register), account(register, "administrator")
    register.exports.add("kha.people_file", role="planner", at=person.recorded_at - timedelta(days=1))
    for kind in ("kha.people_file", "planners.sites_file", "packs.file"):
        register.exports.add(kind, role="planner")
    register.kla.trainings.save(KhaTraining("t", f"KHA oleh {NAME}", date(2026, 1, 1), "DP3AKB", None, "", admin.id))

    for trained in (0, 3):
        seq = register.kla.packs.add_pack(2026, date(2026, 3, 2), f"{trained:064}", 9, 4, trained, admin.id)
    register.kla.packs.add_recipient(seq, "Provinsi", date(2026, 3, 3), admin.id)

    assert {export.kind for export in files_with(register, person)} == {"kha.people_file", "packs.file"}
    done = erase_trained_person(register, person.id, admin)
    assert len(done.exports) == 2
    assert [[each.recipient for each in pack.recipients] for pack in done.packs] == [["Provinsi"]]
    assert [(each.table, each.field) for each in done.mentions] == [("kha_training", "title")]
    with pytest.raises(NotInRegister):
        erase_trained_person(register, person.id, admin)


def test_the_data_of_a_person_is_theirs_alone_and_whole(register):
    register.kla.trainings.save(KhaTraining("t", "Pelatihan", date(2026, 1, 1), "DP3AKB", None, "", "x"))
    document = json.loads(person_document(zubaidah(register), {}))

    assert (document["name"], document["institution"], document["sites"]) == (NAME, INSTITUTION, ["taman-sari"])
    assert document["certificates"][0]["number"] == NUMBER
    planner = register.personal_data.records_of(account(register, "planner").id)
    assert NAME not in json.dumps(planner)  # what a planner entered about others is not the planner's data


@pytest.mark.parametrize("role", ["surveyor", "reviewer", "planner", "administrator"])
def test_planners_and_administrators_record_and_only_administrators_erase(register, role):
    by, id = account(register, role), zubaidah(register).id
    training = KhaTraining(ID, "KHA", date(2026, 1, 1), "DP3AKB", None, "", by.id)
    attempts = [
        lambda: record_people(register, [], "form", by, ID),
        lambda: save_training(register, training, by),
        lambda: correct_person(register, zubaidah(register), by),
        lambda: remove_certificate(register, id, "none", by),
        lambda: undo_recording(register, ID, by) if role != "administrator" else None,
    ]
    for attempt in attempts:
        if role in ("planner", "administrator"):
            attempt()
        else:
            with pytest.raises(Forbidden):
                attempt()
    if role != "administrator":
        with pytest.raises(Forbidden):
            erase_trained_person(register, id, by)
