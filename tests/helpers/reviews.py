"""Visits to review, with their authors and reviewers."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from helpers.visits import document_of
from rba_audit.register import Visit
from rba_audit.register.person_records import Person

SITE, OTHER = "taman-sari", "alun-alun-barat"
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BUDI = Person("budi", "budi", "Budi Santoso", "surveyor", ("*",), True)
SITI = Person("siti", "siti", "Siti Aminah", "surveyor", ("*",), True)
RINA = Person("rina", "rina", "Rina Wulandari", "reviewer", (), True)
ADE = Person("ade", "ade", "Ade Kurnia", "administrator", (), True)
PLANNER = Person("tono", "tono", "Tono", "planner", (), True)
ANSWERS = {"LOK-02": "park", "LOK-03": 800}


def uuid(number):
    return str(UUID(int=number))


def sent(register, number, *, by=BUDI, answers=None, day=date(2026, 11, 1), replaces="", at=AT, site=SITE, **more):
    visit = Visit(
        uuid(number),
        site,
        "rbra-2024",
        more.pop("stage", "auditor"),
        by.name,
        day,
        ANSWERS if answers is None else answers,
        author=by.id,
        replaces=replaces,
        **more,
    )
    return register.visits.take(document_of(visit), at=at).visit


def double_audited(register, standard, numbers):
    """Let Budi and Siti answer each question of one choice on the same day, forty days apart for each number."""
    answers = {each.id: each.choices[0].name for each in standard.questions if each.choices and each.kind != "set"}
    for number in numbers:
        day = date(2020, 1, 1) + timedelta(days=40 * number)
        for by, at in ((BUDI, 1), (SITI, 2)):
            sent(register, 10 * number + at, by=by, answers=answers, day=day)
