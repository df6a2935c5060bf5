"""Known items of a site, compared with the item list of an incoming visit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from rba_audit.current_answers import known_items_of
from rba_audit.equipment import Item
from rba_audit.equipment.item_history import KnownItem
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.review_states import COUNTED, STATES, State

_NOT_REJECTED: Final = frozenset(STATES) - {"rejected"}


def items_there(visits: Sequence[Visit]) -> list[KnownItem]:
    """Return the items of a site by its counted visits (oldest first) that are neither gone nor merged into another item."""
    return [item for item in known_items_of(visits) if not item.gone and not item.same_as]


def left_out(register: Register, site_id: str, items: Sequence[Item]) -> list[KnownItem]:
    """Return the items that approved visits have at a site and that are not in the list."""
    listed = {str(item["id"]) for item in items}
    return [item for item in items_there(_visits(register, site_id, COUNTED)) if item.id not in listed]


def merging_problems(register: Register, site_id: str, items: Sequence[Item]) -> Iterator[Message]:
    """Yield a message for each item whose `same_as` names an unknown item or leads back to itself."""
    under = {str(item["id"]): str(item.get("same_as") or "") for item in items}
    if not any(under.values()):
        return
    known_ids = {str(item["id"]) for visit in _visits(register, site_id, _NOT_REJECTED) for item in visit.items}
    for item in items:
        target, name = under[str(item["id"])], item.get("name") or item["kind"]
        if target and target not in under and target not in known_ids:
            yield say(
                "Correct {item}: it is said to be another item, which nobody knows here; choose again.", item=name
            )
        elif target and _is_cycle(str(item["id"]), under):
            yield say("Correct {item}: it is said to be the same as itself; choose another item.", item=name)


def _is_cycle(id: str, under: Mapping[str, str]) -> bool:
    """Return whether the chain of `same_as` from an item is a cycle."""
    passed = {id}
    while under.get(id):
        id = under[id]
        if id in passed:
            return True
        passed.add(id)
    return False


def remarks_on_a_list(
    document: Mapping[str, Any], missing: Sequence[KnownItem], complete: str | None
) -> Iterator[Message]:
    """Yield a warning if a full visit has items, or answers whether its list is complete, and leaves out known items.

    Args:
        document: The document of the visit.
        missing: Known items that its list lacks.
        complete: The id of the question whether the list is complete; None if the edition has none.
    """
    begun = bool(document.get("items")) or (complete is not None and complete in document["answers"])
    if missing and begun and document.get("scope") != "check":
        yield say(
            "Known here and not in this list: {names}. Look at them, or say that they are gone; until then what they decide is not known.",
            names=", ".join(item.name or item.kind for item in missing),
        )


def _visits(register: Register, site_id: str, states: Collection[State]) -> list[Visit]:
    return register.visits.by_site(states, site_id).get(site_id, [])
