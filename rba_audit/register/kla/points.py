"""Read points that users write, exactly: `588,40` and `588.40` are the same decimal number."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_POINTS: Final = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?", re.ASCII)


def read_points(text: str) -> Decimal:
    """Return points from 0 to 9999 with at most two decimals, after a comma or a point.

    Three decimals are refused: `1.000` is a thousand to some readers and one to others.

    Raises:
        ValueError: the text is no such number.
    """
    written = text.strip()
    if not _POINTS.fullmatch(written):
        raise ValueError("this is no number of points")
    return Decimal(written.replace(",", "."))
