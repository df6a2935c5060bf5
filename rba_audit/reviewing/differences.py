"""Two versions of what was seen at one site, side by side in words; which of the two is right is for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rba_audit.equipment import fold
from rba_audit.moves import SCOPE_WORDS, STAGE_WORDS
from rba_audit.register import Visit
from rba_audit.reviewing.readings import texts_of
from rba_audit.standard import Standard
from rba_audit.words import Message, day_words, say


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two visits say differently.

    Attributes:
        what: The question, or what else it is, in words.
        code: The question's id; empty where it is no question.
        one: What the first says; empty where it says nothing.
        other: What the second says.
    """

    what: Message | str
    code: str
    one: str
    other: str


def differing(one: Visit, one_edition: Standard, other: Visit, other_edition: Standard) -> list[Difference]:
    """Return what two visits say differently: the head, answers in the order of the second's edition, notes, items, photos."""
    return [each for each in _beside(one, one_edition, other, other_edition) if each.one != each.other]


def _beside(one: Visit, one_edition: Standard, other: Visit, other_edition: Standard) -> Iterator[Difference]:
    yield Difference(say("Edition"), "", one.edition, other.edition)
    yield Difference(say("Day of the visit"), "", day_words(one.day), day_words(other.day))
    yield Difference(say("Name"), "", one.auditor, other.auditor)
    yield Difference(say("What was looked at"), "", *(str(SCOPE_WORDS[each.scope]) for each in (one, other)))
    yield Difference(say("Kind of visit"), "", *(str(STAGE_WORDS[each.stage]) for each in (one, other)))
    first = texts_of(fold(one.items, one.answers, one_edition), one_edition)
    second = texts_of(fold(other.items, other.answers, other_edition), other_edition)
    asked = {
        question.id: str(question.ask) for edition in (other_edition, one_edition) for question in edition.questions
    }
    for id, ask in asked.items():
        yield Difference(ask, id, first.get(id, ""), second.get(id, ""))
        if one.notes.get(id) or other.notes.get(id):
            told = say("Note: {question}", question=ask)
            yield Difference(told, id, one.notes.get(id, ""), other.notes.get(id, ""))
    yield Difference(say("Note"), "", one.note, other.note)
    yield Difference(say("Position"), "", _position(one), _position(other))
    yield from _items(one, other, one_edition, other_edition)
    yield Difference(say("Photos"), "", *_photos(one, other))


def _items(one: Visit, other: Visit, one_edition: Standard, other_edition: Standard) -> Iterator[Difference]:
    first, second = _by_id(one), _by_id(other)
    for id in dict.fromkeys([*first, *second]):
        name = str((second.get(id) or first[id]).get("name") or id)
        told = say("Equipment: {name}", name=name)
        yield Difference(told, "", _item(first.get(id), one_edition), _item(second.get(id), other_edition))


def _by_id(visit: Visit) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("id", "")): item for item in visit.items}


def _item(item: Mapping[str, Any] | None, standard: Standard) -> str:
    if item is None:
        return str(say("not listed"))
    if item.get("gone"):
        return str(say("no longer there"))
    given: Mapping[str, Any] = item.get("answers") or {}
    words = texts_of(given, standard)
    answers = [words.get(key) or str(value) for key, value in given.items()]
    return "; ".join([*answers, *filter(None, [str(item.get("note") or "")])]) or str(say("listed, not looked at"))


def _position(visit: Visit) -> str:
    where = visit.position
    return f"{where.get('lat')}, {where.get('lon')}" if where else ""


def _photos(one: Visit, other: Visit) -> tuple[str, str]:
    """Return how many photos each has, and how many of them the other lacks."""
    first, second = ({photo.sha256 for photo in visit.photos} for visit in (one, other))

    def told(own: set[str], others: set[str]) -> str:
        return str(say("{count}, of which {only} only here", count=len(own), only=len(own - others)))

    return ("", "") if first == second else (told(first, second), told(second, first))
