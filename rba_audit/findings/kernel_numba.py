"""numba interpreter of the table of operations, for matrices so large that compiling it pays.

It must agree with `kernel` on every cell; it is used only if numba is installed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rba_audit.evidence import GIVEN, MISSING, NOT_APPLICABLE
from rba_audit.findings.program import NO_LIMIT, NO_REGISTER, Op, Program

# numba compiles globals in as constants, so these are plain integers.
_GIVEN: Final = int(GIVEN)
_MISSING: Final = int(MISSING)
_NOT_APPLICABLE: Final = int(NOT_APPLICABLE)
_NO_REGISTER: Final = int(NO_REGISTER)
_NO_LIMIT: Final = int(NO_LIMIT)
_WORD, _AT_LEAST, _AT_MOST, _AT_LEAST_BY, _AT_MOST_BY, _SUM, _SUM_BY, _INCLUDES, _ALL, _ANY, _COUNT = (
    int(op) for op in Op
)
_BLOCK: Final = 4096


def outcomes(program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the outcome of every requirement at every site, shape (requirements, sites)."""
    result = np.zeros((len(program.requirements), codes.shape[1]), dtype=np.int8)
    _run(
        program.ops,
        program.requirements,
        program.lists,
        program.word_tables,
        program.limit_tables,
        program.terms,
        program.factors,
        program.guards,
        program.stages,
        codes,
        numbers,
        np.zeros((program.registers, _BLOCK), dtype=np.int8),
        result,
    )
    return result


@njit(cache=True, nogil=True)
def _run(ops, requirements, lists, word_tables, limit_tables, terms, factors, guards, stages, codes, numbers, registers, result):  # type: ignore[no-untyped-def]  # fmt: skip  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915 - one switch
    sites = codes.shape[1]
    coded = np.zeros((codes.shape[0], _BLOCK), dtype=np.uint8)
    for start in range(0, sites, _BLOCK):
        size = min(_BLOCK, sites - start)
        coded[:, :size] = codes[:, start : start + size]
        stage = 0
        first = 0
        for row in range(ops.shape[0]):
            if stage < stages.shape[0] and row == stages[stage, 0]:
                for guard in range(first, stages[stage, 1]):
                    answers, asked = coded[guards[guard, 0]], registers[guards[guard, 1]]
                    for i in range(size):
                        if asked[i] < 0:
                            answers[i] = _MISSING
                first = stages[stage, 1]
                stage += 1
            op, register, a, b, c, d = ops[row, 0], ops[row, 1], ops[row, 2], ops[row, 3], ops[row, 4], ops[row, 5]
            out = registers[register]
            if op == _WORD:
                for i in range(size):
                    out[i] = word_tables[b, coded[a, i]]
            elif op in (_AT_LEAST, _AT_MOST):
                sign = 1 if op == _AT_LEAST else -1
                for i in range(size):
                    known = coded[a, i] == _GIVEN
                    out[i] = (1 if sign * numbers[b, start + i] >= sign * c else -1) if known else 0
            elif op in (_AT_LEAST_BY, _AT_MOST_BY):
                sign = 1 if op == _AT_LEAST_BY else -1
                for i in range(size):
                    limit = limit_tables[c, coded[d, i]]
                    known = coded[a, i] == _GIVEN and limit != _NO_LIMIT
                    out[i] = (1 if sign * numbers[b, start + i] >= sign * limit else -1) if known else 0
            elif op in (_SUM, _SUM_BY):
                for i in range(size):
                    total = limit_tables[c, coded[d, i]] if op == _SUM_BY else c
                    known = op == _SUM or total != _NO_LIMIT
                    for t in range(a, b):
                        product = terms[t, 0]
                        for f in range(terms[t, 1], terms[t, 2]):
                            if coded[factors[f, 0], i] == _GIVEN:
                                product *= numbers[factors[f, 1], start + i]
                            else:
                                known = False
                        if known:
                            total += product
                    out[i] = (1 if total >= 0 else -1) if known else 0
            elif op == _INCLUDES:
                for i in range(size):
                    mask = numbers[b, start + i] & c
                    count = 0
                    while mask:
                        mask &= mask - 1
                        count += 1
                    out[i] = (1 if count >= d else -1) if coded[a, i] == _GIVEN else 0
            elif op == _ALL:
                out[:size] = 1
                for at in range(a, b):
                    part = registers[lists[at]]
                    for i in range(size):
                        out[i] = min(out[i], part[i])
            elif op == _ANY:
                out[:size] = -1
                for at in range(a, b):
                    part = registers[lists[at]]
                    for i in range(size):
                        out[i] = max(out[i], part[i])
            else:
                for i in range(size):
                    true = 0
                    unknown = 0
                    for at in range(a, b):
                        value = registers[lists[at], i]
                        true += value > 0
                        unknown += value == 0
                    possible = true + unknown
                    out[i] = 1 if true >= c and possible <= d else (-1 if possible < c or true > d else 0)
        for row in range(requirements.shape[0]):
            applies, conforms, partial, not_applicable = (
                requirements[row, 0],
                requirements[row, 1],
                requirements[row, 2],
                requirements[row, 3],
            )
            for i in range(size):
                partly = registers[partial, i] if partial != _NO_REGISTER else -1
                meets = registers[conforms, i]
                outcome = 3 if meets > 0 else (2 if partly > 0 else (1 if meets < 0 and partly < 0 else 0))
                if not_applicable != _NO_REGISTER and coded[not_applicable, i] == _NOT_APPLICABLE:
                    outcome = 4
                if applies != _NO_REGISTER:
                    value = registers[applies, i]
                    outcome = outcome if value > 0 else (4 if value < 0 else 0)
                result[row, start + i] = outcome
