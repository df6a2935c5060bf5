"""From one edition to another: what is added, dropped and changed, and which answers still mean the same."""

import json
import shutil
from datetime import UTC, datetime
from uuid import UUID

import pytest

from helpers.registers import filled_register
from rba_audit.auditing import audit_register
from rba_audit.fieldwork import IntakeContext, take_document
from rba_audit.messages import using_language
from rba_audit.register.person_records import Person
from rba_audit.resources import standards_dir
from rba_audit.review_states import COUNTED_WITH_OPEN
from rba_audit.standard import OUTCOMES, edition_names, load_published, load_standard
from rba_audit.standard.edition_changes import carry_answers, compare_editions

BUDI = Person("budi", "budi", "Budi Santoso", "surveyor", ("*",), True)
OUTLINE = """edition = "next"
revision = 1
based_on = "rbra-2024"
adds = ["MUD-99"]
drops = ["MUD-07"]
changes = ["MUD-02", "MUD-03", "VEG-08"]
title = { id = "Berikutnya", en = "Next" }
effective = 2030-01-01
"""


def block(edition, file, id):
    """Return one requirement of an edition, as it is written."""
    text = (standards_dir() / edition / file).read_text(encoding="utf-8")
    found = next(part for part in text.split("[[requirement]]\n") if part.startswith(f'id = "{id}"'))
    return f"[[requirement]]\n{found}"


@pytest.fixture
def next_edition(tmp_path):
    """An edition that changes a unit, a limit, a question's words and a range, and takes one requirement's place with another."""
    for name in edition_names():
        shutil.copytree(standards_dir() / name, tmp_path / name)
    folder = tmp_path / "next"
    (folder / "examples").mkdir(parents=True)
    (folder / "standard.toml").write_text(OUTLINE, encoding="utf-8")
    wider = (
        block("rbra-2018", "mud.toml", "MUD-02")
        .replace("at_least = 1.8", "at_least = 2.0")
        .replace("range = [0, 50]", "range = [0.5, 50]")
    )
    in_percent = block("rbra-2018", "mud.toml", "MUD-03").replace('unit = "°"', 'unit = "%"')
    new = block("rbra-2018", "mud.toml", "MUD-07").replace("MUD-07", "MUD-99")
    (folder / "mud.toml").write_text(wider + in_percent + new, encoding="utf-8")
    asked_otherwise = block("rbra-2018", "veg.toml", "VEG-08")
    line = next(line for line in asked_otherwise.splitlines() if line.startswith("ask = "))
    (folder / "veg.toml").write_text(
        asked_otherwise.replace(line, 'ask = { id = "Lain?", en = "Another?" }'), encoding="utf-8"
    )
    for file, ids in (("mud", ("MUD-02", "MUD-03", "MUD-07")), ("veg", ("VEG-08",))):
        text = (standards_dir() / "rbra-2018" / "examples" / f"{file}.toml").read_text(encoding="utf-8")
        wanted = [
            part
            for part in text.split("[[example]]\n")
            if part.startswith(tuple(f'requirement = "{id}"' for id in ids))
        ]
        written = "".join(f"[[example]]\n{part}" for part in wanted).replace("MUD-07", "MUD-99")
        (folder / "examples" / f"{file}.toml").write_text(written, encoding="utf-8")
    return load_standard(folder)


def test_an_edition_changes_nothing_in_itself(standard):
    found = compare_editions(standard, standard)

    assert (found.added, found.dropped, found.changed) == ((), (), ())


def test_what_the_audits_of_2022_added_is_told():
    found = compare_editions(load_published("rbra-2018"), load_published("rbra-2024"))

    assert [each.id for each in found.added] == ["MAN-08"]
    assert (found.dropped, found.changed) == ((), ())


def test_what_is_added_in_one_direction_is_dropped_in_the_other():
    found = compare_editions(load_published("rbra-2024"), load_published("rbra-2018"))

    assert [each.id for each in found.dropped] == ["MAN-08"]


def test_every_kind_of_change_is_told_in_words(standard, next_edition):
    found = compare_editions(standard, next_edition)

    with using_language("en"):
        told = {each.requirement.id: [str(what) for what in each.what] for each in found.changed}
    assert [each.id for each in found.added] == ["MUD-99"]
    assert [each.id for each in found.dropped] == ["MUD-07"]
    assert told["MUD-02"][-1] == "what conforms: its limits"
    assert told["MUD-02"][0].startswith("another plausible range: ")
    assert told["MUD-03"][0].startswith("another unit, ° → %: ")
    assert told["VEG-08"] == ["asked in other words: Another?"]


def test_answers_that_still_mean_the_same_are_carried_and_the_others_named(standard, next_edition):
    answers = {
        "MUD-02.path": 1.5,
        "MUD-02.main": 0.2,
        "MUD-03": 4.5,
        "MUD-07": 1,
        "VEG-08": 6,
        "LOK-02": "park",
        "name": "Taman",
    }

    carried = carry_answers(answers, standard, next_edition)

    assert carried.answers == {"MUD-02.path": 1.5, "LOK-02": "park", "name": "Taman"}
    with using_language("en"):
        told = {name: str(reason) for name, reason in carried.anew.items()}
    assert told["MUD-07"] == "this is not asked any more"
    assert told["MUD-02.main"] == "the answer lies outside what is plausible now"
    assert told["MUD-03"].startswith("another unit")
    assert told["VEG-08"].startswith("asked in other words")


def test_not_seen_is_carried_whatever_changed(standard, next_edition):
    assert carry_answers({"MUD-03": "not_seen"}, standard, next_edition).answers == {"MUD-03": "not_seen"}


@pytest.mark.parametrize("before", edition_names())
@pytest.mark.parametrize("after", edition_names())
def test_between_the_editions_at_hand_no_answer_is_lost_that_both_ask(before, after):
    old, new = load_published(before), load_published(after)
    answers = {question.id: "not_seen" for question in old.questions}

    carried = carry_answers(answers, old, new)

    assert set(carried.answers) == {question.id for question in old.questions if new.has_question(question.id)}


# --- a visit goes on under the edition it began with ------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path):
    register = filled_register(tmp_path)
    register.people.add(BUDI, None, datetime(2026, 11, 1, tzinfo=UTC), None)
    yield IntakeContext(register, load_published)
    register.close()


def begun_under(edition, number, **answers):
    document = {
        "format": 1,
        "id": str(UUID(int=number)),
        "site": "taman-sari",
        "edition": edition,
        "stage": "auditor",
        "author": "budi",
        "auditor": "Budi Santoso",
        "day": "2026-11-20",
        "answers": answers,
        "items": [
            {
                "id": "7a1f4c1e-0000-4000-8000-000000000001",
                "kind": "swing",
                "name": "Ayunan",
                "gone": False,
                "answers": {"PRL-04": 1.2},
                "note": "",
            }
        ],
        "photos": [],
    }
    return json.dumps(document).encode()


@pytest.mark.parametrize("edition", edition_names())
def test_a_visit_is_accepted_under_every_edition_for_ever_and_judged_by_the_newest(desk, standard, edition):
    taken = take_document(desk, begun_under(edition, 1, **{"LOK-02": "park"}), BUDI, id=str(UUID(int=1)))

    assert taken.visit.edition == edition
    judged = audit_register(desk.register, standard, COUNTED_WITH_OPEN)
    place = [requirement.id for requirement in standard.requirements].index("LOK-02")
    assert OUTCOMES[judged.matrix[place, judged.source.index_of("taman-sari")]] == "conforms"


def test_what_only_the_edition_of_a_visit_asks_is_kept_and_counts_under_it_alone(desk, standard):
    take_document(
        desk, begun_under("rbra-2024", 1, **{"MAN-08": ["garuda", "flag"], "LOK-02": "park"}), BUDI, id=str(UUID(int=1))
    )

    older = audit_register(desk.register, load_published("rbra-2018"), COUNTED_WITH_OPEN)
    newer = audit_register(desk.register, standard, COUNTED_WITH_OPEN)

    assert "MAN-08" in older.evidence.unasked
    assert "MAN-08" in newer.red(newer.source.index_of("taman-sari"))
