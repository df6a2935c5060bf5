"""Two readings of the same places, as two auditors made them: for each requirement the worse one counts until somebody settles it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from rba_audit.findings import DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, Findings, OtherReading
from rba_audit.findings.conclusions import conclude
from rba_audit.findings.kernel import CONFORMS
from rba_audit.standard import OUTCOMES, Outcome, Requirement

Settled = Literal["counts", "other"]
"""Which of the two readings somebody decided for."""
_WORST_FIRST: Final = (DOES_NOT_CONFORM, UNDETERMINED, PARTIAL, CONFORMS, DOES_NOT_APPLY)
_RANK: Final = np.zeros(len(OUTCOMES), dtype=np.int64)
for _place, _outcome in enumerate(_WORST_FIRST):
    _RANK[int(_outcome)] = _place


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A requirement that two auditors found differently.

    Attributes:
        site: The position of the site.
        key: What names the other reading.
        counts: The outcome by the visit that counts; `other` by the other one.
        settled: Which of the two somebody decided for; None where nobody did.
    """

    site: int
    key: str
    requirement: Requirement
    counts: Outcome
    other: Outcome
    settled: Settled | None


def with_other_readings(
    findings: Findings,
    other: Findings,
    of: Sequence[tuple[int, str]],
    settled: Callable[[int, str, str], Settled | None],
) -> tuple[Findings, list[Disagreement]]:
    """Return the findings with the worse of two readings for each requirement, and where the readings differ.

    What the other reading leaves open says nothing. Where the visit that counts leaves open what the other found not met, it
    stays not met; that is no disagreement, since only one of them found something.

    Args:
        findings: By the visits that count.
        other: The places of `of` as the other auditors found them, under the same edition.
        of: For each place of `other`, its position in `findings` and what names the reading.
        settled: Returns for a position, a reading and a requirement's id what was decided.
    """
    matrix = findings.matrix.copy()
    read = dict(findings.read_elsewhere)
    found = []
    for place, (site, key) in enumerate(of):
        ours, theirs = findings.matrix[:, site], other.matrix[:, place]
        for row in np.flatnonzero((ours != theirs) & (theirs != UNDETERMINED)).tolist():
            requirement = findings.standard.requirements[row]
            decided = None
            if ours[row] != UNDETERMINED:
                decided = settled(site, key, requirement.id)
                found.append(Disagreement(site, key, requirement, OUTCOMES[ours[row]], OUTCOMES[theirs[row]], decided))
            worse = _RANK[theirs[row]] < _RANK[matrix[row, site]]
            if decided == "other" or (decided is None and worse):
                matrix[row, site] = theirs[row]
                read[row, site] = OtherReading(other, place, key, settled=decided is not None)
    audited = findings.evidence.audited
    conclusions = conclude(findings.standard, matrix, audited, findings.extension)
    return replace(findings, matrix=matrix, conclusions=conclusions, read_elsewhere=read), found


def disagreements_by_site(found: Sequence[Disagreement]) -> Iterator[tuple[int, list[Disagreement]]]:
    """Yield each site that has disagreements with them, in the order of the sites."""
    by_site: dict[int, list[Disagreement]] = {}
    for each in found:
        by_site.setdefault(each.site, []).append(each)
    yield from sorted(by_site.items())
