"""Detect double audits: full visits of a site by two auditors within the window of days that the agreement policy sets."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.register import Visit
from rba_audit.standard.policies import AgreementPolicy


def are_double_audit(visit: Visit, other: Visit, policy: AgreementPolicy) -> bool:
    """Return whether two visits are a double audit: full visits of one site by two auditors, within the policy's window."""
    return (
        visit.site_id == other.site_id
        and visit.stage == other.stage == "auditor"
        and visit.scope == other.scope == "full"
        and _who(visit) != _who(other)
        and abs((visit.day - other.day).days) <= policy.window_days.value
    )


def other_readings(full: Visit, earlier: Sequence[Visit], policy: AgreementPolicy) -> list[Visit]:
    """Return the visits that form a double audit with the full visit that counts: the newest of each other auditor.

    `earlier` are the full visits before it, oldest first.
    """
    newest = {_who(visit): visit for visit in earlier if are_double_audit(full, visit, policy)}
    return list(newest.values())


def _who(visit: Visit) -> str:
    """Return a key for the auditor of a visit: the author's account, or the signed name if sign-in was not required."""
    return visit.author or f"signed {visit.auditor.strip().casefold()}"
