"""Tables of trained people: an empty one, the preview of one that was sent, and its recording.

Between preview and recording the page itself carries the people, so that a file that is not wanted leaves nothing behind.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final

from flask import Response, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_drafts import LARGEST_DRAFT_BYTES, draft_text, people_of_draft
from rba_audit.kla.kha_files import LARGEST_TABLE_BYTES
from rba_audit.kla.kha_lists import empty_table
from rba_audit.kla.kha_people import record_people
from rba_audit.kla.kha_table import read_people_table
from rba_audit.messages import say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.kha.blueprint import (
    SEE_OTHER,
    chosen_sector,
    chosen_training,
    field,
    kha_policy,
    pages,
    site_names,
    trainings,
)
from rba_audit.web.pages.kha.view import kha_page

_FORM_BYTES: Final = 20_000
"""Bytes of a form in addition to its file or draft."""
_BAD_REQUEST: Final = 400


@pages.get("/kha/table.csv")
@open_to("record_documents")
def blank_table() -> Response:
    """A table with the headings of the columns that are taken, to be filled in."""
    describe_export(0)
    return download(Response(empty_table(kha_policy()), mimetype="text/csv"), name_of("kha_table", "csv"))


@pages.post("/kha/table")
@open_to("record_documents")
@takes(LARGEST_TABLE_BYTES + _FORM_BYTES)
def preview() -> str | tuple[str, int]:
    """What a table would add; nothing is stored."""
    register = services().register
    with closing(request.files.get("table") or FileStorage()) as file:
        data = bytes(file.read())
    try:
        table = read_people_table(
            data, kha_policy(), register.sites(), sector=chosen_sector(), training_id=chosen_training()
        )
    except EvidenceError as error:
        return kha_page(problem=str(error), of_form="table"), _BAD_REQUEST
    addition = register.kla.trainings.preview(table.people)
    return kha_page(table=table, addition=addition, draft=draft_text(table.people))


@pages.post("/kha/table/record")
@open_to("record_documents")
@takes(LARGEST_DRAFT_BYTES + _FORM_BYTES)
def record_table() -> BaseResponse | tuple[str, int]:
    """Record the people of a table whose preview was shown."""
    request.max_form_memory_size = LARGEST_DRAFT_BYTES + _FORM_BYTES
    sectors = {sector.name: sector for sector in kha_policy().sectors}
    try:
        people = people_of_draft(request.form.get("draft", ""), sectors, site_names(), trainings())
        added = record_people(services().register, people, "table", signed_in(), field("id"))
    except EvidenceError as error:
        return kha_page(problem=str(error), of_form="table"), _BAD_REQUEST
    flash(
        str(
            say(
                "Recorded: {people} people and {certificates} certificates are new, {same} rows were there already.",
                people=added.people,
                certificates=added.certificates,
                same=added.same,
            )
        ),
        "success",
    )
    return redirect(url_for("kha.page", _anchor="recorded"), code=SEE_OTHER)
