"""Visits that list the play equipment of a site, with their authors and readers."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from helpers.registers import filled_register
from helpers.visits import document_of
from rba_audit.register import Visit
from rba_audit.register.person_records import Person
from rba_audit.review import move_visit

SITE, OTHER = "alun-alun-barat", "taman-sari"
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BUDI = Person("budi", "budi", "Budi Santoso", "surveyor", ("*",), True)
SITI = Person("siti-2", "siti.aminah", "Siti Aminah", "surveyor", ("*",), True)
EKA = Person("eka", "eka", "Eka", "surveyor", (f"site:{OTHER}",), True)
RINA = Person("rina", "rina", "Rina Wulandari", "reviewer", (), True)
TONO = Person("tono", "tono", "Tono", "planner", (), True)
SWING = "7a1f4c1e-0000-4000-8000-000000000001"
SLIDE = "7a1f4c1e-0000-4000-8000-000000000002"


def register_with_people(folder):
    """Open a register of the sample that knows them."""
    register = filled_register(folder)
    for someone in (BUDI, SITI, EKA, RINA, TONO):
        register.people.add(someone, None, AT, None)
    return register


def item(kind, id, name, gone=False, note="", **answers):
    return {"id": id, "kind": kind, "name": name, "gone": gone, "answers": answers, "note": note}


def sent(register, number, items, *, by=BUDI, day=date(2026, 9, 1), site=SITE, approved=False):
    visit = Visit(
        str(UUID(int=number)),
        site,
        "rbra-2024",
        "auditor",
        by.name,
        day,
        {"LOK-02": "park"},
        author=by.id,
        items=tuple(items),
    )
    register.visits.take(document_of(visit), at=AT + timedelta(days=number))
    if approved:
        move_visit(register, RINA, visit.id, to="approved", seq=0, note="", notes={})
