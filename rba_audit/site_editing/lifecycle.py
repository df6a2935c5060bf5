"""Lifecycle of a site: accept, decline, merge, retire and their reversals; each is atomic and needs the revision seen last."""

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
    """Return an id for a new site: its name as an ASCII slug and six random hexadecimal digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return f"{_NO_WORD.sub('-', plain).strip('-')[:_LONGEST_ID].strip('-') or 'lokasi'}-{uuid4().hex[:6]}"


def accept_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Accept a proposed site; it counts from now on."""
    return register.site_events.record([SiteChange(site_id, "accepted")], by, reason, {site_id: seen})


def decline_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Decline a proposed site; it and its visits remain stored.

    Raises:
        EvidenceError: no reason is given.
    """
    return register.site_events.record([SiteChange(site_id, "declined")], by, required_reason(reason), {site_id: seen})


def reopen_proposal(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Undo the decision on a proposal, so that it waits again.

    Raises:
        EvidenceError: other sites were merged into it, or no reason is given.
    """
    if len(register.site_events.merge_targets().members(site_id)) > 1:
        raise EvidenceError(say("Other places were merged into this one; undo that first."))
    return register.site_events.record([SiteChange(site_id, "reopened")], by, required_reason(reason), {site_id: seen})


def merge_sites(
    register: Register, site_id: str, into: str, by: str, reason: str, seen: Mapping[str, SiteRevision]
) -> bool:
    """Merge a site into another, to which its visits and their findings belong from now on.

    Raises:
        EvidenceError: one of them cannot be merged, or no reason is given.
    """
    steps = [SiteChange(site_id, "merged", into), SiteChange(into, "took_in", site_id)]
    return register.site_events.record(steps, by, required_reason(reason), seen)


def unmerge_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Undo a merge: the site gets its own records back.

    Raises:
        EvidenceError: no reason is given.
    """
    into = register.site_events.snapshot(site_id).state.into
    steps = [SiteChange(site_id, "unmerged")]
    if into:
        steps.append(SiteChange(into, "gave_back", site_id))
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})


def retire_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Retire a site that is no play space any more; it no longer counts.

    Raises:
        EvidenceError: no reason is given.
    """
    return register.site_events.record([SiteChange(site_id, "retired")], by, required_reason(reason), {site_id: seen})


def unretire_site(register: Register, site_id: str, by: str, reason: str, seen: SiteRevision) -> bool:
    """Undo the retirement of a site; it counts again.

    Raises:
        EvidenceError: no reason is given.
    """
    return register.site_events.record([SiteChange(site_id, "back")], by, required_reason(reason), {site_id: seen})


def required_reason(reason: str) -> str:
    """Return a reason without surrounding space.

    Raises:
        EvidenceError: it is empty.
    """
    if not reason.strip():
        raise EvidenceError(say("The reason is missing; write it, so that others understand later."))
    return reason.strip()
