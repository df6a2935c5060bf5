"""Documents and visits of one site for tests, and an own reading of which of them answers a question."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from uuid import UUID

from helpers.histories import in_order, looked
from rba_audit.current_answers import DocumentEvidence
from rba_audit.days import CITY
from rba_audit.register import Visit
from rba_audit.standard import default_edition

SITE = "s0"
START = date(2026, 1, 1)


def day(number):
    return START + timedelta(days=number)


def a_visit(number, on, answers, *, stage="auditor", author="ani", scope="full", site=SITE, notes=None):
    moment = datetime.combine(day(on), datetime.min.time(), UTC) + timedelta(hours=2, minutes=number)
    return Visit(
        str(UUID(int=number + 1)),
        site,
        default_edition(),
        stage,
        author.title(),
        day(on),
        answers,
        author=author,
        scope=scope,
        notes=notes or {},
        recorded_at=moment,
        finished_at=moment,
    )


def a_document(
    answers, *, id="d1", seq=1, dated=0, until=None, accepted=None, withdrawn=None, sites=(SITE,), name="SK 12"
):
    at = datetime.combine(day(dated if accepted is None else accepted), datetime.min.time(), CITY)
    return DocumentEvidence(
        document_id=id,
        seq=seq,
        name=name,
        dated=day(dated),
        valid_until=None if until is None else day(until),
        accepted_at=at,
        decisions=((at.date(), True), *decisions_after(at.date(), withdrawn)),
        sites=sites,
        answers=answers,
    )


def decisions_after(accepted, withdrawn):
    return () if withdrawn is None else ((max(accepted, day(withdrawn)), False),)


@dataclass(frozen=True)
class Expected:
    """Which answer counts, and who gives it: a document's id and date, "visit", "own" or "" where it is open."""

    value: object
    by: object


def visits_say(visits):
    """Return day and answer of the visits by question: the full visit that counts, and the checks over it."""
    visits = in_order(visits)
    full = [each for each in visits if each.scope == "full"]
    base = next(iter([each for each in full if each.stage == "auditor"][-1:] or full[-1:]), None)
    later = visits if base is None else visits[visits.index(base) + 1 :]
    checks = {
        stage: [each for each in among if (each.scope, each.stage) == ("check", stage)]
        for stage, among in (("self", later), ("auditor", later if base and base.stage == "auditor" else visits))
    }
    if base is not None and base.stage == "auditor":
        checks["self"] = []
    said = {} if base is None else {name: (base.day, value) for name, value in base.answers.items()}
    for check in checks["self"] + checks["auditor"]:
        said |= {name: (check.day, value) for name, value in looked(check.answers).items()}
    return said


def on_a_day(documents, at):
    """Return (date, accepted, id, answers, whether valid) of each document: its newest version that had begun by then."""
    begun = [each for each in documents if each.decisions[0][0] <= at and each.dated <= at]
    newest = {each.document_id: each for each in sorted(begun, key=lambda each: each.seq)}
    return sorted(
        (
            each.dated,
            each.accepted_at,
            each.document_id,
            each.answers,
            all(accepted for on, accepted in each.decisions if on <= at)
            and not (each.valid_until and each.valid_until < at),
        )
        for each in newest.values()
    )


def expected(question, visits, documents, own, at):
    seen_on, seen = visits_say(visits).get(question, (None, None))
    looked_at = bool(looked({question: seen}))
    telling = [
        (answers[question], valid, (id, dated))
        for dated, _, id, answers, valid in on_a_day(documents, at)[::-1]
        if looked({question: answers.get(question)}) and (not looked_at or dated >= seen_on)
    ]
    if telling:
        agreeing = takewhile(lambda each: each[0] == telling[0][0], telling)
        return next((Expected(value, by) for value, valid, by in agreeing if valid), Expected(None, ""))
    if question in visits_say(visits):
        return Expected(seen, "visit" if looked_at else "")
    return Expected(own.get(question), "own" if looked(own).get(question) is not None else "")
