"""Requirements that need a night visit and are still undetermined, for a check limited to them.

The caller checks that the site was visited by day; before that, a visit at night is an ordinary visit.
"""

from __future__ import annotations

from typing import Final

from rba_audit.findings import Findings
from rba_audit.standard import OUTCOMES

_OPEN: Final = OUTCOMES.index("undetermined")


def _night_checks(findings: Findings) -> list[tuple[int, str]]:
    """Return the row and the id of each core requirement with a question that is answered at night."""
    standard = findings.standard
    return [
        (row, requirement.id)
        for row, requirement in enumerate(standard.requirements)
        if requirement.tier == "core"
        and any(standard.method_of(question) == "night" for question in requirement.questions)
    ]


def night_visit(findings: Findings, position: int) -> list[str]:
    """Return the undetermined requirements for a night visit of the site in column `position`."""
    return [id for row, id in _night_checks(findings) if findings.matrix[row, position] == _OPEN]
