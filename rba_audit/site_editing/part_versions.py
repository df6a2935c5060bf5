"""Write new versions of a site's document and parts: parts are added, changed or retired, and never deleted."""

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
    """Return the id of a part, or one made of its content if it has none."""
    return lenient_id(part) or hashed_id(part)


def part_steps(register: Register, site_id: str, parts: Sequence[Mapping[str, Any]]) -> list[SiteChange]:
    """Return the changes that give a site exactly these parts.

    Raises:
        EvidenceError: the id of a part belongs to another site or feature.
    """
    now = {id_of_part(existing): existing for existing in register.parts_of(site_id)}
    steps: list[SiteChange] = []
    ids: set[str] = set()
    for part in parts:
        id = lenient_id(part) or f"{site_id}-{document_properties(part).get('part', '')}-{uuid4().hex[:6]}"
        # An invalid id, such as an empty text, is replaced in the document, so that the part is found again by its new id.
        document = part if lenient_id(part) else {**part, "id": id}
        ids.add(id)
        if id in now:
            stored = {"id": id, **now[id], "properties": {**document_properties(now[id]), "part_of": site_id}}
            if not same_json(stored, document):
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
    steps += [SiteChange(id, "retired", part_of=site_id) for id in now if id not in ids]
    return steps


def parts_as_of(register: Register, site_id: str, moment: datetime) -> list[dict[str, Any]]:
    """Return the parts that a site had at a moment."""
    parts = []
    for id, versions in register.part_versions(site_id).items():
        then = [version.document for version in versions if version.since <= moment]
        if not then or str(document_properties(then[-1]).get("part_of", site_id)) != site_id:
            continue
        events = [event for event in register.site_events.events(id) if event.at <= moment]
        if not events or events[-1].standing == "counts":
            parts.append({"id": id, **then[-1]})
    return parts


def restore_parts(register: Register, site_id: str, seq: int, by: str, reason: str, seen: SiteRevision) -> bool:
    """Restore the parts that a site had before its event number `seq`.

    Raises:
        EvidenceError: the event changed no parts, the site has these parts already, or no reason is given.
    """
    event = next((candidate for candidate in register.site_events.events(site_id) if candidate.seq == seq), None)
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
    """Replace the document of a site and its parts (None: keep them); each one that differs gets a new version.

    Returns:
        Whether a change was written.

    Raises:
        EvidenceError: nothing differs, no reason is given, or an id belongs to another feature.
        Conflict: the site was changed meanwhile.
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
    """Restore the document of an earlier version as a new version; with `parts` also the parts of that time.

    Raises:
        EvidenceError: there is no such earlier version, or no reason is given.
    """
    versions = register.site_versions(site_id)
    if not 1 <= version < len(versions):
        raise EvidenceError(say("There is no earlier version {number} of this place.", number=version))
    steps = [SiteChange(site_id, "restored", document=versions[version - 1].document)]
    if parts:
        # The parts as they were just before the next version.
        then = parts_as_of(register, site_id, versions[version].since - _INSTANT)
        other = part_steps(register, site_id, then)
        steps += [SiteChange(site_id, "parts"), *other] if other else []
    return register.site_events.record(steps, by, required_reason(reason), {site_id: seen})
