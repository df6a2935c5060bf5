"""Shares of charts in words and in percents of a width."""

from __future__ import annotations

from rba_audit.messages import format_number

_WHOLE = 100


def share_words(part: int, whole: int) -> str:
    """Return a share in whole percent, such as `12 %`; never 0 % for some or 100 % for not all, and `–` of nothing."""
    if not whole:
        return "–"
    percent = round(_WHOLE * part / whole)
    if part and not percent:
        return "< 1 %"
    if part < whole and percent == _WHOLE:
        return "> 99 %"
    return f"{format_number(percent, 0)} %"
