"""Nobody changes what a rule says about the world without seeing whom it hits."""

from tools import verdicts


def test_the_verdicts_over_the_sample_are_those_that_were_accepted():
    assert verdicts.differences(verdicts.accepted(), verdicts.today()) == []


def test_every_status_occurs_in_the_sample_under_every_edition():
    for edition in verdicts.edition_names():
        statuses = {
            verdict.split()[0]
            for (name, _, requirement), verdict in verdicts.today().items()
            if name == edition and requirement == "site"
        }

        assert statuses == {"standard", "nearly_standard", "non_standard", "undetermined", "not_audited"}


def test_a_changed_verdict_is_shown_with_whom_it_hits():
    before = {("e", "taman", "site"): "standard", ("e", "taman", "A"): "conforms"}
    after = {("e", "taman", "site"): "non_standard", ("e", "taman", "A"): "conforms"}

    assert verdicts.differences(before, after) == ["e taman site: standard -> non_standard"]
