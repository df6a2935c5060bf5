"""`PointRange`: a number of points of which only bounds may be known. Exact: sums of `Decimal`, never of floats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rba_audit.messages import format_exact, say

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class PointRange:
    """Points from `low` to `high`; `high` is None if nothing bounds them.

    >>> PointRange.exactly(Decimal("588.4")) + PointRange(Decimal(0), Decimal(20))
    PointRange(low=Decimal('588.4'), high=Decimal('608.4'))
    """

    low: Decimal
    high: Decimal | None

    @classmethod
    def exactly(cls, points: Decimal) -> PointRange:
        """Return the range of one number."""
        return cls(points, points)

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def __add__(self, other: PointRange) -> PointRange:
        """Return the range of the sum."""
        high = None if self.high is None or other.high is None else self.high + other.high
        return PointRange(self.low + other.low, high)

    def at_most(self, limit: Decimal | None) -> PointRange:
        """Return the range with both ends lowered to a limit; without a limit, unchanged."""
        if limit is None:
            return self
        return PointRange(min(self.low, limit), limit if self.high is None else min(self.high, limit))

    @property
    def words(self) -> str:
        """The range as text, such as `588.4`, `588.4–608.4` or `588.4 or more`; `?` if nothing is known."""
        if self.high is None:
            return str(say("{low} or more", low=points_words(self.low))) if self.low else "?"
        low, high = points_words(self.low), points_words(self.high)
        return low if self.exact else f"{low}–{high}"


NOTHING: Final = PointRange(ZERO, ZERO)


def total_of(ranges: Iterable[PointRange]) -> PointRange:
    """Return the range of the sum; of no range, exactly 0."""
    return sum(ranges, NOTHING)


def points_words(points: Decimal) -> str:
    """Return points as text in the current language, without zeros at the end."""
    return format_exact(points)
