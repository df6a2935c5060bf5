"""Why a requirement is not met is said with what was wanted and what was found, and never reads as its opposite."""

import random
import re

import pytest

from helpers.answering import possible_answers
from helpers.effort import cases
from rba_audit import audit
from rba_audit.conditions import All, AnyOf, Between, Compare, Count, Includes, Is, parts_of, questions_of
from rba_audit.evidence import GIVEN, OUT_OF_RANGE, UNREADABLE
from rba_audit.findings.observations import ObservationReader
from rba_audit.findings.wording import condition_words
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_features
from rba_audit.standard import edition_names, load_published

pytestmark = pytest.mark.slow

STANDARDS = {name: load_published(name) for name in edition_names()}
WANTED = {"id": ("Diminta: ", "Ditemukan: "), "en": ("Wanted: ", "Found: ")}
TURNED_ROUND = re.compile(r"tidak satu pun dari:|none of:")


def findings_of(edition, seed, count):
    standard, chance = STANDARDS[edition], random.Random(seed)
    possible = possible_answers(standard)
    features = [
        {
            "type": "Feature",
            "id": f"s{number}",
            "geometry": None,
            "properties": {name: chance.choice(values) for name, values in possible.items() if chance.random() < 0.97},
        }
        for number in range(count)
    ]
    return audit(sites_from_features(features, "random"), standard)


def values_at(findings, site, requirement):
    """Return the answers that a requirement compares at a site, also those that other requirements ask for, in words."""
    observer, standard = ObservationReader(findings.evidence), findings.standard
    names = dict.fromkeys(questions_of(requirement.conforms_when))
    return [text for name in names if (text := observer.observation(site, standard.question(name)).text)]


@pytest.mark.parametrize("edition", edition_names())
@pytest.mark.parametrize("language", WANTED)
def test_whatever_is_not_met_or_not_known_says_the_value_that_was_found(edition, language):
    seen = set()
    wanted, found = WANTED[language]
    for seed in range(cases(1, 10)):
        findings = findings_of(edition, seed, 60)
        with using_language(language):
            for at, site in enumerate(findings.source.ids):
                for trace in findings.explain(site):
                    told = (trace.requirement.id, trace.reason, trace.expected)
                    assert not TURNED_ROUND.search(trace.reason), told
                    assert not TURNED_ROUND.search(trace.expected), told
                    given = [each for each in trace.observations if each.code >= GIVEN]
                    if trace.outcome in ("does_not_conform", "partial"):
                        assert wanted in trace.reason, told
                        values = values_at(findings, at, trace.requirement)
                        assert any(re.search(rf"{found}[^?]*{re.escape(each)}", trace.reason) for each in values), told
                    elif trace.outcome == "undetermined" and trace.reason[:9] not in ("belum dik", "not known"):
                        odd = [each for each in trace.observations if each.code in (OUT_OF_RANGE, UNREADABLE)]
                        assert all(each.text in trace.reason for each in (*given, *odd)), told
                    seen.add((trace.requirement.id, trace.outcome))
    unmet = {id for id, outcome in seen if outcome in ("does_not_conform", "partial")}
    assert len(unmet) > 0.9 * len(STANDARDS[edition].requirements)


def holds(condition, answers):
    """Decide a condition over words, names and whole numbers, none of them unknown."""
    match condition:
        case Is(name, words):
            return answers[name] in words
        case Between(name, low, high):
            return low <= answers[name] <= high
        case Includes(name, count, of):
            return sum(not of or each in of for each in answers[name]) >= count
        case Compare(name, at_least, limit):
            return answers[name] >= limit if at_least else answers[name] <= limit
        case All(of):
            return all(holds(part, answers) for part in of)
        case AnyOf(of):
            return any(holds(part, answers) for part in of)
        case Count(of, low, high):
            return low <= sum(holds(part, answers) for part in of) <= high
    raise TypeError(condition)


@pytest.mark.parametrize("edition", edition_names())
def test_what_is_described_names_each_answer_that_satisfies_it_and_no_other(edition):
    """A requirement about words: those it names are those with which it holds, also behind 'at most 0 of'."""
    standard = STANDARDS[edition]
    tried = 0
    for requirement in standard.requirements:
        condition = requirement.conforms_when
        only = condition.of[0] if isinstance(condition, Count) and len(condition.of) == 1 else condition
        if parts_of(only) or not isinstance(only, Is):
            continue
        question = standard.question(only.question)
        satisfying = [each for each in question.choices if holds(condition, {question.id: each.name})]
        with using_language("en"):
            wanted = " or ".join(str(each.words) for each in satisfying)
            assert condition_words(condition, standard, {}).endswith(f": {wanted}"), requirement.id
        tried += 1
    assert tried > 10


def test_nothing_that_is_allowed_is_said_where_none_of_a_list_may_be_there():
    standard = STANDARDS[edition_names()[-1]]
    requirement = next(
        each
        for each in standard.requirements
        if isinstance(each.conforms_when, Count)
        and each.conforms_when.at_most == 0
        and isinstance(each.conforms_when.of[0], Includes)
        and len(each.questions[0].choices) <= 6
    )
    names = ", ".join(choice.words.id for choice in requirement.questions[0].choices)

    with using_language("id"):
        assert condition_words(requirement.conforms_when, standard, {}).endswith(f": tidak boleh ada: {names}")
