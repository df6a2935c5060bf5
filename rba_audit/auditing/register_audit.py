"""Audit the sites of a register: counted visits and documents valid on a day override the answers in the sites' own data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from rba_audit.auditing.register_documents import documents_of_register
from rba_audit.auditing.site_audit import audit_answers
from rba_audit.current_answers import CurrentAnswers, CurrentDocument, answered_by_visits, compose_answers, documents_on
from rba_audit.equipment import fold_all
from rba_audit.evidence import DocumentSource
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
        documents: The documents that count, by site id and oldest first.
        day: The day as of which they count; None if no day was given, because there are none.
    """

    sites: Sites
    findings: Findings
    counts: Mapping[str, CurrentAnswers]
    disagreements: Mapping[str, tuple[Disagreement, ...]]
    policies: Policies
    documents: Mapping[str, Sequence[CurrentDocument]] = field(default_factory=dict)
    day: date | None = None


def audit_register(
    register: Register,
    standard: Standard,
    states: Collection[State] = COUNTED,
    context: Sequence[ContextFeature] = (),
    *,
    day: date | None = None,
    policies: Policies | None = None,
) -> Findings:
    """Audit every site of a register: its document, overridden by the answers of its counted visits and documents.

    Visits in any of `states` count; by default the approved ones. Documents count as of `day`.

    Raises:
        ValueError: documents answer questions, and no day is given.
    """
    return audit_with_visits(register, standard, states, context, day=day, policies=policies).findings


def audit_with_visits(
    register: Register,
    standard: Standard,
    states: Collection[State] = COUNTED,
    context: Sequence[ContextFeature] = (),
    *,
    day: date | None = None,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Audit every site as `audit_register`, and return also the answers that count and the disagreements of auditors."""
    sites = with_tagged_parts(sites_from_features(register.features(), str(say("the register"))))
    visits, documents = register.visits.by_site(states), _documents(register, day)
    settled = register.disagreements.latest_decisions()
    audited = audit_visits(sites, visits, standard, settled, context, documents=documents, policies=policies)
    return replace(audited, day=day)


def audit_single_site(
    register: Register,
    standard: Standard,
    site_id: str,
    states: Collection[State],
    context: Sequence[ContextFeature] = (),
    *,
    day: date | None = None,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Audit one site alone; it may be a site that no list has: proposed, declined or retired.

    Raises:
        NotInRegister: there is no such site.
        ValueError: as in `audit_register`.
    """
    features = [register.site(site_id).feature, *register.parts_of(site_id)]
    sites = only_sites(with_tagged_parts(sites_from_features(features, str(say("the register")))), {site_id})
    visits, documents = register.visits.by_site(states, site_id), _documents(register, day)
    settled = register.disagreements.latest_decisions()
    audited = audit_visits(sites, visits, standard, settled, context, documents=documents, policies=policies)
    return replace(audited, day=day)


def _documents(register: Register, day: date | None) -> dict[str, tuple[CurrentDocument, ...]]:
    versions = documents_of_register(register)
    if not versions:
        return {}
    if day is None:
        raise ValueError("documents count as of a day: pass the day of the audit")
    return documents_on(day, versions)


def audit_visits(
    sites: Sites,
    visits: Mapping[str, Sequence[Visit]],
    standard: Standard,
    settled: LatestDecisions,
    context: Sequence[ContextFeature] = (),
    *,
    documents: Mapping[str, Sequence[CurrentDocument]] | None = None,
    policies: Policies | None = None,
) -> RegisterAudit:
    """Audit sites by their own data, their visits and the documents that count (both by site id, oldest first).

    `settled` are the decisions on double audits.
    """
    policies, documents = policies or shipped_policies(), documents or {}
    composed = (
        (name, compose_answers(visits.get(name, ()), standard, policies.agreement, documents.get(name, ())))
        for name in sites.ids
    )
    answered = {name: answers for name, answers in composed if answers is not None}
    counts = {name: answers for name, answers in answered.items() if answers.visits}
    merged, sources = _with_answers(sites, answered, standard)
    findings = audit_answers(merged, sources, standard, context, policies=policies)
    site_index = {name: index for index, name in enumerate(sites.ids)}
    rounds = []
    # A site may have visits of three or more auditors: each round evaluates one further visit of each such site.
    for turn in range(max((len(answers.others) for answers in counts.values()), default=0)):
        others = {name: answers.others[turn] for name, answers in counts.items() if turn < len(answers.others)}
        merged, sources = _with_answers(only_sites(sites, others), others, standard)
        read = audit_answers(merged, sources, standard, context, policies=policies)
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
    return RegisterAudit(sites, findings, counts, disagreements, policies, documents)


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


def _with_answers(
    sites: Sites, answered: Mapping[str, CurrentAnswers], standard: Standard
) -> tuple[Sites, dict[tuple[int, str], DocumentSource]]:
    """Return the sites with their current answers merged into their properties, and the sources of those that documents give."""
    features = list(sites.features)
    sources: dict[tuple[int, str], DocumentSource] = {}
    visited, entries = [], []
    for index, name in enumerate(sites.ids):
        answers = answered.get(name)
        if answers is None:
            continue
        own = sites.properties(index)
        for question, source in answers.document_sources(own, standard).items():
            sources[index, question] = source
        properties = answers.merged_into(own, standard)
        if answers.visits:
            visited.append(index)
            entries.append((answers.entries(), properties))
        else:  # only documents, which answer nothing about items
            features[index] = {**features[index], "properties": properties}
    for index, folded in zip(visited, fold_all(entries, standard), strict=True):
        features[index] = {**features[index], "properties": folded}
    return replace(sites, features=tuple(features)), sources


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
