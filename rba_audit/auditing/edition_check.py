"""Check an edition: its files, its monotonicity and its examples."""

from __future__ import annotations

from pathlib import Path

from rba_audit.errors import StandardError
from rba_audit.findings.monotonicity import violations
from rba_audit.standard import Standard, read_edition


def check_standard(folder: Path) -> tuple[Standard | None, list[StandardError]]:
    """Return the edition in a folder and all its problems: files, examples and, if these are right, monotonicity.

    The edition is None if its files cannot be read.
    """
    standard, problems = read_edition(folder)
    if standard is not None and not problems:
        problems = list(violations(standard))
    return standard, problems
