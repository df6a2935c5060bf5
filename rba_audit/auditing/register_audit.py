"""Audit the sites of a register: what their documents say, and over it the answers of the visits that count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rba_audit.auditing.site_audit import audit
from rba_audit.current_answers import CurrentAnswers, answered_by_visits, compose_answers
from rba_audit.equipment import fold_all
from rba_audit.findings import Findings
from rba_audit.findings.double_audits import Disagreement, SettlementChoice, with_worst_readings
from rba_audit.layers import ContextFeature, with_tagged_parts
from rba_audit.messages import say
from rba_audit.register import Register, Visit
from rba_audit.register.disagreements import LatestDecisions
from rba_audit.review_states import COUNTED, State
from rba_audit.sites import Sites, sites_from_features
from rba_audit.standard import Outcome, Requirement, Standard
from rba_audit.standard.policies import Policies, shipped_policies


@dataclass(frozen=True)
class RegisterAudit:
    """What a register knows of its sites, and how that stands against a standard.

    Attributes:
        sites: The sites as their documents have them.
        findings: The outcome of every requirement at every site.
        counts: What the visits of each site come to, by its id; a site without a visit that counts is left out.
        disagreements: Where two auditors of a double audit found something differently, by site id.
        policies: The rules that it was judged by.
    """

    sites: Sites
    findings: Findings
    counts: Mapping[str, CurrentAnswers]
    disagreements: Mapping[str, tuple[Disagreement, ...]]
    policies: Policies


def audit_register(
    register: Register,
    standard: Standard,
    states: Collection[State] = COUNTED,
    context: Sequence[ContextFeature] = (),
    *,
    policies: Policies | None = None,
) -> Findings:
    """Judge every site of a register: what its document says, and over it the answers of the visits that count there.

    Approved visits count, or those in any of `states`.
    """
    return audit_with_visits(register, standard, states, context, policies=policies).findings


def audit_with_visits(
    register: Register,
    standard: Standard,
    states: Collection[State] = COUNTED,
    context: Sequence[ContextFeature] = (),
    *,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Return the same with what the visits of each site come to, and where auditors disagree."""
    sites = with_tagged_parts(sites_from_features(register.features(), str(say("the register"))))
    visits = register.visits.by_site(states)
    return audit_visits(sites, visits, standard, register.disagreements.latest_decisions(), context, policies=policies)


def audit_single_site(
    register: Register,
    standard: Standard,
    site_id: str,
    states: Collection[State],
    context: Sequence[ContextFeature] = (),
    *,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Judge one place by itself, also one that is in no list: proposed, declined or retired.

    Raises:
        NotInRegister: there is no such place.
    """
    features = [register.site(site_id).feature, *register.parts_of(site_id)]
    sites = only_sites(with_tagged_parts(sites_from_features(features, str(say("the register")))), {site_id})
    visits = register.visits.by_site(states, site_id)
    return audit_visits(sites, visits, standard, register.disagreements.latest_decisions(), context, policies=policies)


def audit_visits(
    sites: Sites,
    visits: Mapping[str, Sequence[Visit]],
    standard: Standard,
    settled: LatestDecisions,
    context: Sequence[ContextFeature] = (),
    *,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Judge sites by their documents and the visits of each, the oldest first; `settled` says what was decided about double audits."""
    policies = policies or shipped_policies()
    composed = ((name, compose_answers(visits.get(name, ()), standard, policies.agreement)) for name in sites.ids)
    counts = {name: found for name, found in composed if found is not None}
    findings = audit(_as_found(sites, counts, standard), standard, context=context, policies=policies)
    place = {name: at for at, name in enumerate(sites.ids)}
    rounds = []
    # A site may have been audited by three; each round holds one other reading of each site.
    for turn in range(max((len(each.others) for each in counts.values()), default=0)):
        others = {name: each.others[turn] for name, each in counts.items() if turn < len(each.others)}
        found = _as_found(only_sites(sites, others), others, standard)
        read = audit(found, standard, context=context, policies=policies)
        rounds.append((read, [(place[name], others[name].id) for name in read.source.ids]))
    disagreements: dict[str, tuple[Disagreement, ...]] = {}
    if rounds:
        findings, differing = with_worst_readings(
            findings, rounds, partial(_decided, sites, counts, settled), partial(_speaks, sites, counts, standard)
        )
        for each in differing:
            name = sites.ids[each.site]
            disagreements[name] = (*disagreements.get(name, ()), each)
    return RegisterAudit(sites, findings, counts, disagreements, policies)


def _decided(
    sites: Sites,
    counts: Mapping[str, CurrentAnswers],
    settled: LatestDecisions,
    site: int,
    other: str,
    requirement: str,
) -> SettlementChoice | None:
    chosen = settled.chosen(counts[sites.ids[site]].id, other, requirement)
    return None if chosen is None else "other" if chosen == other else "counts"


def _speaks(
    sites: Sites,
    counts: Mapping[str, CurrentAnswers],
    standard: Standard,
    site: int,
    other: str | None,
    requirement: Requirement,
    outcome: Outcome,
) -> bool:
    found = counts[sites.ids[site]]
    reading = found if other is None else next(each for each in found.others if each.id == other)
    return answered_by_visits(reading, requirement, outcome, standard)


def _as_found(sites: Sites, counts: Mapping[str, CurrentAnswers], standard: Standard) -> Sites:
    """Return the sites with what their visits come to laid over what their documents say."""
    at = [position for position, name in enumerate(sites.ids) if name in counts]
    found = [counts[sites.ids[position]] for position in at]
    known = [
        (each.entries(), each.merged_into(sites.properties(position), standard))
        for position, each in zip(at, found, strict=True)
    ]
    features = list(sites.features)
    for position, properties in zip(at, fold_all(known, standard), strict=True):
        features[position] = {**features[position], "properties": properties}
    return replace(sites, features=tuple(features))


def only_sites(sites: Sites, names: Iterable[str]) -> Sites:
    """Return some of the sites by their ids, with their parts, in their order."""
    wanted = {*names}
    kept = [at for at, name in enumerate(sites.ids) if name in wanted]
    shapes = sites.shapes[kept]
    shapes.flags.writeable = False
    return replace(
        sites,
        ids=tuple(sites.ids[at] for at in kept),
        features=tuple(sites.features[at] for at in kept),
        shapes=shapes,
        parts=tuple(part for part in sites.parts if part.site in wanted),
        problems=(),
    )
