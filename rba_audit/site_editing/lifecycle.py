"""What a planner does with a place. Each is one piece: all of it is written, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.site_event_records import SiteChange, SiteRevision

_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_ID: Final = 40


def new_site_id(name: str) -> str:
    """Return an id for a place that is new: its name in plain letters, and a few that no other place has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return f"{_NO_WORD.sub('-', plain).strip('-')[:_LONGEST_ID].strip('-') or 'lokasi'}-{uuid4().hex[:6]}"


def accept_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Let a proposed place count."""
    return register.site_events.record([SiteChange(site_id, "accepted")], by, reason, {site_id: seen})


def decline_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Decline a proposed place; it and its visits are kept."""
    return register.site_events.record([SiteChange(site_id, "declined")], by, required_reason(reason), {site_id: seen})


def reopen_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Let a proposal that was accepted or declined wait again.

    Raises:
        EvidenceError: other places were merged into it.
    """
    if len(register.site_events.merge_targets().members(site_id)) > 1:
        raise EvidenceError(say("Other places were merged into this one; undo that first."))
    return register.site_events.record([SiteChange(site_id, "reopened")], by, required_reason(reason), {site_id: seen})


def merge_sites(
    register: Register, site_id: str, into: str, by: str, reason: str, seen: Mapping[str, SiteRevision]
) -> bool:
    """Let a place go into another: its visits and what follows from them belong to that one from now on.

    Raises:
        EvidenceError: one of them cannot be merged, or no reason is given.
    """
    steps = [SiteChange(site_id, "merged", into), SiteChange(into, "took_in", site_id)]
    return register.site_events.record(steps, by, required_reason(reason), seen)


def unmerge_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Let a merged place be by itself again, with what is its own."""
    into = register.site_events.snapshot(site_id).state.into
    steps = [SiteChange(site_id, "unmerged")]
    if into:
        steps.append(SiteChange(into, "gave_back", site_id))
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})


def retire_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Let a place count no more, because it is no play space any more."""
    return register.site_events.record([SiteChange(site_id, "retired")], by, required_reason(reason), {site_id: seen})


def unretire_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Let a retired place count again."""
    return register.site_events.record([SiteChange(site_id, "back")], by, required_reason(reason), {site_id: seen})


def required_reason(reason: str) -> str:
    """Return a reason.

    Raises:
        EvidenceError: there is none.
    """
    if not reason.strip():
        raise EvidenceError(say("The reason is missing; write it, so that others understand later."))
    return reason.strip()
