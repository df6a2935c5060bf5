"""Costs of remedies: a range in the edition's currency, the figure of it that plans compare, and parsing of amounts.

Cost bands are orders of magnitude, not offers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rba_audit.errors import RbaError
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Currency

Price = Literal["low", "middle", "high"]
PRICES: Final[tuple[Price, ...]] = ("low", "middle", "high")
PRICE_WORDS: Final[dict[str, Message]] = {
    "low": say("the lower end of each cost band"),
    "middle": say("the middle of each cost band"),
    "high": say("the upper end of each cost band"),
}
# Digits only, or groups of three with the same separator between them.
_NUMBER: Final = r"(\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)"


@dataclass(frozen=True, slots=True)
class CostRange:
    """A cost from `low` to `high`, in whole units of `currency`."""

    low: int
    high: int
    currency: Currency

    def figure(self, price: Price) -> int:
        """Return the figure that plans compare; the middle is rounded up to whole units."""
        return {"low": self.low, "middle": (self.low + self.high + 1) // 2, "high": self.high}[price]

    def __str__(self) -> str:
        if self.low == self.high:
            return self.currency.amount(self.high)
        return f"{self.currency.amount(self.low)}–{format_number(self.high, 0)}"


def total_cost(spans: Iterable[CostRange], currency: Currency) -> CostRange:
    """Return the sum of several costs in one currency."""
    ranges = tuple(spans)
    return CostRange(sum(span.low for span in ranges), sum(span.high for span in ranges), currency)


def read_money(text: str, currency: Currency) -> int:
    """Parse an amount of money: `500000000`, `500.000.000` or, in rupiah, `Rp500.000.000`.

    Raises:
        RbaError: the text is not a whole amount of that currency.
    """
    symbol = re.escape(currency.symbol.strip())
    pattern = rf"(?:{symbol}\.?\s*)?{_NUMBER}" if symbol else _NUMBER
    match = re.fullmatch(pattern, text.strip(), re.ASCII | re.IGNORECASE)
    if match is None:
        raise RbaError(
            say("“{text}” is no sum of money; write a whole amount, such as 500000000 or 500.000.000", text=text)
        )
    return int(match[1].replace(".", "").replace(",", ""))
