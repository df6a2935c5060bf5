"""The file `standards/layers.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from rba_audit.resources import standards_dir


@cache
def stated() -> Mapping[str, Any]:
    """Return everything the file states."""
    with (standards_dir() / "layers.toml").open("rb") as file:
        return tomllib.load(file)
