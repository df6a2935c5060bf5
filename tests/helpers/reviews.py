"""Visits to review, and the people who make and review them."""

from datetime import UTC, date, datetime
from uuid import UUID

from rba_audit.register import Visit
from rba_audit.register.people import Person
from rba_audit.register.records import document_of

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
    return register.visits.receive(document_of(visit), at=at).visit
