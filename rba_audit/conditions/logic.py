"""Three-valued logic over columns of answers: true 1, unknown 0, false -1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions.terms import Trits


def word_is(codes: NDArray[np.uint8], table: Trits) -> Trits:
    """Return whether the answers are among some words; `table` has one truth value for each of the 256 possible codes."""
    return table[codes].astype(np.int8, copy=False)


def at_least(values: NDArray[np.int64], known: NDArray[np.bool_], limit: NDArray[np.int64] | int) -> Trits:
    """Return `values >= limit` for fixed-point numbers; unknown where a value is not known."""
    return np.where(known, np.where(values >= limit, 1, -1), 0).astype(np.int8)


def includes(masks: NDArray[np.int64], known: NDArray[np.bool_], of: int, count: int) -> Trits:
    """Return whether sets (bit masks, one bit per name) contain at least `count` of the names in the bit mask `of`."""
    return at_least(np.bitwise_count(masks & of).astype(np.int64), known, count)


def every(trits: Trits) -> Trits:
    """Return `all` over the first axis: false if any value is false, otherwise unknown if any is unknown."""
    lowest: Trits = np.min(trits, axis=0)
    return lowest


def some(trits: Trits) -> Trits:
    """Return `any` over the first axis: true if any value is true, otherwise unknown if any is unknown."""
    highest: Trits = np.max(trits, axis=0)
    return highest


def count_within(trits: Trits, low: int, high: int) -> Trits:
    """Return whether from `low` to `high` values on the first axis are true; known if the unknown ones cannot change it."""
    true = (trits > 0).sum(axis=0)
    possible = true + (trits == 0).sum(axis=0)
    holds = (true >= low) & (possible <= high)
    fails = (possible < low) | (true > high)
    decided: Trits = holds.astype(np.int8) - fails.astype(np.int8)
    return decided
