"""Where two auditors of a double audit found a requirement differently, and what a reviewer decides about it."""

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
    """What one of the two auditors found."""

    visit: Visit
    """The visit that found it: a check since, or the full visit itself."""
    trace: Trace


@dataclass(frozen=True, slots=True)
class RequirementDisagreement:
    """One requirement that both found, and not the same.

    Attributes:
        counts: The full visit of the auditor whose outcome counts now.
        decision: What was decided last; None where nothing was.
    """

    requirement: Requirement
    newer: AuditorFinding
    older: AuditorFinding
    counts: str
    decision: DisagreementDecision | None


@dataclass(frozen=True, slots=True)
class DoubleAudit:
    """A double audit at a site with everything that the two found differently, in the standard's order."""

    newer: Visit
    older: Visit
    differing: tuple[RequirementDisagreement, ...]

    @property
    def open(self) -> int:
        """How many disagreements nobody has settled."""
        return sum(each.decision is None for each in self.differing)


def double_audits_of(register: Register, audited: RegisterAudit, site_id: str) -> tuple[DoubleAudit, ...]:
    """Return the double audits of a site in which the two auditors disagree."""
    counts, found = audited.counts.get(site_id), audited.disagreements.get(site_id, ())
    if counts is None or not found:
        return ()
    settled = register.disagreements.latest_decisions()
    standard = audited.findings.standard
    at = audited.findings.source.index_of(site_id)

    def side(reading: CurrentAnswers, requirement: Requirement, trace: Trace) -> AuditorFinding:
        looked = visits_looking_at(reading, requirement, standard)
        return AuditorFinding(looked[-1] if looked else _full(reading), trace)

    def counting(requirement: Requirement) -> str:
        elsewhere = audited.findings.read_elsewhere.get((standard.requirements.index(requirement), at))
        return counts.id if elsewhere is None else elsewhere.key

    return tuple(
        DoubleAudit(
            _full(counts),
            _full(other),
            tuple(
                RequirementDisagreement(
                    each.requirement,
                    side(counts, each.requirement, each.traces[0]),
                    side(other, each.requirement, each.traces[1]),
                    counting(each.requirement),
                    settled.for_pair(counts.id, other.id, each.requirement.id),
                )
                for each in found
                if each.key == other.id
            ),
        )
        for other in counts.others
        if any(each.key == other.id for each in found)
    )


def _full(counts: CurrentAnswers) -> Visit:
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
    """Record which of two visits holds for some requirements, and return how many there were.

    `matching_lines` gives by requirement the id of the visit, `seen` the number of the last decision that the person saw.

    Raises:
        NotAllowed: the person does not review, or made one of the two visits.
        EvidenceError: nothing was chosen, there is no reason, or the two do not differ there.
        Conflict: somebody else decided meanwhile.
    """
    if not by.may("review"):
        raise Forbidden(say("Only a reviewer decides about visits; ask one."))
    pair = next((each for each in double_audits_of(register, audited, site_id) if each.older.id == older_id), None)
    differing = {} if pair is None else {each.requirement.id: each for each in pair.differing}
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
