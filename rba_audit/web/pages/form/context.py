"""Data that the form of a site starts from: known facts, earlier answers, and position.

Recent visits of other users are withheld, so that two audits stay independent. Of their items the form gets only id, kind, name
and whether they are gone; of the requirements that they settled, only that they are settled.
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
"""Tolerance in degrees to which outlines are simplified for a phone: about a metre."""
_NEAR_DEG: Final = 0.02
"""Distance in degrees (about 2 km) within which kelurahan are neighbours that a wrong point may lie in."""


def independent_since() -> date:
    """Return the first day whose visits are shown only to their author.

    Two visits within this window make a double audit, so the second auditor must not know the findings of the first.
    """
    return today() - timedelta(days=services().policies.agreement.window_days.value)


class FormContext:
    """A site as its form starts: its document, the visits that this person may see, and the answers known from both."""

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
        """The name of the site."""
        return self._site.name

    @cached_property
    def last(self) -> Visit | None:
        """The last visit that this person may see; one that was sent back to them takes precedence."""
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
        """The visit of each earlier answer: checks override the full visit; a correction starts from the visit it corrects."""
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
        """The reviewer's notes on the visit to correct, by question id; the note on the whole visit has an empty id."""
        if self.to_correct is None:
            return {}
        move = next(
            candidate
            for candidate in reversed(self._register.reviews.history(self.to_correct.root))
            if candidate.to == "has_issues"
        )
        return {**({"": move.note} if move.note else {}), **move.notes}

    @property
    def last_day(self) -> str:
        """The day of the last visit, formatted; empty without one."""
        return format_day(self.last.day) if self.last else ""

    @cached_property
    def visited(self) -> Mapping[str, str]:
        """The earlier answers as texts, by question id."""
        return answer_texts(self._answers, self.standard)

    @cached_property
    def on_file(self) -> Mapping[str, str]:
        """The answers in the site's own document as texts, by question id; `not_seen` is omitted, because it is no information."""
        unseen = {name for name, value in known_answers(self._facts, self.standard).items() if value == "not_seen"}
        texts = answer_texts(self._facts, self.standard)
        return {name: text for name, text in texts.items() if name not in unseen}

    def earlier(self, question_id: str) -> str:
        """Return a line about the earlier answer to a question; empty without one."""
        if question_id in self.visited:
            day = format_day(self._sources[question_id].day)
            if self._sources[question_id].scope == "check":
                return str(say("Check, {day}: {answer}", day=day, answer=self.visited[question_id]))
            return str(say("Last visit, {day}: {answer}", day=day, answer=self.visited[question_id]))
        return str(say("On file: {answer}", answer=self.on_file[question_id])) if question_id in self.on_file else ""

    @cached_property
    def doubts(self) -> list[str]:
        """The doubts about the position of the site, as messages that this person may read."""
        return [str(doubt) for doubt in doubt_sentences(self.id, person())]

    @cached_property
    def standing(self) -> str:
        """The message about a site that is retired, declined or out of use; empty in all other states."""
        match self._register.site_events.status(self.id):
            case "retired":
                return str(say("This place is retired: no play space any more. A visit is kept, and is in no list."))
            case "declined":
                return str(say("The proposal of this place was declined. A visit is kept, and is in no list."))
            case "undone":
                return str(say("The import of this place was undone. A visit is kept, and is in no list."))
            case _:
                return ""

    def document(self, context: tuple[ContextFeature, ...], parts: Iterable[Mapping[str, Any]]) -> dict[str, object]:
        """Return the context as a phone stores it, with the outlines of the kelurahan and its neighbours.

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
            "neighbours": [{"name": boundary.name, "outline": _geojson(boundary.shape)} for boundary in around],
            "known": {fact.id: self.known[fact.id] for fact in self.standard.facts if fact.id in self.known},
            "last": {
                "day": last.day.isoformat(),
                "day_words": self.last_day,
                "stage": last.stage,
                "scope": last.scope,
                "answers": known_answers(self._answers, self.standard),
                # Only answers of another day than the last visit: a check leaves older answers in effect.
                "days": {id: format_day(visit.day) for id, visit in self._sources.items() if visit.day != last.day},
                "checks": [id for id, visit in self._sources.items() if visit.scope == "check"],
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
        """Return `items`, the known items of the site without any findings, and `same`, the current id of each merged item.

        `listed` marks items that an approved visit listed and none reported as gone: a full visit without them leaves them open.
        """
        visits = [(visit, state) for visit, state in reversed(self.visits) if state != "rejected"]
        listed = {item.id for item in items_there([visit for visit, state in visits if state in COUNTED])}
        # An unapproved visit of another surveyor can make an item known; it cannot mark one as gone or as merged.
        heard = [visit for visit, state in visits if state in COUNTED or visit.author == self.author]
        known_items = known_items_of(heard, [visit for visit, _state in visits if visit not in heard])
        same = {item.id: item.same_as for item in known_items if item.same_as}
        heads = [{"id": item.id, "kind": item.kind, "name": item.name, "gone": item.gone} for item in known_items]
        parts = [*parts]
        items = items_of_document([heads], parts, self.standard.equipment)
        points = {
            str(mapped["id"]): {"point": point}
            for part in parts
            if (mapped := item_of_part(part, self.standard.equipment)) is not None
            if (point := _point(lenient_shape(part.get("geometry")))) is not None
        }
        return {
            "items": [
                {**item, "listed": item["id"] in listed, **points.get(str(item["id"]), {})}
                for item in items
                if item["id"] not in same
            ],
            "same": same,
        }

    @cached_property
    def sent(self) -> dict[str, object] | None:
        """The complete version that was sent back to this person, from which the correction starts; None without one.

        Photos on the server are referred to by hash; only the phone may still have the bytes of the others.
        """
        visit = self.to_correct
        return None if visit is None else version_to_correct(self._register, visit, self.standard)


class BlankFormContext:
    """Form context without a site, for the shell; the phone fills in the site."""

    id = ""
    name = ""
    standing = ""
    doubts: Sequence[str] = ()
    sent: Mapping[str, object] | None = None
    issues: Mapping[str, str] = {}  # never changed

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.known: Mapping[str, Answer] = {}

    def earlier(self, _question_id: str) -> str:
        """Return an empty text: a shell has no earlier answers."""
        return ""


def _around(
    code: str, where: BaseGeometry | None, context: Sequence[ContextFeature]
) -> tuple[Boundary | None, tuple[Boundary, ...]]:
    """Return the finest boundary with the code of the site (None without one), and those of the same level nearby."""
    boundaries = boundaries_of(context, policy=services().policies.whereabouts)
    index = boundaries.index_of_code(code)
    if index is None:
        return None, ()
    home = boundaries.all[index]
    near = (where or home.shape).buffer(_NEAR_DEG)
    others = (
        boundary
        for boundary in boundaries.all
        if boundary is not home and boundary.code and boundary.level == home.level
    )
    return home, tuple(boundary for boundary in others if boundary.shape.intersects(near))


def _point(where: BaseGeometry | None) -> list[float] | None:
    if where is None:
        return None
    middle = where.representative_point()
    return [middle.x, middle.y]


def _geojson(where: BaseGeometry) -> dict[str, Any]:
    return dict(mapping(where.simplify(_FINENESS_DEG)))
