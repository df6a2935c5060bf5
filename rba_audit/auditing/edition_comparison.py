"""Re-audit: evaluate the same evidence against two editions and report what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rba_audit.auditing.site_audit import audit
from rba_audit.findings import STATUSES, Findings, Status
from rba_audit.findings.status_changes import Cause, Comparison
from rba_audit.layers import ContextFeature
from rba_audit.sites import Sites
from rba_audit.standard import OUTCOMES, Outcome, Requirement, Standard
from rba_audit.standard.policies import Policies


@dataclass(frozen=True, slots=True)
class StatusFlip:
    """A site whose status or score range differs between two editions."""

    site: str
    status_before: Status
    status_after: Status
    score_before: tuple[int | None, int | None]
    score_after: tuple[int | None, int | None]
    cause: Cause
    """The rule of the later edition that causes the change, or of the earlier one if only that has the rule."""


@dataclass(frozen=True)
class Reaudit:
    """The same evidence evaluated against two editions."""

    before: Findings
    after: Findings
    flips: tuple[StatusFlip, ...]
    outcomes: Counter[tuple[str, Outcome, Outcome]]
    """Number of sites by (requirement, outcome before, outcome after), for requirements in both editions."""
    unasked: dict[str, int]
    """Number of sites by answered question that the later edition no longer asks."""
    unanswered: tuple[Requirement, ...]
    """Requirements that only the later edition has and that are undetermined at some site."""


def reaudit(
    sites: Sites,
    before: Standard,
    after: Standard,
    *,
    context: Sequence[ContextFeature] = (),
    extension: bool = False,
    policies: Policies | None = None,
) -> Reaudit:
    """Evaluate the same evidence against two editions and return the changes and the questions without an answer."""
    first, second = (
        audit(sites, standard, context=context, extension=extension, policies=policies) for standard in (before, after)
    )
    flips = []
    compared = Comparison(first, second)
    for site, name in enumerate(sites.ids):
        one, two = first.verdict(site), second.verdict(site)
        if one["status"] != two["status"]:
            scores = [(verdict["score_low"], verdict["score_high"]) for verdict in (one, two)]
            flips.append(
                StatusFlip(
                    name,
                    STATUSES[first.conclusions.status[site]],
                    STATUSES[second.conclusions.status[site]],
                    scores[0],  # type: ignore[arg-type]  # whole numbers or None
                    scores[1],  # type: ignore[arg-type]
                    compared.cause(site),
                )
            )
    row_before = {requirement.id: row for row, requirement in enumerate(before.requirements)}
    changed: Counter[tuple[str, Outcome, Outcome]] = Counter()
    unanswered = []
    for row, requirement in enumerate(after.requirements):
        if requirement.id not in row_before:
            if (second.matrix[row] == OUTCOMES.index("undetermined")).any():
                unanswered.append(requirement)
            continue
        for old, new in zip(first.matrix[row_before[requirement.id]], second.matrix[row], strict=True):
            if old != new:
                changed[requirement.id, OUTCOMES[old], OUTCOMES[new]] += 1
    lost = {key: count for key, count in second.evidence.unasked.items() if key not in first.evidence.unasked}
    return Reaudit(first, second, tuple(flips), changed, lost, tuple(unanswered))
