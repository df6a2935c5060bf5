"""One action: what is asked, what happened to it, and what the reader may do next.

Each form carries the number of the event its reader saw last; what came between is shown, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.findings import Trace
from rba_audit.followup import (
    MOST_LETTERS,
    change_due,
    change_owner,
    close_by_visit,
    confirm,
    may_confirm,
    proofs,
    reopen,
    risk_of,
    say_done,
)
from rba_audit.followup.lists import Line, lines
from rba_audit.followup.rules import Risk
from rba_audit.photographs import LARGEST_BYTES
from rba_audit.register import Visit
from rba_audit.register.followups import Action, Event
from rba_audit.web.access import open_to, signed_in
from rba_audit.web.bounds import takes
from rba_audit.web.followups.frame import (
    DESK,
    SEE_OTHER,
    audited,
    findings,
    names,
    pages,
    seen_number,
    typed_day,
)
from rba_audit.web.judged import judged
from rba_audit.web.moments import day_words, moment_words
from rba_audit.web.pictures import picture
from rba_audit.words import Message, say

_FORM_BYTES: Final = 100_000
"""Of a form besides its photo."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is shown."""

    words: str
    name: str
    when: str
    note: str
    photo: str
    seq: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was not taken: which one, and the sentence."""

    form: str
    told: str


@pages.get("/actions/<uuid:action_id>")
@open_to(*DESK)
def action(action_id: UUID) -> str:
    """One action with its history."""
    return _page(str(action_id))


@pages.get("/actions/<uuid:action_id>/photos/<sha256>")
@open_to(*DESK)
def action_photo(action_id: UUID, sha256: str) -> BaseResponse:
    """A picture of an action; `?size=small` for lists."""
    register = judged().register
    senders = {event.photo: event.person_id for event in register.followups.history(str(action_id)) if event.photo}
    if sha256 not in senders:
        raise NotInRegister(say("This action has no such photo; look at its history."))
    return picture(register, sha256, senders[sha256])


@pages.post("/actions/<uuid:action_id>/due")
@open_to(*DESK)
def due(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Another due date, with the reason."""

    def move(id: str, seq: int) -> Action:
        day = typed_day("due", say("Choose the new due date."))
        return change_due(judged().register, id, seq, day, _field("reason"), signed_in(), today())

    return _moved(action_id, "due", move, say("The due date is changed."))


@pages.post("/actions/<uuid:action_id>/owner")
@open_to(*DESK)
def owner(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Who is to do it."""

    def move(id: str, seq: int) -> Action:
        return change_owner(judged().register, id, seq, _field("owner"), signed_in(), today())

    return _moved(action_id, "owner", move, say("The owner is noted."))


@pages.post("/actions/<uuid:action_id>/done")
@open_to(*DESK)
@takes(LARGEST_BYTES + _FORM_BYTES)
def done(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """It is done, with a note and a photo."""

    def move(id: str, seq: int) -> Action:
        sent = request.files.get("photo")
        return say_done(judged().register, id, seq, _field("note"), sent.read() if sent else b"", signed_in(), today())

    return _moved(action_id, "done", move, say("Noted: this is done."))


@pages.post("/actions/<uuid:action_id>/confirm")
@open_to(*DESK)
def confirmed(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """A second person confirms that it is done."""

    def move(id: str, seq: int) -> Action:
        return confirm(judged().register, id, seq, _field("note"), signed_in(), today())

    return _moved(action_id, "confirm", move, say("The action is closed."))


@pages.post("/actions/<uuid:action_id>/met")
@open_to(*DESK)
def met(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """A later visit proves that it is over."""

    def move(id: str, seq: int) -> Action:
        register = judged().register
        proof = proofs(register, audited(), [register.followups.get(id)]).get(id)
        return close_by_visit(register, proof, id, seq, _field("visit"), signed_in(), today())

    return _moved(action_id, "met", move, say("The action is closed, with that visit as proof."))


@pages.post("/actions/<uuid:action_id>/reopen")
@open_to(*DESK)
def opened_again(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Open it again, with the reason."""

    def move(id: str, seq: int) -> Action:
        return reopen(judged().register, id, seq, _field("reason"), signed_in(), today())

    return _moved(action_id, "reopen", move, say("The action is open again."))


def _field(name: str) -> str:
    return request.form.get(name, "")


def _moved(
    action_id: UUID, form: str, move: Callable[[str, int], Action], told: Message
) -> BaseResponse | tuple[str, int]:
    id = str(action_id)
    seq = 0
    try:
        seq = seen_number()
        move(id, seq)
    except Conflict as fault:
        return _page(id, overtaken=str(fault), seen=seq), 409
    except EvidenceError as fault:
        return _page(id, problem=Problem(form, str(fault))), 400
    flash(str(told), "success")
    return redirect(url_for("followups.action", action_id=id), code=SEE_OTHER)


def _page(id: str, *, problem: Problem | None = None, overtaken: str = "", seen: int = 0) -> str:
    register = judged().register
    now = register.followups.get(id)
    same_site = lines(register, audited(), today(), [now.asked.site_id])
    line = next(each for each in same_site if each.action.id == id)
    history = _history(register.followups.history(id))
    someone = signed_in()
    risk: Risk = risk_of(now)
    return render_template(
        "followups/action.html",
        page="actions",
        line=line,
        action=now,
        asked=now.asked,
        risk=risk,
        trace=_trace(line),
        shall=_shall(now),
        made_of=_visit(now.asked.visit_id),
        newer=next((each.action for each in same_site if each.action.asked.previous == id), None),
        history=history,
        may_confirm=may_confirm(register, now, someone),
        may_close_by_visit=line.proof is not None
        and not (risk.second_person and line.proof.visit.author == someone.id),
        problem=problem,
        overtaken=overtaken,
        meanwhile=[told for told in history if told.seq > seen] if overtaken else [],
        typed=request.form if problem else {},
        today=today(),
        most_letters=MOST_LETTERS,
    )


def _trace(line: Line) -> Trace | None:
    judgement, asked = findings(), line.action.asked
    known = asked.requirement in {each.id for each in judgement.standard.requirements}
    if not known or asked.site_id not in judgement.source.ids:
        return None
    traces = judgement.traces(judgement.source.index_of(asked.site_id))
    return next(trace for trace in traces if trace.requirement.id == asked.requirement)


def _shall(action: Action) -> str:
    found = [each.shall for each in findings().standard.requirements if each.id == action.asked.requirement]
    return str(found[0]) if found else ""


def _visit(id: str) -> Visit | None:
    return judged().register.visits.get(id) if id else None


def _history(events: tuple[Event, ...]) -> list[Told]:
    known = names()
    return [
        Told(
            words=str(_words(event)),
            name=known.get(event.person_id, event.person_id),
            when=moment_words(event.at),
            note=event.note,
            photo=event.photo,
            seq=event.seq,
        )
        for event in events
    ]


def _words(event: Event) -> Message:
    match event.what:
        case "made":
            return say("Made, due on {day}", day=day_words(event.due))
        case "due":
            return say("Due date changed to {day}", day=day_words(event.due))
        case "owner":
            return say("Owner: {name}", name=event.owner) if event.owner else say("Owner taken away")
        case "done":
            return say("Done, to be confirmed") if event.state == "done" else say("Done and closed")
        case "not_needed":
            if event.state == "done":
                return say("No longer needed, to be confirmed")
            return say("No longer needed, and closed")
        case "reopened":
            return say("Opened again")
        case "closed":
            visit = _visit(event.visit_id)
            if visit:
                return say("Closed: met at the visit of {day}", day=day_words(visit.day))
    return say("Confirmed and closed")
