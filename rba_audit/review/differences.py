"""Differences between two visits of one site in words, side by side; a person decides which of the two is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rba_audit.messages import Message, format_day, format_number, say
from rba_audit.register import Photo, Visit
from rba_audit.review.visit_answers import texts_of
from rba_audit.review.visit_view import item_texts
from rba_audit.review_states import SCOPE_WORDS, STAGE_WORDS
from rba_audit.standard import Standard


@dataclass(frozen=True, slots=True)
class VisitDifference:
    """A difference between two visits.

    Attributes:
        what: The question or other part of the visit, in words.
        code: The question's id; empty for other parts.
        one: The content in the first visit; empty if it has none.
        other: The content in the second visit; empty if it has none.
    """

    what: Message | str
    code: str
    one: str
    other: str


def visit_differences(
    one: Visit, one_edition: Standard, other: Visit, other_edition: Standard
) -> list[VisitDifference]:
    """Return the differences of two visits: head, answers and notes in the order of the second's edition, position, items."""
    return [
        difference
        for difference in _compared_parts(one, one_edition, other, other_edition)
        if difference.one != difference.other
    ]


def photo_counts(one: Visit, other: Visit) -> list[VisitDifference]:
    """Return one line with the numbers of photos if the two visits have different photos; else none."""
    difference = VisitDifference(say("Photos"), "", *_photos(one, other))
    return [difference] if difference.one != difference.other else []


def _compared_parts(
    one: Visit, one_edition: Standard, other: Visit, other_edition: Standard
) -> Iterator[VisitDifference]:
    yield VisitDifference(say("Edition"), "", one.edition, other.edition)
    yield VisitDifference(say("Day of the visit"), "", format_day(one.day), format_day(other.day))
    yield VisitDifference(say("Name"), "", one.auditor, other.auditor)
    yield VisitDifference(say("What was looked at"), "", *(str(SCOPE_WORDS[visit.scope]) for visit in (one, other)))
    yield VisitDifference(say("Kind of visit"), "", *(str(STAGE_WORDS[visit.stage]) for visit in (one, other)))
    # Compare the answers as given, without the aggregated item answers, so that one changed item is one difference.
    first, second = texts_of(one.answers, one_edition), texts_of(other.answers, other_edition)
    question_texts = {
        question.id: str(question.ask) for edition in (other_edition, one_edition) for question in edition.questions
    }
    for id in dict.fromkeys([*question_texts, *one.answers, *other.answers, *one.notes, *other.notes]):
        ask = question_texts.get(id, id)
        yield VisitDifference(ask, id, first.get(id, ""), second.get(id, ""))
        if one.notes.get(id) or other.notes.get(id):
            what = say("Note: {question}", question=ask)
            yield VisitDifference(what, id, one.notes.get(id, ""), other.notes.get(id, ""))
    yield VisitDifference(say("Note"), "", one.note, other.note)
    yield VisitDifference(say("Position"), "", _position(one), _position(other))
    yield from _items(one, other, one_edition, other_edition)


def _items(one: Visit, other: Visit, one_edition: Standard, other_edition: Standard) -> Iterator[VisitDifference]:
    first, second = _by_id(one), _by_id(other)
    for id in dict.fromkeys([*first, *second]):
        mine, theirs = first.get(id), second.get(id)
        name = str((theirs or mine or {}).get("name") or id)
        heading = say("Equipment: {name}", name=name)
        if mine is None or theirs is None:
            yield VisitDifference(heading, "", _item(mine, one_edition), _item(theirs, other_edition))
            continue
        yield VisitDifference(heading, "", _head(mine, one_edition), _head(theirs, other_edition))
        was, now = (item_texts(item, edition) for item, edition in ((mine, one_edition), (theirs, other_edition)))
        for question in dict.fromkeys([*was, *now]):
            ask = (now.get(question) or was[question])[0]
            what = say("{item}, {question}", item=name, question=ask)
            yield VisitDifference(what, question, was.get(question, ("", ""))[1], now.get(question, ("", ""))[1])
        what = say("Note: {question}", question=name)
        yield VisitDifference(what, "", str(mine.get("note") or ""), str(theirs.get("note") or ""))


def _by_id(visit: Visit) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("id", "")): item for item in visit.items}


def _head(item: Mapping[str, Any], standard: Standard) -> str:
    """Return the name, kind and state of an item, without its answers."""
    kind = standard.equipment.kind(item.get("kind"))
    parts = [str(item.get("name") or ""), str(kind.words) if kind else str(item.get("kind") or "")]
    if item.get("gone"):
        parts.append(str(say("no longer there")))
    if item.get("same_as"):
        parts.append(str(say("the same as another entry")))
    return "; ".join(filter(None, parts))


def _item(item: Mapping[str, Any] | None, standard: Standard) -> str:
    if item is None:
        return str(say("not listed"))
    if item.get("gone"):
        return str(say("no longer there"))
    answers = [text for _ask, text in item_texts(item, standard).values()]
    return "; ".join([*answers, *filter(None, [str(item.get("note") or "")])]) or str(say("listed, not looked at"))


def _position(visit: Visit) -> str:
    where = visit.position
    if not where:
        return ""
    accuracy = where.get("accuracy_m")
    accuracy_text = f" (±{format_number(accuracy, 1)} m)" if isinstance(accuracy, int | float) else ""
    return "; ".join(
        filter(None, [f"{where.get('lat')}, {where.get('lon')}{accuracy_text}", str(where.get("reason") or "")])
    )


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """Changed photos of one question or item between two versions.

    Attributes:
        question: The question they were taken for; empty if none.
        item: The item that they show; empty if none.
        gone: Photos that only the first version has.
        new: Photos that only the second version has.
    """

    question: str
    item: str
    gone: tuple[Photo, ...]
    new: tuple[Photo, ...]


def photo_changes(one: Visit, other: Visit) -> list[PhotoChange]:
    """Return the questions and items whose photos differ between two versions, in the order of the first."""
    places: dict[tuple[str, str], tuple[dict[str, Photo], dict[str, Photo]]] = {}
    for side, visit in enumerate((one, other)):
        for photo in visit.photos:
            places.setdefault((photo.question, photo.item), ({}, {}))[side][photo.sha256] = photo
    return [
        PhotoChange(
            question,
            item,
            tuple(photo for hash, photo in first.items() if hash not in second),
            tuple(photo for hash, photo in second.items() if hash not in first),
        )
        for (question, item), (first, second) in places.items()
        if first.keys() != second.keys()
    ]


def _photos(one: Visit, other: Visit) -> tuple[str, str]:
    """Return for each visit, in words, the number of its photos and how many of them the other lacks; empty if equal."""
    first, second = ({photo.sha256 for photo in visit.photos} for visit in (one, other))

    def count_words(own: set[str], others: set[str]) -> str:
        return str(say("{count}, of which {only} only here", count=len(own), only=len(own - others)))

    return ("", "") if first == second else (count_words(first, second), count_words(second, first))
