"""The modules of this product as syntax trees, for tests that hold rules of the house."""

import ast
from functools import cache
from pathlib import Path

import rba_audit

PACKAGE = Path(rba_audit.__file__).parent


@cache
def own_modules():
    """Return the tree of each module by its path from the root of the checkout (`rba_audit/days.py`)."""
    return {
        file.relative_to(PACKAGE.parent).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    }
