"""What is known of the items of a site after several visits: which there are, and what was found on each.

An item stays until a visit says that it is gone, or the same as another one. A full visit looks at everything anew: what it
leaves out is known to be there, and nothing is known of how it is. A check lays what it answers over what was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rba_audit.equipment.item_program import Item, word_of
from rba_audit.standard.kinds import NOT_SEEN_WORD

VisitListKind = Literal["full", "check", "names", "offers"]
"""What a visit's list is to what counts: a full visit, a check, an earlier visit whose findings count no more, or one that may only
add what nobody knew."""


@dataclass(frozen=True, slots=True)
class VisitItemList:
    """The list of items of one visit.

    Attributes:
        visit: What names the visit.
        part: What the list is to what counts.
    """

    visit: str
    items: Sequence[Item]
    part: VisitListKind


@dataclass(frozen=True, slots=True)
class KnownItem:
    """One item as it is known.

    Attributes:
        kind: As the newest visit that listed it says; so is `name`.
        gone: Whether a visit said that it is no longer there.
        same_as: The item under which it goes on; empty where it goes on by itself.
        listed: The newest visit that listed it.
        gone_by: The visit that said that it is gone; empty where none did.
        answers: What was found: several where entries of one item were merged and do not agree, none where it was left out.
        sources: The visit of each answer, by question.
        left_out: Whether it is known to be there, and neither the full visit that counts nor a check since lists it.
        added: Whether only a visit that may add items has listed it, so that nothing that counts could look at it.
    """

    id: str
    kind: str
    name: str
    note: str
    gone: bool
    same_as: str
    listed: str
    gone_by: str
    answers: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, str]
    left_out: bool = False
    added: bool = False

    def entries(self) -> list[dict[str, Any]]:
        """Return the item as the lists of visits have it, one entry for each way in which its answers may be read."""
        head = {"id": self.id, "kind": self.kind, "name": self.name, "gone": self.gone, "note": self.note}
        return [{**head, "answers": dict(answers)} for answers in self.answers or ({},)]


@dataclass(slots=True)
class _ItemEntry:
    id: str
    kind: str
    name: str
    listed: str
    note: str = ""
    gone: bool = False
    gone_by: str = ""
    same_as: str = ""
    added: bool = False
    left_out: bool = False
    readings: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def items_from_visits(lists: Iterable[VisitItemList], same: Iterable[Sequence[str]] = ()) -> list[KnownItem]:
    """Return every item that the lists of a site's visits tell of, the oldest visit first; those that are gone or merged too.

    `same` are groups of questions that are one measurement: what is answered to one of them is answered to each.
    """
    known: dict[str, _ItemEntry] = {}
    groups = [tuple(group) for group in same]
    for each in lists:
        if each.part == "full":
            for entry in known.values():
                entry.readings, entry.sources, entry.note, entry.left_out = [], {}, "", True
        by_id: dict[str, list[Item]] = {}
        for item in each.items:
            by_id.setdefault(str(item["id"]), []).append(item)
        for id, items in by_id.items():
            _listed(known, id, items, each, groups)
        # An entry may name another one that is listed only now.
        for entry in [*known.values()]:
            target = _end_of(known, entry.id)
            if target is not entry and entry.readings:
                _merge(target, entry)
    return [_known(known, entry) for entry in known.values()]


def _listed(
    known: dict[str, _ItemEntry], id: str, items: Sequence[Item], of: VisitItemList, groups: Sequence[tuple[str, ...]]
) -> None:
    """Take up what a list says of one item; a list that has it twice says two things of it, and both stand."""
    entry, item = known.get(id), items[-1]
    if entry is None:
        entry = known[id] = _ItemEntry(id, str(item.get("kind") or ""), str(item.get("name") or ""), of.visit)
        if of.part == "check":  # it looks at what went on under this item before it was listed itself
            for other in [*known.values()]:
                if other is not entry and other.listed != of.visit and _end_of(known, other.id) is entry:
                    _merge(entry, other)
    elif of.part == "offers" and not entry.added:
        return
    entry.added = of.part == "offers"
    entry.kind, entry.name = str(item.get("kind") or entry.kind), str(item.get("name") or entry.name)
    entry.listed, entry.gone = of.visit, all(each.get("gone") for each in items)
    entry.same_as = str(item.get("same_as") or "")
    entry.gone_by = of.visit if entry.gone else ""
    if of.part not in ("full", "check"):
        return
    entry.left_out = False
    if of.part == "check" and entry.gone:
        return  # nothing can be found on what is not there
    entry.note = str(item.get("note") or "") or entry.note
    before = [{}] if of.part == "full" else entry.readings or [{}]
    readings = []
    for each in items:
        given = _given(each, groups)
        if of.part == "check":  # a look that saw nothing takes nothing back
            given = {name: value for name, value in given.items() if word_of(value) != NOT_SEEN_WORD}
        readings += [{**reading, **given} for reading in before]
        entry.sources |= dict.fromkeys(given, of.visit)
    entry.readings = _filled(reading for reading in readings if reading)


def _given(item: Item, groups: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return what was answered about an item; an answer to one question of a group stands under each of it."""
    answers = item.get("answers")
    given = (
        {name: value for name, value in answers.items() if value not in (None, "")}
        if isinstance(answers, Mapping)
        else {}
    )
    for group in groups:
        words = [given[name] for name in group if name in given]
        if words:
            said = next((word for word in words if word_of(word) != NOT_SEEN_WORD), words[0])
            given.update(dict.fromkeys(group, said))
    return given


def _merge(target: _ItemEntry, other: _ItemEntry) -> None:
    """Let what was found on two entries of one item stand under one: where they do not agree, both readings stand."""
    target.readings = _filled([*target.readings, *other.readings])
    target.sources = {**other.sources, **target.sources}
    other.readings, other.sources = [], {}


def _filled(readings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return readings of one item, each with what only the others say; those that are alike once."""
    each = list(readings)
    found: list[dict[str, Any]] = []
    for own in each:
        filled = dict(own)
        for rest in each:
            filled = {**rest, **filled}
        if filled not in found:
            found.append(filled)
    return found


def _end_of(known: Mapping[str, _ItemEntry], id: str) -> _ItemEntry:
    """Return the entry under which an item goes on; itself where what it says leads nowhere, or round in a circle."""
    entry, passed = known[id], {id}
    while entry.same_as:
        if entry.same_as in passed or entry.same_as not in known:
            return known[id]
        passed.add(entry.same_as)
        entry = known[entry.same_as]
    return entry


def _known(known: Mapping[str, _ItemEntry], entry: _ItemEntry) -> KnownItem:
    target = _end_of(known, entry.id)
    merged = target is not entry
    return KnownItem(
        id=entry.id,
        kind=entry.kind,
        name=entry.name,
        note=entry.note,
        gone=target.gone,
        same_as=target.id if merged else "",
        listed=entry.listed,
        gone_by=target.gone_by,
        answers=tuple(entry.readings),
        sources=dict(entry.sources),
        left_out=entry.left_out and not target.gone and not merged,
        added=entry.added,
    )
