"""The tutorial says the same steps in both languages, with their pictures, in the words of the program."""

import re

import pytest
from PIL import Image

from helpers.tutorial import DESK, PHONE, STEPS, picture_path
from helpers.tutorial_text import DOCS, document, texts_of, written
from rba_audit.messages import LANGUAGES

EACH = pytest.mark.parametrize("language", LANGUAGES)


@EACH
def test_its_steps_are_those_that_a_browser_walks_in_the_same_order(language):
    pictures = [step.picture for step in written(language)]

    assert pictures == [picture_path(language, number, step) for number, step in enumerate(STEPS, 1)]


@EACH
def test_its_steps_are_numbered_in_order(language):
    lines = document(language).read_text(encoding="utf-8").splitlines()
    numbers = [line.split(".")[0] for line in lines if re.match(r"## \d", line)]

    assert numbers == [f"## {number}" for number in range(1, len(STEPS) + 1)]


@EACH
def test_every_picture_is_there_and_no_other(language):
    named = {step.picture for step in written(language)}

    assert {f"tutorial/{language}/{path.name}" for path in (DOCS / "tutorial" / language).iterdir()} == named


@EACH
def test_a_picture_has_the_size_of_its_screen(language):
    for number, step in enumerate(STEPS, 1):
        with Image.open(DOCS / picture_path(language, number, step)) as picture:
            screen = PHONE if step.phone else DESK
            assert (picture.format, picture.size) == ("JPEG", (screen["width"], screen["height"])), step.name


def test_the_pictures_are_small():
    assert sum(path.stat().st_size for path in DOCS.glob("tutorial/*/*")) < 2_900_000


@EACH
def test_every_word_in_bold_is_one_of_the_program(language):
    texts = texts_of(language)
    unknown = {step.picture: [each for each in step.labels if each not in texts] for step in written(language)}

    assert {picture: labels for picture, labels in unknown.items() if labels} == {}


def test_both_languages_name_as_many_labels_in_each_step():
    indonesian, english = (written(language) for language in LANGUAGES)

    assert [len(step.labels) for step in indonesian] == [len(step.labels) for step in english]
