"""Count what is due at each site: overdue actions, open dangers, visits to review, ending certificates, and surveillance.

One function answers the lists, the map, the overview and the papers, so that their numbers agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.auditing import RegisterAudit
from rba_audit.followup.certification import state_of_certificate
from rba_audit.followup.surveillance import next_looks
from rba_audit.followup.withdrawal import withdrawn_actions
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.certificates import Certificate
from rba_audit.review_states import COUNTED, State

DueKind = Literal["action", "danger", "visit", "certificate", "surveillance"]
DUE_KINDS: Final[tuple[DueKind, ...]] = get_args(DueKind)
DUE_WORDS: Final[Mapping[DueKind, Message]] = MappingProxyType(
    {
        "action": say("Overdue action"),
        "danger": say("Open danger"),
        "visit": say("Visit to be reviewed"),
        "certificate": say("Certificate expired or expiring"),
        "surveillance": say("Surveillance due"),
    }
)
"""Labels of the filter by what is due."""
FOR_A_REVIEWER: Final[frozenset[State]] = frozenset({"received", "fixed"})
"""States of a visit that waits for a reviewer; one that was sent back waits for its author."""
_FEW_SITES: Final = 500
"""Sites that one query names; beyond that the actions of all sites are read."""


@dataclass(frozen=True, slots=True)
class DueCounts:
    """Number of due records by kind and site.

    Attributes:
        by_kind: For each of `DUE_KINDS` the number of records by site id; sites without any are absent. Only sites that are
            in the lists.
        elsewhere: For each kind the number of records at sites that are in no list (proposed, declined, retired).
    """

    by_kind: Mapping[DueKind, Mapping[str, int]]
    elsewhere: Mapping[DueKind, int]

    def sites(self, kind: str) -> frozenset[str]:
        """Return the ids of the sites with a record of one kind; of no site for an unknown kind."""
        return frozenset(site_id for name, sites in self.by_kind.items() if name == kind for site_id in sites)

    def records(self, kind: DueKind) -> int:
        """Return the number of records of one kind at the sites of the lists."""
        return sum(self.by_kind[kind].values())

    def at_site(self, site_id: str) -> dict[DueKind, int]:
        """Return the number of records of a site by kind, without zeros."""
        return {kind: sites[site_id] for kind, sites in self.by_kind.items() if site_id in sites}


def due_counts(register: Register, audited: RegisterAudit, today: date) -> DueCounts:
    """Return what is due at each site on a day.

    `audited` must be based on approved visits only, and `register` have all fields: what is due is not for the public.

    - `action`: neither closed nor withdrawn, and its due date is past;
    - `danger`: nobody has acknowledged it;
    - `visit`: waits for a reviewer;
    - `certificate`: the one issued last that is not withdrawn is expired, or expires within the days of the policy;
    - `surveillance`: the next visit is overdue, or due within the days of the policy.
    """
    policy = audited.policies.followup
    counts: dict[DueKind, Counter[str]] = {
        "action": Counter(_sites_of_overdue_actions(register, audited, today)),
        "danger": Counter(danger.site_id for danger in register.dangers.open()),
        "visit": Counter(visit.site_id for visit, _ in register.visits.newest(FOR_A_REVIEWER)),
        "certificate": Counter(
            site_id
            for site_id, certificate in newest_certificates(register).items()
            if state_of_certificate(certificate, today, policy=policy) in ("expired", "expiring")
        ),
        "surveillance": Counter(
            look.site_id
            for look in next_looks(register, audited.findings, today, policy=policy)
            if look.state != "later"
        ),
    }
    listed = frozenset(audited.findings.source.ids)
    by_kind = {
        kind: MappingProxyType({site_id: count for site_id, count in counts[kind].items() if site_id in listed})
        for kind in DUE_KINDS
    }
    elsewhere = {kind: counts[kind].total() - sum(by_kind[kind].values()) for kind in DUE_KINDS}
    return DueCounts(MappingProxyType(by_kind), MappingProxyType(elsewhere))


@dataclass(frozen=True, slots=True)
class DueFigure:
    """Number of due records of one kind.

    Attributes:
        count: None if it would be 0 only because records are missing.
        missing: Which records are missing, so that the number is not known or not complete; None if none are.
    """

    kind: DueKind
    count: int | None
    missing: Message | None

    @property
    def words(self) -> Message:
        """The label of the kind."""
        return DUE_WORDS[self.kind]


def due_figures(register: Register, audited: RegisterAudit, counts: DueCounts) -> dict[DueKind, DueFigure]:
    """Return the figure of each kind over all sites; the arguments are those of `due_counts`, and its result."""
    figures: dict[DueKind, DueFigure] = {}
    for kind in DUE_KINDS:
        count, missing = counts.records(kind) + counts.elsewhere[kind], _missing_records(register, audited, kind)
        figures[kind] = DueFigure(kind, count if count or missing is None else None, missing)
    return figures


def _missing_records(register: Register, audited: RegisterAudit, kind: DueKind) -> Message | None:
    """Return the message that names the records without which a number of this kind means nothing; None if there are some."""
    findings = audited.findings
    if kind == "action" and findings.conclusions.fails.any() and not register.actions.all():
        return say("No action was made yet.")
    if kind == "certificate" and not register.certificates.all():
        return say("No certificate is recorded yet.")
    if kind == "surveillance":
        dated = {visit.site_id for visit, _ in register.visits.newest(COUNTED)} | newest_certificates(register).keys()
        without = sum(site not in dated for site in findings.source.ids)
        if without:
            return say(
                "Without a date: {count} sites. They have neither an approved visit nor a certificate.", count=without
            )
    return None


def newest_certificates(register: Register) -> dict[str, Certificate]:
    """Return the certificate of each site that was issued last and is not withdrawn, by site id."""
    newest: dict[str, Certificate] = {}
    for certificate in register.certificates.all():  # newest first
        if certificate.withdrawn is None:
            newest.setdefault(certificate.site_id, certificate)
    return newest


def _sites_of_overdue_actions(register: Register, audited: RegisterAudit, today: date) -> list[str]:
    """Return the site of each overdue action at a site of the lists."""
    sites = register.actions.sites_with_overdue(today)
    if not sites:
        return []
    # Whether an action is withdrawn depends on the other actions of its site.
    actions = register.actions.all(sites if len(sites) <= _FEW_SITES else None)
    withdrawn = withdrawn_actions(register, audited, actions)
    return [
        action.request.site_id
        for action in actions
        if action.overdue(today) and action.id not in withdrawn and action.request.site_id in audited.findings.source
    ]
