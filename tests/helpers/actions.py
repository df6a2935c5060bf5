"""Visits that lead to follow-up actions, and the certificate of a site."""

from uuid import uuid4

from helpers.visits import put_visit
from rba_audit.register import Visit
from rba_audit.register.person_records import Person

SITE = "taman-sari"
PLAIN, GRAVE = "MAN-06", "LOK-08"
PUTRI = Person("putri", "putri", "Putri", "planner", (), True)
CERTIFICATE = {
    "site": SITE,
    "number": "SK/12 <b>",
    "issuer": "KemenPPPA",
    "rank": "rbra-2024/Nindya",
    "issued": "2025-12-01",
    "valid_until": "2035-12-01",
}


def approved(register, answers, day, *, site=SITE, author="budi", **more):
    given = Visit(str(uuid4()), site, "rbra-2024", "auditor", "Budi", day, answers, author=author, **more)
    kept = put_visit(register.visits, given)
    register.reviews.make(kept.root, seq=0, to="approved", visit_id=kept.id, person_id="rina", note="", notes={})
    return kept
