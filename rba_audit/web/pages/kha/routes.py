"""Page of KHA training: trainings, people by hand, their list as a file, and undoing a recording."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_lists import people_csv, people_lines, people_workbook
from rba_audit.kla.kha_people import person_of, plain_text, record_people, save_training, undo_recording
from rba_audit.messages import say
from rba_audit.register.kla.trainings import KhaTraining
from rba_audit.reports import Provenance
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.kha.blueprint import (
    SEE_OTHER,
    chosen_sector,
    chosen_sites,
    field,
    form_certificate,
    form_day,
    form_hours,
    kha_policy,
    pages,
    site_names,
    titles,
)
from rba_audit.web.pages.kha.view import kha_page, read_query

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BAD_REQUEST: Final = 400


@pages.get("/kha")
@open_to("follow_up")
def page() -> str:
    """Trainings, the people trained and whom they reach, and the gaps per play space."""
    return kha_page()


@pages.post("/kha")
@open_to("follow_up")
def search() -> str:
    """The page with the people whose name holds what was typed."""
    return kha_page(search=field("q").strip())


@pages.get("/kha/people.<any(csv, xlsx):kind>")
@open_to("follow_up")
def people_file(kind: str) -> Response:
    """The list of people that match the filters, as a file."""
    query, policy = read_query(request.args), kha_policy()
    people = [person for person in services().register.kla.trainings.people() if query.admits(person)]
    lines = people_lines(people, policy, today(), site_names(), titles())
    words = query.words()
    origin = Provenance.of(services().standard, today(), tuple(words))
    describe_export(len(lines), filter=origin.filter_words)
    if kind == "csv":
        response = Response(people_csv(lines), mimetype="text/csv")
    else:
        response = Response(people_workbook(lines, origin.about()[1:]), mimetype=_XLSX)
    response.headers["Cache-Control"] = "no-store"
    return download(response, name_of("kha_people", kind, filter=words))


@pages.post("/kha/trainings")
@open_to("record_documents")
def add_training() -> BaseResponse | tuple[str, int]:
    """Record a training, or correct one."""
    by = signed_in()
    try:
        day = form_day("day")
        if day is None:
            raise EvidenceError(say("Write the day of the training."))
        training = KhaTraining(
            id=field("id"),
            title=plain_text(field("title"), say("Title")),
            day=day,
            organiser=plain_text(field("organiser"), say("Organiser")),
            hours=form_hours(),
            venue=plain_text(field("venue"), say("Venue")),
            person_id=by.id,
        )
        save_training(services().register, training, by)
    except EvidenceError as error:
        return kha_page(problem=str(error), of_form="training"), _BAD_REQUEST
    flash(str(say("The training is recorded.")), "success")
    return redirect(url_for("kha.page", _anchor="trainings"), code=SEE_OTHER)


@pages.post("/kha/people")
@open_to("record_documents")
def add_person() -> BaseResponse | tuple[str, int]:
    """Record a person by hand."""
    try:
        certificate = form_certificate()
        someone = person_of(field("name"), field("institution"), chosen_sector(), chosen_sites(), certificate)
        added = record_people(services().register, [someone], "form", signed_in(), field("id"))
    except EvidenceError as error:
        return kha_page(problem=str(error), of_form="person"), _BAD_REQUEST
    message = (
        say("This person was recorded already; nothing was added.") if added.same else say("The person is recorded.")
    )
    flash(str(message), "success")
    return redirect(url_for("kha.page", _anchor="people"), code=SEE_OTHER)


@pages.post("/kha/recordings/<uuid:recording_id>/undo")
@open_to("record_documents")
def undo(recording_id: UUID) -> BaseResponse:
    """Remove what a recording added."""
    undo_recording(services().register, str(recording_id), signed_in())
    flash(str(say("Undone: the people and certificates of that entry are removed.")), "success")
    return redirect(url_for("kha.page", _anchor="recorded"), code=SEE_OTHER)
