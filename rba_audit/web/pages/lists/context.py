"""Facts that lists of sites filter and sort by besides the findings: audit visits, doubted positions, due dates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rba_audit.days import EARLIEST, today
from rba_audit.followup.due import DUE_KINDS, DueKind, due_counts
from rba_audit.messages import Message, say
from rba_audit.reports import AuditVisit
from rba_audit.review_states import COUNTED
from rba_audit.web.http.services import reads_as_public, services

DUE_WORDS: Final[Mapping[str, Message]] = {
    "action": say("an overdue action"),
    "danger": say("an open danger"),
    "visit": say("a visit that waits for review"),
    "certificate": say("a certificate that expires soon or has expired"),
    "surveillance": say("surveillance due soon or overdue"),
}
"""What can be due at a site, by the value of the address."""
_PUBLIC_DUE: Final = frozenset({"certificate", "surveillance"})


@dataclass(frozen=True, slots=True)
class ListContext:
    """Facts about the sites of a list besides the findings, as far as the reader may know them.

    Attributes:
        today: The day on which the age of an audit is counted.
        doubted: Ids of the sites whose position is in doubt.
        audits: The visit that each audit rests on, by site id; absent without a counted visit.
        auditors: Names of the auditors of these visits by id of their account; empty if names are hidden.
        due: By value of the address, a function that returns the ids of the sites where that is due.
    """

    today: date = EARLIEST
    doubted: Collection[str] = ()
    audits: Mapping[str, AuditVisit] = field(default_factory=dict)
    auditors: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, Callable[[], Collection[str]]] = field(default_factory=dict)


def list_context() -> ListContext:
    """Return the facts for the lists of the current reader."""
    audits = audit_visits()
    ids = {audit.auditor_id for audit in audits.values() if audit.auditor_id}
    names = {person.id: person.name for person in services().register.people.all()} if ids else {}
    return ListContext(
        today=today(),
        doubted=services().positions().doubts,
        audits=audits,
        auditors={id: names[id] for id in ids if id in names},
        due={name: sites for name, sites in _DUE.items() if name in _PUBLIC_DUE or not reads_as_public()},
    )


def audit_visits() -> dict[str, AuditVisit]:
    """Return the visit that the audit of each site rests on: the full visit that counts, without one the newest check.

    The public sees no auditors.
    """
    public = reads_as_public()
    visits = {site_id: counts.full or counts.newest for site_id, counts in services().audited().counts.items()}
    return {
        site_id: AuditVisit(visit.day) if public else AuditVisit(visit.day, visit.author, visit.auditor)
        for site_id, visit in visits.items()
    }


def due_sites(name: str) -> Collection[str]:
    """Return the ids of the sites where something is due; `name` is a key of `DUE_WORDS`."""
    return _DUE[name]()


def _sites_of(kind: DueKind) -> Callable[[], Collection[str]]:
    """Return a function that returns the sites where something of a kind is due, as the overview counts them."""
    return lambda: due_counts(services().whole, services().audited(COUNTED), today()).sites(kind)


_DUE: Final[Mapping[str, Callable[[], Collection[str]]]] = {kind: _sites_of(kind) for kind in DUE_KINDS}
