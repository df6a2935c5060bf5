"""Audit form of one site, and the form without a site that phones store for use without a network.

The form shows known data, and passes the input to the intake in `fieldwork` as a phone does; nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from rba_audit.errors import RbaError
from rba_audit.evidence import read_evidence
from rba_audit.fieldwork import VisitIntake, first_titles, stages_of, take_document, usual_stage
from rba_audit.forms import AnswerField, AuditForm, audit_form, form_chapters, limit_words, questions_asked
from rba_audit.messages import Message, say
from rba_audit.register import SCOPES, STAGES, Register
from rba_audit.register.person_records import Person
from rba_audit.register.records import as_json
from rba_audit.standard import METHODS, Requirement, Standard
from rba_audit.web.http import labels
from rba_audit.web.http.access import may_open, open_to, person, require_area, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.intake import intake_context
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.checks import question_dependencies, read_check_scope
from rba_audit.web.pages.form.context import BlankFormContext, FormContext
from rba_audit.web.pages.form.corrections import RemovalConfirmation, begin
from rba_audit.web.pages.form.measurements import SiteMeasurement, compare_answers, site_measurements
from rba_audit.web.pages.form.messages import form_words, measured_rule
from rba_audit.web.pages.form.one_question_messages import leaving_words
from rba_audit.web.pages.form.posted_visits import PostedVisit, hidden_fields
from rba_audit.web.pages.form.settled_answers import requirements_lost_by
from rba_audit.web.pages.form.stages import stage_choices
from rba_audit.web.pages.standards import get_edition

pages = Blueprint("surveyors", __name__)

_BAD_REQUEST = 400
_SEE_OTHER = 303


@pages.route("/sites/<path:site_id>/audit", methods=["GET", "POST"])
@open_to("audit")
@takes(OF_A_FORM)
def audit(site_id: str) -> Response | str | tuple[str, int]:
    """The form of one site; sending is idempotent: a visit is recorded once.

    `edition` selects the edition of the form, so that a draft continues under the edition it was begun with. `check` selects the
    form of a check, limited to the requirements named there; see `read_check_scope`.
    """
    now = services()
    home = now.whole.site_events.merge_targets().target_of(site_id)
    if request.method == "GET" and home != site_id and may_open("surveyors.audit", site_id=home):
        query = request.query_string.decode("ascii", "replace")
        address = url_for("surveyors.audit", site_id=home)
        return redirect(f"{address}?{query}" if query else address, code=_SEE_OTHER)
    opened = opened_site(site_id)
    if request.method == "GET":
        return _opened_form(opened)
    form = audit_form(opened.standard).opened(request.form, opened.known, "")
    visit = PostedVisit(now.register, form, site_id, signed_in(), request.form)
    if not form.validate():
        return _page(opened, form), _BAD_REQUEST
    correction = visit.correction()
    if correction and "visit.back" in request.form:
        correction.put_back()
        return _page(opened, form)
    document = correction.document if correction else visit.document()
    if not visit.recorded:
        confirmation = correction.asked(request.form.get("visit.left", "")) if correction else None
        if confirmation:
            return _page(opened, form, confirmation=confirmation), _BAD_REQUEST
        lost = [] if visit.sure else requirements_lost_by(now.register, document, opened.standard)
        if lost:
            return _page(opened, form, lost), _BAD_REQUEST
    try:
        intake = take_document(intake_context(), as_json(document).encode(), signed_in(), id=document["id"])
    except RbaError as error:
        visit.show_refusal(error)
        return _page(opened, form), _BAD_REQUEST
    _report_recorded(opened, form, intake)
    return redirect(url_for("planners.site", site_id=site_id), code=_SEE_OTHER)


def _opened_form(opened: FormContext) -> Response | str:
    """Return the form before its input is sent: blank, of a check, or filled with the version to correct."""
    sent = None if "check" in request.args else opened.sent
    if sent and sent["edition"] != opened.standard.edition and "edition" not in request.args:
        # A correction keeps the edition of the version that it corrects.
        return redirect(url_for("surveyors.audit", site_id=opened.id, edition=sent["edition"]))
    # A new version starts with the facts of the version before, without facts known only from other sources.
    form = audit_form(opened.standard).opened(None, {} if sent else opened.known, str(uuid4()))
    form.visit_auditor.data = signed_in().name
    form.visit_stage.data = usual_stage(services().register, signed_in())
    form.visit_scope.data = "check" if "check" in request.args else "full"
    if sent:
        begin(form, sent)
    return _page(opened, form, sent=sent)


def _report_recorded(opened: FormContext, form: AuditForm, intake: VisitIntake) -> None:
    if not intake.new:
        flash(str(say("This visit was recorded before; nothing was added.")), "success")
        return
    flash(str(say("The visit is recorded; it counts once a reviewer has approved it.")), "success")
    precedences = compare_answers(measured_of(opened), form.answers(), form.notes(), opened.standard)
    if count := list(precedences.values()).count("differs"):
        message = say(
            "Differs from what was measured, without a reason: {count}. There, the measurement counts.", count=count
        )
        flash(str(message), "warn")
    for message in intake.remarks:
        flash(str(message), "warn")


def shell(edition: str) -> str:
    """Return the form of an edition without a site; a phone stores it and fills in the site that it opens.

    Raises:
        StandardError: there is no such edition.
    """
    standard = get_edition(edition)
    return _page(BlankFormContext(standard), audit_form(standard).opened(None, {}, ""))


def opened_site(site_id: str) -> FormContext:
    """Return the form context of a site, if the signed-in user may fill in its form.

    Raises:
        NotInRegister: there is no such site, or it is outside the user's work area and has no visit to correct.
        StandardError: there is no edition of the name in `edition`.
    """
    now = services()
    standard = get_edition(request.args.get("edition") or now.standard.edition)
    someone = person()
    corrects = someone is not None and _is_to_correct(now.register, site_id, someone)
    if not corrects:
        require_area(someone, site_id)
    return FormContext(now.register, standard, site_id, someone.id if someone else "")


def _is_to_correct(register: Register, site_id: str, someone: Person) -> bool:
    """Return whether this person has a visit of the site to correct, which they may do outside their work area too.

    A posted form must name that visit, or have been recorded before; otherwise it is a new visit.
    """
    own = [visit for visit in register.visits.by_author(someone.id) if visit.site_id == site_id]
    if request.method == "POST":
        if any(visit.id == request.form.get("visit.id") for visit in own):
            return True
        own = [visit for visit in own if visit.id == request.form.get("visit.replaces", "")]
    return any(register.reviews.status(visit.root).state == "has_issues" for visit in own)


def measured_of(opened: FormContext | BlankFormContext) -> dict[str, SiteMeasurement]:
    """Return the measurements of the opened site by question id; empty for a form without a site."""
    if not opened.id:
        return {}
    return site_measurements(services().findings_at(opened.id), opened.id, opened.standard, services().context)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A problem of the form: `target` is the field, `where` its title, `told` the message."""

    target: str
    where: str
    message: str


def _page(
    opened: FormContext | BlankFormContext,
    form: AuditForm,
    lost: Sequence[Requirement] = (),
    *,
    sent: Mapping[str, object] | None = None,
    confirmation: RemovalConfirmation | None = None,
) -> str:
    """Return the page of a form.

    `lost` are the settled requirements that a full visit would leave open. `confirmation` names what a correction would leave out
    of the version that was `sent`. The author has to confirm both.
    """
    standard = opened.standard
    answers = {**opened.known, **form.answers()}
    someone = person()
    check = read_check_scope(request.args, standard)
    return render_template(
        "form/form.html",
        page="sites",
        site=opened,
        form=form,
        chapters=form_chapters(standard),
        faults=form_problems(form),
        lost={"count": len(lost), "titles": first_titles(lost)} if lost else None,
        sent=sent or (opened.sent if form.corrects else None),
        left_out=confirmation,
        form_says=hidden_fields(form, request.form),
        check=check,
        methods=METHODS,
        needs=question_dependencies,
        scopes=[(scope, labels.plain_label(labels.SCOPES, scope)) for scope in SCOPES],
        stages=[
            (stage, labels.plain_label(labels.STAGES, stage))
            for stage in STAGES
            if not someone or stage in (*stages_of(someone), form.visit_stage.data)
        ],
        limit=lambda requirement: limit_words(requirement, standard, answers),
        faulty=lambda requirements: _faulty(form, requirements),
        source=lambda key: _source(standard, key),
        labels=labels,
        asked=sum(
            check.shows(question.id) for question in questions_asked(standard, read_evidence([answers], standard))
        ),
        measured=measured_of(opened),
        measured_rule=measured_rule(),
        form_words=form_words(),
        leaving=leaving_words(),
        author={"id": someone.id, "name": someone.name, **stage_choices(services().register, someone)}
        if someone and opened.id
        else None,
        newest=services().standard.edition,
    )


def _faulty(form: AuditForm, requirements: Sequence[Requirement]) -> bool:
    return any(form.field(question).errors for requirement in requirements for question in requirement.questions)


def _source(standard: Standard, key: str) -> str:
    """Return the title of a source and the clause in it; the key alone where the edition does not list it."""
    name, _, clause = key.partition(" ")
    source = standard.sources.get(name)
    return " ".join(filter(None, [str(source.title) if source else name, clause]))


def form_problems(form: AuditForm) -> list[FormProblem]:
    """Return all problems of the form, in its order."""
    heads: dict[str, Message] = {
        "visit.auditor": say("Name"),
        "visit.day": say("Day of the visit"),
        "visit.stage": say("Kind of visit"),
        "visit.scope": say("What was looked at"),
        "visit.note": say("Note"),
    }
    problems = [FormProblem("form", "", message) for message in form.form_errors]
    for field in form:
        where = str(field.question.ask) if isinstance(field, AnswerField) else str(heads.get(field.name, ""))
        target = field.name if where else "form"
        problems += [FormProblem(target, where, str(message)) for message in field.errors]
    return problems
