"""Timeline of a site: its result after each approved visit, version of its data and event of a document, under today's rules.

A state of a site is evaluated as a copy of the site with the data, visits and documents of that time, so that one audit
evaluates all states. What cannot be computed from what is stored (earlier layers, earlier answers to no visit) is not stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import numpy as np

from rba_audit.auditing.register_audit import RegisterAudit, audit_visits
from rba_audit.auditing.register_documents import DocumentEvent, document_events, documents_of_register
from rba_audit.current_answers import CurrentDocument, documents_on
from rba_audit.days import CITY
from rba_audit.findings import (
    CONFORMS,
    DOES_NOT_APPLY,
    DOES_NOT_CONFORM,
    PARTIAL,
    STATUSES,
    UNDETERMINED,
    Findings,
    Status,
)
from rba_audit.findings.conclusions import counted
from rba_audit.findings.status_changes import Cause, Comparison, cause_between, must_fix_cause, without_must_fix
from rba_audit.layers import ContextFeature
from rba_audit.register import Register, Visit
from rba_audit.register.disagreements import LatestDecisions
from rba_audit.review_states import COUNTED
from rba_audit.sites import Sites, site_of
from rba_audit.standard import Requirement, Standard, editions_of
from rba_audit.standard.policies import Policies

MOST_STEPS: Final = 20
"""How many steps of a site are evaluated: the newest."""


@dataclass(frozen=True, slots=True)
class SiteResult:
    """Status, score range and rank range of a site in one state."""

    status: Status
    score_low: int | None
    score_high: int | None
    score_max: int
    rank_low: str | None
    rank_high: str | None


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One event of a site, and what it changed.

    Attributes:
        visit: The approved visit; None for another event.
        version: The number of the new version of the site's data; 0 for another event.
        documents: What happened to documents that day; none for another event.
        cause: The rule by which the status differs; None if it is the same.
        met: Counted requirements that are met since, and were not met or not known before.
        unmet: Counted requirements that are not or only partly met since.
        unknown: Counted requirements that are not known since.
    """

    day: date
    visit: Visit | None
    version: int
    before: SiteResult
    after: SiteResult
    cause: Cause | None
    met: tuple[Requirement, ...]
    unmet: tuple[Requirement, ...]
    unknown: tuple[Requirement, ...]
    documents: tuple[DocumentEvent, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the result or the outcome of any requirement differs."""
        return self.before != self.after or bool(self.met or self.unmet or self.unknown)


@dataclass(frozen=True, slots=True)
class Influence:
    """The difference that a rule, the layers or the edition make to a site today.

    Attributes:
        before: The result without the rule or the layers, or under the edition before.
        edition: The name of the edition before; empty for the others.
    """

    what: Literal["must_fix", "layers", "edition"]
    before: SiteResult
    after: SiteResult
    cause: Cause | None
    edition: str = ""

    @property
    def says_something(self) -> bool:
        """Whether the two results differ; scores of a site that nobody audited do not count."""
        audited = "not_audited" not in (self.before.status, self.after.status)
        return self.before != self.after if audited else self.before.status != self.after.status


@dataclass(frozen=True, slots=True)
class SiteTimeline:
    """The steps of a site, newest first, and what rules, layers and edition change today.

    Attributes:
        omitted: How many older steps are not evaluated.
    """

    steps: tuple[TimelineStep, ...]
    influences: tuple[Influence, ...]
    omitted: int


@dataclass(frozen=True, slots=True)
class SiteCopy:
    """A state of a site.

    Attributes:
        index: The index of the site.
        document: Its data; None for today's.
        visits: Its visits, oldest first; likewise `documents`, as they count on the day of the state.
    """

    index: int
    document: Mapping[str, Any] | None
    visits: Sequence[Visit]
    documents: Sequence[CurrentDocument] = ()


@dataclass(frozen=True, slots=True)
class _Event:
    """One event of a site: exactly one of a visit, a version of its data, and what happened to documents on a day."""

    day: date
    visit: Visit | None = None
    version: int = 0
    documents: tuple[DocumentEvent, ...] = ()


def audit_copies(
    sites: Sites,
    copies: Sequence[SiteCopy],
    standard: Standard,
    settled: LatestDecisions,
    context: Sequence[ContextFeature],
    policies: Policies,
) -> Findings:
    """Return the findings of some states of sites, in the order of `copies`; their ids are "0", "1" and so on."""
    features = [copy.document or sites.features[copy.index] for copy in copies]
    shapes = np.empty(len(copies), dtype=object)
    for number, copy in enumerate(copies):
        shapes[number] = (
            sites.shapes[copy.index] if copy.document is None else site_of(str(number), dict(copy.document)).shape
        )
    shapes.flags.writeable = False
    parts_of: dict[str, list[Any]] = {}
    for part in sites.parts:
        parts_of.setdefault(part.site, []).append(part)
    copied = replace(
        sites,
        ids=tuple(map(str, range(len(copies)))),
        features=tuple(dict(feature) for feature in features),
        shapes=shapes,
        parts=tuple(
            replace(part, id=f"{number}/{part.id}", site=str(number))
            for number, copy in enumerate(copies)
            for part in parts_of.get(sites.ids[copy.index], ())
        ),
        problems=(),
    )
    visits = {str(number): copy.visits for number, copy in enumerate(copies)}
    documents = {str(number): copy.documents for number, copy in enumerate(copies)}
    return audit_visits(copied, visits, standard, settled, context, documents=documents, policies=policies).findings


def site_timeline(
    register: Register, audited: RegisterAudit, site_id: str, context: Sequence[ContextFeature]
) -> SiteTimeline:
    """Return the timeline of a site until the day of `audited`, which must be based on approved visits only and contain it."""
    sites, standard, policies = audited.sites, audited.findings.standard, audited.policies
    index = sites.ids.index(site_id)
    settled = register.disagreements.latest_decisions()
    versions = register.site_versions(site_id)
    visits = register.visits.by_site(COUNTED, site_id).get(site_id, [])
    of_documents = [version for version in documents_of_register(register) if site_id in version.sites]
    events = [
        *(_Event(on, documents=events) for on, events in document_events(of_documents, audited.day).items()),
        *(
            _Event(version.since.astimezone(CITY).date(), version=number)
            for number, version in enumerate(versions[1:], start=2)
        ),
        *(_Event(visit.day, visit) for visit in visits),
    ]
    events.sort(key=lambda event: event.day)  # of one day: documents, data, visits
    copies = [SiteCopy(index, versions[0].document if len(versions) > 1 else None, ())]
    for event in events:
        last = copies[-1]
        copies.append(
            SiteCopy(
                index,
                versions[event.version - 1].document if event.version else last.document,
                (*last.visits, *([event.visit] if event.visit else ())),
                documents_on(event.day, of_documents).get(site_id, ()) if event.documents else last.documents,
            )
        )
    omitted = max(len(events) - MOST_STEPS, 0)
    events, copies = events[-MOST_STEPS:], copies[-MOST_STEPS - 1 :]

    def evaluate(states: Sequence[SiteCopy], edition: Standard, layers: Sequence[ContextFeature]) -> Findings:
        return audit_copies(sites, states, edition, settled, layers, policies)

    findings = evaluate(copies, standard, context)
    steps = [_step(findings, number, event) for number, event in enumerate(events, start=1)]
    today = evaluate(copies[-1:], standard, context)
    influences = [_of_must_fix(today)]
    if context:
        influences.append(_influence("layers", evaluate(copies[-1:], standard, ()), today))
    editions = editions_of(standard)
    number = [edition.edition for edition in editions].index(standard.edition)
    if number:
        earlier = editions[number - 1]
        influences.append(_influence("edition", evaluate(copies[-1:], earlier, context), today, earlier.edition))
    return SiteTimeline(
        tuple(step for step in reversed(steps) if step.changes or step.visit is not None),
        tuple(influence for influence in influences if influence.says_something),
        omitted,
    )


def _step(findings: Findings, number: int, event: _Event) -> TimelineStep:
    before, after = findings.matrix[:, number - 1], findings.matrix[:, number]
    counts = counted(findings.standard, findings.extension) & (before != after)
    met = counts & np.isin(after, (int(CONFORMS), int(DOES_NOT_APPLY)))
    unmet = counts & np.isin(after, (int(DOES_NOT_CONFORM), int(PARTIAL)))
    unknown = counts & (after == int(UNDETERMINED))
    differing = [
        tuple(findings.standard.requirements[row] for row in np.flatnonzero(mask).tolist())
        for mask in (met, unmet, unknown)
    ]
    results = result_of(findings, number - 1), result_of(findings, number)
    same = results[0].status == results[1].status
    return TimelineStep(
        event.day,
        event.visit,
        event.version,
        *results,
        None if same else cause_between(findings, number - 1, number),
        met=differing[0],
        unmet=differing[1],
        unknown=differing[2],
        documents=event.documents,
    )


def _of_must_fix(findings: Findings) -> Influence:
    after = result_of(findings, 0)
    before = replace(after, status=STATUSES[without_must_fix(findings).status[0]])
    return Influence("must_fix", before, after, must_fix_cause(findings, 0) if before != after else None)


def _influence(what: Literal["layers", "edition"], before: Findings, after: Findings, edition: str = "") -> Influence:
    results = result_of(before, 0), result_of(after, 0)
    cause = Comparison(before, after).cause(0) if results[0].status != results[1].status else None
    return Influence(what, *results, cause, edition)


def result_of(findings: Findings, site: int) -> SiteResult:
    """Return the result of the site with index `site`."""
    verdict = findings.verdict(site)
    conclusions = findings.conclusions
    return SiteResult(
        STATUSES[conclusions.status[site]],
        verdict["score_low"],  # type: ignore[arg-type]  # a whole number or None
        verdict["score_high"],  # type: ignore[arg-type]
        findings.standard.ladder.maximum,
        findings.rank(int(conclusions.rank_low[site])),
        findings.rank(int(conclusions.rank_high[site])),
    )
