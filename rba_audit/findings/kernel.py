"""NumPy interpreter of the table of operations, for one site or a million; it works in blocks that fit the processor's cache.

The outcome matrix starts as zeros, which is `undetermined`: a cell that was never written neither passes nor fails.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit import conditions
from rba_audit.conditions import Trits
from rba_audit.evidence import GIVEN, NOT_APPLICABLE
from rba_audit.findings.program import NO_LIMIT, NO_REGISTER, Op, Program
from rba_audit.standard import OUTCOMES

UNDETERMINED, DOES_NOT_CONFORM, PARTIAL, CONFORMS, DOES_NOT_APPLY = (np.int8(index) for index in range(len(OUTCOMES)))
BLOCK: Final = 8192


def outcomes(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> NDArray[np.int8]:
    """Return the outcome of every requirement at every site, shape (requirements, sites), as indexes into `OUTCOMES`.

    With `upper`, a number is only known to lie between `numbers` and `upper`; a comparison with a limit between the two is
    unknown.
    """
    sites = codes.shape[1]
    result = np.zeros((len(program.requirements), sites), dtype=np.int8)
    for start in range(0, sites, BLOCK):
        block = slice(start, min(start + BLOCK, sites))
        ends = upper[:, block] if upper is not None else None
        registers, counted = _evaluate(program, codes[:, block], numbers[:, block], ends)
        _decide(program, registers, counted, result[:, block], ranged=upper is not None)
    return result


def guard_registers(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> Trits:
    """Return the value of each guard at every site, shape (guards, sites); if it is false, the answer counts as missing."""
    return _evaluate(program, codes, numbers, upper)[0][program.guards[:, 1]]


def registers_of(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> Trits:
    """Return every condition's value at every site, shape (registers, sites); `upper` as in `outcomes`."""
    return _evaluate(program, codes, numbers, upper)[0]


def _evaluate(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None
) -> tuple[Trits, NDArray[np.uint8]]:
    """Return the value of every condition, and the codes with guarded answers set to `MISSING`."""
    registers = np.zeros((program.registers, codes.shape[1]), dtype=np.int8)
    ends = (numbers,) if upper is None else (numbers, upper)
    if len(program.guards):
        codes = codes.copy()
    start, first = 0, 0
    for end, last in program.stages.tolist():
        _run(program, program.ops[start:end], registers, codes, ends)
        for row, register in program.guards[first:last].tolist():
            # `MISSING` is zero, so a multiplication clears the answers, several times faster than a boolean index.
            codes[row] *= registers[register] >= 0
        start, first = end, last
    _run(program, program.ops[start:], registers, codes, ends)
    return registers, codes


def _run(
    program: Program,
    ops: NDArray[np.int64],
    registers: Trits,
    codes: NDArray[np.uint8],
    ends: tuple[NDArray[np.int64], ...],
) -> None:
    for op, register, a, b, c, d in ops.tolist():
        match op:
            case Op.WORD:
                registers[register] = conditions.word_is(codes[a], program.word_tables[b])
            case Op.AT_LEAST:
                registers[register] = _agreed([conditions.at_least(end[b], codes[a] == GIVEN, c) for end in ends])
            case Op.AT_MOST:
                registers[register] = _agreed([conditions.at_least(-end[b], codes[a] == GIVEN, -c) for end in ends])
            case Op.AT_LEAST_BY | Op.AT_MOST_BY:
                limit = program.limit_tables[c][codes[d]]
                known = (codes[a] == GIVEN) & (limit != NO_LIMIT)
                sign = 1 if op == Op.AT_LEAST_BY else -1
                registers[register] = _agreed([conditions.at_least(sign * end[b], known, sign * limit) for end in ends])
            case Op.NOT_NEGATIVE | Op.NOT_NEGATIVE_BY:
                constant = (
                    program.limit_tables[c][codes[d]]
                    if op == Op.NOT_NEGATIVE_BY
                    else np.full(codes.shape[1], c, dtype=np.int64)
                )
                registers[register] = _not_negative(program, codes, ends, program.terms[a:b].tolist(), constant)
            case Op.INCLUDES:
                registers[register] = conditions.includes(ends[0][b], codes[a] == GIVEN, c, d)
            case Op.ALL:
                registers[register] = conditions.every(registers[program.lists[a:b]])
            case Op.ANY:
                registers[register] = conditions.some(registers[program.lists[a:b]])
            case Op.COUNT:
                registers[register] = conditions.count_within(registers[program.lists[a:b]], c, d)


def _agreed(trits: list[Trits]) -> Trits:
    """Return the value that both ends of a range give; unknown where they differ."""
    first, last = trits[0], trits[-1]
    return first if len(trits) == 1 else np.where(first == last, first, np.int8(0))


def _not_negative(
    program: Program,
    codes: NDArray[np.uint8],
    ends: tuple[NDArray[np.int64], ...],
    terms: list[list[int]],
    constant: NDArray[np.int64],
) -> Trits:
    known = constant != NO_LIMIT
    totals = [np.where(known, constant, 0) for _ in ends]
    for coefficient, start, stop in terms:
        products = [np.full(codes.shape[1], coefficient, dtype=np.int64) for _ in ends]
        for code_row, number_row in program.factors[start:stop].tolist():
            given = codes[code_row] == GIVEN
            known &= given
            # An answer outside its range may be huge: it is unknown anyway, and zero keeps the product from overflowing.
            products = _multiplied(products, [np.where(given, end[number_row], 0) for end in ends])
        totals = [total + product for total, product in zip(totals, products, strict=True)]
    return _agreed([conditions.at_least(total, known, 0) for total in totals])


def _multiplied(products: list[NDArray[np.int64]], factors: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return both ends of a product of ranges, either of which may be negative."""
    corners = [product * factor for product in products for factor in factors]
    return [np.min(corners, axis=0), np.max(corners, axis=0)] if len(products) > 1 else corners


def _decide(
    program: Program, registers: Trits, codes: NDArray[np.uint8], result: NDArray[np.int8], *, ranged: bool
) -> None:
    for index, (applies, conforms, partial, not_applicable) in enumerate(program.requirements.tolist()):
        meets = registers[conforms]
        partly = registers[partial] if partial != NO_REGISTER else np.int8(-1)
        if ranged:
            # For plain unknowns "partial" is never decided while "conforms" is open (proved by `standard check`); for a range
            # it can be, and then "partial" counts as unknown.
            partly = np.where((partly > 0) & (meets == 0), np.int8(0), partly)
        fails = (meets < 0) & (partly < 0)
        row = np.where(
            meets > 0, CONFORMS, np.where(partly > 0, PARTIAL, np.where(fails, DOES_NOT_CONFORM, UNDETERMINED))
        )
        if not_applicable != NO_REGISTER:
            row = np.where(codes[not_applicable] == NOT_APPLICABLE, DOES_NOT_APPLY, row)
        if applies != NO_REGISTER:
            row = np.where(registers[applies] > 0, row, np.where(registers[applies] < 0, DOES_NOT_APPLY, UNDETERMINED))
        result[index] = row
