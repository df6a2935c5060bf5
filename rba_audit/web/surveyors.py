"""The surveyor's page: the audit form of one site.

It shows what is known and takes what was seen; judging is left to `audits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response

from rba_audit.audits import take_visit
from rba_audit.errors import EvidenceError
from rba_audit.findings import STATUSES, Findings
from rba_audit.forms import (
    AnswerField,
    AuditForm,
    Chapter,
    answer_texts,
    audit_form,
    chapters,
    known_answers,
    limit_words,
)
from rba_audit.register import STAGES, Visit
from rba_audit.reports import score_words, status_words, text_of
from rba_audit.standard import Requirement, Standard
from rba_audit.web import labels
from rba_audit.web.judged import Judged, judged
from rba_audit.words import Message, say

pages = Blueprint("surveyors", __name__)

_BAD_REQUEST = 400
_SEE_OTHER = 303


@pages.route("/sites/<path:site_id>/audit", methods=["GET", "POST"])
def audit(site_id: str) -> Response | str | tuple[str, int]:
    """The form of one site; a visit that is sent is recorded once, however often it is sent."""
    now = judged()
    opened = OpenedSite(now, site_id)
    form_type = audit_form(now.standard)
    if request.method == "GET":
        return _page(opened, form_type.opened(None, opened.known, str(uuid4())))
    form = form_type.opened(request.form, opened.known, "")
    if not form.validate():
        return _page(opened, form), _BAD_REQUEST
    recorded = form.visit_id.data in {visit.id for visit in opened.visits}
    before = _verdict(now.findings(), site_id)
    try:
        take_visit(
            now.register,
            now.standard,
            site_id,
            form.answers(),
            auditor=form.visit_auditor.data or "",
            day=cast("date", form.visit_day.data),
            stage=form.visit_stage.data,
            note=form.visit_note.data or "",
            id=form.visit_id.data,
        )
    except EvidenceError as fault:
        form.form_errors = [str(fault)]
        # The same id would be refused again; what is sent next is a visit of its own.
        form.visit_id.data = str(uuid4())
        return _page(opened, form), _BAD_REQUEST
    if recorded:
        flash(str(say("This visit was recorded before; nothing was added.")), "success")
    else:
        flash(str(_told(before, _verdict(now.findings(), site_id))), "success")
    return redirect(url_for("planners.site", site_id=site_id), code=_SEE_OTHER)


class OpenedSite:
    """One site as the form finds it: its document, its visits, and what is known from both."""

    def __init__(self, now: Judged, site_id: str) -> None:
        self.id = site_id
        self.standard: Standard = now.standard
        properties = now.register.site(site_id).get("properties")
        self._properties: Mapping[str, object] = properties if isinstance(properties, dict) else {}
        self.visits = now.register.visits(site_id)
        self.known = known_answers({**self._properties, **(self.last.answers if self.last else {})}, now.standard)

    @property
    def name(self) -> str:
        """What people call it."""
        return text_of(self._properties.get("name")) or self.id

    @property
    def last(self) -> Visit | None:
        """The visit before this one."""
        return self.visits[0] if self.visits else None

    @property
    def last_day(self) -> str:
        """The day of the visit before this one, as people write it."""
        return day_words(self.last.day) if self.last else ""

    @cached_property
    def visited(self) -> Mapping[str, str]:
        """The answers of the visit before this one, as people read them."""
        return answer_texts(self.last.answers, self.standard) if self.last else {}

    @cached_property
    def on_file(self) -> Mapping[str, str]:
        """The answers that the site's own document carries."""
        return answer_texts(self._properties, self.standard)

    def earlier(self, question_id: str) -> str:
        """Return a line on what was answered before; empty where nothing was."""
        if question_id in self.visited:
            return str(say("Last visit, {day}: {answer}", day=self.last_day, answer=self.visited[question_id]))
        return str(say("On file: {answer}", answer=self.on_file[question_id])) if question_id in self.on_file else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be corrected, and where."""

    target: str
    where: str
    told: str


def day_words(day: date) -> str:
    """Return a day as people write it."""
    return str(format_date(day, "d MMM yyyy"))


def _page(opened: OpenedSite, form: AuditForm) -> str:
    standard = opened.standard
    known = {**opened.known, **form.answers()}
    return render_template(
        "surveyors/form.html",
        page="sites",
        site=opened,
        form=form,
        chapters=chapters(standard),
        faults=faults(form),
        stages=[(stage, labels.plain_label(labels.STAGES, stage)) for stage in STAGES],
        limit=lambda requirement: limit_words(requirement, standard, known),
        faulty=lambda requirements: _faulty(form, requirements),
        source=lambda key: _source(standard, key),
        labels=labels,
        asked=_asked(chapters(standard)),
        live_words=_live_words(),
    )


def _live_words() -> dict[str, object]:
    """What the estimate under the progress bar says; the braces are filled in by the page."""
    return {
        "status": {status: status_words(status) for status in STATUSES},
        "range": str(say("estimate {low}–{high} of {max}", low="{low}", high="{high}", max="{max}")),
        "one": str(say("estimate {low} of {max}", low="{low}", max="{max}")),
        "red": str(say("mandatory not met: {count}", count="{count}")),
        "open": str(say("not known yet: {count}", count="{count}")),
    }


def _asked(parts: tuple[Chapter, ...]) -> int:
    return sum(len(requirement.questions) for part in parts for requirement in part.core)


def _faulty(form: AuditForm, requirements: tuple[Requirement, ...]) -> bool:
    return any(form.field(question).errors for requirement in requirements for question in requirement.questions)


def _source(standard: Standard, key: str) -> str:
    """Return the title of a source and the clause in it; the key alone where the edition does not list it."""
    name, _, clause = key.partition(" ")
    source = standard.sources.get(name)
    return " ".join(filter(None, [str(source.title) if source else name, clause]))


def faults(form: AuditForm) -> list[Fault]:
    """Return everything to be corrected, in the order of the form."""
    heads: dict[str, Message] = {
        "visit.auditor": say("Name"),
        "visit.day": say("Day of the visit"),
        "visit.stage": say("Kind of visit"),
        "visit.note": say("Note"),
    }
    found = [Fault("form", "", told) for told in form.form_errors]
    for field in form:
        where = str(field.question.ask) if isinstance(field, AnswerField) else str(heads.get(field.name, ""))
        target = field.name if where else "form"
        found += [Fault(target, where, str(told)) for told in field.errors]
    return found


def _verdict(findings: Findings, site_id: str) -> tuple[str, str]:
    """Return status and score range of a site in words."""
    at = findings.source.index_of(site_id)
    verdict: dict[str, Any] = findings.verdict(at)
    return status_words(STATUSES[findings.conclusions.status[at]]), score_words(
        verdict["score_low"], verdict["score_high"], verdict["score_max"]
    )


def _told(before: tuple[str, str], after: tuple[str, str]) -> Message:
    if before == after:
        return say(
            "The visit is recorded. Status and score stay as they were: {status}, {score}.",
            status=after[0],
            score=after[1],
        )
    if before[0] == after[0]:
        return say(
            "The visit is recorded. The status stays “{status}”; score before → after: {before} → {after}.",
            status=after[0],
            before=before[1],
            after=after[1],
        )
    return say(
        "The visit is recorded. Status before → after: {status} → {new_status}; score: {before} → {after}.",
        status=before[0],
        new_status=after[0],
        before=before[1],
        after=after[1],
    )
