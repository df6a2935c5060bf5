"""The visit at night that a site still needs: what has to be seen after dark and is not known, for a check of just that.

Whether anybody has been there by day is for the caller to ask: before that, a visit at night is a visit like any other.
"""

from __future__ import annotations

from typing import Final

from rba_audit.findings import Findings
from rba_audit.standard import OUTCOMES

_OPEN: Final = OUTCOMES.index("undetermined")


def _night_checks(findings: Findings) -> list[tuple[int, str]]:
    """Return the row and the id of each counted requirement of which something is seen after dark."""
    standard = findings.standard
    return [
        (row, each.id)
        for row, each in enumerate(standard.requirements)
        if each.tier == "core" and any(standard.method_of(question) == "night" for question in each.questions)
    ]


def night_visit(findings: Findings, position: int) -> list[str]:
    """Return the requirements for a visit at night of one site, of which nothing is known yet."""
    return [id for row, id in _night_checks(findings) if findings.matrix[row, position] == _OPEN]
