"""Clearing photos: who may decide that everybody may see one, what a decision needs, and what goes out then.

Nothing leaves the office but what `public_picture` returns. It asks for the decision each time, so that a withdrawal removes a
photo at once, and covers faces in the pixels themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256 as hash_of
from typing import Final, get_args

from rba_audit.errors import EvidenceError, Forbidden, NotInRegister, Unavailable
from rba_audit.messages import say
from rba_audit.photographs import cover_rectangles
from rba_audit.register import Photo, Register, Visit
from rba_audit.register.clearances import Clearance, ClearanceDecision, Consent, Rectangle
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED

MOST_RECTANGLES: Final = 200
LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class PhotoToClear:
    """A photo of an approved visit, with the decision that holds for it; None where nobody has decided."""

    visit: Visit
    photo: Photo
    clearance: Clearance | None


def decide_clearance(
    register: Register,
    by: Person,
    sha256: str,
    decision: str,
    *,
    seq: int,
    rectangles: Sequence[Sequence[object]] = (),
    consent: Consent | None = None,
) -> Clearance:
    """Record whether everybody may see a photo, following decision number `seq` (0: the first).

    Raises:
        NotAllowed: their role does not include it.
        EvidenceError: what the decision needs is missing or wrong.
        NotInRegister: no such photo has arrived.
        Conflict: `own`, where they may have taken it; `stale`, where somebody decided meanwhile.
    """
    if not by.may("clear_photos") or not by.active:
        raise Forbidden(say("Your role does not include clearing photos; ask a reviewer or a planner."))
    if decision not in get_args(ClearanceDecision):
        raise EvidenceError(say("Choose what is to become of this photo."))
    kept = register.photos.find(sha256)
    if kept is None:
        raise NotInRegister(say("There is no such photo; look it up at its visit."))
    found = tuple(_rectangle(each, kept.width, kept.height) for each in rectangles)
    if len(found) > MOST_RECTANGLES:
        raise EvidenceError(say("At most {count} parts of a photo can be covered.", count=MOST_RECTANGLES))
    if decision == "covered" and not found:
        raise EvidenceError(say("Nothing is covered yet; draw a box over each face."))
    if decision == "consent":
        consent = _usable(consent)
    return register.clearances.decide(
        sha256,
        decision,  # type: ignore[arg-type]  # it is one of them, as asked above
        by.id,
        seq=seq,
        rectangles=found if decision in ("covered", "consent") else (),
        consent=consent if decision == "consent" else None,
    )


def photos_to_clear(register: Register) -> list[PhotoToClear]:
    """Return every photo of an approved visit that has arrived, those nobody has decided about first."""
    visits = [visit for visit, _ in register.visits.newest(COUNTED)]
    decided = register.clearances.latest_of([photo.sha256 for visit in visits for photo in visit.photos])
    found = [
        PhotoToClear(visit, photo, decided.get(photo.sha256)) for visit in visits for photo in _arrived(register, visit)
    ]
    return sorted(found, key=lambda each: each.clearance is not None)


def public_photos(register: Register, site_id: str) -> list[Photo]:
    """Return the photos of a site that everybody may see now: of approved visits, and cleared by another person.

    Raises:
        NotInRegister: there is no such site.
    """
    visits = [
        visit for visit in register.visits.for_site(site_id) if register.reviews.status(visit.root).state in COUNTED
    ]
    photos = _distinct(photo for visit in visits for photo in _arrived(register, visit))
    decided = register.clearances.latest_of([photo.sha256 for photo in photos])
    return [photo for photo in photos if _is_public(register, decided.get(photo.sha256))]


def public_picture(register: Register, site_id: str, sha256: str) -> tuple[bytes, Clearance]:
    """Return the picture of a site that goes out under a hash, and the decision it goes out by.

    Raises:
        NotInRegister: everybody may not see it, or there is none: which of the two is not told.
        Unavailable: its file is damaged.
    """
    if sha256 not in {photo.sha256 for photo in public_photos(register, site_id)}:
        raise NotInRegister(say("There is no such photo to be shown here."))
    return public_jpeg(register, sha256)


def public_jpeg(register: Register, sha256: str) -> tuple[bytes, Clearance]:
    """Return the picture that goes out under a hash, with its faces covered, and the decision it goes out by.

    Raises:
        NotInRegister: it is not cleared.
        Unavailable: its file is damaged.
    """
    clearance = register.clearances.latest(sha256)
    kept = register.photos.find(sha256)
    if clearance is None or not _is_public(register, clearance):
        raise NotInRegister(say("There is no such photo to be shown here."))
    senders = sorted(register.photos.senders(sha256))
    jpeg = register.photos.read(sha256, senders[0]) if kept is not None and senders else b""
    # What was looked at and cleared is these very bytes and no others.
    if kept is None or hash_of(jpeg).hexdigest() != kept.kept_sha256:
        raise Unavailable(say("The file of this photo is damaged; nothing is shown in its place."))
    return (cover_rectangles(jpeg, clearance.rectangles) if clearance.rectangles else jpeg), clearance


def _is_public(register: Register, found: Clearance | None) -> bool:
    if found is None or not found.public or (found.decision == "covered" and not found.rectangles):
        return False
    # A visit that names the photo may have come later, from the very person who cleared it.
    return found.person_id not in register.clearances.takers(found.sha256)


def _arrived(register: Register, visit: Visit) -> list[Photo]:
    """Return the photos of a visit that its author sent and that are kept, each once."""
    here = register.photos.arrival_of(visit).here
    return [photo for photo in _distinct(visit.photos) if photo.sha256 in here]


def _distinct(photos: Iterable[Photo]) -> list[Photo]:
    return list({photo.sha256: photo for photo in photos}.values())


def _rectangle(given: Sequence[object], width: int, height: int) -> Rectangle:
    match given:
        case [int(left), int(top), int(wide), int(high)] if not any(isinstance(each, bool) for each in given):
            right, bottom = min(left + wide, width), min(top + high, height)
            left, top = max(left, 0), max(top, 0)
            if right > left and bottom > top:
                return Rectangle(left, top, right - left, bottom - top)
    raise EvidenceError(say("A box lies outside the photo; draw it again."))


def _usable(consent: Consent | None) -> Consent:
    if consent is None or not (consent.giver.strip() and consent.scope.strip()):
        raise EvidenceError(say("Write who gave the consent, on which day, and for what."))
    try:
        day = date.fromisoformat(consent.day)
    except ValueError:
        raise EvidenceError(say("Write who gave the consent, on which day, and for what.")) from None
    return Consent(consent.giver.strip()[:LONGEST_TEXT], day.isoformat(), consent.scope.strip()[:LONGEST_TEXT])
