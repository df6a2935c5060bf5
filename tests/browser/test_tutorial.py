"""The tutorial, walked from the first step to the last: what its text names stands on the page."""

import pytest

from helpers.effort import NIGHTLY
from helpers.tutorial import tutorial_server, walk, words_on
from helpers.tutorial_text import written
from rba_audit.messages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES if NIGHTLY else LANGUAGES[:1])
def test_every_step_can_be_done_and_shows_what_the_text_names(browser, standard, tmp_path, language):
    steps, missing, complaints = written(language), {}, []
    with tutorial_server(tmp_path, standard, language) as (register, address):
        for number, step, page in walk(browser, register, address, language, complaints):
            shown = words_on(page)
            gone = [label for label in steps[number - 1].seen if label.casefold() not in shown]
            if gone:
                missing[step.name] = gone

    assert missing == {}
    assert complaints == []
