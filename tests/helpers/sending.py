"""Simulated phone that sends: people, frozen documents and their photos."""

import io
import json
import random
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from flask import g, request
from PIL import Image

from rba_audit.register.person_records import Person
from rba_audit.web import create_app

SITE, OTHER_SITE = "taman-sari", "alun-alun-barat"
BUDI = Person("budi", "budi", "Budi Santoso", "surveyor", ("*",), True)
SITI = Person("siti", "siti", "Siti Aminah", "surveyor", ("*",), True)
EKA = Person("eka", "eka", "Eka", "surveyor", (f"site:{OTHER_SITE}",), True)
RINA = Person("rina", "rina", "Rina Wulandari", "reviewer", (), True)
TONO = Person("tono", "tono", "Tono", "planner", (), True)
ADE = Person("ade", "ade", "Ade Kurnia", "administrator", (), True)
PEOPLE = (BUDI, SITI, EKA, RINA, TONO, ADE)
ANSWERS = {"LOK-02": "park", "LOK-03": 800}
WHO = "X-Test-Person"


def uuid(number):
    return str(UUID(int=number))


def visit(number=1, **changed):
    """A visit's document; a member set to `...` is left out."""
    document = {
        "format": 1,
        "id": uuid(number),
        "site": SITE,
        "edition": "rbra-2024",
        "stage": "auditor",
        "author": "budi",
        "auditor": "Budi Santoso",
        "day": "2026-11-20",
        "begun_at": "2026-11-20T02:10:00Z",
        "frozen_at": "2026-11-20T03:00:00.123Z",
        "replaces": None,
        "answers": dict(ANSWERS),
        "notes": {},
        "note": "",
        "position": None,
        "items": [],
        "photos": [],
        **changed,
    }
    return {key: value for key, value in document.items() if value is not ...}


def place_id(number=700):
    """An id whose first digits, of which that of the place is made, are its own."""
    return str(UUID(int=number << 96 | 0x4000_8000_0000_0000_0000))


def place(number=700, **changed):
    """The proposal of a place as a phone sends it, walked around a small square."""
    id = place_id(number)
    lon, lat, side = 106.1600, -6.1200, 0.0004
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {
        "id": id,
        "site": f"usulan-{id.replace('-', '')[:12]}",
        "name": "Lapangan Kecil",
        "kind": "rth",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "accuracy_m": 6.5,
        "walk": [[*at, 6.5, f"2026-11-20T02:10:{second:02}Z"] for second, at in enumerate(ring)],
        "note": "Di belakang balai RW.",
        "near": [SITE],
        "author": "budi",
        "begun_at": "2026-11-20T02:09:00Z",
        **changed,
    }


def danger(number=900, **changed):
    return {
        "format": 1,
        "id": uuid(number),
        "site": SITE,
        "author": "budi",
        "question": "",
        "note": "Papan ayunan patah, paku menonjol.",
        "at": "2026-11-20T02:30:00Z",
        "position": None,
        "photo": None,
        **changed,
    }


def as_bytes(document):
    return json.dumps(document, ensure_ascii=False).encode()


def picture(shade=0, side=64):
    """A JPEG unlike that of another shade."""
    file = io.BytesIO()
    height = side * 3 // 4
    coarse = Image.frombytes("RGB", (8, 6), random.Random(shade).randbytes(8 * 6 * 3))
    coarse.resize((side, height)).save(file, "JPEG", exif=_exif())
    return file.getvalue()


def _exif():
    exif = Image.Exif()
    exif[0x010F] = "Telepon Murah"
    return exif


def hash_of(data):
    return sha256(data).hexdigest()


def named(data, question="", item=""):
    """A photo as a visit names it."""
    return {
        "sha256": hash_of(data),
        "question": question,
        "item": item,
        "bytes": len(data),
        "taken_at": "2026-11-20T02:20:00Z",
        "position": None,
    }


def enrol(register):
    for person in PEOPLE:
        register.people.add(person, None, datetime(2026, 11, 1, tzinfo=UTC), None)


def app_for(register, standard, context=()):
    """The application, in which a header says who is signed in."""
    app = create_app(register, standard, context)
    app.before_request_funcs.setdefault(None, []).insert(0, _sign_in)
    return app


def _sign_in():
    found = [person for person in PEOPLE if person.id == request.headers.get(WHO)]
    g.person = found[0] if found else None
