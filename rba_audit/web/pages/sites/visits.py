"""Visits of one site for its page: the public sees approved ones, surveyors their own, the office all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from rba_audit.register import Register, Scope, Stage, Visit
from rba_audit.register.person_records import Person
from rba_audit.review_states import State
from rba_audit.web.http.access import may_open
from rba_audit.web.http.formatting import visit_words
from rba_audit.web.pages.review.view import history_of


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit; fields that this reader may not see are empty."""

    day: date
    when: str
    """The day in words; for signed-in readers with the time, if another visit was on the same day."""
    stage: Stage
    scope: Scope
    edition: str
    state: State
    auditor: str
    history: Sequence[Any]
    review: str
    """Address of its review page."""


def visits_of_site(register: Register, site_id: str, reader: Person | None) -> list[VisitLine]:
    """Return the visits of a site that `reader` (None: the public) may see, newest first."""
    states = [(visit, register.reviews.status(visit.root).state) for visit in register.visits.for_site(site_id)]
    visible = [(visit, state) for visit, state in states if _may_see(visit, state, reader)]
    days = Counter(visit.day for visit, _ in visible)
    return [_line(visit, state, reader, same_day=days[visit.day] > 1) for visit, state in visible]


def _may_see(visit: Visit, state: State, reader: Person | None) -> bool:
    if reader is None:
        return state == "approved"
    return reader.may("read_all_visits") or visit.author == reader.id


def _line(visit: Visit, state: State, reader: Person | None, *, same_day: bool) -> VisitLine:
    return VisitLine(
        day=visit.day,
        when=visit_words(visit, same_day=same_day and reader is not None),
        stage=visit.stage,
        scope=visit.scope,
        edition=visit.edition,
        state=state,
        auditor=visit.auditor if reader else "",
        history=history_of(visit.root) if reader else (),
        review=url_for("reviewers.visit", visit_id=visit.id) if may_open("reviewers.visit") else "",
    )
