"""Data of one trained person: their copy of it, their erasure, and the files that left with names before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rba_audit.days import now_utc
from rba_audit.errors import Forbidden
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.exports import Export
from rba_audit.register.kla.packs import MadePack
from rba_audit.register.kla.trainings import KhaPerson
from rba_audit.register.person_records import Person
from rba_audit.register.personal_data import NameMention

EXPORTS_WITH_PEOPLE: Final = frozenset({"kha.people_file", "kha.person_file", "packs.file", "pack build"})
"""Kinds of exports that hold names of trained people; `Export.kind`."""


@dataclass(frozen=True, slots=True)
class KhaErasure:
    """The result of an erasure.

    Attributes:
        mentions: Texts that users wrote in which the name is left.
        exports: Files with names of trained people that were handed out since the person was recorded.
        packs: Evidence packs with such names that were made since then.
        copies: Older copies of the database file, which still contain the name.
        wiped: Whether the free space of the database file was overwritten at once.
    """

    mentions: tuple[NameMention, ...]
    exports: tuple[Export, ...]
    packs: tuple[MadePack, ...]
    copies: tuple[str, ...]
    wiped: bool


def files_with(register: Register, person: KhaPerson) -> tuple[Export, ...]:
    """Return the files with names of trained people that were handed out since a person was recorded, newest first.

    The log of exports does not state which people a file held, so it may list files without this one.
    """
    exports = register.exports.between(person.recorded_at)
    return tuple(export for export in exports if export.kind in EXPORTS_WITH_PEOPLE)


def packs_with(register: Register, person: KhaPerson) -> tuple[MadePack, ...]:
    """Return the packs with names of trained people that were made since a person was recorded, with their recipients, newest first."""
    since = person.recorded_at
    return tuple(pack for pack in register.kla.packs.all() if pack.trained and (since is None or pack.at >= since))


def erase_trained_person(register: Register, id: str, by: Person, at: datetime | None = None) -> KhaErasure:
    """Delete a person from the register for good; it cannot be undone, and a restored backup forgets them again.

    Raises:
        Forbidden: the user's role does not include it.
        NotInRegister: there is no such person.
        Unavailable: the erasure cannot be noted next to the register; nothing is erased.
    """
    if not by.may("administer"):
        raise Forbidden(say("Only an administrator erases people."))
    person = register.kla.trainings.person(id)
    exports, packs = files_with(register, person), packs_with(register, person)
    register.kla.trainings.erase(id, by.id, at or now_utc())
    wiped = register.wipe_free_space()
    mentions = register.personal_data.mentions(person.name)
    return KhaErasure(tuple(mentions), exports, packs, tuple(register.older_copies()), wiped)


def person_document(person: KhaPerson, titles: Mapping[str, str]) -> bytes:
    """Return all that is stored about a person as JSON, to be handed to them; `titles` are those of trainings by id."""
    document = {
        "name": person.name,
        "institution": person.institution,
        "sector": person.sector,
        "sites": list(person.sites),
        "recorded_at": "" if person.recorded_at is None else person.recorded_at.isoformat(timespec="seconds"),
        "certificates": [
            {
                "number": each.number,
                "dated": "" if each.dated is None else each.dated.isoformat(),
                "valid_until": "" if each.valid_until is None else each.valid_until.isoformat(),
                "training": titles.get(each.training_id, ""),
            }
            for each in person.certificates
        ],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()
