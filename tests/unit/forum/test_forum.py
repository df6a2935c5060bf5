"""The children's audit: its words are a child's, a sheet says nothing of who filled it in, and few answers are not shown."""

import re
import threading
from datetime import date
from itertools import product

import pytest
from sqlalchemy import inspect

from helpers.registers import filled_register
from helpers.sheets import NOW, SITE, as_bytes, send, sheet
from rba_audit.auditing import audit_register
from rba_audit.errors import Conflict, EvidenceError, NotInRegister, StandardError
from rba_audit.forum import children_results, children_results_csv, read_sheet, take_sheet
from rba_audit.forum.comparison import disclosed_counts
from rba_audit.messages import using_language
from rba_audit.reports import Provenance
from rba_audit.resources import standards_dir, static_dir
from rba_audit.standard import load_published
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.forum import read_children_audit

PICTURES = static_dir() / "forum" / "pictures"
FILE = standards_dir() / "forum-anak.toml"


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    yield opened
    opened.close()


def hear(register, standard):
    return children_results(register, audit_register(register, standard), shipped_policies().forum, SITE)


def of(found, question):
    return next(each for each in found.compared if each.question.id == question)


# --- the words of a nine-year-old ------------------------------------------------------------------------------------------


def child_facing():
    audit = shipped_policies().forum
    picks = [*audit.feeling.answers, *audit.age.answers, *(a for each in audit.asked for a in each.answers)]
    texts = [each.ask for each in (*audit.asked, audit.feeling, audit.age)]
    texts += [each.hint for each in audit.asked if each.hint]
    return [*texts, *(each.words for each in picks), audit.consent_title, *(each.words for each in audit.consent)]


def test_no_sentence_for_children_has_more_than_ten_words():
    sentences = [each for text in child_facing() for each in re.split(r"(?<=[.?!])\s+", text.id)]

    assert [each for each in sentences if len(each.split()) > 10] == []


def test_no_word_for_children_has_more_than_twelve_letters():
    words = {word for text in child_facing() for word in re.findall(r"[^\W\d_]+", text.id)}

    assert {word for word in words if len(word) > 12} <= set(shipped_policies().forum.long_words)


def test_the_consent_text_has_at_most_120_words_in_either_language():
    audit = shipped_policies().forum
    for language in ("id", "en"):
        with using_language(language):
            assert (
                sum(len(str(each.words).split()) for each in audit.consent) + len(str(audit.consent_title).split())
                <= 120
            )


def test_there_are_ten_to_twelve_questions_each_with_two_or_more_different_pictures():
    audit = shipped_policies().forum

    assert 10 <= len(audit.asked) <= 12
    for question in audit.asked:
        assert len({each.picture for each in question.answers}) == len(question.answers) >= 2


def test_every_picture_is_there_is_drawn_here_and_calls_nothing_from_elsewhere():
    for name in shipped_policies().forum.pictures | {"lewati"}:
        text = (PICTURES / f"{name}.svg").read_text(encoding="utf-8")

        assert 'viewBox="0 0 96 96"' in text
        assert "style" not in text
        assert "href" not in text


def test_no_picture_lies_about_unused():
    assert {path.stem for path in PICTURES.glob("*.svg")} == shipped_policies().forum.pictures | {"lewati"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "suka", id', 'nama = "suka", id', "'name'"),
        ('beside = ["KSH-06"]', 'beside = ["KSH-66"]', "KSH-66"),
        ('beside = ["KSH-06"]', 'beside = ["LOK-01"]', "'beside'"),
        ('picture = "suka-suka"', 'picture = "gone"', "gone.svg"),
        ('means = "good", picture = "suka-suka"', 'means = "great", picture = "suka-suka"', "great"),
        ('id = "alat"', 'id = "suka"', "suka"),
        ('id = "alat"', 'id = "Budi S."', "Budi S."),
        ('name = "biasa", id', 'name = "suka", id', "'answers'"),
        ('en = "Do you like playing here?"', 'en = ""', "'ask'"),
        ("least = 3 ", "least = 0 ", "least"),
        ("least_for_everybody = 10", "least_for_everybody = 2", "least_for_everybody"),
        ("[became]", "[became]\nsoon = 1", "soon"),
        ('sources = ["C12"]', 'sources = ["C99"]', "C99"),
        ("revision = 1", "revision = 1\nmood = 2", "mood"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path, old, new, told):
    path = tmp_path / "forum-anak.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(StandardError, match=re.escape(told)):
        read_children_audit(path, PICTURES, shipped_policies().emergency)


def test_a_retired_question_is_not_asked_and_old_answers_to_it_are_still_taken(tmp_path):
    path = tmp_path / "forum-anak.toml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text.replace('id = "bersih"\n', 'id = "bersih"\nretired = true\n'), encoding="utf-8")
    audit = read_children_audit(path, PICTURES, shipped_policies().emergency)

    assert "bersih" not in {each.id for each in audit.asked}
    assert read_sheet(as_bytes(sheet()), audit).answers == {"bersih": "kotor"}


# --- a sheet holds nobody ----------------------------------------------------------------------------------------------------


def test_the_table_has_no_column_for_a_person_a_name_a_text_an_hour_or_a_place(register):
    columns = {each["name"] for each in inspect(register._database._engine).get_columns("child_sheet")}

    assert columns == {"id", "site_id", "day", "revision", "answers", "feeling", "age", "sha256", "batch"}


def test_the_table_keeps_no_order_of_arrival_beyond_the_batch(register):
    with register._database.reading() as connection:
        text = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'child_sheet'").scalar_one()

    assert "WITHOUT ROWID" in text


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Budi"},
        {"position": {"lon": 106.1, "lat": -6.1}},
        {"answers": {"bersih": "Budi was here"}},
        {"answers": {"Budi": "kotor"}},
        {"answers": {"bersih": ["kotor"]}},
        {"answers": []},
        {"feeling": "Budi"},
        {"age": "9"},
        {"day": "2026-11-24T08:15:00"},
        {"day": 20261124},
        {"format": 2},
        {"revision": "Budi"},
        {"revision": True},
        {"agreed": False},
        {"agreed": 1},
        {"answers": {}, "feeling": ""},
        {"id": "c1e82aec-e7ae-11f1-9079-02fc00000001"},  # the version that carries the hour and the device
        {"id": "Budi"},
        {"revision": 2**63},
        {"revision": -1},
        {"format": True},
        {"format": 1.0},
        {"site": "\ud800"},
    ],
    ids=str,
)
def test_a_sheet_that_holds_anything_else_is_refused_whole(register, other):
    with pytest.raises(EvidenceError):
        send(register, **other)

    assert register.child_sheets.batches(SITE) == []


@pytest.mark.parametrize("document", [b"", b"[]", b"\xff", b"[" * 20_000, b'{"format": 1}'])
def test_what_is_no_sheet_is_refused(register, document):
    with pytest.raises(EvidenceError):
        take_sheet(register, shipped_policies().forum, document, now=NOW)


def test_an_unknown_site_is_refused(register):
    with pytest.raises(NotInRegister):
        send(register, site="nowhere")


def test_the_same_bytes_again_are_kept_once_and_others_are_a_conflict_that_shows_nothing(register):
    first = sheet()
    again = [take_sheet(register, shipped_policies().forum, as_bytes(first), now=NOW) for _ in range(2)]

    assert again == [True, False]
    with pytest.raises(Conflict) as refused:
        take_sheet(register, shipped_policies().forum, as_bytes(first | {"feeling": "sedih"}), now=NOW)
    assert (refused.value.code, refused.value.kept) == ("differs", None)
    assert len(register.child_sheets.batches(SITE)[0]) == 1


def test_eight_at_once_are_kept_once(register):
    document, found = as_bytes(sheet()), []
    threads = [
        threading.Thread(
            target=lambda: found.append(take_sheet(register, shipped_policies().forum, document, now=NOW)),
        )
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(found) == [False] * 7 + [True]


def test_what_children_answer_changes_no_finding_and_no_version_of_the_register(register, standard):
    before, version = audit_register(register, standard), register.version()
    for _ in range(4):
        send(register)
    after = audit_register(register, standard)

    assert register.version() == version
    assert (after.matrix == before.matrix).all()
    assert list(after.status) == list(before.status)


# --- few answers are not shown ----------------------------------------------------------------------------------------------


def answered(register, *names, question="bersih", **other):
    for name in names:
        send(register, answers={question: name}, **other)


def counts_of(found, question="bersih"):
    return [(each.picked.name, each.count, each.percent) for each in of(found, question).shares]


def test_two_sheets_are_not_counted_and_three_are_but_what_each_of_them_said_is_not_told(register, standard):
    answered(register, "kotor", "kotor")
    few = hear(register, standard)
    answered(register, "kotor")
    three = hear(register, standard)

    assert (few.children, few.waiting, of(few, "bersih").shares, few.feelings, few.days) == (0, True, (), (), ())
    assert (three.children, three.waiting) == (3, False)
    assert (of(three, "bersih").shares, three.feelings, three.ages, of(three, "bersih").verdict) == (
        (),
        (),
        (),
        "unknown",
    )


def test_what_all_say_is_not_told_however_many_they_are_nor_what_all_but_two_say(register, standard):
    answered(register, *["kotor"] * 12)
    alike = hear(register, standard)
    answered(register, "bersih", "sedikit", "sedikit")
    nearly = hear(register, standard)

    assert (alike.children, of(alike, "bersih").shares, of(alike, "bersih").answered) == (12, (), None)
    assert (nearly.children, of(nearly, "bersih").shares, of(nearly, "bersih").answered) == (15, (), None)
    assert alike.feelings == alike.ages == nearly.feelings == nearly.ages == ()


def test_a_small_count_is_not_told_and_cannot_be_worked_out_from_the_others(register, standard):
    answered(register, *["kotor"] * 4, *["sedikit"] * 3, "bersih", "bersih")
    two = hear(register, standard)
    answered(register, "bersih", "bersih", "kotor")
    every = hear(register, standard)

    assert counts_of(two) == [("bersih", None, None), ("sedikit", 3, None), ("kotor", 4, None)]
    assert of(two, "bersih").answered is None
    assert [(name, count) for name, count, _ in counts_of(every)] == [("bersih", 4), ("sedikit", 3), ("kotor", 5)]
    assert sum(percent for _, _, percent in counts_of(every)) == pytest.approx(100)
    assert of(every, "bersih").answered == 12


def test_nobody_picked_it_looks_like_two_picked_it(register, standard):
    answered(register, *["kotor"] * 4, *["sedikit"] * 5)

    assert counts_of(hear(register, standard)) == [("bersih", None, None), ("sedikit", 5, None), ("kotor", 4, None)]


def test_no_count_below_the_least_and_no_count_of_answers_that_are_all_alike_is_ever_told():
    """Every spread of up to seven children over three answers."""
    question = shipped_policies().forum.question("bersih")
    for counted in product(range(8), repeat=3):
        names = [each.name for each, count in zip(question.answers, counted, strict=True) for _ in range(count)]
        told = [share.count for share in disclosed_counts(question, names, 3)]

        assert all(count is None or count >= 3 for count in told)
        assert sum(count is not None for count in told) != 1
        assert bool(told) == (sum(count >= 3 for count in counted) >= 2), counted


def test_sheets_come_to_light_in_groups_so_that_nobody_sees_one_child_come_in(register, standard):
    shown = []
    for _ in range(7):
        send(register)
        shown.append(hear(register, standard).children)

    assert shown == [0, 0, 3, 3, 3, 6, 6]


def test_a_day_with_too_few_is_told_together_with_others(register, standard):
    days = ["2026-11-01", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-03", "2026-11-03"]
    for day in days:
        send(register, day=day)
    found = hear(register, standard)

    assert [(each.first, each.last, each.children) for each in found.days] == [
        (date(2026, 11, 1), date(2026, 11, 2), 3),
        (date(2026, 11, 3), date(2026, 11, 3), 3),
    ]


def test_ages_are_not_shown_where_all_but_one_are_of_one_band(register, standard):
    for age in ("6-8", "6-8", "6-8", "9-12", "6-8", "6-8"):
        send(register, age=age)
    few = hear(register, standard).ages
    for _ in range(3):
        send(register, age="9-12")

    assert few == ()
    assert {each.picked.name: each.count for each in hear(register, standard).ages if each.count} == {
        "6-8": 5,
        "9-12": 4,
    }


# --- beside the adults ----------------------------------------------------------------------------------------------------------


def test_the_spread_counts_each_answer_and_stands_beside_the_linked_outcomes(register, standard):
    answered(register, *["kotor"] * 6, *["sedikit"] * 3)
    compared = of(hear(register, standard), "bersih")

    assert counts_of(hear(register, standard)) == [("bersih", None, None), ("sedikit", 3, None), ("kotor", 6, None)]
    assert [each.requirement.id for each in compared.beside] == list(compared.question.beside)
    assert compared.children == pytest.approx(1 / 6)


def test_where_children_and_adults_differ_stands_first(register, standard):
    for number in range(12):
        rare = number < 3
        send(
            register,
            answers={
                "bersih": "sedikit" if rare else "kotor",
                "rokok": "kadang" if rare else "tidak",
                "tanya": "pernah" if rare else "belum",
            },
        )
    found = hear(register, standard)
    differing = [each.verdict in ("children_lower", "children_higher") for each in found.compared]

    assert differing == sorted(differing, reverse=True)
    assert found.differing == sum(differing) > 0
    apart = [each.apart for each in found.compared if each.verdict in ("children_lower", "children_higher")]
    assert apart == sorted(apart, reverse=True)


def test_a_requirement_that_an_edition_does_not_have_is_left_out(register):
    answered(register, *["kotor"] * 3, *["sedikit"] * 3)
    found = children_results(
        register, audit_register(register, load_published("rbra-2018")), shipped_policies().forum, SITE
    )

    assert of(found, "bersih").shares


def test_the_file_holds_counts_and_never_fewer_than_may_be_shown(register, standard):
    answered(register, *["kotor"] * 4, *["sedikit"] * 4, "bersih")
    with using_language("en"):
        provenance = Provenance.of(standard, date(2026, 11, 1))
        lines = children_results_csv(hear(register, standard), provenance).splitlines()

    assert lines[0].startswith("\ufeffQuestion,In words,Answer,Children,Answered,Percent")
    assert any(line.startswith("bersih,Is this place clean?,A lot of litter,4,,,") for line in lines)
    assert any(line.startswith("bersih,Is this place clean?,Clean,fewer than 3,,,") for line in lines)
    assert any(line.startswith("toilet,What is the toilet like here?,not shown yet,,,") for line in lines)
