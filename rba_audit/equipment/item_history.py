"""Merge the item lists of several visits into the known items of a site, with their current answers.

An item remains until a visit reports it gone or merged into another one. A full visit replaces all answers: an item that it does
not list is still there, but its answers are unknown. A check overrides only the answers that it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rba_audit.equipment.item_program import Item, word_of
from rba_audit.standard.kinds import NOT_SEEN_WORD

VisitListKind = Literal["full", "check", "names", "offers"]
"""How a visit's list is merged: `full` replaces the answers, `check` overrides some, `names` (an earlier visit whose answers no longer
count) only updates the items themselves, and `offers` only adds items that no other list has."""


@dataclass(frozen=True, slots=True)
class VisitItemList:
    """The list of items of one visit.

    Attributes:
        visit: The id of the visit.
        part: How the list is merged.
    """

    visit: str
    items: Sequence[Item]
    part: VisitListKind


@dataclass(frozen=True, slots=True)
class KnownItem:
    """One known item of a site.

    Attributes:
        kind: The kind by the newest visit that lists it; `name` likewise.
        gone: Whether a visit reported that it is no longer there.
        same_as: The id of the item that it was merged into; empty if it was not merged.
        listed: The id of the newest visit that lists it.
        gone_by: The id of the visit that reported it gone; empty if none did.
        answers: Its answers: several sets if merged entries of the item disagree, none if it was left out.
        sources: The id of the visit of each answer, by question.
        left_out: Whether it is not gone, and neither the full visit that counts nor a later check lists it.
        added: Whether only visits of kind `offers` list it, so that no visit that counts has answers about it.
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
        """Return the item in the form of a visit's list, with one entry per set of answers."""
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
    """Return all items in the lists of a site's visits, oldest visit first, including those that are gone or merged.

    `same` are groups of questions about one measurement: an answer to one of them is copied to the whole group.
    """
    entries: dict[str, _ItemEntry] = {}
    groups = [tuple(group) for group in same]
    for visit_list in lists:
        if visit_list.part == "full":
            for entry in entries.values():
                entry.readings, entry.sources, entry.note, entry.left_out = [], {}, "", True
        by_id: dict[str, list[Item]] = {}
        for item in visit_list.items:
            by_id.setdefault(str(item["id"]), []).append(item)
        for id, items in by_id.items():
            _update_entry(entries, id, items, visit_list, groups)
        # The target of an earlier `same_as` may be listed only now.
        for entry in [*entries.values()]:
            target = _merge_target(entries, entry.id)
            if target is not entry and entry.readings:
                _merge(target, entry)
    return [_known_item(entries, entry) for entry in entries.values()]


def _update_entry(
    entries: dict[str, _ItemEntry], id: str, items: Sequence[Item], of: VisitItemList, groups: Sequence[tuple[str, ...]]
) -> None:
    """Merge the entries of one list for one item; several entries give several sets of answers."""
    entry, item = entries.get(id), items[-1]
    if entry is None:
        entry = entries[id] = _ItemEntry(id, str(item.get("kind") or ""), str(item.get("name") or ""), of.visit)
        if (
            of.part == "check"
        ):  # items may have been merged into this one before it was listed: they carry its answers so far
            for other in [*entries.values()]:
                if other is not entry and other.listed != of.visit and _merge_target(entries, other.id) is entry:
                    _merge(entry, other)
    elif of.part == "offers" and not entry.added:
        return
    entry.added = of.part == "offers"
    entry.kind, entry.name = str(item.get("kind") or entry.kind), str(item.get("name") or entry.name)
    entry.listed, entry.gone = of.visit, all(item.get("gone") for item in items)
    entry.same_as = str(item.get("same_as") or "")
    entry.gone_by = of.visit if entry.gone else ""
    if of.part not in ("full", "check"):
        return
    entry.left_out = False
    if of.part == "check" and entry.gone:
        return  # an item that is gone has no new answers
    entry.note = str(item.get("note") or "") or entry.note
    before = [{}] if of.part == "full" else entry.readings or [{}]
    readings = []
    for listed in items:
        given = _given(listed, groups)
        if of.part == "check":  # "not seen" in a check removes no earlier answer
            given = {name: value for name, value in given.items() if word_of(value) != NOT_SEEN_WORD}
        readings += [{**reading, **given} for reading in before]
        entry.sources |= dict.fromkeys(given, of.visit)
    entry.readings = _filled(reading for reading in readings if reading)


def _given(item: Item, groups: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return the answers about an item; an answer to one question of a group is copied to the whole group."""
    answers = item.get("answers")
    given = (
        {name: value for name, value in answers.items() if value not in (None, "")}
        if isinstance(answers, Mapping)
        else {}
    )
    for group in groups:
        words = [given[name] for name in group if name in given]
        if words:
            answer = next((word for word in words if word_of(word) != NOT_SEEN_WORD), words[0])
            given.update(dict.fromkeys(group, answer))
    return given


def _merge(target: _ItemEntry, other: _ItemEntry) -> None:
    """Move the answers of an entry to the one it is merged into; if they disagree, both sets of answers remain."""
    target.readings = _filled([*target.readings, *other.readings])
    target.sources = {**other.sources, **target.sources}
    other.readings, other.sources = [], {}


def _filled(readings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sets of answers of one item, each completed with answers that only the others have; without duplicates."""
    readings = list(readings)
    unique: list[dict[str, Any]] = []
    for own in readings:
        filled = dict(own)
        for other in readings:
            filled = {**other, **filled}
        if filled not in unique:
            unique.append(filled)
    return unique


def _merge_target(entries: Mapping[str, _ItemEntry], id: str) -> _ItemEntry:
    """Follow `same_as` to its end; return the entry itself if the chain leads to an unknown item or is a cycle."""
    entry, passed = entries[id], {id}
    while entry.same_as:
        if entry.same_as in passed or entry.same_as not in entries:
            return entries[id]
        passed.add(entry.same_as)
        entry = entries[entry.same_as]
    return entry


def _known_item(entries: Mapping[str, _ItemEntry], entry: _ItemEntry) -> KnownItem:
    target = _merge_target(entries, entry.id)
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
