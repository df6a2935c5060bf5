"""Trainings and trained people as they may be stored: whole, printable, of a bounded length, and without identity numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from babel.dates import get_month_names

from rba_audit.errors import EvidenceError, Forbidden
from rba_audit.kla.kha_identity import has_identity_number
from rba_audit.messages import LANGUAGES, BilingualText, Message, say
from rba_audit.register import Register
from rba_audit.register.kla.trainings import KhaAddition, KhaCertificate, KhaPerson, KhaTraining, RecordingSource
from rba_audit.register.person_records import Person

LONGEST_TEXT: Final = 200
MOST_HOURS: Final = 999
_EARLIEST: Final = date(1990, 1, 1)  # the convention is not older here
_LATEST: Final = date(2199, 12, 31)
_DAY: Final = re.compile(r"(\d{1,2})[\s./-]+([^\W\d_]+|\d{1,2})[\s./-]+(\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_FIRST_SERIAL: Final = date(1899, 12, 30)
_SERIALS_TO_1904: Final = 1462
_BLANK: Final = frozenset({"", "-", "–", "—"})
_NO_DAY: Final = say("this is no day; write it as 30/11/2026")


def plain_text(text: str, what: Message | BilingualText) -> str:
    """Return a text in one line, without blanks around it.

    Raises:
        EvidenceError: it is too long, has characters that cannot be printed, or holds an identity number.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > LONGEST_TEXT:
        raise EvidenceError(say("{what}: longer than {most} letters; shorten it", what=what, most=LONGEST_TEXT))
    if not line.isprintable():
        raise EvidenceError(say("{what}: it has characters that cannot be printed; write it anew", what=what))
    if has_identity_number(line):
        raise EvidenceError(
            say("{what}: an identity number (NIK) is not taken and was not stored; write it without", what=what)
        )
    return "" if line in _BLANK else line


def read_day(
    text: str, what: Message | BilingualText, *, serial: float | None = None, since_1904: bool = False
) -> date | None:
    """Return the day of a text or of a number of a spreadsheet; None if it is empty.

    A text has the year first with dashes, or the day first; a month may be a word in either language.

    Raises:
        EvidenceError: it is no day, or one before 1990 or after 2199.
    """
    if text.strip() in _BLANK:
        return None
    try:
        day = _serial_day(serial, since_1904=since_1904) if serial is not None else _written_day(text.strip())
    except (ValueError, OverflowError, KeyError):
        day = None
    if day is None or not _EARLIEST <= day <= _LATEST:
        raise EvidenceError(say("{what}: {problem}", what=what, problem=_NO_DAY))
    return day


def _serial_day(serial: float, *, since_1904: bool) -> date:
    return _FIRST_SERIAL + timedelta(days=int(serial) + (_SERIALS_TO_1904 if since_1904 else 0))


def _written_day(text: str) -> date | None:
    if match := _ISO_DAY.fullmatch(text):
        return date(*map(int, match.groups()))
    if not (match := _DAY.fullmatch(text)):
        return None
    day, month, year = match.groups()
    return date(int(year), int(month) if month.isdecimal() else _month_names()[month.casefold()], int(day))


@cache
def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            names |= {
                name.casefold().rstrip("."): month for month, name in get_month_names(width, locale=language).items()
            }
    return names


def certificate_of(
    number: str, dated: date | None, valid_until: date | None, training_id: str = ""
) -> KhaCertificate | None:
    """Return a certificate; None if nothing about one is stated.

    Raises:
        EvidenceError: it ends before it begins.
    """
    if dated is not None and valid_until is not None and valid_until < dated:
        raise EvidenceError(say("the certificate ends before its day; correct one of the two"))
    if not (number or dated or valid_until or training_id):
        return None
    return KhaCertificate(number, dated, valid_until, training_id)


def person_of(
    name: str, institution: str, sector: str, sites: Collection[str], certificate: KhaCertificate | None
) -> KhaPerson:
    """Return a person as they may be stored.

    Raises:
        EvidenceError: the name is missing, or a text cannot be stored.
    """
    full_name = plain_text(name, say("Name"))
    if not any(letter.isalpha() for letter in full_name):
        raise EvidenceError(say("The name is missing; write it."))
    certificates = () if certificate is None else (certificate,)
    return KhaPerson(full_name, plain_text(institution, say("Institution")), sector, tuple(sorted(sites)), certificates)


def save_training(register: Register, training: KhaTraining, by: Person) -> None:
    """Record a training, or replace the one with the same id.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: title or organiser is missing, or the number of hours is not one.
    """
    _refuse_others(by)
    _whole_id(training.id)
    if not training.title or not training.organiser:
        raise EvidenceError(say("Write what the training was called and who organised it."))
    if training.hours is not None and not 1 <= training.hours <= MOST_HOURS:
        raise EvidenceError(say("Hours are a whole number from 1 to {most}.", most=MOST_HOURS))
    register.kla.trainings.save(training)


def record_people(
    register: Register, people: list[KhaPerson], source: RecordingSource, by: Person, id: str
) -> KhaAddition:
    """Add people to the register; who is there already is not added again. Idempotent by `id`, a UUID.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: the id is no UUID.
    """
    _refuse_others(by)
    _whole_id(id)
    return register.kla.trainings.record(people, source, by.id, id)


def correct_person(register: Register, person: KhaPerson, by: Person) -> None:
    """Replace name, institution, sector and sites of a person.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such person.
        Conflict: `taken`: another person has this name and institution.
    """
    _refuse_others(by)
    register.kla.trainings.correct(person)


def remove_certificate(register: Register, id: str, certificate_id: str, by: Person) -> None:
    """Remove a certificate that was recorded wrongly.

    Raises:
        Forbidden: the person's role does not include it.
    """
    _refuse_others(by)
    register.kla.trainings.remove_certificate(id, certificate_id)


def undo_recording(register: Register, id: str, by: Person) -> None:
    """Remove what a recording added.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such recording.
    """
    _refuse_others(by)
    register.kla.trainings.undo(id, by.id)


def _refuse_others(by: Person) -> None:
    if not by.may("record_documents"):
        raise Forbidden(say("Your role does not include recording people; ask an administrator if it should."))


def _whole_id(id: str) -> None:
    try:
        UUID(id)
    except ValueError:
        raise EvidenceError(say("The form is not whole; open the page again.")) from None
