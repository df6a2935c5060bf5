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
    """A rule, and the requirements at this site that it speaks of; none where it is the score or the ladder."""

    rule: StatusRule
    requirements: tuple[Requirement, ...]

    @property
    def words(self) -> Message:
        """The rule in a few words, with the requirements."""
        ids = ", ".join(f"{each.id} {each.title}" for each in self.requirements)
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
    """A site whose status is another one since a rule counts, and by which rule."""

    site: str
    position: int
    before: Status
    after: Status
    cause: Cause


def without_must_fix(findings: Findings) -> Conclusions:
    """Return what the same outcomes came to before an edition could say what must be fixed first."""
    return conclude(
        replace(findings.standard, must_fix=()), findings.matrix, findings.evidence.audited, findings.extension
    )


def changes_by_must_fix(findings: Findings) -> Iterator[StatusChange]:
    """Yield the sites whose status is another one because of what must be fixed first, in the order of the findings."""
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
    """Return the must-fix items of a site; where it has none, the requirements that may still become one."""
    items = findings.must_fix(site)
    if items:
        return Cause("must_fix", tuple(findings.standard.requirement(each) for each in items))
    possible = named_by(findings.standard, findings.standard.must_fix) & counted(findings.standard, findings.extension)
    possible &= findings.matrix[:, site] == UNDETERMINED
    return Cause(
        "must_fix_unknown", tuple(findings.standard.requirements[at] for at in np.flatnonzero(possible).tolist())
    )


class Comparison:
    """Two results for the same sites, in the same order, by whichever editions."""

    def __init__(self, before: Findings, after: Findings) -> None:
        self.before, self.after = before, after
        self._plain = [without_must_fix(each).status for each in (before, after)]

    def cause(self, site: int) -> Cause:
        """Return by which rule the status of the site at position `site` differs."""
        before, after = self.before.conclusions.status[site], self.after.conclusions.status[site]
        plain_before, plain_after = (plain[site] for plain in self._plain)
        if plain_after != after and plain_after == before:
            return must_fix_cause(self.after, site)
        if plain_before != before and plain_before == after:
            return must_fix_cause(self.before, site)
        was_red = self.before.red(site)
        red = [each for each in self.after.red(site) if each not in was_red]
        if red:
            return Cause("red", tuple(self.after.standard.requirement(each) for each in red))
        return Cause("score", ())
