"""What a form finds at a site when it is opened: what is known, what was answered before, and where the site lies.

A visit that somebody else made lately is never told here, so that two audits stay independent: of its items no more is told
than which there are, what they are called, and whether they are gone; and of what it settled, that it is settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from rba_audit.current_answers import compose_answers, known_items_of
from rba_audit.days import today
from rba_audit.equipment import item_of_part, items_of_document
from rba_audit.fieldwork import items_there, version_to_correct
from rba_audit.fieldwork.positions import allowed_m
from rba_audit.forms import Answer, answer_texts, known_answers
from rba_audit.layers import ContextFeature
from rba_audit.messages import format_day, say
from rba_audit.register import Register, Visit
from rba_audit.review_states import COUNTED, State
from rba_audit.sites.site import lenient_shape
from rba_audit.standard import Standard
from rba_audit.web.http.access import person
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.settled_answers import audited, settled_requirements
from rba_audit.web.pages.sites.position_notes import doubt_sentences
from rba_audit.whereabouts import Boundary, boundaries_of, stated_code

_FINENESS_DEG: Final = 0.00001
"""About a metre: an outline for a phone needs no more."""
_NEAR_DEG: Final = 0.02
"""About two kilometres: who may be the neighbour that a stray point fell into."""


def independent_since() -> date:
    """Return the day from which on a visit is shown to nobody but its author.

    Whoever audits the same site within the time in which two visits make a double audit sees for themselves.
    """
    return today() - timedelta(days=services().policies.agreement.window_days.value)


class FormContext:
    """One site as the form finds it: its document, the visits this person may see, and what is known from both."""

    def __init__(self, register: Register, standard: Standard, site_id: str, author: str) -> None:
        self.id = site_id
        self.standard = standard
        self.author = author
        self._register = register
        self._site = register.site(site_id)
        self._facts = self._site.facts
        self.visits: list[tuple[Visit, State]] = [
            (visit, register.reviews.status(visit.root).state) for visit in register.visits.for_site(site_id)
        ]
        self.known: Mapping[str, Answer] = known_answers({**self._facts, **self._answers}, standard)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._site.name

    @cached_property
    def last(self) -> Visit | None:
        """The visit before this one, as far as this person may see it: the one sent back to them goes first."""
        return self.to_correct or next(iter(self._shown), None)

    @cached_property
    def _shown(self) -> list[Visit]:
        """The visits that this person may see, newest first."""
        since = independent_since()
        return [
            visit
            for visit, state in self.visits
            if (state != "rejected" and visit.author == self.author) or (state == "approved" and visit.day < since)
        ]

    @cached_property
    def _sources(self) -> Mapping[str, Visit]:
        """The visit of each answer that was given before: checks lie over the full visit, and a correction takes up its own."""
        if self.to_correct:
            return dict.fromkeys(self.to_correct.answers, self.to_correct)
        counts = compose_answers([*reversed(self._shown)], self.standard, services().policies.agreement)
        return {} if counts is None else counts.sources

    @cached_property
    def _answers(self) -> Mapping[str, object]:
        return {question: visit.answers[question] for question, visit in self._sources.items()}

    @cached_property
    def to_correct(self) -> Visit | None:
        """The visit of this person that a reviewer sent back, in its newest version."""
        return next(
            (visit for visit, state in self.visits if state == "has_issues" and visit.author == self.author), None
        )

    @cached_property
    def issues(self) -> Mapping[str, str]:
        """What the reviewer wrote about it, by question id; what is about the visit as a whole under an empty id."""
        if self.to_correct is None:
            return {}
        move = next(
            each for each in reversed(self._register.reviews.history(self.to_correct.root)) if each.to == "has_issues"
        )
        return {**({"": move.note} if move.note else {}), **move.notes}

    @property
    def last_day(self) -> str:
        """The day of the visit before this one, as people write it."""
        return format_day(self.last.day) if self.last else ""

    @cached_property
    def visited(self) -> Mapping[str, str]:
        """The answers of the visits before this one, as people read them."""
        return answer_texts(self._answers, self.standard)

    @cached_property
    def on_file(self) -> Mapping[str, str]:
        """The answers that the site's own document carries; that something was not seen is nothing to know again."""
        unseen = {name for name, value in known_answers(self._facts, self.standard).items() if value == "not_seen"}
        texts = answer_texts(self._facts, self.standard)
        return {name: text for name, text in texts.items() if name not in unseen}

    def earlier(self, question_id: str) -> str:
        """Return a line on what was answered before; empty where nothing was."""
        if question_id in self.visited:
            day = format_day(self._sources[question_id].day)
            if self._sources[question_id].scope == "check":
                return str(say("Check, {day}: {answer}", day=day, answer=self.visited[question_id]))
            return str(say("Last visit, {day}: {answer}", day=day, answer=self.visited[question_id]))
        return str(say("On file: {answer}", answer=self.on_file[question_id])) if question_id in self.on_file else ""

    @cached_property
    def doubts(self) -> list[str]:
        """Why the site may not lie where the register has it, as this person may read it."""
        return [str(told) for told in doubt_sentences(self.id, person())]

    @cached_property
    def standing(self) -> str:
        """What whoever opens the form has to know of a place that is in no list any more; empty where it is in one, or waits."""
        match self._register.site_events.status(self.id):
            case "retired":
                return str(say("This place is retired: no play space any more. A visit is kept, and is in no list."))
            case "declined":
                return str(say("The proposal of this place was declined. A visit is kept, and is in no list."))
            case _:
                return ""

    def document(self, context: tuple[ContextFeature, ...], parts: Iterable[Mapping[str, Any]]) -> dict[str, object]:
        """Return all of it as a phone keeps it, with the outlines of the kelurahan and of those around it.

        `parts` are the mapped parts of the site.
        """
        where = self._site.shape
        code = stated_code(self._site, policy=services().policies.whereabouts)
        home, around = _around(code, where, context)
        last = self.last
        return {
            "site": self.id,
            "edition": self.standard.edition,
            "name": self.name,
            "kelurahan_code": code,
            "kelurahan": home.name if home else self._site.kelurahan,
            "point": _point(where),
            "outline": _geojson(where) if where is not None and where.geom_type != "Point" else None,
            "accuracy_m": self._facts.get("position_accuracy_m"),
            "allowed_m": allowed_m(self._site),
            "doubts": self.doubts,
            "standing": self.standing,
            "kelurahan_outline": _geojson(home.shape) if home else None,
            "kelurahan_accuracy_m": home.stated_m if home else 0,
            "neighbours": [{"name": each.name, "outline": _geojson(each.shape)} for each in around],
            "known": {fact.id: self.known[fact.id] for fact in self.standard.facts if fact.id in self.known},
            "last": {
                "day": last.day.isoformat(),
                "day_words": self.last_day,
                "stage": last.stage,
                "scope": last.scope,
                "answers": known_answers(self._answers, self.standard),
                # Of another day than the last visit: a check lies over what was answered before it.
                "days": {id: format_day(each.day) for id, each in self._sources.items() if each.day != last.day},
                "checks": [id for id, each in self._sources.items() if each.scope == "check"],
                "texts": dict(self.visited),
                "notes": dict(last.notes),
                "note": last.note,
                "items": [dict(item) for item in last.items],
                **(self.sent or {}),
            }
            if last
            else None,
            "on_file": dict(self.on_file),
            **self._items(parts),
            "settled": settled_requirements(self._register, self.standard, self.id),
            "audited": audited(self._register, self.id),
            "issues": dict(self.issues) or None,
            "replaces": self.to_correct.id if self.to_correct else None,
        }

    def _items(self, parts: Iterable[Mapping[str, Any]]) -> dict[str, object]:
        """Return every item that the site is known to have, with nothing that was found on it, and which go on under another one.

        `list_rows` are those that an approved visit listed and none said to be gone: a full visit without them leaves them open.
        """
        visits = [(visit, state) for visit, state in reversed(self.visits) if state != "rejected"]
        there = {item.id for item in items_there([visit for visit, state in visits if state in COUNTED])}
        # What another surveyor says and nobody approved makes an item known; by it none is gone, or another one.
        heard = [visit for visit, state in visits if state in COUNTED or visit.author == self.author]
        known = known_items_of(heard, [visit for visit, _state in visits if visit not in heard])
        same = {item.id: item.same_as for item in known if item.same_as}
        heads = [{"id": item.id, "kind": item.kind, "name": item.name, "gone": item.gone} for item in known]
        parts = [*parts]
        items = items_of_document([heads], parts, self.standard.equipment)
        places = {
            str(mapped["id"]): {"point": point}
            for part in parts
            if (mapped := item_of_part(part, self.standard.equipment)) is not None
            if (point := _point(lenient_shape(part.get("geometry")))) is not None
        }
        return {
            "items": [
                {**item, "listed": item["id"] in there, **places.get(str(item["id"]), {})}
                for item in items
                if item["id"] not in same
            ],
            "same": same,
        }

    @cached_property
    def sent(self) -> dict[str, object] | None:
        """The version that was sent back to this person, whole, as its correction begins with it; None where none was.

        Photos that the server has are taken over by their hashes; of the others only the phone may still have the bytes.
        """
        visit = self.to_correct
        return None if visit is None else version_to_correct(self._register, visit, self.standard)


class BlankFormContext:
    """What stands in place of a site while the form is a shell: the phone fills it in."""

    id = ""
    name = ""
    standing = ""
    doubts: Sequence[str] = ()
    sent: Mapping[str, object] | None = None
    issues: Mapping[str, str] = {}  # nobody adds to it

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.known: Mapping[str, Answer] = {}

    def earlier(self, _question_id: str) -> str:
        """Return nothing; nothing is known."""
        return ""


def _around(
    code: str, where: BaseGeometry | None, context: Sequence[ContextFeature]
) -> tuple[Boundary | None, tuple[Boundary, ...]]:
    """Return the boundary a site belongs to by its code (the finest there is), and those of the same level close by."""
    boundaries = boundaries_of(context, policy=services().policies.whereabouts)
    at = boundaries.index_of_code(code)
    if at is None:
        return None, ()
    home = boundaries.all[at]
    near = (where or home.shape).buffer(_NEAR_DEG)
    others = (each for each in boundaries.all if each is not home and each.code and each.level == home.level)
    return home, tuple(each for each in others if each.shape.intersects(near))


def _point(where: BaseGeometry | None) -> list[float] | None:
    if where is None:
        return None
    middle = where.representative_point()
    return [middle.x, middle.y]


def _geojson(where: BaseGeometry) -> dict[str, Any]:
    return dict(mapping(where.simplify(_FINENESS_DEG)))
