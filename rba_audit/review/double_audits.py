"""Disagreements of the two auditors of a double audit, and their settlement by a reviewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.current_answers import CurrentAnswers, visits_looking_at
from rba_audit.errors import EvidenceError, Forbidden
from rba_audit.findings import Trace
from rba_audit.messages import say
from rba_audit.register import Register, Visit
from rba_audit.register.disagreements import DisagreementDecision
from rba_audit.register.person_records import Person
from rba_audit.standard import Requirement

LONGEST_SETTLEMENT_REASON: Final = 2000


@dataclass(frozen=True, slots=True)
class AuditorFinding:
    """The finding of one of the two auditors."""

    visit: Visit
    """The visit with the finding: a later check, or the full visit itself."""
    trace: Trace


@dataclass(frozen=True, slots=True)
class RequirementDisagreement:
    """One requirement with different outcomes by the two auditors.

    Attributes:
        counts: The id of the full visit of the auditor whose outcome counts now.
        decision: The last decision; None without one.
    """

    requirement: Requirement
    newer: AuditorFinding
    older: AuditorFinding
    counts: str
    decision: DisagreementDecision | None


@dataclass(frozen=True, slots=True)
class DoubleAudit:
    """A double audit at a site with all disagreements, in the standard's order."""

    newer: Visit
    older: Visit
    differing: tuple[RequirementDisagreement, ...]

    @property
    def open(self) -> int:
        """Number of disagreements without a decision."""
        return sum(disagreement.decision is None for disagreement in self.differing)


def double_audits_of(register: Register, audited: RegisterAudit, site_id: str) -> tuple[DoubleAudit, ...]:
    """Return the double audits of a site in which the two auditors disagree about a requirement."""
    counts, disagreements = audited.counts.get(site_id), audited.disagreements.get(site_id, ())
    if counts is None or not disagreements:
        return ()
    settled = register.disagreements.latest_decisions()
    standard = audited.findings.standard
    column = audited.findings.source.index_of(site_id)

    def side(reading: CurrentAnswers, requirement: Requirement, trace: Trace) -> AuditorFinding:
        looked = visits_looking_at(reading, requirement, standard)
        return AuditorFinding(looked[-1] if looked else _full_visit(reading), trace)

    def counting(requirement: Requirement) -> str:
        elsewhere = audited.findings.read_elsewhere.get((standard.requirements.index(requirement), column))
        return counts.id if elsewhere is None else elsewhere.key

    return tuple(
        DoubleAudit(
            _full_visit(counts),
            _full_visit(other),
            tuple(
                RequirementDisagreement(
                    disagreement.requirement,
                    side(counts, disagreement.requirement, disagreement.traces[0]),
                    side(other, disagreement.requirement, disagreement.traces[1]),
                    counting(disagreement.requirement),
                    settled.for_pair(counts.id, other.id, disagreement.requirement.id),
                )
                for disagreement in disagreements
                if disagreement.key == other.id
            ),
        )
        for other in counts.others
        if any(disagreement.key == other.id for disagreement in disagreements)
    )


def _full_visit(counts: CurrentAnswers) -> Visit:
    return counts.visits[0]


def settle_disagreements(
    register: Register,
    audited: RegisterAudit,
    site_id: str,
    older_id: str,
    chosen: Mapping[str, str],
    reason: str,
    seen: Mapping[str, int],
    by: Person,
) -> int:
    """Record for some requirements which of the two visits is right, and return the number of these requirements.

    `chosen` has the id of that visit by requirement, `seen` the number of the last decision that the person saw.

    Raises:
        Forbidden: the person's role does not review, or they made one of the two visits.
        EvidenceError: no requirement was chosen, the visits do not differ there, or the reason is missing or too long.
        Conflict: another reviewer decided meanwhile.
    """
    if not by.may("review"):
        raise Forbidden(say("Only a reviewer decides about visits; ask one."))
    pair = next((audit for audit in double_audits_of(register, audited, site_id) if audit.older.id == older_id), None)
    differing = {} if pair is None else {row.requirement.id: row for row in pair.differing}
    if pair is None or not chosen.keys() <= differing.keys():
        raise EvidenceError(say("The two visits do not differ there any more; look at the page again."))
    if by.id in (pair.newer.author, pair.older.author):
        raise Forbidden(say("Nobody reviews their own visit; another reviewer has to look at this one."))
    if not chosen or not set(chosen.values()) <= {pair.newer.id, pair.older.id}:
        raise EvidenceError(say("Choose for at least one requirement which of the two visits holds."))
    text = reason.strip()
    if not text:
        raise EvidenceError(say("Write why; it is kept beside the decision."))
    if len(text) > LONGEST_SETTLEMENT_REASON:
        raise EvidenceError(
            say("The text has {found} letters; shorten it to {most}.", found=len(text), most=LONGEST_SETTLEMENT_REASON)
        )
    register.disagreements.settle(pair.newer.id, pair.older.id, chosen, text, by.id, seen)
    return len(chosen)
