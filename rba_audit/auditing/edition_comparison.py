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
    """By which rule of the later edition, or of the earlier one where only that has it."""


@dataclass(frozen=True)
class Reaudit:
    """The same evidence held against two editions."""

    before: Findings
    after: Findings
    flips: tuple[StatusFlip, ...]
    outcomes: Counter[tuple[str, Outcome, Outcome]]
    """How many sites changed from one outcome to another, by requirement that both editions have."""
    unasked: dict[str, int]
    """Answers that the later edition does not ask any more, with how many sites carry them."""
    unanswered: tuple[Requirement, ...]
    """Requirements that only the later edition has, and that some site leaves undetermined."""


def reaudit(
    sites: Sites,
    before: Standard,
    after: Standard,
    *,
    context: Sequence[ContextFeature] = (),
    extension: bool = False,
    policies: Policies | None = None,
) -> Reaudit:
    """Hold the same evidence against two editions and return what flips and what cannot be answered any more."""
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
    place = {requirement.id: index for index, requirement in enumerate(before.requirements)}
    changed: Counter[tuple[str, Outcome, Outcome]] = Counter()
    unanswered = []
    for index, requirement in enumerate(after.requirements):
        if requirement.id not in place:
            if (second.matrix[index] == OUTCOMES.index("undetermined")).any():
                unanswered.append(requirement)
            continue
        for old, new in zip(first.matrix[place[requirement.id]], second.matrix[index], strict=True):
            if old != new:
                changed[requirement.id, OUTCOMES[old], OUTCOMES[new]] += 1
    lost = {key: count for key, count in second.evidence.unasked.items() if key not in first.evidence.unasked}
    return Reaudit(first, second, tuple(flips), changed, lost, tuple(unanswered))
