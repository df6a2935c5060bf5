"""Rows that a recording of trained people adds to those that the register has already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import uuid4

from rba_audit.register.kla.training_records import KhaAddition, KhaCertificate, KhaPerson
from rba_audit.register.kla.training_tables import kha_certificate, kha_person, kha_person_site

TABLES: Final = {"people": kha_person, "certificates": kha_certificate, "sites": kha_person_site}
"""The tables of the rows that `missing_rows` returns, parents first."""


def missing_rows(
    people: Iterable[KhaPerson], stored: Iterable[KhaPerson]
) -> tuple[KhaAddition, Mapping[str, list[dict[str, Any]]]]:
    """Return what the register does not have yet: how much, and the rows by name of their table."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    ids: dict[tuple[str, str], str] = {}
    had: set[tuple[str, ...]] = set()
    for person in stored:
        ids.setdefault(person.key, person.id)
        had.update((person.id, *_certificate_key(each)) for each in person.certificates)
        had.update((person.id, site) for site in person.sites)
    same = 0
    for person in people:
        before = sum(map(len, rows.values()))
        id = ids.get(person.key, "")
        if not id:
            id = ids[person.key] = str(uuid4())
            rows["people"].append(
                {"id": id, "full_name": person.name, "institution": person.institution, "sector": person.sector}
            )
        for each in person.certificates:
            if (key := (id, *_certificate_key(each))) not in had:
                had.add(key)
                rows["certificates"].append(_certificate_row(id, each))
        for site in person.sites:
            if (id, site) not in had:
                had.add((id, site))
                rows["sites"].append({"kha_person_id": id, "site_id": site})
        same += sum(map(len, rows.values())) == before
    return KhaAddition(len(rows["people"]), len(rows["certificates"]), same), rows


def _certificate_key(certificate: KhaCertificate) -> tuple[str, str, str]:
    """Return by what a certificate of a person is recognised."""
    return "certificate", certificate.number.casefold(), _iso(certificate.dated)


def _certificate_row(id: str, certificate: KhaCertificate) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "kha_person_id": id,
        "certificate_number": certificate.number,
        "dated": _iso(certificate.dated),
        "valid_until": _iso(certificate.valid_until),
        "training_id": certificate.training_id or None,
    }


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
