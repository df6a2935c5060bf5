"""Initial item list of a form, and validation of the item list of a visit.

No outcome is computed here, and no answer is carried over from one visit to the next.
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
    """Return a mapped part of a site as an item without answers; None if the part is no equipment."""
    properties = part.get("properties")
    kind = equipment.kind_of_part(properties.get("type")) if isinstance(properties, dict) else None
    if kind is None or not isinstance(properties, dict) or properties.get("part") != "equipment":
        return None
    return {
        # Derived from the part's id, so that every phone gives the same part the same item id.
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
    """Return the known items of a site without answers: those of its visits (newest first), then its mapped parts.

    An item that is gone remains in the list with `gone` set, so that it is not listed again as a new one.
    """
    by_id: dict[str, dict[str, Any]] = {}
    for item in (item for items in visits for item in items):
        head = {key: item.get(key) for key in ("id", "kind", "name")}
        by_id.setdefault(str(item.get("id")), {**head, "gone": bool(item.get("gone")), "answers": {}, "note": ""})
    for part in parts:
        mapped = item_of_part(part, equipment)
        if mapped is not None:
            by_id.setdefault(mapped["id"], mapped)
    return list(by_id.values())


def item_problems(items: Sequence[Item], standard: Standard) -> Iterator[tuple[str, str, Message]]:
    """Yield the problems of an item list: the item's id, the question id (empty for the item itself) and the message."""
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
        for warning in read_evidence([{key: answers[key] for key in answers if key in asked}], standard).remarks:
            yield name, warning.question, warning.why
