"""Documents of a register in its audit, in the trend and in the timeline of a site: each day has the documents of that day."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from helpers.actions import approved
from helpers.kla_documents import accepted, decided, recorded
from helpers.registers import filled_register, sample_features
from rba_audit.auditing import audit_visits, audit_with_visits, site_timeline, status_trend
from rba_audit.auditing.register_documents import document_events, documents_of_register
from rba_audit.current_answers import document_questions
from rba_audit.findings import STATUSES
from rba_audit.messages import using_language
from rba_audit.register.kla.document_rows import document_decision, document_version
from rba_audit.register.triggers import allow_changes
from rba_audit.site_editing import merge_sites

SITE, OTHER = "taman-sari", "benteng-speelwijk"
START = date(2026, 3, 2)
BUDGET = {"KLL-07": "budget_line"}


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path, sample_features({SITE, OTHER}), people=True)
    yield register
    register.close()


def day(number):
    return START + timedelta(days=number)


def noon(number):
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=5)


def a_document(register, at, answers=None, *, until=None, sites=(SITE,), document_id=None, seen=0, **body):
    return accepted(
        register,
        "budget",
        at=noon(at),
        sites=sites,
        requirements=("KLL-07",),
        answers=BUDGET if answers is None else answers,
        valid_until=None if until is None else day(until),
        document_id=document_id or str(uuid4()),
        seen=seen,
        **body,
    )


def outcome(register, standard, at, site=SITE, requirement="KLL-07"):
    return audit_with_visits(register, standard, day=day(at)).findings.explain(site, requirement).outcome


def test_only_an_accepted_document_counts_from_the_day_on_which_it_was_accepted(register, standard):
    approved(register, {"KLL-07": "none", "MAN-06": "yes"}, START)
    waiting = recorded(register, "budget", at=noon(2), sites=(SITE,), requirements=("KLL-07",), answers=BUDGET)
    assert outcome(register, standard, 9) == "does_not_conform"
    decided(register, waiting, "refused", at=noon(3))
    assert outcome(register, standard, 9) == "does_not_conform"

    version = a_document(register, 4, until=20, dated=day(3), title="DPA <b>", number="9/2026")

    assert [outcome(register, standard, at) for at in (3, 4, 20, 21)] == [
        "does_not_conform",
        "conforms",
        "conforms",
        "undetermined",
    ]
    decided(register, version, "withdrawn", at=noon(12))
    assert [outcome(register, standard, at) for at in (11, 12, 21)] == ["conforms", "undetermined", "undetermined"]
    with using_language("en"):
        reason = audit_with_visits(register, standard, day=day(12)).findings.explain(SITE, "KLL-07").reason
    assert "the document “DPA <b> (9/2026)” was withdrawn on 14 Mar 2026" in reason
    decided(register, version, "accepted", at=noon(15))
    assert [outcome(register, standard, at) for at in (14, 15)] == ["undetermined", "conforms"]


def test_an_audit_of_a_register_with_documents_needs_a_day(register, standard):
    audit_with_visits(register, standard)
    a_document(register, 0)

    with pytest.raises(ValueError, match="day"):
        audit_with_visits(register, standard)


def test_a_document_without_sites_or_answers_proves_nothing_at_a_site(register, standard):
    a_document(register, 0, sites=())
    a_document(register, 0, {}, sites=(OTHER,))

    assert documents_of_register(register) == []
    assert outcome(register, standard, 1, OTHER) == "undetermined"


def test_a_document_about_a_site_that_was_merged_is_about_the_other_one(register, standard):
    a_document(register, 0)
    merge_sites(register, SITE, OTHER, "tono", "sama", {SITE: register.site_events.snapshot(SITE).seen})

    assert outcome(register, standard, 1, OTHER) == "conforms"


@pytest.mark.parametrize("what", ["version", "decision"])
def test_a_damaged_row_of_a_document_brings_back_neither_an_older_version_nor_what_was_withdrawn(
    register, standard, what
):
    approved(register, {"KLL-07": "none", "MAN-06": "yes"}, START)
    first = a_document(register, 1)
    if what == "version":
        a_document(register, 2, {"KLL-07": "none"}, document_id=first.document_id, seen=1)
    else:
        decided(register, first, "withdrawn", at=noon(2))
    table, column, number = {
        "version": (document_version, "document", document_version.c.seq),
        "decision": (document_decision, "at", document_decision.c.number),
    }[what]
    with register._database.writing() as connection, allow_changes(connection, table):
        connection.execute(update(table).where(number == 2).values({column: "["}))

    found = audit_with_visits(register, standard, day=day(9)).findings.explain(SITE, "KLL-07")
    assert found.outcome == "undetermined"
    assert "rusak" in found.reason


def test_a_document_that_is_valid_for_ever_may_say_so_with_the_last_day_there_is(register, standard):
    a_document(register, 0, sites=(OTHER,), until=(date.max - START).days)

    audited = audit_with_visits(register, standard, day=day(1))
    assert audited.findings.explain(OTHER, "KLL-07").outcome == "conforms"
    assert len(site_timeline(register, audited, OTHER, ()).steps) == 1


def statuses_on(register, standard, at):
    """Return how many sites have each status by the visits until a day and the documents of that day."""
    visits = {name: [visit for visit in own if visit.day <= at] for name, own in register.visits.by_site().items()}
    audited = audit_with_visits(register, standard, day=at)
    settled = register.disagreements.latest_decisions()
    then = audit_visits(audited.sites, visits, standard, settled, documents=audited.documents).findings
    return Counter(
        STATUSES[status] if visits.get(name) else "not_audited"
        for name, status in zip(audited.sites.ids, then.conclusions.status.tolist(), strict=True)
    )


@pytest.mark.parametrize("seed", range(2))
def test_each_month_of_the_trend_has_the_visits_and_the_documents_of_its_end(register, standard, seed):
    random_ = random.Random(seed)
    answers = {
        question.id: random_.choice(question.choices).name
        for question in standard.questions
        if question.choices and question.kind != "set"
    }
    proved = [
        (requirement.id, question.id)
        for requirement in standard.requirements
        for question in document_questions(standard).get(requirement.id, ())
        if question.choices
    ]
    for site, on in ((SITE, 3), (OTHER, 20), (SITE, 95)):
        approved(register, answers, day(on), site=site)
    for _number in range(12):
        names = dict(random_.sample(proved, 10))
        at = random_.randint(0, 170)
        a_document(
            register,
            at,
            {name: random_.choice(standard.question(name).choices).name for name in names.values()},
            until=at + random_.randint(0, 80),
            sites=(SITE, OTHER),
        )
    today = day(178)

    points = status_trend(register, audit_with_visits(register, standard, day=today), (), today)

    assert len(points) == 6
    for point in points:
        assert +point.counts == +statuses_on(register, standard, point.day)


def test_the_timeline_names_when_a_document_began_and_ceased_to_count(register, standard):
    approved(register, {"KLL-07": "none", "MAN-06": "yes"}, START)
    first = a_document(register, 5, until=30, title="DPA")
    second = a_document(register, 40, document_id=first.document_id, seen=1, title="DPA")
    a_document(register, 41, {"KLL-07": "none"}, until=300, title="Laporan")
    decided(register, second, "withdrawn", at=noon(90))

    def steps(at):
        audited = audit_with_visits(register, standard, day=day(at))
        return site_timeline(register, audited, SITE, ()).steps

    def told(at):
        return [
            (step.day, [(each.what, each.document.name) for each in step.documents], [r.id for r in step.unknown])
            for step in steps(at)
            if step.documents
        ]

    assert told(4) == []
    assert told(30) == [(day(5), [("accepted", "DPA")], [])]
    assert told(31) == [(day(31), [("expired", "DPA")], ["KLL-07"]), *told(30)]
    assert told(50) == [(day(41), [("accepted", "Laporan")], []), (day(40), [("accepted", "DPA")], []), *told(31)]
    # A newer document gives the answer, so the older one is not missed; and what is still to come is not told.
    assert told(300) == told(50)
    assert [step.day for step in steps(300) if step.visit] == [START]
    now = audit_with_visits(register, standard, day=day(50)).findings
    assert steps(50)[0].after.status == STATUSES[now.conclusions.status[now.source.index_of(SITE)]]


def test_what_happens_to_a_version_that_was_replaced_is_no_event(register):
    first = a_document(register, 0, until=20)
    second = a_document(register, 10, document_id=first.document_id, seen=1, until=40)
    decided(register, first, "withdrawn", at=noon(15))
    decided(register, second, "withdrawn", at=noon(30))

    events = document_events(documents_of_register(register), day(99))

    assert [(on, [each.what for each in told]) for on, told in events.items()] == [
        (day(0), ["accepted"]),
        (day(10), ["accepted"]),
        (day(30), ["withdrawn"]),
    ]
    assert list(document_events(documents_of_register(register), day(9))) == [day(0)]
