"""What is done first, as `standards/plans.toml` states it. No word or value of a standard stands in code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rba_audit.errors import StandardError
from rba_audit.resources import standards_dir
from rba_audit.standard.tables import Table, read_toml
from rba_audit.words import Words, say

CONFIDENCES: Final = ("official", "secondary", "inferred")


@dataclass(frozen=True, slots=True)
class Urgency:
    """One group of remedies, and why it comes where it does.

    Attributes:
        mandatory: The `mandatory` values of requirements in it; empty for all the rest.
    """

    name: str
    words: Words
    mandatory: tuple[str, ...]
    why: Words
    source: str
    confidence: str
    note: Words


@cache
def urgencies() -> tuple[Urgency, ...]:
    """Return the groups in the order in which they are done; the last takes the rest.

    Raises:
        StandardError: the file cannot be used.
    """
    return read_urgencies(standards_dir() / "plans.toml")


def read_urgencies(path: Path) -> tuple[Urgency, ...]:
    """Return the groups in a file.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong kind.
    """
    table = Table(read_toml(path), path.name)
    found = tuple(_urgency(Table(item, f"{path.name} [urgency]")) for item in table.tables("urgency"))
    table.done()
    if len({each.name for each in found}) != len(found):
        raise table.fault(say("two entries of '{key}' have the same name; give each its own", key="urgency"))
    if [each for each in found if not each.mandatory] != [found[-1]]:
        raise StandardError(
            say("{file}: the last urgency, and only that, has no 'mandatory'; it takes the rest", file=path.name)
        )
    return found


def _urgency(table: Table) -> Urgency:
    found = Urgency(
        name=table.text("name"),
        words=table.words("words"),
        mandatory=table.texts("mandatory"),
        why=table.words("why"),
        source=table.text("source"),
        confidence=table.one_of("confidence", CONFIDENCES),
        note=table.words("note"),
    )
    table.done()
    return found


def urgency_of(mandatory: str | None) -> int:
    """Return the place of the group that a requirement with this `mandatory` value belongs to."""
    groups = urgencies()
    return next((place for place, group in enumerate(groups) if mandatory in group.mandatory), len(groups) - 1)
