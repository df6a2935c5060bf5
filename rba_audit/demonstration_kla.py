"""The KLA folder of the demonstration: two nominated sites, documents of the city and of these sites, and people trained.

All of it says that it is an example. Some documents are missing, unsigned, expired, or wait for a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import cycle
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from PIL import Image, ImageDraw

from rba_audit.current_answers import document_questions
from rba_audit.days import now_utc, today
from rba_audit.kla.calendar import round_of
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.kla.document_records import DocumentBody, DocumentDecisionState, StoredFile
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson, KhaTraining
from rba_audit.register.person_records import Person
from rba_audit.standard import Standard
from rba_audit.standard.policies import KlaPolicy
from rba_audit.standard.policies.kla_documents import DocumentKind

_PAGE: Final = (620, 877)  # points: a little more than A4
_MADE: Final = datetime(2020, 1, 1, tzinfo=UTC).timetuple()
_AGE: Final = timedelta(days=60)
"""How old the documents are."""
_CERTIFICATE_DAYS: Final = (1_000, 400, -10)
"""In how many days the certificates of trained people end, in turn."""


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """A document of the demonstration.

    Attributes:
        site_id: The site that it is about; empty for the whole city.
        state: The decision about it; None if it waits for one.
        signed: Whether it names a signer.
        ended: Whether it has expired.
    """

    kind: DocumentKind
    site_id: str
    state: DocumentDecisionState | None = "accepted"
    signed: bool = True
    ended: bool = False


def complete_folder(policy: KlaPolicy, site_ids: Sequence[str]) -> Iterator[DemoDocument]:
    """Yield one accepted document for each kind: once for the city, or for each of the sites."""
    for kind in policy.documents.kinds:
        for site_id in [""] if kind.per == "city" else site_ids:
            yield DemoDocument(kind, site_id)


def add_demo_folder(
    register: Register,
    standard: Standard,
    policy: KlaPolicy,
    site_ids: Sequence[str],
    recorder: Person,
    decider: Person,
) -> None:
    """Nominate sites for the present round, and add their documents and the people trained; not all of it is there."""
    year = round_of(register, policy, today()).year
    for site_id in site_ids:
        register.kla.nominations.add(site_id, year, str(say("Example of a nomination.")), recorder.id)
    gaps = cycle(_GAPS)
    for number, document in enumerate(complete_folder(policy, site_ids)):
        gap = next(gaps) if document.site_id and number % _EVERY == 0 else ""
        if gap == "missing":
            continue
        changed = replace(
            document,
            state=None if gap == "waiting" else "accepted",
            signed=gap != "unsigned",
            ended=gap == "ended",
        )
        add_document(register, standard, changed, recorder, decider)
    _add_training(register, policy, site_ids, recorder)


_GAPS: Final = ("missing", "waiting", "unsigned", "ended")
_EVERY: Final = 4
"""One document of a site in so many has a gap."""


def add_document(
    register: Register, standard: Standard, document: DemoDocument, recorder: Person, decider: Person
) -> str:
    """Record a document with an example of a file, and decide about it; return its id, the same each time."""
    kind, day = document.kind, today() - _AGE
    id = str(uuid5(NAMESPACE_OID, f"{kind.name} {document.site_id}"))
    data = example_pdf(f"{kind.name} {document.site_id}")
    body = DocumentBody(
        kind=kind.name,
        title=str(say("Example, no real document")),
        number=str(say("EXAMPLE {number}", number=id[:4])),
        dated=day,
        signer=str(say("Example Name")) if document.signed and kind.needs_signer else "",
        valid_until=today() - timedelta(days=1) if document.ended else None,
        agency=kind.agency,
        sites=(document.site_id,) if document.site_id else (),
        **_proof(standard, kind),
    )
    file = StoredFile(sha256(data).hexdigest(), "pdf", len(data), f"{kind.name}.pdf", 1)
    moment = now_utc() - _AGE
    version = register.kla.documents.add(id, body, (file, data), person_id=recorder.id, at=moment)
    if document.state is not None:
        register.kla.documents.decide(id, version.seq, document.state, person_id=decider.id, at=moment, note="")
    return id


def example_pdf(text: str) -> bytes:
    """Return a PDF of one page that says it is an example; the same bytes for the same text."""
    page = Image.new("L", _PAGE, 255)
    ImageDraw.Draw(page).text((72, 72), f"{say('Example, no real document')}\n\n{text}", fill=0)
    out = BytesIO()
    page.save(out, "PDF", creationDate=_MADE, modDate=_MADE)
    return out.getvalue()


def _proof(standard: Standard, kind: DocumentKind) -> dict[str, Any]:
    """Return the requirements that a document proves, and its answers: the first choice of each of their questions."""
    questions = document_questions(standard)
    requirements = tuple(id for id in kind.requirements if id in questions)
    choices = {
        question.id: question.choices[0].name for id in requirements for question in questions[id] if question.choices
    }
    return {"requirements": requirements, "answers": choices}


def _add_training(register: Register, policy: KlaPolicy, site_ids: Sequence[str], recorder: Person) -> None:
    day, example = today() - _AGE, str(say("Example, no real training"))
    training = KhaTraining(str(uuid5(NAMESPACE_OID, "training")), example, day, example, 16, "", recorder.id)
    register.kla.trainings.save(training)
    ends_in = cycle(today() + timedelta(days=days) for days in _CERTIFICATE_DAYS)
    people = [
        KhaPerson(
            name=str(say("Example Name {number}", number=number)),
            institution=str(sector.words),
            sector=sector.name,
            sites=tuple(site_ids[:1]) if number == 1 else (),
            certificates=(KhaCertificate(str(say("EXAMPLE {number}", number=number)), day, ends, training.id),),
        )
        for number, (sector, ends) in enumerate(zip(policy.kha.sectors[::2], ends_in, strict=False), start=1)
    ]
    register.kla.trainings.record(people, "form", recorder.id, str(uuid5(NAMESPACE_OID, "people")))
