"""`form.toml`: in which order a form asks, and how a question is answered."""

import pytest

from helpers.edition_files import sentences, write_edition
from rba_audit.standard import METHODS, edition_names, load_published, read_edition

ORDER = 'order = ["seen", "measured", "asked", "night", "document"]\n'


def edition(folder, text):
    write_edition(folder)
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_question_says_how_it_is_answered_or_its_evidence_does(tmp_path):
    text = ORDER + 'office = ["document"]\n[answered]\nnight = ["LOK-01.edge", "scale"]\nmeasured = ["LOK-01"]\n'
    standard, problems = read_edition(edition(tmp_path / "small", text))
    assert problems == []
    found = {each.id: standard.method_of(each) for each in standard.questions}
    assert found["LOK-01.edge"] == found["scale"] == "night"
    assert found["LOK-01.width"] == found["LOK-01.kind"] == "measured"
    plain, _ = read_edition(write_edition(tmp_path / "plain" / "small"))
    assert {plain.method_of(each) for each in plain.questions} == {"seen"}


@pytest.mark.parametrize("name", edition_names())
def test_every_question_of_an_edition_is_answered_in_a_way_that_is_known(name):
    standard = load_published(name)
    assert {standard.method_of(each) for each in standard.questions} == set(METHODS)
    for requirement in standard.requirements:
        for question in requirement.questions:
            if requirement.evidence_wanted == ("document",):
                assert standard.method_of(question) == "document", question.id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('order = ["seen"]', "'order' must name each of seen, measured, asked, night, document once"),
        (ORDER + 'aspects = ["LOK", "XXX"]', "'aspects' must name each aspect once: LOK"),
        (ORDER + '[answered]\nnight = ["LOK-99"]', "[answered] names 'LOK-99', which is neither a question nor"),
        (ORDER + '[answered]\nnight = ["scale"]\nseen = ["scale"]', "'scale' stands twice in [answered]"),
        (ORDER + '[answered]\nwalking = ["scale"]', "walking"),
        (ORDER + 'office = ["desk"]', "desk"),
        (ORDER + "colour = 1", "colour"),
    ],
)
def test_what_a_form_file_cannot_say_is_refused(tmp_path, text, told):
    found = sentences(edition(tmp_path / "small", text))
    assert any(told in each for each in found), found
