"""Label, colour and shape of each status, the same on every map, list, page and file.

Colour is never used without a shape. The colours remain distinguishable under the common colour-vision deficiencies
(smallest CIEDE2000 difference 20); amber and grey are light, so each shape also has a dark outline.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from rba_audit.messages import Message, format_number, say


class StatusStyle(NamedTuple):
    """Label, colour (hexadecimal) and name of the shape of a status."""

    label: Message
    colour: str
    shape: str


LOOKS: Final[Mapping[str, StatusStyle]] = MappingProxyType(
    {
        "standard": StatusStyle(say("Standard"), "#128370", "circle"),
        "nearly_standard": StatusStyle(say("Nearly standard"), "#E6AB3A", "diamond"),
        "non_standard": StatusStyle(say("Not standard"), "#8B0822", "triangle"),
        "undetermined": StatusStyle(say("Not known yet"), "#AFB3B7", "square"),
        "not_audited": StatusStyle(say("Not audited yet"), "#1B1928", "plus"),
    }
)


def status_words(status: str) -> str:
    """Return the label of a status in the current language."""
    return str(LOOKS[status].label)


GATE_ITEMS: Final[Mapping[str, Message]] = MappingProxyType(
    {"red": say("mandatory"), "must_fix": say("must be fixed first"), "before_audit": say("asked by auditors")}
)
"""The label of an unmet requirement by its role in the gate, most serious first."""


def gate_words(item: str) -> str:
    """Return the label of an unmet requirement by its role in the gate, in the current language."""
    return str(GATE_ITEMS[item])


def score_words(low: int | None, high: int | None, maximum: int) -> str:
    """Return a score range as text: `310–402 of 500`."""
    if low is None or high is None:
        return str(say("no score"))
    span = format_number(low, 0) if low == high else f"{format_number(low, 0)}–{format_number(high, 0)}"
    return str(say("{span} of {maximum}", span=span, maximum=format_number(maximum, 0)))


def rank_words(low: str | None, high: str | None) -> str:
    """Return a rank range as text: `Madya–Utama`, or `between no rank and Utama`; None is no rank."""
    none = str(say("no rank"))
    first, last = low or none, high or none
    if low is None and high is not None:
        return str(say("between no rank and {rank}", rank=high))
    return first if first == last else f"{first}–{last}"
