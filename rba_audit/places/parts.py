"""The parts of a place as a whole: what a planner drew becomes new, changed and taken-away parts; none is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from rba_audit.errors import EvidenceError
from rba_audit.place_moves import folded
from rba_audit.places.changing import needed
from rba_audit.places.features import named, same_json
from rba_audit.register import Register
from rba_audit.register.places import Seen, Step
from rba_audit.sites.features import hashed, lenient_id
from rba_audit.words import say


def id_of_part(part: Mapping[str, Any]) -> str:
    """Return the id under which a part is kept."""
    return lenient_id(part) or hashed(part)


def change_parts(
    register: Register, site_id: str, parts: Sequence[Mapping[str, Any]], by: str, reason: str, seen: Seen
) -> bool:
    """Let a place have these parts and no others; those that are left out are kept and count no more.

    Returns:
        Whether anything was written.

    Raises:
        EvidenceError: nothing differs, or an id belongs to another place.
        Conflict: the place was changed meanwhile.
    """
    steps = part_steps(register, site_id, parts)
    if not steps:
        raise EvidenceError(say("Nothing was changed."))
    return register.places.record([Step(site_id, "parts"), *steps], by, needed(reason), {site_id: seen})


def part_steps(register: Register, site_id: str, parts: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Return what has to happen for a place to have these parts and no others."""
    now = {id_of_part(each): each for each in register.parts_of(site_id)}
    steps: list[Step] = []
    given: set[str] = set()
    for part in parts:
        id = lenient_id(part) or f"{site_id}-{named(part).get('part', '')}-{uuid4().hex[:6]}"
        document = part if part.get("id") is not None else {**part, "id": id}
        given.add(id)
        if id in now:
            kept = {"id": id, **now[id], "properties": {**named(now[id]), "part_of": site_id}}
            if not same_json(kept, document):
                steps.append(Step(id, "changed", document=document, part_of=site_id))
            continue
        owner = register.places.owner(id)
        if owner is None:
            steps.append(Step(id, "added", document=document, part_of=site_id))
        elif owner == site_id and register.places.standing(id) == "retired":
            steps += [Step(id, "back", part_of=site_id), Step(id, "changed", document=document, part_of=site_id)]
        else:
            raise EvidenceError(say("The id '{id}' belongs to something else; give this part another.", id=id))
    steps += [Step(id, "retired", part_of=site_id) for id in now if id not in given]
    return steps


def parts_as_of(register: Register, site_id: str, moment: datetime) -> list[dict[str, Any]]:
    """Return the parts that a place had at a moment."""
    found = []
    for id, versions in register.part_versions(site_id).items():
        then = [version.document for version in versions if version.since <= moment]
        if not then or str(named(then[-1]).get("part_of", site_id)) != site_id:
            continue
        events = [event for event in register.places.events(id) if event.at <= moment]
        if folded((event.what, event.other) for event in events).standing == "counts":
            found.append({"id": id, **then[-1]})
    return found
