"""The list of trained people as CSV and XLSX: a row for each certificate, with headings under which it can be read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rba_audit.kla.kha_reach import STATE_WORDS, state_on
from rba_audit.messages import Message, say
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson
from rba_audit.reports import Column, escape_formula
from rba_audit.reports.spreadsheets import csv_text, table_workbook
from rba_audit.standard.policies.kha import KhaPolicy


@dataclass(frozen=True, slots=True)
class KhaLine:
    """A line of the list: a person with one of their certificates, or with none, in words."""

    person: KhaPerson
    certificate: KhaCertificate | None
    sector: str
    state: str
    sites: str
    training: str


def people_lines(
    people: Sequence[KhaPerson],
    policy: KhaPolicy,
    day: date,
    site_names: Mapping[str, str],
    titles: Mapping[str, str],
) -> list[KhaLine]:
    """Return the lines of the list; names of sites and titles of trainings by their ids."""
    lines = []
    for person in people:
        sector = policy.sector(person.sector)
        state = str(STATE_WORDS[state_on(person, day, policy.warning_days.value)])
        sites = "; ".join(site_names.get(id, id) for id in person.sites)
        for certificate in person.certificates or (None,):
            title = titles.get(certificate.training_id, "") if certificate else ""
            lines.append(KhaLine(person, certificate, str(sector.words) if sector else "", state, sites, title))
    return lines


def people_csv(lines: Sequence[KhaLine]) -> str:
    """Return the list as CSV."""
    return csv_text(_columns(), lines)


def people_workbook(lines: Sequence[KhaLine], about: Sequence[tuple[Message, str]]) -> bytes:
    """Return the list as an XLSX workbook; `about` is on its last sheet."""
    return table_workbook([(str(say("KHA training")), _columns(), lines)], about)


def empty_table(policy: KhaPolicy) -> str:
    """Return a CSV table with the headings of the columns that are taken, to be filled in."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow([escape_formula(str(column.words)) for column in policy.columns])
    return f"\ufeff{buffer.getvalue()}"


def _columns() -> list[Column[KhaLine]]:
    return [
        Column(say("Name"), lambda line: line.person.name, 28),
        Column(say("Institution"), lambda line: line.person.institution, 28),
        Column(say("Sector"), lambda line: line.sector, 24),
        Column(say("Certificate number"), lambda line: line.certificate.number if line.certificate else "", 22),
        Column(say("Date of certificate"), lambda line: line.certificate.dated if line.certificate else None, 13),
        Column(say("Valid until"), lambda line: line.certificate.valid_until if line.certificate else None, 13),
        Column(say("State"), lambda line: line.state, 16),
        Column(say("Sites"), lambda line: line.sites, 28),
        Column(say("Training"), lambda line: line.training, 28),
    ]
