"""CPU seconds for the evidence pack of 15 sites with 400 cleared photos and 120 documents, and for its verification."""

from __future__ import annotations

import argparse
import io
import random
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from uuid import UUID

from bench_papers import copied_features
from PIL import Image

from rba_audit.auditing import audit_with_visits
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.papers.evidence_pack import write_pack
from rba_audit.papers.pack_plan import PackSource, plan_pack
from rba_audit.papers.pack_verification import verify_pack
from rba_audit.papers.pictures import LocationMaps
from rba_audit.photographs import clean_photo
from rba_audit.register import Register, open_register
from rba_audit.register.kla.document_records import DocumentBody, StoredFile
from rba_audit.register.person_records import Person
from rba_audit.register.records import VISIT_FORMAT, as_json
from rba_audit.resources import sample_areas
from rba_audit.review import decide_clearance, move_visit
from rba_audit.standard import Standard, load_standard
from rba_audit.standard.policies import shipped_policies

_AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_DAY = date(2026, 11, 20)
_ROUND = 2027
_SURVEYOR = Person("budi", "budi", "Budi", "surveyor", ("*",), True)
_REVIEWER = Person("rina", "rina", "Rina", "reviewer", (), True)
_PAPER_BYTES = 300_000
_COVERED_EACH = 10
"""Of so many photos one has a covered face, and is encoded again."""


def filled(folder: Path, standard: Standard, sites: int, photos: int, documents: int) -> Register:
    """Return a register with nominated sites, an approved visit with cleared photos at each, and accepted documents."""
    register = open_register(f"sqlite:///{folder}/register.db")
    for person in (_SURVEYOR, _REVIEWER):
        register.people.add(person, None, _AT, None)
    register.import_features(copied_features(sites))
    names = sorted(site.id for site in register.sites())
    questions = list({each.requirement: each.id for each in standard.questions if each.requirement}.values())
    for number, name in enumerate(names):
        register.kla.nominations.add(name, _ROUND, "", "tono")
        own = range(number, photos, len(names))
        hashes = [_photo(register, index) for index in own]
        document = {
            "format": VISIT_FORMAT,
            "id": str(UUID(int=number + 1)),
            "site": name,
            "edition": standard.edition,
            "stage": "auditor",
            "author": _SURVEYOR.id,
            "auditor": _SURVEYOR.name,
            "day": "2026-11-01",
            "replaces": None,
            "answers": {},
            "notes": {},
            "note": "",
            "position": None,
            "items": [],
            "photos": [
                {"sha256": hash, "question": question, "item": "", "taken_at": "", "position": None}
                for hash, question in zip(hashes, questions, strict=False)
            ],
        }
        register.visits.take(as_json(document).encode(), at=_AT)
        move_visit(register, _REVIEWER, str(UUID(int=number + 1)), to="approved", seq=0, note="", notes={})
        for index, hash in zip(own, hashes, strict=True):
            if index % _COVERED_EACH:
                decide_clearance(register, _REVIEWER, hash, "no_children", seq=0)
            else:
                decide_clearance(register, _REVIEWER, hash, "covered", seq=0, rectangles=[[100, 100, 200, 200]])
    kinds = [kind for kind in shipped_policies().kla.documents.kinds if kind.per == "site"]
    for number in range(documents):
        content = b"%PDF-1.4\n" + random.Random(number).randbytes(_PAPER_BYTES)  # noqa: S311 - any bytes
        file = StoredFile(sha256(content).hexdigest(), "pdf", len(content), "x.pdf", 3)
        kind, site = kinds[number // len(names) % len(kinds)], names[number % len(names)]
        body = DocumentBody(kind.name, signer="Kepala", sites=(site,), valid_until=date(2030, 1, 1))
        id = str(UUID(int=number + 1))
        register.kla.documents.add(id, body, (file, content), person_id="tono", at=_AT)
        register.kla.documents.decide(id, 1, "accepted", person_id=_REVIEWER.id, at=_AT, note="")
    return register


def _photo(register: Register, number: int) -> str:
    coarse = Image.frombytes("RGB", (40, 30), random.Random(number).randbytes(40 * 30 * 3))  # noqa: S311 - a picture
    file = io.BytesIO()
    coarse.resize((1600, 1200)).save(file, "JPEG", quality=78)
    digest = sha256(file.getvalue()).hexdigest()
    register.photos.keep(digest, clean_photo(file.getvalue()), _SURVEYOR.id)
    return digest


def main() -> None:
    """Print CPU seconds and wall seconds of a pack and of its verification, its size, and the largest resident memory."""
    options = argparse.ArgumentParser(description=__doc__)
    for name, default in (("--sites", 15), ("--photos", 400), ("--documents", 120)):
        options.add_argument(name, type=int, default=default)
    given = options.parse_args()
    standard, context, policies = load_standard(None), read_context([sample_areas()]), shipped_policies()
    with tempfile.TemporaryDirectory(prefix="rba-bench-") as name, using_language("id"):
        folder = Path(name)
        with closing(filled(folder, standard, given.sites, given.photos, given.documents)) as register:
            before = getrusage(RUSAGE_SELF).ru_maxrss
            begun, wall = process_time(), perf_counter()
            audited = audit_with_visits(register, standard, context=context, day=_DAY)
            source = PackSource(register, audited, context, LocationMaps(context, policies.whereabouts), _ROUND, _DAY)
            plan = plan_pack(source)
            with (folder / "pack.zip").open("wb") as target:
                result = write_pack(source, plan, target, lambda: None)
            print(
                f"pack of {len(plan.rows)} sites, {result.photos} photos, {len(plan.documents)} documents: "
                f"{process_time() - begun:.1f} CPU s, {perf_counter() - wall:.1f} s, {result.files} files, "
                f"{result.bytes / 1e6:.0f} MB, memory +{(getrusage(RUSAGE_SELF).ru_maxrss - before) / 1000:.0f} MB"
            )
            begun = process_time()
            check = verify_pack(folder / "pack.zip")
            print(f"verified: {process_time() - begun:.2f} CPU s, {len(check.problems)} problems")


if __name__ == "__main__":
    main()
