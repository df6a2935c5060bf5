"""Explain by which rule the status of a site differs between two results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rba_audit.findings import STATUSES, UNDETERMINED, Findings, Status
from rba_audit.findings.conclusions import Conclusions, conclude, counted, named_by
from rba_audit.messages import Message, say
from rba_audit.standard import Requirement

StatusRule = Literal["must_fix", "must_fix_unknown", "red", "score"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule, and the requirements of this site that it names; none for the rule `score`."""

    rule: StatusRule
    requirements: tuple[Requirement, ...]

    @property
    def words(self) -> Message:
        """The rule in a few words, with the requirements."""
        ids = ", ".join(f"{requirement.id} {requirement.title}" for requirement in self.requirements)
        match self.rule:
            case "must_fix":
                return say("must be fixed first: {ids}", ids=ids)
            case "must_fix_unknown":
                return say("not known yet, and to be fixed first if not met: {ids}", ids=ids)
            case "red":
                return say("mandatory, not met: {ids}", ids=ids)
            case "score":
                return say("score and ladder")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A site whose status differs between two results, and the rule that makes the difference."""

    site: str
    position: int
    before: Status
    after: Status
    cause: Cause


def without_must_fix(findings: Findings) -> Conclusions:
    """Return the conclusions from the same outcomes under an edition that names no must-fix items."""
    return conclude(
        replace(findings.standard, must_fix=()), findings.matrix, findings.evidence.audited, findings.extension
    )


def changes_by_must_fix(findings: Findings) -> Iterator[StatusChange]:
    """Yield the sites whose status changes because of must-fix items, in the order of the findings."""
    before, after = without_must_fix(findings).status, findings.conclusions.status
    for site in np.flatnonzero(before != after).tolist():
        yield StatusChange(
            findings.source.ids[site],
            site,
            STATUSES[before[site]],
            STATUSES[after[site]],
            must_fix_cause(findings, site),
        )


def must_fix_cause(findings: Findings, site: int) -> Cause:
    """Return the must-fix items of a site; if it has none, the undetermined requirements that may still become one."""
    items = findings.must_fix(site)
    if items:
        return Cause("must_fix", tuple(map(findings.standard.requirement, items)))
    possible = named_by(findings.standard, findings.standard.must_fix) & counted(findings.standard, findings.extension)
    possible &= findings.matrix[:, site] == UNDETERMINED
    return Cause(
        "must_fix_unknown", tuple(findings.standard.requirements[row] for row in np.flatnonzero(possible).tolist())
    )


class Comparison:
    """Two results for the same sites in the same order; their editions may differ."""

    def __init__(self, before: Findings, after: Findings) -> None:
        self.before, self.after = before, after
        self._plain = [without_must_fix(findings).status for findings in (before, after)]

    def cause(self, site: int) -> Cause:
        """Return the rule by which the status of the site with index `site` differs."""
        before, after = ((findings, site) for findings in (self.before, self.after))
        return _cause(before, after, self._plain[0][site], self._plain[1][site])


def cause_between(findings: Findings, before: int, after: int) -> Cause:
    """Return the rule by which the status of two sites of the same findings differs; they may be two states of one site."""
    plain = without_must_fix(findings).status
    return _cause((findings, before), (findings, after), plain[before], plain[after])


def _cause(
    before: tuple[Findings, int], after: tuple[Findings, int], plain_before: np.int8, plain_after: np.int8
) -> Cause:
    """Return the rule by which the status of two (findings, site index) differs; `plain` are those without must-fix items."""
    status_before, status_after = (findings.conclusions.status[site] for findings, site in (before, after))
    if plain_after != status_after and plain_after == status_before:
        return must_fix_cause(*after)
    if plain_before != status_before and plain_before == status_after:
        return must_fix_cause(*before)
    was_red = before[0].red(before[1])
    red = [requirement for requirement in after[0].red(after[1]) if requirement not in was_red]
    if red:
        return Cause("red", tuple(map(after[0].standard.requirement, red)))
    return Cause("score", ())
