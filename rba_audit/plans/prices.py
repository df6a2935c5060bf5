"""What a remedy costs: a range in rupiah, and the one figure of it that plans compare.

Bands are orders of magnitude; no figure here is an offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rba_audit.errors import RbaError
from rba_audit.words import Message, amount, say

Price = Literal["low", "middle", "high"]
PRICES: Final[tuple[Price, ...]] = ("low", "middle", "high")
PRICE_WORDS: Final[dict[str, Message]] = {
    "low": say("the lower end of each cost band"),
    "middle": say("the middle of each cost band"),
    "high": say("the upper end of each cost band"),
}
# Digits alone, or in groups of three with the same mark between them.
_MONEY: Final = re.compile(r"(?:rp\.?\s*)?(\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A cost between two ends, in rupiah."""

    low: int
    high: int

    def figure(self, price: Price) -> int:
        """Return the figure that plans compare, in rupiah; half a rupiah in the middle is rounded up."""
        return {"low": self.low, "middle": (self.low + self.high + 1) // 2, "high": self.high}[price]

    def __str__(self) -> str:
        if self.low == self.high:
            return rupiah(self.high)
        return f"{rupiah(self.low)}–{amount(self.high, 0)}"


def total(spans: Iterable[Span]) -> Span:
    """Return what several costs come to."""
    known = tuple(spans)
    return Span(sum(each.low for each in known), sum(each.high for each in known))


def rupiah(value: int) -> str:
    """Return money as the current language writes it: `Rp5.000.000` in Indonesian."""
    return f"Rp{amount(value, 0)}"


def read_rupiah(text: str) -> int:
    """Return the rupiah that somebody wrote: `500000000`, `500.000.000` or `Rp500.000.000`.

    Raises:
        RbaError: it is no whole number of rupiah.
    """
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        raise RbaError(
            say("“{text}” is no sum of money; write whole rupiah, such as 500000000 or 500.000.000", text=text)
        )
    return int(found[1].replace(".", "").replace(",", ""))
