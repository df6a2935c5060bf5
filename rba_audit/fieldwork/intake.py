"""Idempotent intake of visits, danger reports and the photos they name.

A document that is stored already is acknowledged without validation, so that rules changed meanwhile never reject it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256 as hash_of
from typing import Any, NamedTuple

from rba_audit.errors import Conflict, NotInRegister
from rba_audit.fieldwork.device_clock import clock_remarks
from rba_audit.fieldwork.documents import read_danger, read_visit
from rba_audit.fieldwork.site_access import standing_words
from rba_audit.fieldwork.submission_errors import submission_error
from rba_audit.fieldwork.unfinished_visits import second_sender
from rba_audit.fieldwork.validation import IntakeContext, check_visit
from rba_audit.messages import Message, say
from rba_audit.photographs import clean_photo
from rba_audit.register import Register, Visit
from rba_audit.register.danger_records import Danger
from rba_audit.register.person_records import Person
from rba_audit.register.photo_records import StoredPhoto


@dataclass(frozen=True, slots=True)
class VisitIntake:
    """A stored visit, whether it is new, and the warnings about it."""

    visit: Visit
    new: bool
    remarks: tuple[Message, ...] = ()


def take_document(desk: IntakeContext, body: bytes, sender: Person, *, id: str, parcel: bool = False) -> VisitIntake:
    """Store a visit under its id, byte for byte as it was sent; the same bytes sent again change nothing.

    An administrator may send visits of other authors; in a `parcel`, so may every user whose role fills the form. The
    visit remains its author's, and the register records who delivered it. Only its author or an administrator may change
    a stored visit, even by a correction (ADR 0037); a colleague may only correct what they delivered themselves.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it cannot be used, for the reasons in its `problems`.
        Conflict: `other_author`, `handed_over`, `differs`, `not_current`, `other_visit` or `closed`; nothing was changed.
    """
    document = read_visit(body)
    _refuse_other_id(document, id)
    _refuse_other_author(document, sender, parcel=parcel)
    stored = _stored_visit(desk.register, document["id"])
    remarks: tuple[Message, ...] = ()
    if stored is None:
        author = sender if sender.id == document["author"] else _author(desk.register, document["author"])
        if not _may_act_for(author.id, sender):
            _refuse_correction(desk.register, document, sender)
        remarks = check_visit(desk, document, sender, author)
    elif stored.author != document["author"]:
        raise second_sender(desk.register, stored, document) or _other_author_conflict()
    try:
        received = desk.register.visits.take(body)
    except Conflict as fault:
        # A concurrent request stored this id first, possibly for another author.
        if isinstance(fault.kept, Visit) and fault.kept.author != document["author"]:
            raise (second_sender(desk.register, fault.kept, document) or _other_author_conflict()) from None
        if not _may_act_for(document["author"], sender):
            raise _differs_conflict() from None
        raise
    if received.new and sender.id != document["author"]:
        desk.register.deliveries.record("visit", received.visit.id, sender.id)
    elif not received.new:
        # The phone may have lost the first response: repeat its warning about why the visit was accepted.
        words = standing_words(desk.register, received.visit)
        remarks = () if words is None else (words,)
    return VisitIntake(received.visit, received.new, (*clock_remarks(document, received.visit.recorded_at), *remarks))


class DangerIntake(NamedTuple):
    """A stored danger report, whether it is new, and the warnings about it."""

    danger: Danger
    new: bool
    remarks: tuple[Message, ...] = ()


def take_danger(desk: IntakeContext, body: bytes, sender: Person, *, id: str, parcel: bool = False) -> DangerIntake:
    """Store a danger report under its id as it was sent; the same bytes sent again change nothing.

    The site may lie outside the sender's area, because a danger must not wait for an assignment. `parcel` is as in
    `take_document`.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it cannot be used.
        Conflict: `other_author` or `differs`; nothing was changed.
    """
    document = read_danger(body)
    _refuse_other_id(document, id)
    _refuse_other_author(document, sender, parcel=parcel)
    if not (document.get("note") or "").strip() and not document.get("photo"):
        raise submission_error(say("The report says nothing about the danger; write what it is, or take a photo."))
    if sender.id != document["author"]:
        _author(desk.register, document["author"])
    try:
        danger, new = desk.register.dangers.take(body)
    except NotInRegister as fault:
        raise submission_error(fault.message) from fault
    except Conflict as fault:
        if isinstance(fault.kept, Danger) and fault.kept.author != document["author"]:
            raise _other_author_conflict() from None
        if not _may_act_for(document["author"], sender):
            raise _differs_conflict() from None
        raise
    if new and sender.id != document["author"]:
        desk.register.deliveries.record("danger", danger.id, sender.id)
    return DangerIntake(danger, new, clock_remarks(document, danger.recorded_at))


def take_photo(
    register: Register, visit_id: str, sha256: str, data: bytes, sender: Person, *, parcel: bool = False
) -> tuple[StoredPhoto, bool]:
    """Store a photo that a visit names, cleaned, and return it with whether it is new; sent again, it changes nothing.

    It counts for the visits of this author from now on; a visit of another author that names it needs the bytes again.
    In a `parcel` that also has the document of the visit, the person who delivers the visit may deliver the photo.

    Raises:
        NotInRegister: the sender has no such visit, or it does not name this photo.
        Conflict: `hash`: the bytes are not those that were announced; `kept` is the hash they have.
        PhotoError: the photo cannot be stored.
    """
    visit = register.visits.get(visit_id) if parcel else own_visit(register, visit_id, sender)
    return _take_photo(register, {photo.sha256 for photo in visit.photos}, sha256, data, visit.author)


def take_danger_photo(
    register: Register, danger_id: str, sha256: str, data: bytes, sender: Person, *, parcel: bool = False
) -> tuple[StoredPhoto, bool]:
    """Store the photo that a danger report names, as `take_photo` does.

    Raises:
        NotInRegister: the sender has no such report, or it does not name this photo.
        Conflict: `hash`: the bytes are not those that were announced.
        PhotoError: the photo cannot be stored.
    """
    danger = register.dangers.get(danger_id)
    if not parcel and not _may_act_for(danger.author, sender):
        raise NotInRegister(say("the register has no danger '{id}'; look it up in the list of dangers", id=danger_id))
    return _take_photo(register, {danger.photo} - {""}, sha256, data, danger.author)


def own_visit(register: Register, visit_id: str, sender: Person) -> Visit:
    """Return a visit of the sender; an administrator gets any visit.

    Raises:
        NotInRegister: there is no such visit, or it has another author: the same error, so that ids cannot be enumerated.
    """
    visit = register.visits.get(visit_id)
    if not _may_act_for(visit.author, sender):
        raise NotInRegister(say("the register has no visit '{id}'; look it up at its site", id=visit_id))
    return visit


def seen_visit(register: Register, visit_id: str, reader: Person) -> Visit:
    """Return a visit that the reader may read: surveyors their own, all other roles any.

    Raises:
        NotInRegister: the reader may read no such visit.
    """
    return own_visit(register, visit_id, reader) if not reader.may("read_all_visits") else register.visits.get(visit_id)


def _take_photo(
    register: Register, named: Collection[str], sha256: str, data: bytes, author: str
) -> tuple[StoredPhoto, bool]:
    if sha256 not in named:
        raise NotInRegister(say("this visit names no photo '{sha256}'; send the visit first", sha256=sha256))
    actual = hash_of(data).hexdigest()
    if actual != sha256:
        raise Conflict(say("the photo arrived changed on the way; send it again"), "hash", actual)
    resent = register.photos.record_resent(sha256, author)
    if resent is not None:
        return resent
    return register.photos.keep(sha256, clean_photo(data), author), True


def own_work(register: Register, document: Mapping[str, Any], sender: Person, id: str, *, parcel: bool) -> Person:
    """Return the author of a document: its sender, or the person for whom a permitted sender delivers it.

    Raises:
        SubmissionError: the document has another id, or its author is not in the register.
        Conflict: `other_author`: the sender may not deliver for its author.
    """
    _refuse_other_id(document, id)
    _refuse_other_author(document, sender, parcel=parcel)
    return sender if sender.id == document["author"] else _author(register, document["author"])


def _stored_visit(register: Register, visit_id: str) -> Visit | None:
    try:
        return register.visits.get(visit_id)
    except NotInRegister:
        return None


def _may_act_for(author: str, person: Person) -> bool:
    return author == person.id or person.may("bring_for_others")


def _refuse_other_id(document: Mapping[str, Any], id: str) -> None:
    if document["id"] != id:
        raise submission_error(
            say("What arrived says it is '{found}' and was sent as '{id}'; send it again.", found=document["id"], id=id)
        )


def _refuse_other_author(document: Mapping[str, Any], sender: Person, *, parcel: bool) -> None:
    if not _may_act_for(document["author"], sender) and not (parcel and sender.may("audit")):
        raise _other_author_conflict()


def _author(register: Register, author: str) -> Person:
    try:
        return register.people.get(author)
    except NotInRegister as fault:
        raise submission_error(fault.message) from fault


def _refuse_correction(register: Register, document: Mapping[str, Any], sender: Person) -> None:
    """Check that a colleague corrects only a stored visit that they delivered themselves.

    Raises:
        Conflict: `other_author`: its author sent it, or another person delivered it.
    """
    replaces = document.get("replaces")
    if not replaces or _stored_visit(register, replaces) is None:
        return
    before = register.deliveries.delivered_by(replaces)
    if before is None or before.person_id != sender.id:
        raise Conflict(
            say("this corrects a visit that is on the server; only its author or an administrator can hand it over"),
            "other_author",
        )


def _other_author_conflict() -> Conflict:
    return Conflict(
        say("this was written by somebody else on this phone; they have to sign in and send it themselves"),
        "other_author",
    )


def _differs_conflict() -> Conflict:
    """Return the error for a colleague whose parcel contradicts the stored document; it reveals nothing of that document."""
    return Conflict(
        say(
            "the server has this already and it says something else there; only its author or an administrator can settle that"
        ),
        "differs",
    )
