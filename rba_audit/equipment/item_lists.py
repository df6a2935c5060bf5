"""Lists of items: which a site is known to have, and what in a list cannot be used.

Nothing is judged here, and no answer is carried from one visit to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from rba_audit.equipment.item_program import Item, plan_of, word_of
from rba_audit.evidence import read_evidence
from rba_audit.messages import Message, say
from rba_audit.standard import Equipment, Standard

_LONGEST_TEXT: Final = 2000


def item_of_part(part: Mapping[str, Any], equipment: Equipment) -> dict[str, Any] | None:
    """Return a mapped part of a site as an item nobody has looked at yet; None where it is no equipment."""
    properties = part.get("properties")
    kind = equipment.kind_of_part(properties.get("type")) if isinstance(properties, dict) else None
    if kind is None or not isinstance(properties, dict) or properties.get("part") != "equipment":
        return None
    return {
        # The same part is the same item, on whichever phone it is opened.
        "id": str(uuid5(NAMESPACE_URL, str(part.get("id", "")))),
        "kind": kind.name,
        "name": str(properties.get("name") or kind.words),
        "gone": False,
        "answers": {},
        "note": "",
    }


def items_of_document(
    visits: Iterable[Sequence[Item]], parts: Iterable[Mapping[str, Any]], equipment: Equipment
) -> list[dict[str, Any]]:
    """Return the items a site is known to have, with no answers: those of its visits (newest first), then its mapped parts.

    An item that is gone stays in the list and says so, so that nobody takes it for a new one.
    """
    found: dict[str, dict[str, Any]] = {}
    for item in (item for items in visits for item in items):
        known = {key: item.get(key) for key in ("id", "kind", "name")}
        found.setdefault(str(item.get("id")), {**known, "gone": bool(item.get("gone")), "answers": {}, "note": ""})
    for part in parts:
        mapped = item_of_part(part, equipment)
        if mapped is not None:
            found.setdefault(mapped["id"], mapped)
    return list(found.values())


def item_problems(items: Sequence[Item], standard: Standard) -> Iterator[tuple[str, str, Message]]:
    """Yield what cannot be used in a list of items: the item's id, the question, and why."""
    equipment = standard.equipment
    asked = plan_of(standard).asked
    own = {question.id for question in equipment.questions}
    seen: set[str] = set()
    for item in items:
        name = str(item.get("id") or "")
        if not name or name in seen:
            yield name, "", say("an item has no id of its own; open the form again")
        seen.add(name)
        if equipment.kind(item.get("kind")) is None:
            yield name, "", say("'{kind}' is no kind of equipment; choose one", kind=item.get("kind"))
        if any(len(str(item.get(key) or "")) > _LONGEST_TEXT for key in ("name", "note")):
            yield name, "", say("the name or the note is too long; shorten it")
        answers = item.get("answers") or {}
        if not isinstance(answers, Mapping):
            yield name, "", say("the answers cannot be read; open the form again")
            continue
        for question, value in answers.items():
            if question in own and word_of(value) not in ("yes", "no", "not_seen", None):
                yield name, question, say("'{value}' is no answer; use yes or no", value=value)
            elif question not in own and question not in asked:
                yield name, question, say("this is not asked of an item; leave it out")
        for remark in read_evidence([{key: answers[key] for key in answers if key in asked}], standard).remarks:
            yield name, remark.question, remark.why
