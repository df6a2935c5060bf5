"""Forms that record and correct notes about an agency, on the list of its actions."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import action_lines
from rba_audit.followup.agency_notes import save_agency_note
from rba_audit.messages import say
from rba_audit.register.agency_notes import AgencyNote
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.action_list import ActionsDraft, list_page
from rba_audit.web.pages.followup.agency_view import agency_names
from rba_audit.web.pages.followup.blueprint import SEE_OTHER, audited, form_day, last_seen_event, pages


@pages.post("/actions/notes")
@open_to("follow_up")
def note_agency() -> BaseResponse | tuple[str, int]:
    """Record a note about an agency: what it answered, or a letter that was sent to it."""
    return _saved(request.form.get("id", ""), 1)


@pages.post("/actions/notes/<uuid:note_id>")
@open_to("follow_up")
def correct_agency_note(note_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record a further version of a note; one without text and letter strikes it out."""
    return _saved(str(note_id), None)


def _saved(root: str, version: int | None) -> BaseResponse | tuple[str, int]:
    """Record the note of the form as version `version` of `root`; None is the one after the version that the user saw."""
    form, by = request.form, signed_in()
    agency = form.get("agency", "")
    try:
        new = AgencyNote(
            id=root if version else form.get("id", ""),
            agency=agency,
            root=root,
            version=version or last_seen_event() + 1,
            letter=" ".join(form.get("letter", "").split()),
            letter_day=_letter_day(),
            note=form.get("note", "").strip(),
            person_id=by.id,
            day=today(),
        )
        lines = action_lines(services().register, audited(), today())
        save_agency_note(services().register, new, by, today(), agency_names(lines))
    except EvidenceError as error:
        draft = ActionsDraft(note_problem=str(error))
        return list_page(form, draft), 409 if hasattr(error, "code") else 400
    flash(str(say("The note is struck out.") if new.struck else say("The note is recorded.")), "success")
    return redirect(url_for("followups.actions", agency=agency, _anchor="notes"), code=SEE_OTHER)


def _letter_day() -> date | None:
    if not request.form.get("letter_day", "").strip():
        return None
    return form_day("letter_day", say("Write the day on which the letter was sent."))


pages.add_app_template_global(lambda: str(uuid4()), "new_id")
