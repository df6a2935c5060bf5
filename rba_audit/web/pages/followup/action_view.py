"""View of one action: its state, the visit it is based on, and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for

from rba_audit.days import today
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import origin_words
from rba_audit.findings import Trace
from rba_audit.followup import LONGEST_ACTION_NOTE, may_confirm, met_by_other_auditor, risk_of
from rba_audit.followup.action_list import ActionLine, action_lines
from rba_audit.messages import Message, format_day, say
from rba_audit.register import Photo, Visit
from rba_audit.register.action_records import Action, ActionEvent
from rba_audit.review_states import COUNTED, REVIEW_STATE_WORDS, STATES
from rba_audit.sites import Site
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.formatting import format_moment, visit_words
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.blueprint import audited, check_link, disagreements_address, findings, names


@dataclass(frozen=True, slots=True)
class ActionEventView:
    """An event of an action, formatted for the page."""

    words: str
    name: str
    when: str
    note: str
    photo: str
    origin: str
    seq: int


@dataclass(frozen=True, slots=True)
class ActionFormProblem:
    """Why a form was rejected: the name of the form, and the message."""

    form: str
    message: str


def lines_of_site(now: Action) -> list[ActionLine]:
    """Return all actions of the site of an action."""
    return action_lines(services().register, audited(), today(), [now.request.site_id])


def action_page(id: str, *, problem: ActionFormProblem | None = None, overtaken: str = "", seen: int = 0) -> str:
    """Return the page of an action.

    Args:
        id: The action.
        problem: Why a form was rejected; its input is shown again.
        overtaken: The message about a conflict; the events after number `seen` are listed with it.
        seen: Number of the last event that the user saw.

    Raises:
        NotInRegister: there is no such action.
    """
    register = services().register
    now = register.actions.get(id)
    same_site = lines_of_site(now)
    line = next(candidate for candidate in same_site if candidate.action.id == id)
    visits = _SiteVisits(now.request.site_id)
    origins = register.action_photos.for_action(id)
    history = _history(register.actions.history(id), visits, origins, register.site(now.request.site_id))
    someone, policy = signed_in(), services().policies.followup
    risk = risk_of(now, policy=policy)
    trace = _trace(line)
    disputed = None if line.withdrawn or now.state == "closed" else met_by_other_auditor(register, audited(), now)
    return render_template(
        "followup/action.html",
        page="actions",
        line=line,
        action=now,
        asked=now.request,
        risk=risk,
        trace=trace,
        shall=_shall(now),
        made_of=visits.shown(now.request.visit_id),
        proof=visits.shown(line.proof.visit.id) if line.proof else None,
        disputed=visits.shown(disputed.id) if disputed else None,
        disagreements=disagreements_address(now.request.site_id) if disputed else "",
        check=check_link(now.request.site_id, [now.request.requirement]) if trace and not line.withdrawn else None,
        newer=next((other.action for other in same_site if other.action.request.previous == id), None),
        history=history,
        said_by=names().get(line.not_needed.person_id, line.not_needed.person_id) if line.not_needed else "",
        may_confirm=may_confirm(register, now, someone, policy=policy),
        may_close_by_visit=line.proof is not None
        and not (risk.second_person and line.proof.visit.author == someone.id),
        problem=problem,
        overtaken=overtaken,
        meanwhile=[event for event in history if event.seq > seen] if overtaken else [],
        typed=request.form if problem else {},
        today=today(),
        most_letters=LONGEST_ACTION_NOTE,
    )


def _trace(line: ActionLine) -> Trace | None:
    audit_findings, asked = findings(), line.action.request
    in_edition = asked.requirement in {requirement.id for requirement in audit_findings.standard.requirements}
    if not in_edition or asked.site_id not in audit_findings.source.ids:
        return None
    traces = audit_findings.traces(audit_findings.source.index_of(asked.site_id))
    return next(trace for trace in traces if trace.requirement.id == asked.requirement)


def _shall(action: Action) -> str:
    texts = [
        requirement.shall
        for requirement in findings().standard.requirements
        if requirement.id == action.request.requirement
    ]
    return str(texts[0]) if texts else ""


@dataclass(frozen=True, slots=True)
class VisitLink:
    """A visit as the page names it.

    Attributes:
        when: Its day, with the time if another visit of the site was on that day.
        state: Its review state if it does not count, else empty.
        review: Address of its review page; empty for readers who do not review.
    """

    when: str
    auditor: str
    check: bool
    state: str
    review: str


class _SiteVisits:
    """The visits of one site."""

    def __init__(self, site_id: str) -> None:
        self._site_id = site_id
        self._days: Counter[date] | None = None

    def shown(self, id: str) -> VisitLink | None:
        """Return a visit as the page names it; None if there is none or its row is damaged."""
        register = services().register
        try:
            visit = register.visits.get(id) if id else None
        except NotInRegister:
            visit = None
        if visit is None:
            return None
        state = register.reviews.status(visit.root).state
        reviews = signed_in().may("review")
        return VisitLink(
            self.when(visit),
            visit.auditor,
            visit.scope == "check",
            "" if state in COUNTED else str(REVIEW_STATE_WORDS[state]),
            url_for("reviewers.visit", visit_id=visit.id) if reviews else "",
        )

    def when(self, visit: Visit) -> str:
        """Return the day of a visit, with the time if another visit of the site was on that day."""
        if self._days is None:
            visits = services().register.visits.by_site(STATES, self._site_id)
            self._days = Counter(other.day for other in visits.get(self._site_id, ()))
        return visit_words(visit, same_day=self._days[visit.day] > 1)


def _history(
    events: tuple[ActionEvent, ...], visits: _SiteVisits, origins: Mapping[int, Photo], site: Site
) -> list[ActionEventView]:
    names_by_id = names()
    views = []
    reported = ""
    for event in events:
        if event.what in ("done", "not_needed"):
            reported = event.what
        views.append(
            ActionEventView(
                words=str(_words(event, reported, visits)),
                name=names_by_id.get(event.person_id, event.person_id),
                when=format_moment(event.at),
                note=event.note,
                photo=event.photo,
                origin=_origin(origins.get(event.seq), event, site),
                seq=event.seq,
            )
        )
    return views


def _origin(photo: Photo | None, event: ActionEvent, site: Site) -> str:
    """Return when and where the photo of an event was taken, as its file states, and any doubts; empty without a record of it."""
    if photo is None:
        return ""
    origin = origin_words(photo, event.day, site)
    return " ".join([f"{origin.when}, {origin.where}.", *map(str, origin.doubts)])


def _words(event: ActionEvent, reported: str, visits: _SiteVisits) -> Message:
    """Return the text of an event; `reported` is the last report (`done` or `not_needed`) that a second person had to confirm."""
    match event.what:
        case "made":
            return say("Made, due on {day}", day=format_day(event.due))
        case "due":
            return say("Due date changed to {day}", day=format_day(event.due))
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
        case "undone":
            owner = event.owner or str(say("nobody yet"))
            return say("Change undone: due on {day}, owner {name}", day=format_day(event.due), name=owner)
        case "closed":
            visit = visits.shown(event.visit_id)
            if visit and visit.check:
                return say("Closed: met at the check of {day}", day=visit.when)
            if visit:
                return say("Closed: met at the visit of {day}", day=visit.when)
    return (
        say("Confirmed that it is no longer needed, and closed")
        if reported == "not_needed"
        else say("Confirmed and closed")
    )
