from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from rba_audit.forms import answer_texts, audit_form, form_chapters, known_answers, limit_words
from rba_audit.messages import using_language
from rba_audit.standard import edition_names, load_published
from rba_audit.standard.form_order import NO_ORDER
from rba_audit.standard.kinds import KINDS

STANDARD = load_published("rbra-2024")
HEADS = [
    ("visit.id", "0b0c9f7e-3c7b-4e0f-9d0e-000000000001"),
    ("visit.auditor", " Siti "),
    ("visit.day", "2026-11-12"),
    ("visit.stage", "self"),
    ("visit.note", ""),
]


@pytest.fixture(autouse=True)
def _english():
    with using_language("en"):
        yield


def sent(*pairs, known=None, heads=HEADS):
    form = audit_form(STANDARD).opened(MultiDict([*heads, *pairs]), known or {}, str(uuid4()))
    form.sound = form.validate()
    return form


def errors(form, question):
    return form.field(STANDARD.question(question)).errors


def test_every_kind_of_answer_is_asked_by_its_own_widget():
    form = audit_form(STANDARD).opened(None, {}, str(uuid4()))
    widgets = {field.question.kind: field.kind.form.widget for field in form.answer_fields()}
    assert widgets == {
        "yes_no": "one",
        "yes_partial_no": "one",
        "choice": "one",
        "number": "typed",
        "set": "several",
    }
    assert set(widgets) == set(KINDS)


@pytest.mark.parametrize("edition", edition_names())
def test_a_form_asks_everything_its_edition_asks_in_its_order(edition):
    standard = load_published(edition)
    form = audit_form(standard).opened(None, {}, str(uuid4()))
    assert [field.name for field in form.answer_fields()] == [question.id for question in standard.questions]


def test_chapters_hold_every_requirement_once():
    ids = [requirement.id for chapter in form_chapters(STANDARD) for requirement in (*chapter.core, *chapter.extension)]
    assert sorted(ids) == sorted(requirement.id for requirement in STANDARD.requirements)
    assert len(ids) == len(STANDARD.requirements)


def test_what_is_seen_comes_first_and_what_is_for_the_office_last():
    found = form_chapters(STANDARD)
    assert [chapter.code for chapter in found][-1] == "office"
    assert {chapter.code for chapter in found[:-1]} <= {aspect.code for aspect in STANDARD.aspects}
    assert [chapter.code for chapter in found[:-1]] == [
        code for code in STANDARD.form.aspects if code in {chapter.code for chapter in found}
    ]
    for chapter in found:
        for requirements in (chapter.core, chapter.extension):
            methods = [[STANDARD.method_of(question) for question in each.questions] for each in requirements]
            ranks = [min(map(STANDARD.form.rank, each)) for each in methods]
            assert ranks == sorted(ranks)
            assert all((set(each) <= set(STANDARD.form.office)) == (chapter.aspect is None) for each in methods)


def test_without_a_form_file_the_form_asks_as_the_standard_does():
    plain = replace(STANDARD, form=NO_ORDER)
    found = form_chapters(plain)
    assert [chapter.code for chapter in found] == [aspect.code for aspect in STANDARD.aspects]
    for chapter in found:
        for requirements in (chapter.core, chapter.extension):
            assert [each.id for each in requirements] == sorted(each.id for each in requirements)


def test_nothing_is_chosen_when_a_form_is_opened():
    form = audit_form(STANDARD).opened(None, {}, str(uuid4()))
    assert not [option for field in form.answer_fields() for option in field.options if option.chosen]
    assert form.answers() == {}


def test_answers_of_every_kind_are_read():
    form = sent(
        ("MUD-01", "partial"),
        ("LOK-08", "1,5"),
        ("LOK-02", "park"),
        ("UDR-01.smells", "smoke"),
        ("UDR-01.smells", "foul"),
        ("MUD-05.entrance", "yes"),
    )
    assert form.sound
    assert form.answers() == {
        "MUD-01": "partial",
        "LOK-08": 1.5,
        "LOK-02": "park",
        "UDR-01.smells": ["foul", "smoke"],
        "MUD-05.entrance": "yes",
    }
    assert (form.visit_auditor.data, form.visit_day.data, form.visit_stage.data) == ("Siti", date(2026, 11, 12), "self")


@pytest.mark.parametrize("typed", ["1,2", "1.2", " 1,20 "])
def test_a_comma_and_a_point_mean_the_same(typed):
    assert sent(("LOK-08", ""), ("MUD-02.path", typed)).answers() == {"MUD-02.path": 1.2}


def test_a_number_that_could_be_two_is_asked_about_and_stays_as_it_was_typed():
    form = sent(("LOK-08", "1.200"))
    assert not form.sound
    assert errors(form, "LOK-08") == ["'1.200' could be 1.200 or 1200; write 1.2 or 1200"]
    assert form.field(STANDARD.question("LOK-08")).text == "1.200"


def test_a_number_out_of_range_names_the_plausible_range():
    assert errors(sent(("MUD-03", "61")), "MUD-03") == [
        "61 ° is not plausible: it should lie between 0 ° and 60 °. Correct it, or clear it."
    ]
    assert sent(("MUD-03", "60")).sound
    assert sent(("MUD-03", "60,04")).sound, "it rounds to the end of the range"


@pytest.mark.parametrize(
    ("pairs", "question", "told"),
    [
        ([("LOK-08", "5"), ("LOK-08", "not_seen")], "LOK-08", "Both an answer and"),
        ([("UDR-01.smells", "foul"), ("UDR-01.smells", "none")], "UDR-01.smells", "None of these"),
        ([("UDR-01.smells", "foul"), ("UDR-01.smells", "not_seen")], "UDR-01.smells", "Both an answer and"),
        ([("UDR-01.smells", "roses")], "UDR-01.smells", "not one of the answers"),
        ([("MUD-01", "maybe")], "MUD-01", "not one of the answers"),
        ([("MUD-01", "yes"), ("MUD-01", "no")], "MUD-01", "not one of the answers"),
        ([("MUD-01", "not_applicable")], "MUD-01", "not one of the answers"),
        ([("LOK-08", "lima")], "LOK-08", "is not a number"),
    ],
)
def test_what_cannot_be_meant_is_refused(pairs, question, told):
    form = sent(*pairs)
    assert not form.sound
    assert told in errors(form, question)[0]


def test_none_of_these_and_not_seen_are_answers():
    form = sent(("UDR-01.smells", "none"), ("LOK-08", ""), ("LOK-08", "not_seen"))
    assert form.sound
    assert form.answers() == {"UDR-01.smells": ["none"], "LOK-08": "not_seen"}


def test_only_a_requirement_that_allows_it_offers_does_not_apply():
    form = audit_form(STANDARD).opened(None, {}, str(uuid4()))
    offering = {field.question.requirement for field in form.answer_fields() if "not_applicable" in field.states}
    assert offering == {requirement.id for requirement in STANDARD.requirements if requirement.may_be_not_applicable}


def test_an_empty_form_is_refused():
    form = sent()
    assert not form.sound
    assert form.form_errors == ["Nothing was answered yet; answer one question at least, then send."]


def test_facts_that_were_filled_in_already_are_no_answer_but_a_corrected_one_is():
    known = {"has_ramp": "no", "scale": "rw"}
    assert not sent(("has_ramp", "no"), ("scale", "rw"), known=known).sound
    assert sent(("has_ramp", "yes"), ("scale", "rw"), known=known).sound


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("visit.auditor", "  ", "Write the name"),
        ("visit.auditor", "x" * 101, "too long"),
        ("visit.day", "", "is not a day"),
        ("visit.day", "12 Nov", "“12 Nov” is not a day"),
        ("visit.day", "9000-01-01", "has not come yet"),
        ("visit.stage", "boss", "Choose whether"),
        ("visit.id", "1", "damaged"),
        ("visit.note", "x" * 2001, "too long"),
    ],
)
def test_who_and_when_must_be_said(name, value, told):
    form = sent(("MUD-01", "yes"), heads=[(key, value if key == name else kept) for key, kept in HEADS])
    assert not form.sound
    assert [told in error for field in form for error in field.errors] == [True]


def test_known_facts_are_filled_in_and_known_answers_are_not():
    known = known_answers({"kind": "taman bermain", "scale": "rw", "has_ramp": True, "MUD-01": "ya"}, STANDARD)
    assert known == {"kind": "taman bermain", "scale": "rw", "has_ramp": "yes", "MUD-01": "yes"}
    form = audit_form(STANDARD).opened(None, known, str(uuid4()))
    assert form.answers() == {"kind": "taman bermain", "scale": "rw", "has_ramp": "yes"}
    kind = form.field(STANDARD.question("kind"))
    assert [str(option.words) for option in kind.options if option.chosen] == ["taman bermain"]


def test_a_known_number_reads_back_as_the_same_number():
    for language in ("id", "en"):
        with using_language(language):
            form = audit_form(STANDARD)()
            for question, value in (("LOK-08", 1200), ("MUD-02.path", 12.5), ("MUD-02.main", 0.25)):
                field = form.field(STANDARD.question(question))
                field.process_data(value)
                field.process_formdata([field.text])
                assert field.data == value, (language, question, field.text)


def test_earlier_answers_are_told_in_words():
    texts = answer_texts(
        {"LOK-08": 1200, "UDR-01.smells": ["foul", "smoke"], "MUD-01": "sebagian", "MUD-03": 99}, STANDARD
    )
    assert texts["LOK-08"] == "1,200 m"
    assert texts["MUD-01"] == "Partly"
    assert "not plausible" in texts["MUD-03"]
    assert texts["UDR-01.smells"] == "Foul: rubbish, carrion, fish, Fumes: exhaust, burning"


def test_a_limit_that_depends_on_a_fact_is_told_for_that_fact():
    ramp = STANDARD.requirement("MUD-03")
    assert limit_words(ramp, STANDARD, {"typology": "indoor"})[0].endswith("≤ 6 °")
    assert "Green open space" in limit_words(ramp, STANDARD, {})[0]
