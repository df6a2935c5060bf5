"""Merge the findings of a double audit: per requirement the worse outcome counts until a reviewer settles it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from rba_audit.findings import UNDETERMINED, Findings, OutcomeSource, Trace
from rba_audit.findings.conclusions import conclude
from rba_audit.standard import OUTCOMES, WORST_FIRST, Outcome, Requirement

SettlementChoice = Literal["counts", "other"]
"""Which of the two outcomes a reviewer decided for: of the visit that counts, or of the other one."""
_RANK: Final = np.array([WORST_FIRST.index(outcome) for outcome in OUTCOMES], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A requirement with different outcomes by two auditors.

    Attributes:
        site: The index of the site.
        key: The key of the other auditor's audit.
        counts: The outcome by the visit that counts; `other` by the other one.
        settled: Which of the two a reviewer decided for; None if undecided.
        where: The findings of both audits with the index of the site in each; the visit that counts comes first.
    """

    site: int
    key: str
    requirement: Requirement
    counts: Outcome
    other: Outcome
    settled: SettlementChoice | None
    where: tuple[tuple[Findings, int], tuple[Findings, int]]

    @property
    def traces(self) -> tuple[Trace, Trace]:
        """The trace of the requirement in each audit; the visit that counts comes first."""
        row = self.where[0][0].standard.requirements.index(self.requirement)
        first, second = (
            findings.explainer(site).trace(
                site, findings.source.ids[site], self.requirement, int(findings.matrix[row, site])
            )
            for findings, site in self.where
        )
        return first, second


def with_worst_readings(
    findings: Findings,
    others: Sequence[tuple[Findings, Sequence[tuple[int, str]]]],
    settled: Callable[[int, str, str], SettlementChoice | None],
    speaks: Callable[[int, str | None, Requirement, Outcome], bool],
) -> tuple[Findings, list[Disagreement]]:
    """Return the findings with the worst outcome of all audits for each requirement, and the disagreements.

    An undetermined outcome of another audit is ignored. If another audit found a requirement not met and the visit that counts
    does not cover it, it counts as not met; that is no disagreement, because only one of the two has an outcome.

    Args:
        findings: By the visits that count.
        others: The findings of other auditors for the same sites, under the same edition; and for each site there, its index
            in `findings` and the key of the audit.
        settled: Returns the decision for a site index, an audit key and a requirement's id.
        speaks: Returns for a site index and an audit key (None: the visit that counts) whether the visits themselves give a
            requirement this outcome; an outcome that rests only on the site's own document is no auditor's finding.
    """
    matrix, read = findings.matrix.copy(), dict(findings.read_elsewhere)
    disagreements: list[Disagreement] = []
    # By (requirement, site): the outcomes that a reviewer decided for, and those without a decision.
    settled_for: dict[tuple[int, int], list[tuple[np.int8, OutcomeSource]]] = {}
    undecided: dict[tuple[int, int], list[tuple[np.int8, OutcomeSource]]] = {}
    for other, sites in others:
        for other_site, (site, key) in enumerate(sites):
            ours, theirs = findings.matrix[:, site], other.matrix[:, other_site]
            for row in np.flatnonzero((ours != theirs) & (theirs != UNDETERMINED)).tolist():
                requirement, decided = findings.standard.requirements[row], None
                if not speaks(site, key, requirement, OUTCOMES[theirs[row]]):
                    continue
                alone = ours[row] == UNDETERMINED or not speaks(site, None, requirement, OUTCOMES[ours[row]])
                if not alone:
                    decided = settled(site, key, requirement.id)
                    where = ((findings, site), (other, other_site))
                    disagreements.append(
                        Disagreement(site, key, requirement, OUTCOMES[ours[row]], OUTCOMES[theirs[row]], decided, where)
                    )
                if decided == "other":
                    source = OutcomeSource(other, other_site, key, "settled")
                    settled_for.setdefault((row, site), []).append((theirs[row], source))
                elif decided is None:
                    source = OutcomeSource(other, other_site, key, "alone" if alone else "worse")
                    undecided.setdefault((row, site), []).append((theirs[row], source))
    for other, sites in others:
        for other_site, (site, key) in enumerate(sites):
            for row in [row for row, at in settled_for if at == site]:
                outcome = other.matrix[row, other_site]
                # Another audit with the same outcome as the rejected visit was not itself decided against: it still counts.
                if outcome == findings.matrix[row, site] and speaks(
                    site, key, findings.standard.requirements[row], OUTCOMES[outcome]
                ):
                    source = OutcomeSource(other, other_site, key, "worse")
                    undecided.setdefault((row, site), []).append((outcome, source))
    for row, site in {**settled_for, **undecided}:
        # If several outcomes were decided for, or some are undecided, the worst of them counts.
        own = None if (row, site) in settled_for else matrix[row, site]
        for outcome, source in [*settled_for.get((row, site), ()), *undecided.get((row, site), ())]:
            if own is None or _RANK[outcome] < _RANK[own]:
                own = matrix[row, site] = outcome
                read[row, site] = source
    conclusions = conclude(findings.standard, matrix, findings.evidence.audited, findings.extension)
    return replace(findings, matrix=matrix, conclusions=conclusions, read_elsewhere=read), disagreements
