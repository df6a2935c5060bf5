"""People of a table between its preview and its recording, as one text that the page carries: nothing is stored before.

The text comes back from a browser, so it is read like any other input.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_people import certificate_of, person_of, plain_text
from rba_audit.kla.kha_xlsx import MOST_ROWS
from rba_audit.messages import say
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson
from rba_audit.strict_json import read_json

LARGEST_DRAFT_BYTES: Final = 4_000_000
"""Bytes of the text; ten thousand rows have some four hundred thousand."""
_MOST_BYTES: Final = 20_000_000  # after decompression


def draft_text(people: Sequence[KhaPerson]) -> str:
    """Return people as one text of ASCII letters."""
    rows = [
        [
            person.name,
            person.institution,
            person.sector,
            list(person.sites),
            [_fields(each) for each in person.certificates],
        ]
        for person in people
    ]
    return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode())).decode()


def people_of_draft(
    text: str, sectors: Mapping[str, object], sites: Mapping[str, object], trainings: Mapping[str, object]
) -> list[KhaPerson]:
    """Return the people of a text; sectors, sites and trainings that are not among the known ones are left out.

    Raises:
        EvidenceError: the text is damaged, or holds what may not be stored.
    """
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        if not unpacker.eof:
            raise ValueError("the text is cut off or too large")
        rows = read_json(data)
        if len(rows) > MOST_ROWS:
            raise ValueError("there are more rows than a table may have")
        return [_person(row, sectors, sites, trainings) for row in rows]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, zlib.error, binascii.Error):
        raise EvidenceError(say("The preview is not whole; choose the file again.")) from None


def _person(
    row: Any, sectors: Mapping[str, object], sites: Mapping[str, object], trainings: Mapping[str, object]
) -> KhaPerson:
    name, institution, sector, own_sites, certificates = row
    read = [certificate for each in certificates if (certificate := _certificate(each, trainings))]
    person = person_of(
        name, institution, sector if sector in sectors else "", [id for id in own_sites if id in sites], None
    )
    return KhaPerson(person.name, person.institution, person.sector, person.sites, tuple(read))


def _fields(certificate: KhaCertificate) -> list[str]:
    days = ["" if day is None else day.isoformat() for day in (certificate.dated, certificate.valid_until)]
    return [certificate.number, *days, certificate.training_id]


def _certificate(fields: Any, trainings: Mapping[str, object]) -> KhaCertificate | None:
    number, dated, valid_until, training_id = fields
    days = [date.fromisoformat(day) if day else None for day in (dated, valid_until)]
    return certificate_of(
        plain_text(number, say("Certificate number")), days[0], days[1], training_id if training_id in trainings else ""
    )
