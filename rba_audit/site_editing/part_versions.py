"""New versions of a place and of its parts: what a planner drew becomes new, changed and taken-away parts; none is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.site_event_records import SiteChange, SiteRevision
from rba_audit.site_editing.lifecycle import required_reason
from rba_audit.site_editing.site_documents import document_properties, same_json
from rba_audit.sites.features import hashed_id, lenient_id

_INSTANT: Final = timedelta(microseconds=1)


def id_of_part(part: Mapping[str, Any]) -> str:
    """Return the id under which a part is kept."""
    return lenient_id(part) or hashed_id(part)


def part_steps(register: Register, site_id: str, parts: Sequence[Mapping[str, Any]]) -> list[SiteChange]:
    """Return what has to happen for a place to have these parts and no others."""
    now = {id_of_part(each): each for each in register.parts_of(site_id)}
    steps: list[SiteChange] = []
    given: set[str] = set()
    for part in parts:
        id = lenient_id(part) or f"{site_id}-{document_properties(part).get('part', '')}-{uuid4().hex[:6]}"
        # What is no id, such as an empty text, would not be found again under the one that it gets.
        document = part if lenient_id(part) else {**part, "id": id}
        given.add(id)
        if id in now:
            kept = {"id": id, **now[id], "properties": {**document_properties(now[id]), "part_of": site_id}}
            if not same_json(kept, document):
                steps.append(SiteChange(id, "changed", document=document, part_of=site_id))
            continue
        owner = register.site_events.owner(id)
        if owner is None:
            steps.append(SiteChange(id, "added", document=document, part_of=site_id))
        elif owner == site_id and register.site_events.status(id) == "retired":
            steps += [
                SiteChange(id, "back", part_of=site_id),
                SiteChange(id, "changed", document=document, part_of=site_id),
            ]
        else:
            raise EvidenceError(say("The id '{id}' belongs to something else; give this part another.", id=id))
    steps += [SiteChange(id, "retired", part_of=site_id) for id in now if id not in given]
    return steps


def parts_as_of(register: Register, site_id: str, moment: datetime) -> list[dict[str, Any]]:
    """Return the parts that a place had at a moment."""
    found = []
    for id, versions in register.part_versions(site_id).items():
        then = [version.document for version in versions if version.since <= moment]
        if not then or str(document_properties(then[-1]).get("part_of", site_id)) != site_id:
            continue
        events = [event for event in register.site_events.events(id) if event.at <= moment]
        if not events or events[-1].standing == "counts":
            found.append({"id": id, **then[-1]})
    return found


def restore_parts(register: Register, site_id: str, seq: int, by: str, reason: str, seen: SiteRevision) -> bool:
    """Give a place the parts that it had before its event number `seq`.

    Raises:
        EvidenceError: there is no such event, or it has these parts.
    """
    event = next((each for each in register.site_events.events(site_id) if each.seq == seq), None)
    if event is None or event.what != "parts":
        raise EvidenceError(say("No parts were changed then; look at the history again."))
    steps = part_steps(register, site_id, parts_as_of(register, site_id, event.at - _INSTANT))
    if not steps:
        raise EvidenceError(say("Nothing was changed."))
    return register.site_events.record(
        [SiteChange(site_id, "parts"), *steps], by, required_reason(reason), {site_id: seen}
    )


def replace_document(
    register: Register,
    site_id: str,
    document: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]] | None,
    by: str,
    reason: str,
    seen: SiteRevision,
) -> bool:
    """Give a place another document, and these parts and no others (None: those it has); each differing one a version.

    Returns:
        Whether anything was written.

    Raises:
        EvidenceError: nothing differs, no reason is given, or an id belongs to something else.
        Conflict: the place was changed meanwhile.
    """
    steps: list[SiteChange] = []
    if not same_json(register.site(site_id).feature, document):
        steps.append(SiteChange(site_id, "changed", document=document))
    other = [] if parts is None else part_steps(register, site_id, parts)
    if other:
        steps += [SiteChange(site_id, "parts"), *other]
    if not steps:
        raise EvidenceError(say("Nothing was changed."))
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})


def restore_document(
    register: Register, site_id: str, version: int, by: str, reason: str, seen: SiteRevision, *, parts: bool = False
) -> bool:
    """Give a place the document of an earlier version again, as a new version; with `parts` also the parts it had then.

    Raises:
        EvidenceError: there is no such version, or it is the newest.
    """
    versions = register.site_versions(site_id)
    if not 1 <= version < len(versions):
        raise EvidenceError(say("There is no earlier version {number} of this place.", number=version))
    steps = [SiteChange(site_id, "restored", document=versions[version - 1].document)]
    if parts:
        # As they were until the next version came.
        then = parts_as_of(register, site_id, versions[version].since - _INSTANT)
        other = part_steps(register, site_id, then)
        steps += [SiteChange(site_id, "parts"), *other] if other else []
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})
