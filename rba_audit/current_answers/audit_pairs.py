"""Double audits at one site: full visits of two auditors so near to each other that each is the other's test."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.register import Visit
from rba_audit.standard.policies import AgreementPolicy


def are_double_audit(one: Visit, other: Visit, policy: AgreementPolicy) -> bool:
    """Tell whether two visits of a site are a double audit: full ones of two auditors, within the window of the policy."""
    return (
        one.site_id == other.site_id
        and one.stage == other.stage == "auditor"
        and one.scope == other.scope == "full"
        and _who(one) != _who(other)
        and abs((one.day - other.day).days) <= policy.window_days.value
    )


def other_readings(full: Visit, earlier: Sequence[Visit], policy: AgreementPolicy) -> list[Visit]:
    """Return the visits that make a double audit with the full visit that counts: the newest of each other auditor.

    `earlier` are the full visits before it, the oldest first.
    """
    newest = {_who(each): each for each in earlier if are_double_audit(full, each, policy)}
    return list(newest.values())


def _who(visit: Visit) -> str:
    """Return who made a visit: who sent it, or where nobody had to sign in, who signed it."""
    return visit.author or f"signed {visit.auditor.strip().casefold()}"
