"""Dates of a round: shown with their source, and changed for one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import now_utc, today
from rba_audit.errors import Conflict, EvidenceError
from rba_audit.kla.calendar import KlaRound
from rba_audit.messages import say
from rba_audit.web.http import labels
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.folder.blueprint import BAD_REQUEST, CONFLICT, SEE_OTHER, pages
from rba_audit.web.pages.folder.selection import round_of_query

_LONGEST_SEQ = 6


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a round: its dates, whether the user entered them, and whether it is over or under way."""

    name: str
    words: str
    starts: date
    ends: date
    entered: bool
    over: bool
    current: bool


def round_view(round: KlaRound) -> dict[str, Any]:
    """Return the names that the templates read about a round: its steps, and where the shipped dates come from."""
    calendar, day = services().policies.kla.calendar, today()
    steps = [
        StepLine(
            step.name,
            str(step.words),
            *round.dates[step.name],
            entered=step.name in round.entered,
            over=round.dates[step.name][1] < day,
            current=round.dates[step.name][0] <= day <= round.dates[step.name][1],
        )
        for step in calendar.steps
    ]
    return {
        "round": round,
        "steps": steps,
        "shipped": [step for step in steps if not step.entered],
        "dates_note": calendar.origin.note,
        "dates_confidence": labels.label(labels.CONFIDENCE, calendar.origin.origin)
        if calendar.origin.origin in labels.CONFIDENCE
        else "",
        "dates_sources": [calendar.sources[key] for key in calendar.origin.sources if key in calendar.sources],
        "list_note": services().policies.kla.documents.origin.note,
    }


@pages.get("/folder/round")
@open_to("record_documents")
def round_page() -> str:
    """The form for the dates of a round."""
    return _page(round_of_query(request.args.get("year", ""))[0])


@pages.post("/folder/round")
@open_to("record_documents")
def save_round() -> BaseResponse | tuple[str, int]:
    """Save the dates of a round; a step whose fields are empty has the shipped dates again."""
    round, named = round_of_query(request.form.get("year", ""))
    seen = request.form.get("seen", "")
    try:
        if not named:
            raise EvidenceError(say("Choose a year of the list."))
        services().register.kla.rounds.save(
            round.year,
            _entered_dates(request.form),
            signed_in().id,
            now_utc(),
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= _LONGEST_SEQ else 0,
        )
    except EvidenceError as error:
        return _page(round, str(error), request.form), CONFLICT if isinstance(error, Conflict) else BAD_REQUEST
    flash(str(say("The dates of the round of {year} are saved.", year=str(round.year))), "success")
    return redirect(url_for("folder.page", year=round.year), code=SEE_OTHER)


def _entered_dates(form: Mapping[str, str]) -> dict[str, tuple[date, date]]:
    dates = {}
    for step in services().policies.kla.calendar.steps:
        texts = [form.get(f"{end}-{step.name}", "").strip() for end in ("starts", "ends")]
        if not any(texts):
            continue
        try:
            starts, ends = (date.fromisoformat(text) for text in texts)
        except ValueError:
            raise EvidenceError(
                say("{step}: choose the first and the last day, or leave both empty.", step=step.words)
            ) from None
        if ends < starts:
            raise EvidenceError(say("{step}: the last day is before the first; correct one of them.", step=step.words))
        dates[step.name] = (starts, ends)
    return dates


def _page(round: KlaRound, problem: str = "", form: Mapping[str, str] | None = None) -> str:
    settings = services().register.kla.rounds.get(round.year)
    view = round_view(round)
    typed = {
        f"{end}-{step.name}": getattr(step, end).isoformat()
        for step in view["steps"]
        if step.entered
        for end in ("starts", "ends")
    }
    names = {user.id: user.name for user in services().register.people.all()}
    return render_template(
        "folder/round.html",
        page="folder",
        problem=problem,
        typed=typed if form is None else form,
        seen=settings.seq if form is None else form.get("seen", ""),
        saved=(names.get(settings.person_id, settings.person_id), format_moment(settings.at)) if settings.at else None,
        **view,
    )
