"""Audit the sites of a register: the answers of counted visits override those in the sites' documents."""

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
    """The audit of the sites of a register.

    Attributes:
        sites: The sites with the properties in their documents.
        findings: The outcome of every requirement at every site.
        counts: The answers that count by the visits of each site, by site id; sites without a counted visit are absent.
        disagreements: The disagreements of two auditors of a double audit, by site id.
        policies: The rules that were used.
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
    """Audit every site of a register: its document, overridden by the answers of its counted visits.

    Visits in any of `states` count; by default the approved ones.
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
    """Audit every site as `audit_register`, and return also the answers that count and the disagreements of auditors."""
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
    """Audit one site alone; it may be a site that no list has: proposed, declined or retired.

    Raises:
        NotInRegister: there is no such site.
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
    """Audit sites by their documents and their visits (by site id, oldest first); `settled` are the decisions on double audits."""
    policies = policies or shipped_policies()
    composed = ((name, compose_answers(visits.get(name, ()), standard, policies.agreement)) for name in sites.ids)
    counts = {name: answers for name, answers in composed if answers is not None}
    findings = audit(_with_visit_answers(sites, counts, standard), standard, context=context, policies=policies)
    site_index = {name: index for index, name in enumerate(sites.ids)}
    rounds = []
    # A site may have visits of three or more auditors: each round evaluates one further visit of each such site.
    for turn in range(max((len(answers.others) for answers in counts.values()), default=0)):
        others = {name: answers.others[turn] for name, answers in counts.items() if turn < len(answers.others)}
        answered_sites = _with_visit_answers(only_sites(sites, others), others, standard)
        read = audit(answered_sites, standard, context=context, policies=policies)
        rounds.append((read, [(site_index[name], others[name].id) for name in read.source.ids]))
    disagreements: dict[str, tuple[Disagreement, ...]] = {}
    if rounds:
        findings, differing = with_worst_readings(
            findings,
            rounds,
            partial(_settlement, sites, counts, settled),
            partial(_answers_requirement, sites, counts, standard),
        )
        for disagreement in differing:
            name = sites.ids[disagreement.site]
            disagreements[name] = (*disagreements.get(name, ()), disagreement)
    return RegisterAudit(sites, findings, counts, disagreements, policies)


def _settlement(
    sites: Sites,
    counts: Mapping[str, CurrentAnswers],
    settled: LatestDecisions,
    site: int,
    other: str,
    requirement: str,
) -> SettlementChoice | None:
    chosen = settled.chosen(counts[sites.ids[site]].id, other, requirement)
    return None if chosen is None else "other" if chosen == other else "counts"


def _answers_requirement(
    sites: Sites,
    counts: Mapping[str, CurrentAnswers],
    standard: Standard,
    site: int,
    other: str | None,
    requirement: Requirement,
    outcome: Outcome,
) -> bool:
    site_answers = counts[sites.ids[site]]
    reading = site_answers if other is None else next(each for each in site_answers.others if each.id == other)
    return answered_by_visits(reading, requirement, outcome, standard)


def _with_visit_answers(sites: Sites, counts: Mapping[str, CurrentAnswers], standard: Standard) -> Sites:
    """Return the sites with the answers of their visits merged into the properties of their documents."""
    indices = [index for index, name in enumerate(sites.ids) if name in counts]
    composed = [counts[sites.ids[index]] for index in indices]
    item_entries = [
        (answers.entries(), answers.merged_into(sites.properties(index), standard))
        for index, answers in zip(indices, composed, strict=True)
    ]
    features = list(sites.features)
    for index, properties in zip(indices, fold_all(item_entries, standard), strict=True):
        features[index] = {**features[index], "properties": properties}
    return replace(sites, features=tuple(features))


def only_sites(sites: Sites, names: Iterable[str]) -> Sites:
    """Return the sites with the given ids and their parts, in the order of `sites`."""
    wanted = {*names}
    indices = [index for index, name in enumerate(sites.ids) if name in wanted]
    shapes = sites.shapes[indices]
    shapes.flags.writeable = False
    return replace(
        sites,
        ids=tuple(sites.ids[index] for index in indices),
        features=tuple(sites.features[index] for index in indices),
        shapes=shapes,
        parts=tuple(part for part in sites.parts if part.site in wanted),
        problems=(),
    )
