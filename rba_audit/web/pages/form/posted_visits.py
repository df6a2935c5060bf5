"""Convert a form posted without scripts into a visit document, and show errors in the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from rba_audit.errors import Conflict, NotInRegister, RbaError
from rba_audit.fieldwork import SubmissionError, form_document, sent_by, stages_of
from rba_audit.forms import AuditForm
from rba_audit.register import Register, Visit
from rba_audit.register.person_records import Person
from rba_audit.web.pages.form.corrections import Correction


class PostedVisit:
    """A form that was posted, read as the visit of its author.

    Attributes:
        sure: The author's choice when asked about requirements that a full visit would leave open; empty if not asked yet.
        recorded: Whether this form was recorded before, so that no confirmation is needed.
    """

    def __init__(
        self, register: Register, form: AuditForm, site_id: str, author: Person, fields: Mapping[str, str]
    ) -> None:
        self._form = form
        self._site_id = site_id
        self._author = author
        self._replaces = fields.get("visit.replaces", "")
        self.sure = fields.get("visit.sure", "")
        self._before = sent_by(register, self._replaces, author.id, site_id) if self._replaces else None
        stored = _own_visit(register, str(form.visit_id.data), author)
        self.recorded = stored is not None
        form.corrects = bool(self._replaces)
        # A check does not send facts that were only prefilled. A fact that was sent before is not one of them.
        form.sent_before = {*(self._before[1]["answers"] if self._before else ()), *(stored.answers if stored else ())}
        if self.sure == "check":
            form.visit_scope.data = "check"
        # A correction keeps the stage of the version that it corrects.
        if len(own := stages_of(author)) == 1 and not form.corrects:
            form.visit_stage.data = own[0]

    def document(self) -> dict[str, Any]:
        """Return the document of a form that is valid."""
        form = self._form
        return form_document(
            id=str(form.visit_id.data),
            site=self._site_id,
            edition=form.standard.edition,
            author=self._author.id,
            auditor=form.visit_auditor.data or "",
            day=cast("date", form.visit_day.data),
            stage=form.visit_stage.data,
            scope=form.visit_scope.data,
            answers=form.answers(),
            notes=form.notes(),
            note=form.visit_note.data or "",
            replaces=self._replaces,
        )

    def correction(self) -> Correction | None:
        """Return a valid form as the next version of the author's visit; None if it corrects none of theirs."""
        if self._before is None:
            return None
        visit, before = self._before
        return Correction(self._form, before, visit.version, self.document())

    def show_refusal(self, error: RbaError) -> None:
        """Add the problems of a rejected visit to the form, each at its question."""
        form = self._form
        problems = (
            [(problem.question, str(problem.message)) for problem in error.problems]
            if isinstance(error, SubmissionError)
            else []
        )
        form.form_errors = []
        for question, message in problems or [("", str(error))]:
            if form.standard.has_question(question):
                field = form.field(form.standard.question(question))
                field.errors = [*field.errors, message]
            else:
                form.form_errors.append(message)
        if isinstance(error, Conflict):
            # The same id would conflict again, so the next submission gets a new one.
            form.visit_id.data = str(uuid4())
            if error.code in ("not_current", "other_visit") and error.kept is None:
                form.corrects = False


def hidden_fields(form: AuditForm, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the hidden fields that the form carries from one response to the next request."""
    carried = {name: fields.get(f"visit.{name}", "") for name in ("replaces", "sure", "left")}
    return carried if form.corrects else {**carried, "replaces": ""}


def _own_visit(register: Register, id: str, author: Person) -> Visit | None:
    try:
        stored = register.visits.get(str(UUID(id)))
    except (ValueError, NotInRegister):
        return None
    return stored if stored.author == author.id else None
