"""JSON values of cells: days as ISO text, whole numbers exact; an empty cell is None."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any


def json_value(value: Any) -> Any:
    """Return a cell as JSON value; None for an empty one, for NaN, and for bytes, which are no value that a reader of a list knows."""
    match value:
        case bool() | int():
            return value
        case str():
            return value if value.strip("\x00") else None
        case float():
            if math.isnan(value):
                return None
            return value if math.isfinite(value) else str(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value == value.to_integral_value() else str(value)
        case Mapping():
            return {str(key): json_value(member) for key, member in value.items()} or None
        case list() | tuple():
            return [json_value(member) for member in value] or None
        case _:
            return None
