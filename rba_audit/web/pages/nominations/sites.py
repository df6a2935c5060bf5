"""Facts about sites for the pages of nominations: readiness, costs, open documents, and scores of self-assessments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rba_audit.auditing import SiteCopy, SiteResult, audit_copies, result_of
from rba_audit.days import today
from rba_audit.findings import Findings
from rba_audit.followup.due import FOR_A_REVIEWER, newest_certificates
from rba_audit.followup.surveillance import next_looks
from rba_audit.kla.calendar import KlaRound
from rba_audit.kla.folder import folder_items
from rba_audit.kla.nomination_order import RankedSite, nomination_order, site_readiness
from rba_audit.kla.nomination_trail import KnownOfSite, NominationTrail, nomination_trail, score_difference
from rba_audit.plans import SiteCost, costs_of_sites
from rba_audit.register import Visit
from rba_audit.register.kla.nomination_trails import TrailEntry, newest_entries
from rba_audit.register.kla.nominations import Nomination
from rba_audit.reports import site_rows
from rba_audit.review_states import COUNTED, State
from rba_audit.web.http.services import reader_key, services


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that is missing or cannot count: its kind and its site, which is empty for one of the city."""

    kind: str
    site_id: str


@dataclass(frozen=True, eq=False, slots=True)
class NominatedTrail:
    """A nominated site with its trail.

    Attributes:
        name: Its name; its id if it is no longer in the lists.
        listed: Whether it is in the lists.
        visit: Its newest approved self-assessment; None without one.
        self_assessed: The result of that visit alone; None without one.
        trail: Its trail.
        waiting: Whether a self-assessment waits for review.
    """

    nomination: Nomination
    name: str
    listed: bool
    visit: Visit | None
    self_assessed: SiteResult | None
    waiting: bool
    known: KnownOfSite
    trail: NominationTrail

    @property
    def difference(self) -> tuple[object, object] | None:
        """The auditor's score minus the self-assessment, from and to; None if one is not known."""
        own = self.self_assessed
        return score_difference(own.score_low, own.score_high, self.trail.score) if own else None


def approved_findings() -> Findings:
    """Return the findings of approved visits; nominations rest on no others."""
    return services().audited(COUNTED).findings


def site_costs() -> Mapping[str, SiteCost]:
    """Return the cost of the repairs that are left at each site that is not standard, at the upper end of each cost band."""
    findings = approved_findings()
    costs = services().memos.nomination_costs.get(reader_key(), findings, lambda: costs_of_sites(findings))
    return {cost.site: cost for cost in costs}


def open_documents(round: KlaRound, site_ids: Sequence[str]) -> list[OpenDocument]:
    """Return the documents that are missing from the folder of a round or cannot count, of the city and of some sites."""
    register = services().register
    items = folder_items(
        services().policies.kla,
        round,
        site_ids,
        register.kla.documents.all(),
        register.kla.requests.all(),
        today(),
    )
    return [OpenDocument(item.kind.name, item.site_id) for item in items if item.state != "present"]


def ranked_sites(round: KlaRound) -> list[RankedSite]:
    """Return all sites in the order of readiness."""
    findings = approved_findings()
    by_site = Counter(document.site_id for document in open_documents(round, findings.source.ids))
    nominated = frozenset(nomination.site_id for nomination in services().register.kla.nominations.of_year(round.year))
    return nomination_order(site_readiness(findings, site_rows(findings), site_costs(), by_site, nominated))


def nominated_trails(round: KlaRound, day: date | None = None) -> list[NominatedTrail]:
    """Return the nominated sites of a round with their trails, in the order of nomination."""
    return _trails(round, services().register.kla.nominations.of_year(round.year), day or today())


def trail_of(nomination: Nomination, round: KlaRound) -> NominatedTrail:
    """Return one nominated or withdrawn site with its trail."""
    return _trails(round, [nomination], today())[0]


def _trails(round: KlaRound, nominations: Sequence[Nomination], day: date) -> list[NominatedTrail]:
    register, policies = services().register, services().policies
    findings = approved_findings()
    ids = [nomination.site_id for nomination in nominations]
    visits, waiting = _self_assessments(ids, COUNTED), _self_assessments(ids, FOR_A_REVIEWER)
    results = _results_of(visits)
    certificates = newest_certificates(register) if ids else {}
    looks = (
        {look.site_id: look for look in next_looks(register, findings, day, policy=policies.followup)} if ids else {}
    )
    entries: Mapping[str, list[TrailEntry]] = register.kla.nomination_trails.of_year(round.year) if ids else {}
    names = {site.id: site.name for site in findings.source}
    trails = []
    for nomination in nominations:
        site_id = nomination.site_id
        visit, look = visits.get(site_id), looks.get(site_id)
        known = KnownOfSite(
            visit.day if visit else None, certificates.get(site_id), look.due if look is not None else None
        )
        trails.append(
            NominatedTrail(
                nomination=nomination,
                name=names.get(site_id, site_id),
                listed=site_id in names,
                visit=visit,
                self_assessed=results.get(site_id),
                waiting=site_id in waiting,
                known=known,
                trail=nomination_trail(
                    policies.kla.trail, newest_entries(entries.get(site_id, ())).values(), known, round, day
                ),
            )
        )
    return trails


def _self_assessments(site_ids: Sequence[str], states: Collection[State]) -> dict[str, Visit]:
    """Return the newest full self-assessment in one of `states` of each of some sites."""
    wanted, newest = set(site_ids), dict[str, Visit]()
    if wanted:
        for visit, _state in services().register.visits.newest(states):
            if visit.site_id in wanted and visit.stage == "self" and visit.scope == "full":
                newest.setdefault(visit.site_id, visit)
    return newest


def _results_of(visits: Mapping[str, Visit]) -> Mapping[str, SiteResult]:
    """Return the result of each site by this one visit, as if there were no other; cached."""
    audited, standard, policies = services().audited(COUNTED), services().standard, services().policies
    listed = {site_id: visit for site_id, visit in visits.items() if site_id in audited.sites}
    if not listed:
        return {}

    def evaluate() -> Mapping[str, SiteResult]:
        copies = [SiteCopy(audited.sites.ids.index(site_id), None, [visit]) for site_id, visit in listed.items()]
        settled = services().register.disagreements.latest_decisions()
        findings = audit_copies(audited.sites, copies, standard, settled, services().context, policies)
        return {site_id: result_of(findings, number) for number, site_id in enumerate(listed)}

    key = (*reader_key(), *sorted(visit.id for visit in listed.values()))
    return services().memos.self_assessments.get(key, audited, evaluate)
