"""A document answers questions from its date to its expiry, as of a day; held against an own reading (`helpers.document_cases`)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from helpers.answering import possible_answers
from helpers.document_cases import SITE, a_document, a_visit, day, expected
from helpers.effort import cases
from helpers.oracle import Oracle
from rba_audit.auditing import audit_visits
from rba_audit.current_answers import compose_answers, document_questions, documents_on, validate_document_answers
from rba_audit.errors import EvidenceError
from rba_audit.evidence import unusable_answers
from rba_audit.findings import STATUSES
from rba_audit.register.disagreements import NOTHING_SETTLED
from rba_audit.sites import sites_from_features
from rba_audit.standard import OUTCOMES, load_standard
from rba_audit.standard.policies import shipped_policies

STANDARD = load_standard()
ORACLE = Oracle(STANDARD.edition)
REQUIREMENTS = ("LOK-01", "MAT-01", "KLL-02", "KLL-05", "KLL-07", "KLL-12", "VEG-03")
QUESTIONS = [question.id for name in REQUIREMENTS for question in document_questions(STANDARD)[name]]


def usable(value):
    return value not in (None, "not_seen", "belum_dilihat", "not_applicable")


ANSWERS = {
    name: [value for value in values if not list(unusable_answers({name: value}, STANDARD)) and usable(value)][:6]
    for name, values in possible_answers(STANDARD).items()
    if name in QUESTIONS
}


def audited(visits=(), documents=(), own=(), at=None):
    return audited_alike(visits, [documents], own, at)


def audited_alike(visits, several, own, at):
    """Audit one site under each of several sets of documents: as the sites s0, s1 and so on."""
    names = [f"s{number}" for number in range(len(several))]
    features = [{"type": "Feature", "id": name, "properties": dict(own), "geometry": None} for name in names]
    counting = {
        name: documents_on(at or day(0), documents).get(SITE, ())
        for name, documents in zip(names, several, strict=True)
    }
    sites = sites_from_features(features, "test")
    by_site = {name: [replace(visit, site_id=name) for visit in visits] for name in names}
    return audit_visits(sites, by_site, STANDARD, NOTHING_SETTLED, documents=counting)


def traces(findings, *requirements, site=0):
    """Return the traces of some requirements; `findings.explain` makes those of all."""
    explainer = findings.explainer(site)
    return [
        explainer.trace(site, SITE, requirement, int(findings.matrix[row, site]))
        for row, requirement in enumerate(STANDARD.requirements)
        if requirement.id in requirements
    ]


def outcome(found, requirement):
    return traces(found.findings, requirement)[0].outcome


def source(found, requirement):
    return traces(found.findings, requirement)[0].evidence_source


# --- random visits, documents and days -------------------------------------------------------------------------------------

some_answers = some.dictionaries(some.sampled_from(QUESTIONS), some.integers(0, 5), max_size=6).map(
    lambda chosen: {name: ANSWERS[name][number % len(ANSWERS[name])] for name, number in chosen.items()}
)
maybe_unseen = some.tuples(some_answers, some.sets(some.sampled_from(QUESTIONS), max_size=3)).map(
    lambda both: both[0] | dict.fromkeys(both[1], "not_seen")
)
some_day = some.integers(0, 40)
some_visits = some.lists(
    some.tuples(
        some_day, maybe_unseen, some.sampled_from(["auditor", "auditor", "self"]), some.sampled_from(["full", "check"])
    ),
    max_size=3,
).map(
    lambda drawn: [
        a_visit(number, on, answers, stage=stage, scope=scope)
        for number, (on, answers, stage, scope) in enumerate(sorted(drawn, key=lambda each: each[0]))
    ]
)
some_document = some.builds(
    a_document,
    some_answers,
    id=some.sampled_from(["d1", "d2", "d3"]),
    seq=some.just(0),
    dated=some_day,
    until=some.none() | some_day,
    accepted=some.none() | some_day,
    withdrawn=some.none() | some.none() | some_day,
)
some_documents = some.lists(some_document, max_size=4).map(
    lambda drawn: [replace(each, seq=number) for number, each in enumerate(drawn, 1)]
)


@settings(max_examples=cases(40, 2000), deadline=None)
@given(some_visits, some_documents, some_answers, some_day.map(day))
def test_an_own_reading_agrees_about_answer_source_and_outcome_of_every_requirement(visits, documents, own, at):
    found = audited(visits, documents, own, at)
    want = {name: expected(name, visits, documents, own, at) for name in QUESTIONS}
    used = ORACLE.used({name: each.value for name, each in want.items() if each.value is not None})
    for trace in traces(found.findings, *REQUIREMENTS):
        assert trace.outcome == ORACLE._outcome(trace.requirement.id, used), (trace.requirement.id, want)
        for seen in trace.observations:
            by = want[seen.question.id].by
            if seen.question.id in used and by:
                told = f"document:{by[0]}@{by[1].isoformat()}" if isinstance(by, tuple) else "surveyor"
                assert seen.source == told, (seen, by)


@settings(max_examples=cases(25, 1000), deadline=None)
@given(some_visits, some_documents, some_answers, some_day.map(day), some_document)
def test_nothing_that_is_accepted_dated_withdrawn_or_expires_later_changes_the_findings_of_a_day(
    visits, documents, own, at, later
):
    after = at + timedelta(days=1)
    unknown_then = [
        replace(
            each,
            decisions=tuple(decision for decision in each.decisions if decision[0] <= at),
            valid_until=at + timedelta(days=9) if each.valid_until and each.valid_until >= at else each.valid_until,
        )
        for each in documents
        if each.begins <= at
    ]
    later = replace(later, seq=9, decisions=((max(later.begins, after), True), *later.decisions[1:]))

    found = audited_alike(visits, [unknown_then, [*documents, later]], own, at).findings

    then, now = (traces(found, *REQUIREMENTS, site=site) for site in (0, 1))
    assert (found.matrix[:, 0] == found.matrix[:, 1]).all()
    assert len({*found.conclusions.status.tolist()}) == 1
    assert [trace.evidence_source for trace in then] == [trace.evidence_source for trace in now]
    assert [trace.reason for trace in then] == [trace.reason for trace in now]


@settings(max_examples=cases(25, 1000), deadline=None)
@given(some_visits, some_documents, some_answers, some_day.map(day))
def test_expiry_or_withdrawal_turns_an_outcome_into_undetermined_only(visits, documents, own, at):
    several = [documents]
    for number, document in enumerate(documents):
        for ended in (
            replace(document, valid_until=at - timedelta(days=1)),
            replace(document, decisions=(*document.decisions, (at, False))),
        ):
            several += [[*documents[:number], ended, *documents[number + 1 :]]]

    matrix = audited_alike(visits, several, own, at).findings.matrix

    for column in range(1, len(several)):
        changed = matrix[:, column] != matrix[:, 0]
        assert {OUTCOMES[code] for code in matrix[changed, column]} <= {"undetermined"}


@settings(max_examples=cases(25, 1000), deadline=None)
@given(some_visits, some_documents, some_answers, some_day.map(day), some_answers, some_day)
def test_one_more_valid_document_changes_only_what_it_answers_anew(visits, documents, own, at, answers, dated):
    more = [*documents, a_document(answers, id="d9", dated=dated, accepted=0)]
    before, after = (
        {name: expected(name, visits, some, own, at).value for name in QUESTIONS} for some in (documents, more)
    )
    anew = {name for name in QUESTIONS if before[name] != after[name]}

    matrix = audited_alike(visits, [documents, more], own, at).findings.matrix

    assert anew <= answers.keys()
    for row, requirement in enumerate(STANDARD.requirements):
        if anew.isdisjoint(question.id for question in requirement.questions):
            assert matrix[row, 0] == matrix[row, 1], requirement.id


# --- one by one ------------------------------------------------------------------------------------------------------------

YES, NO = {"KLL-07": "budget_line"}, {"KLL-07": "none"}


@pytest.mark.parametrize(
    ("at", "wanted"),
    [(9, "undetermined"), (10, "conforms"), (30, "conforms"), (31, "undetermined"), (400, "undetermined")],
)
def test_a_document_counts_from_its_date_to_the_last_day_on_which_it_is_valid(at, wanted):
    found = audited([a_visit(1, 0, {"MAN-06": "yes"})], [a_document(YES, dated=10, until=30, accepted=0)], at=day(at))

    assert outcome(found, "KLL-07") == wanted
    assert source(found, "KLL-07") == ("document:d1@2026-01-11" if wanted == "conforms" else "")


def test_a_document_that_does_not_expire_counts_for_ever():
    assert outcome(audited([], [a_document(YES)], at=day(9999)), "KLL-07") == "conforms"


def test_an_expired_document_gives_way_to_no_older_answer_and_the_reason_names_it():
    visit = a_visit(1, 0, {**NO, "MAN-06": "yes"}, notes={"KLL-07": "seen"})
    found = audited([visit], [a_document(YES, dated=5, until=20)], {**NO, "KLL-07.reason": "x"}, day(21))

    trace = traces(found.findings, "KLL-07")[0]
    assert (trace.outcome, trace.evidence_source) == ("undetermined", "")
    assert "SK 12" in trace.reason
    assert "21 Jan 2026" in trace.reason
    assert found.counts[SITE].sources.keys() == {"MAN-06"}


@pytest.mark.parametrize(("on", "wanted"), [(9, "conforms"), (10, "conforms"), (11, "does_not_conform")])
def test_the_answer_of_a_visit_of_a_later_day_counts_over_a_document(on, wanted):
    assert outcome(audited([a_visit(1, on, NO)], [a_document(YES, dated=10)], at=day(12)), "KLL-07") == wanted


@pytest.mark.parametrize("at", [20, 40])
def test_a_later_visit_that_did_not_see_it_leaves_it_to_the_document(at):
    found = audited([a_visit(1, 15, {"KLL-07": "belum_dilihat"})], [a_document(YES, dated=10, until=30)], at=day(at))

    assert outcome(found, "KLL-07") == ("conforms" if at == 20 else "undetermined")


def test_a_document_counts_over_a_self_assessment_and_an_audit_alike():
    for stage in ("self", "auditor"):
        visits = [a_visit(1, 3, NO, stage=stage)]
        assert outcome(audited(visits, [a_document(YES, dated=5)], at=day(9)), "KLL-07") == "conforms"


def test_a_newer_version_replaces_the_older_also_when_it_is_withdrawn():
    first, second = a_document(YES, seq=1), a_document(NO, seq=2, dated=5, until=20, withdrawn=30)
    outcomes = [outcome(audited([], [second, first], at=day(at)), "KLL-07") for at in (4, 5, 21, 31)]

    assert outcomes == ["conforms", "does_not_conform", "undetermined", "undetermined"]
    third = a_document(YES, seq=3, dated=31)
    assert outcome(audited([], [first, second, third], at=day(31)), "KLL-07") == "conforms"


def test_of_two_documents_the_newer_decides_and_the_older_keeps_only_the_same_answer():
    older = a_document(YES, id="old")
    for answers, wanted in ((YES, "conforms"), (NO, "undetermined")):
        newer = a_document(answers, id="new", dated=5, until=20)
        assert outcome(audited([], [older, newer], at=day(5)), "KLL-07") == outcome(
            audited([], [newer], at=day(5)), "KLL-07"
        )
        assert outcome(audited([], [older, newer], at=day(21)), "KLL-07") == wanted
    visit = a_visit(1, 3, NO)
    between = audited([visit], [older, a_document(YES, id="new", dated=5, until=20)], at=day(21))
    assert outcome(between, "KLL-07") == "undetermined"


def test_documents_alone_do_not_make_a_site_audited_and_take_no_audit_away():
    answers = {name: values[0] for name, values in ANSWERS.items()}
    found = audited([], [a_document(answers)])
    assert STATUSES[found.findings.conclusions.status[0]] == "not_audited"
    assert (found.counts, outcome(found, "KLL-07")) == ({}, "conforms")

    for visits, own in (([a_visit(1, 0, NO)], {}), ([], NO)):
        for until in (None, 0):
            replaced = audited(visits, [a_document(YES, dated=1, until=until)], own, day(2))
            assert STATUSES[replaced.findings.conclusions.status[0]] != "not_audited"
    unseen = audited([a_visit(1, 0, {"KLL-07": "not_seen"})], [a_document(YES)], {"KLL-01": "not_seen"})
    assert STATUSES[unseen.findings.conclusions.status[0]] == "not_audited"


def test_both_auditors_of_a_double_audit_have_the_document_so_they_do_not_disagree_about_it():
    visits = [a_visit(1, 1, NO, author="ani"), a_visit(2, 3, {"MAN-06": "yes"}, author="budi")]
    assert outcome(audited(visits, at=day(9)), "KLL-07") == "does_not_conform"

    for dated, until in ((2, None), (5, None), (5, 6)):
        found = audited(visits, [a_document(YES, dated=dated, until=until)], at=day(9))
        assert outcome(found, "KLL-07") == ("undetermined" if until else "conforms")
        assert found.disagreements == {}
    # An older document says less than what one of the two found later.
    found = audited(visits, [a_document(YES, dated=0)], at=day(9))
    assert outcome(found, "KLL-07") == "does_not_conform"


def test_a_document_answers_only_what_the_edition_wants_a_document_for():
    found = audited([], [a_document({"MAN-06": "no", "SLM-02.depth": 1, "no-question": "yes", **YES})])

    assert {outcome(found, name) for name in ("MAN-06", "SLM-02")} == {"undetermined"}
    assert outcome(found, "KLL-07") == "conforms"


def test_answers_of_a_document_are_checked_before_they_are_recorded():
    validate_document_answers(STANDARD, ["KLL-07", "KLL-05"], {**YES, "KLL-05.days": 7})
    validate_document_answers(STANDARD, ["KLL-07"], {})
    for requirements, answers in (
        (["MAN-06"], {"MAN-06": "yes"}),
        (["KLL-07"], {"KLL-01": "yes"}),
        (["KLL-07"], {"KLL-07": "perhaps"}),
        (["KLL-07"], {"KLL-07": "not_seen"}),
        (["SLM-02"], {}),
        (["KLL-05"], {"KLL-05.days": -5}),
    ):
        with pytest.raises(EvidenceError):
            validate_document_answers(STANDARD, requirements, answers)


def test_without_documents_the_answers_are_composed_as_before():
    visits = [a_visit(1, 0, {**NO, "MAN-06": "not_seen"}), a_visit(2, 1, YES, scope="check")]
    policy = shipped_policies().agreement

    assert compose_answers(visits, STANDARD, policy, ()) == compose_answers(visits, STANDARD, policy)
    assert compose_answers([], STANDARD, policy) is None
