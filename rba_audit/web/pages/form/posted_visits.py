"""Turn the form that was posted without a script into the document of a visit, and show its refusal in the form."""

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
        sure: What the author answered when asked what a full visit would leave open; empty where nobody asked.
        recorded: Whether this form was recorded before, so that there is nothing to ask.
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
        kept = _own_visit(register, str(form.visit_id.data), author)
        self.recorded = kept is not None
        form.corrects = bool(self._replaces)
        # A fact of a check that was only filled in is not sent; one that was sent before is no such fact.
        form.sent_before = {*(self._before[1]["answers"] if self._before else ()), *(kept.answers if kept else ())}
        if self.sure == "check":
            form.visit_scope.data = "check"
        # A correction keeps the kind of what it corrects.
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
        """Return a valid form as the next version of the author's visit; None where it corrects none of theirs."""
        if self._before is None:
            return None
        visit, before = self._before
        return Correction(self._form, before, visit.version, self.document())

    def show_refusal(self, fault: RbaError) -> None:
        """Put why the visit was refused into the form, beside the questions that are to blame."""
        form = self._form
        problems = (
            [(each.question, str(each.message)) for each in fault.problems]
            if isinstance(fault, SubmissionError)
            else []
        )
        form.form_errors = []
        for question, message in problems or [("", str(fault))]:
            if form.standard.has_question(question):
                field = form.field(form.standard.question(question))
                field.errors = [*field.errors, message]
            else:
                form.form_errors.append(message)
        if isinstance(fault, Conflict):
            # The same id would be refused again; what is sent next is a visit of its own.
            form.visit_id.data = str(uuid4())
            if fault.code in ("not_current", "other_visit") and fault.kept is None:
                form.corrects = False


def hidden_fields(form: AuditForm, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what the form carries from one answer of the server to the next."""
    carried = {name: fields.get(f"visit.{name}", "") for name in ("replaces", "sure", "left")}
    return carried if form.corrects else {**carried, "replaces": ""}


def _own_visit(register: Register, id: str, author: Person) -> Visit | None:
    try:
        kept = register.visits.get(str(UUID(id)))
    except (ValueError, NotInRegister):
        return None
    return kept if kept.author == author.id else None
