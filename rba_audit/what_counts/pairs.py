"""Double audits at one site: full visits of two auditors so near to each other that each is the other's test."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.agreement import limits
from rba_audit.register import Visit


def are_double_audit(one: Visit, other: Visit) -> bool:
    """Tell whether two visits of a site are a double audit: full ones of two auditors, within the window of `agreement.toml`."""
    return (
        one.site_id == other.site_id
        and one.stage == other.stage == "auditor"
        and one.scope == other.scope == "full"
        and bool(one.author)
        and bool(other.author)
        and one.author != other.author
        and abs((one.day - other.day).days) <= limits().window_days
    )


def other_readings(full: Visit, earlier: Sequence[Visit]) -> list[Visit]:
    """Return the visits that make a double audit with the full visit that counts: the newest of each other auditor.

    `earlier` are the full visits before it, the oldest first.
    """
    newest = {each.author: each for each in earlier if are_double_audit(full, each)}
    return list(newest.values())
