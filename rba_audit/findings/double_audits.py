"""Two readings of the same places, as two auditors made them: for each requirement the worse one counts until somebody settles it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from rba_audit.findings import UNDETERMINED, Findings, OutcomeSource, Trace
from rba_audit.findings.conclusions import conclude
from rba_audit.standard import OUTCOMES, WORST_FIRST, Outcome, Requirement

SettlementChoice = Literal["counts", "other"]
"""Which of the two readings somebody decided for."""
_RANK: Final = np.array([WORST_FIRST.index(outcome) for outcome in OUTCOMES], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A requirement that two auditors found differently.

    Attributes:
        site: The position of the site.
        key: What names the other reading.
        counts: The outcome by the visit that counts; `other` by the other one.
        settled: Which of the two somebody decided for; None where nobody did.
        where: The findings of both readings with the position of the site in each, that which counts first.
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
        """Why the requirement comes out as it does in each reading, that which counts first."""
        row = self.where[0][0].standard.requirements.index(self.requirement)
        first, second = (
            findings.explainer(place).trace(
                place, findings.source.ids[place], self.requirement, int(findings.matrix[row, place])
            )
            for findings, place in self.where
        )
        return first, second


def with_worst_readings(
    findings: Findings,
    others: Sequence[tuple[Findings, Sequence[tuple[int, str]]]],
    settled: Callable[[int, str, str], SettlementChoice | None],
    speaks: Callable[[int, str | None, Requirement, Outcome], bool],
) -> tuple[Findings, list[Disagreement]]:
    """Return the findings with the worst of all readings for each requirement, and where the readings differ.

    What another reading leaves open says nothing. Where the visit that counts does not speak of what another found not met,
    it stays not met; that is no disagreement, since only one of them found something.

    Args:
        findings: By the visits that count.
        others: The same places as other auditors found them, under the same edition; and for each place there, its position
            in `findings` and what names the reading.
        settled: Returns for a position, a reading and a requirement's id what was decided.
        speaks: Tells for a position and a reading (None: that which counts) whether its visits themselves say that a
            requirement comes out so; what only the place's document says is nobody's finding.
    """
    matrix, read = findings.matrix.copy(), dict(findings.read_elsewhere)
    found: list[Disagreement] = []
    # For each requirement at a site: the readings somebody decided for, and those nobody decided about.
    chosen: dict[tuple[int, int], list[tuple[np.int8, OutcomeSource]]] = {}
    undecided: dict[tuple[int, int], list[tuple[np.int8, OutcomeSource]]] = {}
    for other, of in others:
        for place, (site, key) in enumerate(of):
            ours, theirs = findings.matrix[:, site], other.matrix[:, place]
            for row in np.flatnonzero((ours != theirs) & (theirs != UNDETERMINED)).tolist():
                requirement, decided = findings.standard.requirements[row], None
                if not speaks(site, key, requirement, OUTCOMES[theirs[row]]):
                    continue
                alone = ours[row] == UNDETERMINED or not speaks(site, None, requirement, OUTCOMES[ours[row]])
                if not alone:
                    decided = settled(site, key, requirement.id)
                    where = ((findings, site), (other, place))
                    found.append(
                        Disagreement(site, key, requirement, OUTCOMES[ours[row]], OUTCOMES[theirs[row]], decided, where)
                    )
                if decided == "other":
                    reading = OutcomeSource(other, place, key, "settled")
                    chosen.setdefault((row, site), []).append((theirs[row], reading))
                elif decided is None:
                    reading = OutcomeSource(other, place, key, "alone" if alone else "worse")
                    undecided.setdefault((row, site), []).append((theirs[row], reading))
    for other, of in others:
        for place, (site, key) in enumerate(of):
            for row in [row for row, at in chosen if at == site]:
                outcome = other.matrix[row, place]
                # Who found the same as the visit that was decided against was not decided against.
                if outcome == findings.matrix[row, site] and speaks(
                    site, key, findings.standard.requirements[row], OUTCOMES[outcome]
                ):
                    reading = OutcomeSource(other, place, key, "worse")
                    undecided.setdefault((row, site), []).append((outcome, reading))
    for row, site in {**chosen, **undecided}:
        # Where decisions were made for several, or some are still open, the worst of them counts.
        own = None if (row, site) in chosen else matrix[row, site]
        for outcome, reading in [*chosen.get((row, site), ()), *undecided.get((row, site), ())]:
            if own is None or _RANK[outcome] < _RANK[own]:
                own = matrix[row, site] = outcome
                read[row, site] = reading
    conclusions = conclude(findings.standard, matrix, findings.evidence.audited, findings.extension)
    return replace(findings, matrix=matrix, conclusions=conclusions, read_elsewhere=read), found
