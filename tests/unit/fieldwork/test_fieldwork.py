"""Fieldwork as it arrives, over a real register: what is taken, what is refused and why, and nothing twice."""

import io
import json
import os
import stat
import threading
import zipfile
from contextlib import suppress

import pytest

from helpers.registers import filled_register
from helpers.sending import (
    ADE,
    ANSWERS,
    BUDI,
    EKA,
    OTHER_SITE,
    SITE,
    SITI,
    TONO,
    as_bytes,
    danger,
    enrol,
    hash_of,
    named,
    picture,
    uuid,
    visit,
)
from rba_audit.cli import main
from rba_audit.errors import Conflict, EvidenceError, NotInRegister, RbaError
from rba_audit.fieldwork import (
    IntakeContext,
    SubmissionError,
    SubmissionTooLarge,
    differing_parts,
    own_receipts,
    receipt,
    seen_visit,
    take_danger,
    take_danger_photo,
    take_document,
    take_parcel,
    take_photo,
)
from rba_audit.fieldwork.positions import distance_m
from rba_audit.layers import ContextFeature
from rba_audit.messages import using_language
from rba_audit.photographs import DamagedPhoto, NotAPhoto
from rba_audit.sites import site_of
from rba_audit.standard import edition_names, load_published

POSITION = {"lon": 106.15, "lat": -6.12, "accuracy_m": 8.0, "how": "gps", "fixes": 7, "gps": None, "reason": ""}
SQUARE = {
    "type": "Feature",
    "id": "alun-b",
    "properties": {"name": "Alun-Alun B", "kelurahan_code": "36.73.01.1004"},
    "geometry": {"type": "Point", "coordinates": [106.15, -6.12]},
}


def boundary(code, name, west, accuracy_m=0):
    box = [[west, -6.2], [west + 0.1, -6.2], [west + 0.1, -6.1], [west, -6.1], [west, -6.2]]
    properties = {"layer": "boundary", "code": code, "name": name, "accuracy_m": accuracy_m}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [box]}}
    return ContextFeature("boundary", name, code, feature)


CONTEXT = (boundary("36.73.01", "Serang", 106.1), boundary("36.73.02", "Cipocok Jaya", 106.2))


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    register.import_features([SQUARE])
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def desk(register):
    return IntakeContext(register, load_published, CONTEXT)


def send(desk, document, by=BUDI):
    return take_document(desk, as_bytes(document), by, id=document["id"])


def problems(desk, document, by=BUDI):
    with pytest.raises(SubmissionError) as refused:
        send(desk, document, by)
    with using_language("en"):
        return [(problem.question, str(problem.message)) for problem in refused.value.problems]


def conflict(action):
    with pytest.raises(Conflict) as found:
        action()
    return found.value


def files(register):
    return sorted(path for path in register.photos.folder.rglob("*") if path.is_file())


# --- taken once ---


def test_a_visit_is_kept_byte_for_byte(desk):
    body = json.dumps(visit(), indent=3).encode() + b"\n"

    taken = take_document(desk, body, BUDI, id=uuid(1))

    assert taken.new
    assert desk.register.visits.document(uuid(1)) == body
    assert taken.visit.sha256 == hash_of(body)


def test_keys_nobody_agreed_on_are_kept_too(desk):
    send(desk, visit(telepon="Murah 3", answers=ANSWERS))

    assert json.loads(desk.register.visits.document(uuid(1)))["telepon"] == "Murah 3"


def test_the_same_bytes_again_are_the_same_record(desk):
    first, again = send(desk, visit()), send(desk, visit())

    assert (first.new, again.new, first.visit) == (True, False, again.visit)
    assert len(desk.register.visits.for_site(SITE)) == 1


def test_eight_senders_of_one_visit_make_one_record(desk):
    found = []
    threads = [threading.Thread(target=lambda: found.append(send(desk, visit()).new)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [False] * 7 + [True]


def test_other_bytes_under_a_known_id_are_a_conflict_that_holds_what_is_kept(desk):
    send(desk, visit())

    fault = conflict(lambda: send(desk, visit(note="lain")))

    assert (fault.code, fault.kept.note) == ("differs", "")
    assert desk.register.visits.get(uuid(1)).note == ""


def test_a_kept_visit_is_answered_whatever_was_changed_since(desk):
    send(desk, visit())
    outside = EKA.__class__(BUDI.id, "budi", "Budi", "surveyor", (f"site:{OTHER_SITE}",), True)

    assert not send(desk, visit(), outside).new


def test_another_person_learns_nothing_by_sending_a_known_id(desk):
    send(desk, visit())

    fault = conflict(lambda: send(desk, visit(author="siti"), SITI))

    assert (fault.code, fault.kept) == ("other_author", None)


def test_nobody_sends_in_the_name_of_another(desk):
    assert conflict(lambda: send(desk, visit(), SITI)).code == "other_author"
    with pytest.raises(NotInRegister):
        desk.register.visits.get(uuid(1))


def test_an_administrator_brings_the_work_of_another_and_is_noted(desk):
    taken = send(desk, visit(), ADE)

    assert taken.visit.author == "budi"
    assert desk.register.deliveries.delivered_by(uuid(1)).person_id == "ade"


def test_what_its_author_sent_was_brought_by_nobody(desk):
    send(desk, visit())

    assert desk.register.deliveries.delivered_by(uuid(1)) is None


def test_an_administrator_cannot_bring_the_work_of_nobody(desk):
    assert len(problems(desk, visit(author="nobody"), ADE)) == 1


def test_a_correction_is_another_version_and_the_second_one_of_the_same_is_a_conflict(desk):
    send(desk, visit(1))
    second = send(desk, visit(2, replaces=uuid(1), note="dua"))

    fault = conflict(lambda: send(desk, visit(3, replaces=uuid(1), note="tiga")))

    assert (second.visit.root, second.visit.version) == (uuid(1), 2)
    assert (fault.code, fault.kept.id) == ("not_current", uuid(2))


@pytest.mark.parametrize("edition", edition_names())
def test_a_visit_is_taken_under_every_edition_that_was_published(desk, edition):
    assert send(desk, visit(edition=edition, answers={"is_public": "yes", "MUD-01": "no"})).visit.edition == edition


# --- refused, with the reason ---


def test_everything_wrong_with_a_visit_is_told_at_once(desk):
    found = problems(desk, visit(auditor=" ", answers={"LOK-03": -5, "XYZ-99": "yes"}))

    assert [question for question, _ in found] == ["", "XYZ-99", "LOK-03"]


REFUSED = {
    "an unknown site": {"site": "nowhere"},
    "an unknown edition": {"edition": "rbra-1999"},
    "an edition that is a path": {"edition": "../../standards/rbra-2024"},
    "no answer": {"answers": {}},
    "a word that is no answer": {"answers": {"LOK-02": "entah"}},
    "a number out of range": {"answers": {"LOK-03": -1}},
    "an item's number that is no answer": {
        "items": [{"id": "a", "kind": "swing", "name": "Ayunan 1", "answers": {"LOK-03": -1}}]
    },
    "an item of no kind": {"items": [{"id": "a", "kind": "rocket", "name": "Roket", "answers": {}}]},
    "two items with one id": {"items": [{"id": "a", "kind": "swing"}, {"id": "a", "kind": "slide"}]},
    "an item's word that is no answer": {"items": [{"id": "a", "kind": "swing", "answers": {"item_fits": "perhaps"}}]},
    "an answer that is not asked of an item": {"items": [{"id": "a", "kind": "swing", "answers": {"LOK-02": "park"}}]},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_visit_that_cannot_be_used_is_refused(desk, name):
    assert problems(desk, visit(**REFUSED[name]))
    assert desk.register.visits.for_site(SITE) == []


def test_what_is_wrong_with_an_item_is_told_by_its_name(desk):
    items = [{"id": "a", "kind": "swing", "name": "Ayunan biru", "answers": {"item_fits": "perhaps"}}]

    [(question, told)] = problems(desk, visit(items=items))

    assert question == "item_fits"
    assert told == "Correct Ayunan biru, item_fits: 'perhaps' is no answer; use yes or no."
    assert send(desk, visit(items=[{**items[0], "answers": {"item_fits": "no"}}])).new


MALFORMED = {
    "no object": [],
    "a newer format": visit(format=2),
    "a format that is a truth": visit(format=True),
    "an id that is none": visit(id="1"),
    "an id in capitals": visit(id=uuid(171).upper()),
    "no answers": visit(answers=...),
    "answers as a list": visit(answers=[]),
    "an answer that is a truth": visit(answers={"LOK-02": True}),
    "an answer that is an object": visit(answers={"LOK-02": {"a": 1}}),
    "an answer that is nothing": visit(answers={"LOK-02": None}),
    "a list of numbers": visit(answers={"LOK-02": [1, 2]}),
    "a stage nobody knows": visit(stage="boss"),
    "a day that is none": visit(day="2026-02-30"),
    "a day with a time": visit(day="2026-02-20T00:00"),
    "an author that is a number": visit(author=3),
    "latitude and longitude swapped": visit(position={**POSITION, "lon": -6.1, "lat": 106.1}),
    "a position in words": visit(position={**POSITION, "lon": "106"}),
    "a photo without a hash": visit(photos=[{"question": ""}]),
    "a photo with a path for a hash": visit(photos=[{**named(b""), "sha256": "../" * 20 + "abcd"}]),
    "a photo with a hash in capitals": visit(photos=[{**named(b""), "sha256": "A" * 64}]),
    "201 photos": visit(photos=[{**named(b""), "sha256": f"{n:064x}"} for n in range(201)]),
    "an item without an id": visit(items=[{"kind": "swing"}]),
    "a note that is a list": visit(notes={"LOK-02": ["a"]}),
    "a note of a megabyte": visit(note="a" * 900_000),
    "an answer of pages": visit(answers={"LOK-02": "a" * 20_000}),
    "a number too long for every reader": visit(answers={"LOK-03": 10**30}),
    "a NUL in a name": visit(auditor="Bu\0di"),
    "half a letter": visit(auditor="Budi \ud800"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_as_agreed_is_refused(desk, name):
    document = MALFORMED[name]
    with pytest.raises(SubmissionError):
        take_document(desk, json.dumps(document).encode(), BUDI, id=uuid(1))


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "two values": b"{}{}",
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a key twice": b'{"author": "budi", "author": "siti"}',
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "a number beyond all": b'{"a": 1e999}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "40 deep": b"[" * 40 + b"]" * 40,
    "100,000 deep": b"[" * 100_000,
    "a lone half of a letter": b'{"a": "\\ud800"}',
    "a lone half of a letter in a key": b'{"\\udfff": 1}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_two_readers_may_read_differently_is_refused(desk, name):
    with pytest.raises(SubmissionError):
        take_document(desk, UNREADABLE[name], BUDI, id=uuid(1))


def test_more_than_a_megabyte_is_not_read(desk):
    with pytest.raises(SubmissionTooLarge):
        take_document(desk, b" " * 1_000_001, BUDI, id=uuid(1))


def test_a_visit_under_another_address_is_refused(desk):
    with pytest.raises(SubmissionError):
        take_document(desk, as_bytes(visit(1)), BUDI, id=uuid(2))


def test_a_surveyor_learns_nothing_of_a_site_outside_their_area(desk):
    outside, nowhere = (problems(desk, visit(author="eka", site=site), EKA) for site in (SITE, "nowhere"))

    assert outside[0][1].replace(SITE, "") == nowhere[0][1].replace("nowhere", "")


def test_no_change_of_bytes_gets_past_the_refusals(desk):
    whole = as_bytes(visit(position=POSITION, photos=[named(picture())]))
    for at in range(0, len(whole), 11):
        for byte in (b"", b"\0", b'"', b"9", b"\xff"):
            with suppress(EvidenceError):
                take_document(desk, whole[:at] + byte + whole[at + 1 :], BUDI, id=uuid(1))


def test_items_or_photos_say_something_by_themselves(desk):
    assert send(desk, visit(1, answers={}, photos=[named(picture())])).new
    assert send(desk, visit(2, answers={}, items=[{"id": "a", "kind": "swing", "answers": {}}])).new


def test_answers_that_are_not_asked_are_kept_and_told_with_those_of_items(desk):
    answers = {"LOK-06.voltage": "no_line", "LOK-06.distance": 1.2, "NYM-04.asked": 30, "NYM-04.comfortable": 100}
    tower = {"PRL-08.for_toddlers": "no", "PRL-08.toddler_platform": 90, "item_broken": "no", "item_closed": "yes"}
    items = [{"id": "a", "kind": "structure", "name": "Tower", "answers": tower}]

    taken = send(desk, visit(answers=answers, items=items))

    assert json.loads(desk.register.visits.document(uuid(1)))["answers"] == answers
    with using_language("en"):
        told = sorted(str(remark) for remark in taken.remarks)
    assert [each.partition(": ")[0] for each in told] == [
        "How far is the play area, level, from the axis of the towers",
        "How many of them say that they feel comfortable playing here",
        "Tower, How high is that platform for children under two",
        "Tower, Is it closed off so that children cannot use it",
    ]
    assert sum("kept, and not judged" in each for each in told) == 3


# --- where the surveyor stood ---


def at(**changed):
    return visit(site="alun-b", position={**POSITION, **changed})


def test_a_position_close_by_is_taken_without_a_word(desk):
    assert send(desk, at()).remarks == ()


@pytest.mark.parametrize(("accuracy_m", "taken"), [(99.9, True), (100, True), (100.1, False), (3000, False)])
def test_a_coarse_position_needs_a_reason(desk, accuracy_m, taken):
    if taken:
        assert send(desk, at(accuracy_m=accuracy_m)).new
    else:
        assert len(problems(desk, at(accuracy_m=accuracy_m))) == 1


def test_a_coarse_position_with_a_reason_is_taken_and_the_reason_kept(desk):
    taken = send(desk, at(accuracy_m=3000, reason="Di bawah atap seng."))

    assert taken.visit.position["reason"] == "Di bawah atap seng."


def test_a_reason_of_spaces_is_none(desk):
    assert problems(desk, at(accuracy_m=3000, reason="  "))


def test_a_position_in_another_area_is_refused_with_both_names(desk):
    assert problems(desk, at(lon=106.25)) == [
        (
            "",
            "The position lies in Cipocok Jaya, and the site in Serang; correct the position or the site, or write why.",
        )
    ]


def test_a_position_in_no_area_is_refused_with_the_name_of_the_right_one(desk):
    assert "outside Serang" in problems(desk, at(lon=100.0))[0][1]


def test_a_position_in_another_area_with_a_reason_is_taken(desk):
    assert send(desk, at(lon=106.25, reason="Batas di lapangan lain.")).new


@pytest.mark.parametrize(("metres", "taken"), [(7, True), (9, False)])
def test_a_position_is_outside_only_where_its_accuracy_cannot_explain_it(desk, metres, taken):
    document = at(lon=106.2 + metres / (111_195 * 0.99430))  # accuracy 8 m; a degree at 6.12° south
    if taken:
        assert send(desk, document).new
    else:
        assert problems(desk, document)


def test_a_generalised_outline_is_given_its_own_accuracy(register):
    desk = IntakeContext(register, load_published, (boundary("36.73.01", "Serang", 106.1, accuracy_m=200), CONTEXT[1]))

    assert send(desk, at(lon=106.2015)).new


def test_without_boundaries_nothing_is_outside(register):
    assert send(IntakeContext(register, load_published), at(lon=106.25)).new


def test_a_position_far_from_the_known_place_is_taken_with_a_remark(desk):
    with using_language("en"):
        assert [str(told) for told in send(desk, at(lat=-6.13)).remarks] == [
            "The position is 1,106 m from where the register has the site."
        ]


def test_a_distance_is_measured_to_the_edge_and_is_none_inside():
    ring = [[106, -6], [106.01, -6], [106.01, -6.01], [106, -6.01], [106, -6]]
    site = site_of("a", {"geometry": {"type": "Polygon", "coordinates": [ring]}})

    assert distance_m({"lon": 106.005, "lat": -6.005}, site) == 0
    assert distance_m({"lon": 106.005, "lat": -6.02}, site) == pytest.approx(1105.86, rel=1e-4)


# --- photos ---


def test_a_visit_is_complete_only_when_every_photo_is_there(desk):
    one, two = picture(1), picture(2)
    taken = send(desk, visit(photos=[named(one, "LOK-02"), named(two, item="a")]))
    before = receipt(desk.register, taken.visit)
    take_photo(desk.register, uuid(1), hash_of(one), one, BUDI)
    between = receipt(desk.register, taken.visit)
    take_photo(desk.register, uuid(1), hash_of(two), two, BUDI)

    assert [len(before["missing"]), between["missing"], between["complete"]] == [
        2,
        [{"sha256": hash_of(two), "question": "", "item": "a"}],
        False,
    ]
    assert receipt(desk.register, taken.visit)["complete"]


def test_visits_that_wait_for_a_photo_are_known(desk):
    one = picture(1)
    send(desk, visit(1, photos=[named(one)]))
    send(desk, visit(2))
    assert desk.register.photos.incomplete() == {uuid(1)}

    take_photo(desk.register, uuid(1), hash_of(one), one, BUDI)

    assert desk.register.photos.incomplete() == frozenset()


def test_a_photo_is_kept_clean_under_its_own_hash_and_for_its_owner_only(desk):
    data = picture(1)
    send(desk, visit(photos=[named(data)]))

    kept, new = take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)

    [path] = files(desk.register)
    assert new
    assert path.name == f"{kept.kept_sha256}.jpg" == f"{hash_of(path.read_bytes())}.jpg"
    assert path.parent.name == kept.kept_sha256[:2]
    assert b"Telepon" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}


def test_a_photo_of_two_visits_is_stored_once(desk):
    data = picture(1)
    for number in (1, 2):
        send(desk, visit(number, photos=[named(data)]))

    first = take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)
    second = take_photo(desk.register, uuid(2), hash_of(data), data, BUDI)

    assert (first[1], second[1], first[0]) == (True, False, second[0])
    assert len(files(desk.register)) == 1


def test_a_photo_that_the_visit_does_not_name_is_refused(desk):
    send(desk, visit())

    with pytest.raises(NotInRegister):
        take_photo(desk.register, uuid(1), hash_of(picture()), picture(), BUDI)


def test_bytes_that_are_not_the_announced_ones_are_refused(desk):
    data = picture(1)
    send(desk, visit(photos=[named(data)]))

    fault = conflict(lambda: take_photo(desk.register, uuid(1), hash_of(data), picture(2), BUDI))

    assert (fault.code, fault.kept) == ("hash", hash_of(picture(2)))


@pytest.mark.parametrize(("data", "kind"), [(b"GIF89a", NotAPhoto), (picture()[:100], DamagedPhoto)])
def test_what_is_no_photo_leaves_nothing_behind(desk, data, kind):
    send(desk, visit(photos=[named(data)]))

    with pytest.raises(kind):
        take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)

    assert files(desk.register) == []
    assert desk.register.photos.find(hash_of(data)) is None


def test_nobody_sends_photos_to_the_visit_of_another(desk):
    send(desk, visit(photos=[named(picture())]))

    with pytest.raises(NotInRegister):
        take_photo(desk.register, uuid(1), hash_of(picture()), picture(), SITI)


@pytest.mark.parametrize("harm", ["lost", "cut"])
def test_sending_again_heals_a_file_that_was_harmed(desk, harm):
    data = picture(1)
    send(desk, visit(photos=[named(data)]))
    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)
    [path] = files(desk.register)
    whole = path.read_bytes()
    path.unlink() if harm == "lost" else path.write_bytes(whole[:50])

    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)

    assert path.read_bytes() == whole


def test_a_file_without_a_row_counts_for_nothing_until_it_is_sent_again(desk):
    data = picture(1)
    taken = send(desk, visit(photos=[named(data)]))
    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)
    [path] = files(desk.register)
    other = path.with_name("0" * 64 + ".jpg")
    other.write_bytes(b"half")

    assert receipt(desk.register, taken.visit)["complete"]
    assert desk.register.photos.arrival("budi", ["0" * 64]).here == set()


def test_what_was_left_half_written_long_ago_is_swept_and_what_is_being_written_is_not(desk):
    data = picture(1)
    send(desk, visit(photos=[named(data)]))
    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)
    [path] = files(desk.register)
    old, fresh = path.with_name(".old"), path.with_name(".fresh")
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    path.unlink()

    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)

    assert sorted(path.parent.iterdir()) == sorted([fresh, path])


def test_a_place_for_photos_that_is_a_file_is_told_and_nothing_is_promised(desk):
    data = picture(1)
    taken = send(desk, visit(photos=[named(data)]))
    desk.register.photos.folder.write_bytes(b"")

    with pytest.raises(RbaError):
        take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)

    assert not receipt(desk.register, taken.visit)["complete"]


@pytest.mark.parametrize("table", ["photo", "photo_sender", "photo_condition", "danger", "danger_seen", "brought"])
def test_what_arrived_is_never_changed_or_removed(desk, table):
    data = picture(1)
    send(desk, visit(photos=[named(data)]), ADE)
    take_photo(desk.register, uuid(1), hash_of(data), data, BUDI)
    report(desk, danger())
    desk.register.dangers.acknowledge(uuid(900), "rina", "")
    files(desk.register)[0].unlink()
    assert len(list(desk.register.photos.damaged())) == 1
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid + 1"):
        with pytest.raises(RbaError, match="kept as they are"), desk.register._database.writing() as connection:
            connection.exec_driver_sql(sql)


# --- who sees what ---


def test_surveyors_see_their_own_visits_and_nobody_else_s(desk):
    send(desk, visit())

    assert seen_visit(desk.register, uuid(1), BUDI).id == uuid(1)
    with pytest.raises(NotInRegister) as others:
        seen_visit(desk.register, uuid(1), SITI)
    with pytest.raises(NotInRegister) as nobody:
        seen_visit(desk.register, uuid(2), SITI)
    assert str(others.value).replace(uuid(1), "") == str(nobody.value).replace(uuid(2), "")


def test_a_person_s_receipts_carry_what_the_reviewer_wants_corrected(desk):
    send(desk, visit(1))
    desk.register.reviews.make(
        uuid(1), seq=0, to="has_issues", visit_id=uuid(1), person_id="rina", note="Lihat lagi", notes={"LOK-03": "?"}
    )

    [told] = own_receipts(desk.register, BUDI)

    assert (told["state"], told["notes"]) == (
        "has_issues",
        [{"question": "", "told": "Lihat lagi"}, {"question": "LOK-03", "told": "?"}],
    )


def test_differences_name_each_part_and_both_sides():
    kept = visit(answers={"A": "yes", "B": 1}, items=[{"id": "a", "kind": "swing", "answers": {"C": 1}}])
    sent = visit(2, answers={"A": "no", "B": 1, "D": ["x"]}, items=[{"id": "a", "kind": "swing", "answers": {"C": 2}}])

    assert differing_parts(kept, sent) == [
        {"path": "answers.A", "kept": "yes", "sent": "no"},
        {"path": "answers.D", "kept": None, "sent": ["x"]},
        {"path": "items.a.answers.C", "kept": 1, "sent": 2},
    ]


def test_the_same_photo_named_twice_is_not_lost_among_the_differences():
    photos = [named(b"a", "LOK-02"), named(b"a", "LOK-03")]

    assert [each["path"] for each in differing_parts(visit(photos=photos), visit(photos=photos[:1]))] == ["photos"]


# --- dangers ---


def report(desk, document, by=BUDI):
    return take_danger(desk, as_bytes(document), by, id=document["id"])[:2]


def test_a_danger_is_open_until_somebody_has_seen_it(desk):
    report(desk, danger())
    assert [found.note for found in desk.register.dangers.open()] == ["Papan ayunan patah, paku menonjol."]

    desk.register.dangers.acknowledge(uuid(900), "rina", "Ayunan diikat.")

    assert (desk.register.dangers.open(), desk.register.dangers.open_count()) == ([], 0)
    [seen] = desk.register.dangers.get(uuid(900)).seen
    assert (seen.person_id, seen.note) == ("rina", "Ayunan diikat.")


def test_the_same_danger_again_is_the_same_one_and_another_under_its_id_a_conflict(desk):
    assert [report(desk, danger())[1], report(desk, danger())[1]] == [True, False]
    assert conflict(lambda: report(desk, danger(note="lain"))).code == "differs"
    assert conflict(lambda: report(desk, danger(author="siti"), SITI)).code == "other_author"


def test_a_danger_is_taken_from_outside_one_s_area(desk):
    assert report(desk, danger(author="eka"), EKA)[1]


@pytest.mark.parametrize("changed", [{"note": " "}, {"site": "nowhere"}, {"format": 9}, {"position": {"lon": 1}}])
def test_a_danger_that_says_nothing_is_refused(desk, changed):
    with pytest.raises(SubmissionError):
        report(desk, danger(**changed))


def test_a_danger_brings_its_photo(desk):
    data = picture(5)
    report(desk, danger(note="", photo={"sha256": hash_of(data), "bytes": len(data)}))

    assert take_danger_photo(desk.register, uuid(900), hash_of(data), data, BUDI)[1]
    with pytest.raises(NotInRegister):
        take_danger_photo(desk.register, uuid(900), hash_of(data), data, SITI)
    with pytest.raises(NotInRegister):
        take_danger_photo(desk.register, uuid(900), hash_of(b""), b"", BUDI)


def test_saying_the_same_twice_is_noted_once_and_more_is_added(desk):
    report(desk, danger())
    for note in ("Diikat.", "Diikat.", "Diperbaiki."):
        desk.register.dangers.acknowledge(uuid(900), "rina", note)

    assert [seen.note for seen in desk.register.dangers.seen(9)[0].seen] == ["Diikat.", "Diperbaiki."]


# --- parcels ---


def parcel(entries, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    file.seek(0)
    return file


def queue():
    """Two versions of a visit, a danger and their photos, in an order that no server wants."""
    one, two = picture(1), picture(2)
    return [
        ("manifest.json", b"{}"),
        (f"photos/{hash_of(one)}.jpg", one),
        (f"photos/{hash_of(two)}.jpg", two),
        (f"visits/{uuid(2)}.json", as_bytes(visit(2, replaces=uuid(1), photos=[named(one)]))),
        (f"visits/{uuid(1)}.json", as_bytes(visit(1, photos=[named(one)]))),
        (f"dangers/{uuid(900)}.json", as_bytes(danger(photo={"sha256": hash_of(two), "bytes": len(two)}))),
    ]


def results(entries):
    return {entry.path.split("/")[0] + entry.path[-8:-5]: entry.result for entry in entries}


def test_a_parcel_has_the_effect_of_sending(desk):
    entries = take_parcel(desk, parcel(queue()), BUDI)

    assert [entry.result for entry in entries] == ["new"] * 5
    assert all(entry.receipt["complete"] for entry in entries if entry.receipt)
    assert [found.version for found in desk.register.visits.chain(uuid(1))] == [1, 2]
    assert desk.register.visits.document(uuid(1)) == dict(queue())[f"visits/{uuid(1)}.json"]


def test_a_parcel_twice_changes_nothing(desk):
    take_parcel(desk, parcel(queue()), BUDI)

    assert {entry.result for entry in take_parcel(desk, parcel(queue()), BUDI)} == {"known"}


def test_a_parcel_after_sending_brings_only_what_is_missing(desk):
    send(desk, visit(1, photos=[named(picture(1))]))

    found = {entry.kind: entry.result for entry in take_parcel(desk, parcel(queue()[1:2]), BUDI)}

    assert found == {"photo": "new"}


def test_a_photo_handed_over_counts_for_the_visits_beside_it_and_not_for_whoever_names_its_hash(desk):
    data = picture(1)
    send(desk, visit(1, author="siti", photos=[named(data)]), SITI)
    both = [
        (f"visits/{uuid(5)}.json", as_bytes(visit(5, photos=[named(data)]))),
        (f"photos/{hash_of(data)}.jpg", data),
    ]

    assert [entry.result for entry in take_parcel(desk, parcel(both), ADE)] == ["new", "new"]
    assert receipt(desk.register, desk.register.visits.get(uuid(5)))["complete"]
    assert not receipt(desk.register, desk.register.visits.get(uuid(1)))["complete"]


def test_a_photo_handed_over_alone_is_taken_where_it_can_only_be_one_person_s(desk):
    data = picture(1)
    alone = [(f"photos/{hash_of(data)}.jpg", data)]
    send(desk, visit(1, photos=[named(data)]))
    send(desk, visit(2, author="siti", photos=[named(data)]), SITI)

    assert [entry.result for entry in take_parcel(desk, parcel(alone), ADE)] == ["refused"]
    assert [entry.result for entry in take_parcel(desk, parcel(alone), BUDI)] == ["new"]
    assert receipt(desk.register, desk.register.visits.get(uuid(1)))["complete"]
    assert not receipt(desk.register, desk.register.visits.get(uuid(2)))["complete"]


def test_one_bad_entry_does_not_stop_the_others(desk):
    bad = [
        (f"visits/{uuid(7)}.json", b"{"),
        (f"visits/{uuid(8)}.json", as_bytes(visit(9))),
        (f"photos/{'0' * 64}.jpg", picture(9)),
        ("readme.txt", b"hello"),
    ]
    found = {entry.path: entry.result for entry in take_parcel(desk, parcel([*bad, *queue()]), BUDI)}

    assert [found[path] for path, _ in bad] == ["refused", "refused", "refused", "left_out"]
    assert list(found.values()).count("new") == 5


def test_a_parcel_of_another_is_refused_entry_by_entry_and_taken_from_an_administrator(desk):
    refused = take_parcel(desk, parcel(queue()), TONO)
    taken = take_parcel(desk, parcel(queue()), ADE)

    assert {entry.result for entry in refused} == {"refused"}
    assert {entry.error for entry in refused if entry.kind == "visit"} == {"other_author"}
    assert {entry.result for entry in taken} == {"new"}
    assert desk.register.deliveries.delivered_by(uuid(2)).person_id == "ade"


def bomb():
    return parcel([(f"visits/{uuid(1)}.json", b"0" * 5_000_000)], compression=zipfile.ZIP_DEFLATED)


HARMFUL = {
    "no ZIP": io.BytesIO(b"hello"),
    "a ZIP cut in the middle": io.BytesIO(parcel(queue()).read()[:-60]),
    "an entry outside": parcel([("../../etc/passwd", b"x")]),
    "an entry from the root": parcel([("/etc/passwd", b"x")]),
    "an entry on a drive": parcel([("C:\\x", b"x")]),
    "an entry with the other slash": parcel([("..\\x", b"x")]),
    "an entry that swells": bomb(),
    "too many entries": parcel([(f"{n}.txt", b"") for n in range(2_001)]),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_parcel_made_to_do_harm_is_refused_as_a_whole(desk, name):
    with pytest.raises((SubmissionError, SubmissionTooLarge)):
        take_parcel(desk, HARMFUL[name], BUDI)


def test_a_damaged_entry_is_refused_alone(desk):
    whole = parcel(queue()).getvalue()
    at = whole.index(picture(1)) + 30

    found = take_parcel(desk, io.BytesIO(whole[:at] + b"\0\0\0" + whole[at + 3 :]), BUDI)

    assert [entry.error for entry in found if entry.result == "refused"] == ["damaged"]


def test_a_parcel_is_taken_at_the_command_line(register, tmp_path, capsys):
    path = tmp_path / "parcel.zip"
    path.write_bytes(parcel(queue()[:-2]).getvalue())

    code = main(["register", "take-parcel", str(path), "--register", f"sqlite:///{tmp_path}/register.db", "--lang=en"])

    assert code == 1
    assert f"visits/{uuid(2)}.json: refused" in capsys.readouterr().out
    path.write_bytes(parcel(queue()).getvalue())
    assert main(["register", "take-parcel", str(path), "--register", f"sqlite:///{tmp_path}/register.db"]) == 0
    assert register.deliveries.delivered_by(uuid(1)).person_id == ""
