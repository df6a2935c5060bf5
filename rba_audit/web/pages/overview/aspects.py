"""Shares of the outcomes of each aspect of the standard over the audited sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from rba_audit.findings import CONFORMS, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.standard import Aspect, Outcome

SHOWN: Final[Mapping[Outcome, int]] = {
    "conforms": int(CONFORMS),
    "partial": int(PARTIAL),
    "does_not_conform": int(DOES_NOT_CONFORM),
    "undetermined": int(UNDETERMINED),
}
"""The outcomes of a bar, from left to right."""


@dataclass(frozen=True, slots=True)
class AspectShares:
    """Number of (counted requirement, audited site) pairs of an aspect per outcome; pairs that do not apply are left out."""

    aspect: Aspect
    counts: Mapping[Outcome, int]

    @property
    def total(self) -> int:
        """Number of its pairs."""
        return sum(self.counts.values())


def aspect_shares(findings: Findings) -> list[AspectShares]:
    """Return the shares of each aspect, in the order of the standard; an aspect without a counted requirement is left out."""
    standard = findings.standard
    counts = counted(standard, findings.extension)
    matrix = findings.matrix[:, findings.evidence.audited]
    shares = []
    for aspect in standard.aspects:
        own = np.array([requirement.aspect == aspect.code for requirement in standard.requirements]) & counts
        if own.any():
            outcomes = matrix[own]
            shares.append(AspectShares(aspect, {name: int((outcomes == code).sum()) for name, code in SHOWN.items()}))
    return shares
