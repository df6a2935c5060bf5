"""Corrections: version 2 is version 1 and the one change, and what a version leaves out is named."""

import json
import random

import pytest

from helpers.corrections import CHANGES, REMOVED, changed, random_document, usable_answers
from helpers.effort import over_seeds
from helpers.registers import filled_register
from helpers.sending import BUDI, as_bytes, enrol, named, picture, uuid, visit
from rba_audit.errors import Conflict
from rba_audit.fieldwork import (
    CorrectionRemoval,
    IntakeContext,
    correction_document,
    differing_parts,
    form_document,
    removal_words,
    removals,
    sent_by,
    take_document,
    take_photo,
    version_to_correct,
)
from rba_audit.messages import using_language
from rba_audit.register.records import visit_of
from rba_audit.review import photo_changes, visit_differences
from rba_audit.review_states import FIRST_STATE
from rba_audit.standard import edition_names, load_published

STANDARD = load_published("rbra-2024")


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield register
    register.close()


@over_seeds(40, 1000)
def test_of_any_version_and_one_change_only_that_difference_is_shown_and_kept(seed):
    chance = random.Random(seed)
    edition = chance.choice(edition_names())
    standard, answers = load_published(edition), usable_answers(edition)
    before = {**random_document(chance, answers), "edition": edition}
    what = CHANGES[seed % len(CHANGES)]
    remove = what in REMOVED and chance.random() < 0.5
    after = changed(chance, before, answers, what, remove=remove)

    one, two = visit_of(as_bytes(before)), visit_of(as_bytes(after))
    rows = visit_differences(one, standard, two, standard)
    photos = photo_changes(one, two)

    assert len(rows) + len(photos) == 1, (what, rows, photos)
    assert len(differing_parts(before, after)) == 1
    assert [each.kind for each in removals(before, after)] == ([REMOVED[what]] if remove else [])
    assert visit_differences(one, standard, one, standard) == [] == photo_changes(one, one)


@over_seeds(10, 200)
def test_the_form_without_a_script_keeps_what_it_does_not_show(seed):
    chance = random.Random(seed)
    before = random_document(chance, usable_answers("rbra-2024"))
    shown = form_document(
        id=uuid(2),
        site=before["site"],
        edition=before["edition"],
        author=before["author"],
        auditor=before["auditor"],
        day=visit_of(as_bytes(before)).day,
        stage=before["stage"],
        note="Panas.",
        answers=before["answers"],
        notes=before["notes"],
    )
    made = correction_document(before, shown)

    assert [each["path"] for each in differing_parts(before, made)] == ["note"]
    assert (made["id"], made["replaces"]) == (uuid(2), before["id"])


def test_what_is_left_out_is_named_in_words():
    swing = {"id": "a", "kind": "swing", "name": "Ayunan biru", "answers": {"PRL-04": 1.5}, "note": "karat"}
    before = visit(
        answers={"MUD-01": "yes"},
        notes={"MUD-01": "Landai", "LOK-03": " "},
        note="Hujan",
        position={"lon": 106.15, "lat": -6.12},
        items=[swing, {**swing, "id": "b", "name": "Ayunan merah"}],
        photos=[named(picture(1), "MUD-01"), named(picture(2), item="a"), named(picture(3))],
    )
    after = {**before, "answers": {}, "notes": {}, "note": "", "position": None, "photos": []}
    after["items"] = [{**swing, "answers": {}, "note": ""}]

    found = removals(before, after)

    with using_language("en"):
        told = [str(removal_words(each, before, STANDARD)) for each in found]
    ask = str(STANDARD.question("MUD-01").ask)
    with using_language("en"):
        ask = str(STANDARD.question("MUD-01").ask)
        height = str(STANDARD.question("PRL-04").ask)
    assert told == [
        f"Answer: {ask}",
        f"Note: {ask}",
        "Note of the visit",
        "Position",
        f"Ayunan biru, {height}",
        "Note: Ayunan biru",
        "Equipment: Ayunan merah",
        f"Photo: {ask}",
        "Photo: Ayunan biru",
        "Photo",
    ]
    assert removals(before, before) == []
    assert CorrectionRemoval("answer", "MUD-01") in found


def test_a_version_to_correct_is_whole_and_says_which_photos_the_server_has(register):
    one, two = picture(1), picture(2)
    excused = next(each for each in STANDARD.requirements if each.may_be_not_applicable).questions[0].id
    answers = {"MUD-01": "ya", "LOK-03": "800", excused: "tidak_berlaku"}
    sent = visit(answers=answers, photos=[named(one, "MUD-01"), named(two)], note="Hujan")
    desk = IntakeContext(register, load_published)
    kept = take_document(desk, as_bytes(sent), BUDI, id=uuid(1)).visit
    take_photo(register, kept.id, named(one)["sha256"], one, BUDI)

    found = version_to_correct(register, kept, STANDARD)

    assert found["answers"] == {"MUD-01": "yes", "LOK-03": 800, excused: "not_applicable"}
    assert (found["photos"], found["photos_missing"]) == ([sent["photos"][0]], [sent["photos"][1]])
    assert [found[key] for key in ("id", "day", "stage", "scope", "auditor", "note", "items", "position")] == [
        uuid(1), "2026-11-20", "auditor", "full", "Budi Santoso", "Hujan", [], None,
    ]  # fmt: skip


def test_a_correction_is_one_version_however_often_it_is_sent_and_only_of_one_s_own(register):
    desk = IntakeContext(register, load_published)
    take_document(desk, as_bytes(visit(items=[], note="satu")), BUDI, id=uuid(1))
    found = sent_by(register, uuid(1), "budi", "taman-sari")
    made = {**found[1], "id": uuid(2), "replaces": uuid(1), "note": "dua"}

    first, again = (take_document(desk, as_bytes(made), BUDI, id=uuid(2)).visit for _ in range(2))

    assert (first.version, again.id, first.note) == (2, uuid(2), "dua")
    assert json.loads(register.visits.document(uuid(2)))["answers"] == found[1]["answers"]
    assert register.reviews.status(uuid(1)).state == FIRST_STATE
    with pytest.raises(Conflict):
        take_document(desk, as_bytes({**made, "id": uuid(3), "note": "tiga"}), BUDI, id=uuid(3))
    assert sent_by(register, uuid(1), "siti", "taman-sari") is None
    assert sent_by(register, uuid(9), "budi", "taman-sari") is None
