"""Evaluate evidence against a standard: an outcome per (requirement, site) and a conclusion per site."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import Evidence
from rba_audit.findings.conclusions import conclude
from rba_audit.findings.kernel import outcomes as _outcomes_numpy
from rba_audit.findings.program import Program, compile_standard
from rba_audit.findings.results import Findings
from rba_audit.sites import Sites
from rba_audit.standard import Standard

# Loading and compiling numba takes seconds; below this number of cells NumPy is faster.
_WORTH_COMPILING = 20_000_000


def evaluate_outcomes(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> NDArray[np.int8]:
    """Return the outcome matrix, shape (requirements, sites), by the interpreter that is faster for this many cells.

    Both interpreters give the same result. With `upper`, a number is only known to lie between `numbers` and `upper`; a
    comparison with a limit between the two is unknown.
    """
    if codes.shape[1] * len(program.requirements) > _WORTH_COMPILING and find_spec("numba"):
        from rba_audit.findings.kernel_numba import outcomes as compiled

        matrix = compiled(program, codes, numbers)
    else:
        matrix = _outcomes_numpy(program, codes, numbers)
    if upper is not None:
        # Few sites have numbers that are only known within a range, so only the NumPy interpreter supports ranges.
        ranged = np.flatnonzero((upper != numbers).any(axis=0))
        matrix[:, ranged] = _outcomes_numpy(program, codes[:, ranged], numbers[:, ranged], upper[:, ranged])
    return matrix


def evaluate(sites: Sites, evidence: Evidence, standard: Standard, *, extension: bool = False) -> Findings:
    """Return the findings of evidence evaluated against a standard.

    `evidence` has one column of answers per site, in the order of `sites`. With `extension`, extension requirements
    count as well.
    """
    matrix = evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers, evidence.upper)
    return Findings(
        sites, evidence, standard, matrix, conclude(standard, matrix, evidence.audited, extension), extension
    )
