"""Clearance of photos for the public view: decisions, their validation, and the picture that is published.

Only the result of `public_picture` and `public_jpeg` is published. The decision is read on every request, so that a
withdrawal takes effect at once, and faces are covered in the pixels themselves.
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
    """A photo of an approved visit, with its latest decision; None without one."""

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
    """Record whether a photo is public, following decision number `seq` (0: the first).

    Raises:
        Forbidden: the person's role does not include it, or they are not active.
        EvidenceError: a field of the decision is missing or wrong.
        NotInRegister: no such photo has arrived.
        Conflict: `own`: they may have taken the photo; `stale`: another person decided meanwhile.
    """
    if not by.may("clear_photos") or not by.active:
        raise Forbidden(say("Your role does not include clearing photos; ask a reviewer or a planner."))
    if decision not in get_args(ClearanceDecision):
        raise EvidenceError(say("Choose what is to become of this photo."))
    photo = register.photos.find(sha256)
    if photo is None:
        raise NotInRegister(say("There is no such photo; look it up at its visit."))
    boxes = tuple(_rectangle(box, photo.width, photo.height) for box in rectangles)
    if len(boxes) > MOST_RECTANGLES:
        raise EvidenceError(say("At most {count} parts of a photo can be covered.", count=MOST_RECTANGLES))
    if decision == "covered" and not boxes:
        raise EvidenceError(say("Nothing is covered yet; draw a box over each face."))
    if decision == "consent":
        consent = _validated_consent(consent)
    return register.clearances.decide(
        sha256,
        decision,  # type: ignore[arg-type]  # it is one of them, as asked above
        by.id,
        seq=seq,
        rectangles=boxes if decision in ("covered", "consent") else (),
        consent=consent if decision == "consent" else None,
    )


def photos_to_clear(register: Register) -> list[PhotoToClear]:
    """Return the arrived photos of all approved visits, those without a decision first."""
    visits = [visit for visit, _ in register.visits.newest(COUNTED)]
    decided = register.clearances.latest_of([photo.sha256 for visit in visits for photo in visit.photos])
    photos = [
        PhotoToClear(visit, photo, decided.get(photo.sha256)) for visit in visits for photo in _arrived(register, visit)
    ]
    return sorted(photos, key=lambda photo: photo.clearance is not None)


def public_photos(register: Register, site_id: str) -> list[Photo]:
    """Return the public photos of a site: of approved visits, and cleared by another person than the one who took them.

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
    """Return the published JPEG of a photo of a site by its hash, and the decision that permits it.

    Raises:
        NotInRegister: the photo is not public or does not exist; the error does not distinguish the two.
        Unavailable: its file is damaged.
    """
    if sha256 not in {photo.sha256 for photo in public_photos(register, site_id)}:
        raise NotInRegister(say("There is no such photo to be shown here."))
    return public_jpeg(register, sha256)


def public_jpeg(register: Register, sha256: str) -> tuple[bytes, Clearance]:
    """Return the published JPEG of a photo by its hash, with faces covered, and the decision that permits it.

    Raises:
        NotInRegister: the photo is not cleared.
        Unavailable: its file is damaged.
    """
    clearance = register.clearances.latest(sha256)
    stored = register.photos.find(sha256)
    if clearance is None or not _is_public(register, clearance):
        raise NotInRegister(say("There is no such photo to be shown here."))
    senders = sorted(register.photos.senders(sha256))
    jpeg = register.photos.read(sha256, senders[0]) if stored is not None and senders else b""
    # The decision holds for exactly these bytes.
    if stored is None or hash_of(jpeg).hexdigest() != stored.kept_sha256:
        raise Unavailable(say("The file of this photo is damaged; nothing is shown in its place."))
    return (cover_rectangles(jpeg, clearance.rectangles) if clearance.rectangles else jpeg), clearance


def _is_public(register: Register, clearance: Clearance | None) -> bool:
    if clearance is None or not clearance.public or (clearance.decision == "covered" and not clearance.rectangles):
        return False
    # A visit that arrived after the decision may show that the person who cleared the photo took it.
    return clearance.person_id not in register.clearances.takers(clearance.sha256)


def _arrived(register: Register, visit: Visit) -> list[Photo]:
    """Return the distinct photos of a visit that its author sent and that are stored."""
    arrived = register.photos.arrival_of(visit).here
    return [photo for photo in _distinct(visit.photos) if photo.sha256 in arrived]


def _distinct(photos: Iterable[Photo]) -> list[Photo]:
    return list({photo.sha256: photo for photo in photos}.values())


def _rectangle(box: Sequence[object], width: int, height: int) -> Rectangle:
    match box:
        case [int(left), int(top), int(wide), int(high)] if not any(isinstance(number, bool) for number in box):
            right, bottom = min(left + wide, width), min(top + high, height)
            left, top = max(left, 0), max(top, 0)
            if right > left and bottom > top:
                return Rectangle(left, top, right - left, bottom - top)
    raise EvidenceError(say("A box lies outside the photo; draw it again."))


def _validated_consent(consent: Consent | None) -> Consent:
    if consent is None or not (consent.giver.strip() and consent.scope.strip()):
        raise EvidenceError(say("Write who gave the consent, on which day, and for what."))
    try:
        day = date.fromisoformat(consent.day)
    except ValueError:
        raise EvidenceError(say("Write who gave the consent, on which day, and for what.")) from None
    return Consent(consent.giver.strip()[:LONGEST_TEXT], day.isoformat(), consent.scope.strip()[:LONGEST_TEXT])
