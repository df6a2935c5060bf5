"""Imports of lists of sites: all imports, a new file, an empty table, and the original of an import with its undoing."""

from __future__ import annotations

from contextlib import closing
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, RbaError, SiteError, Unavailable
from rba_audit.imports import undo_import
from rba_audit.messages import say
from rba_audit.register.import_records import ImportRecord
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import city_day, format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.imports.blank_table import blank_table
from rba_audit.web.pages.imports.blueprint import BAD_REQUEST, FORM_BYTES, LARGEST_FILE_BYTES, SEE_OTHER, pages
from rba_audit.web.pages.imports.draft_reading import DraftImport, start_reading

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEGA: Final = 1_000_000
_LONGEST_NAME: Final = 150
_LONGEST_ENDING: Final = 12
MOST_SHOWN: Final = 100
"""Imports that the page shows."""


@pages.get("/imports")
@open_to("import_sites")
def page() -> str:
    """All imports, and a form for a new file."""
    return _page()


@pages.post("/imports")
@open_to("import_sites")
@takes(LARGEST_FILE_BYTES + FORM_BYTES)
def upload() -> BaseResponse | tuple[str, int]:
    """Read a file, and go on to its columns, or to the preview if they are sure; nothing is taken."""
    with closing(request.files.get("file") or FileStorage()) as file:
        name, data = _plain_name(file.filename or ""), bytes(file.read())
    if not data:
        return _page(
            str(say("Choose a file that holds something.")) if name else str(say("Choose a file first."))
        ), BAD_REQUEST
    by = signed_in()
    draft = services().import_drafts.add(by.id, name, data, DraftImport)
    try:
        start_reading(draft)
    except (SiteError, Unavailable) as error:
        services().import_drafts.discard(draft.id, by.id)
        return _page(str(error)), BAD_REQUEST
    return redirect(url_for("imports.draft", import_id=draft.id), code=SEE_OTHER)


@pages.get("/imports/table.<any(csv, xlsx):kind>")
@open_to("import_sites")
def table(kind: Any) -> Response:
    """An empty table to be filled in."""
    describe_export(0)
    response = Response(blank_table(kind), mimetype="text/csv" if kind == "csv" else _XLSX)
    return download(response, name_of("import_table", kind))


@pages.get("/imports/<uuid:import_id>/file")
@open_to("import_sites")
def file(import_id: UUID) -> Response:
    """The original file of an import."""
    imports = services().register.imports
    record = imports.get(str(import_id))
    counts = record.counts
    describe_export(counts.new + counts.changed + counts.same + counts.left + counts.refused, filter=record.file_name)
    response = Response(imports.read_file(record), mimetype="application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    ending = PurePath(record.file_name).suffix.lstrip(".").lower()
    ending = ending if ending.isascii() and ending.isalnum() and len(ending) <= _LONGEST_ENDING else "bin"
    return download(response, name_of("import", ending, day=record.at.date()))


@pages.post("/imports/<uuid:import_id>/undo")
@open_to("import_sites")
def undo(import_id: UUID) -> BaseResponse:
    """Undo a whole import."""
    try:
        undo_import(services().register, str(import_id), signed_in().id)
    except Conflict as error:
        flash(str(error), "error")
    else:
        flash(str(say("Undone: the register is as it was before this import.")), "success")
    return redirect(url_for("imports.draft", import_id=import_id), code=SEE_OTHER)


def _page(problem: str = "") -> str:
    own = signed_in()
    everything = services().register.imports.all()
    return render_template(
        "imports/imports.html",
        page="imports",
        problem=problem,
        imports=everything[:MOST_SHOWN],
        hidden=max(0, len(everything) - MOST_SHOWN),
        waiting=services().import_drafts.of_person(own.id),
        people=account_names(),
        most_megabytes=LARGEST_FILE_BYTES // _MEGA,
        format_moment=format_moment,
    )


def result_page(record: ImportRecord) -> str:
    """The page of an import that was taken: counts, its places, its file, and undoing it."""
    imports = services().register.imports
    rows = imports.rows(record.id)
    names = {site.id: site.name for site in services().register.sites()}
    places = sorted((row for row in rows if not row.part_of), key=lambda row: names.get(row.site_id, "").casefold())
    try:
        problems = [] if record.undone else imports.undo_problems(record.id)
    except RbaError as error:
        problems = [str(error)]
    return render_template(
        "imports/result.html",
        page="imports",
        record=record,
        added=[row.site_id for row in places if row.kind == "new"],
        changed=[row.site_id for row in places if row.kind == "changed"],
        parts=len(rows) - len(places),
        names=names,
        problems=problems,
        people=account_names(),
        format_moment=format_moment,
        city_day=city_day,
    )


def account_names() -> dict[str, str]:
    """Return the name of each account by its id."""
    return {person.id: person.name for person in services().register.people.all()}


def _plain_name(name: str) -> str:
    """Return the last part of a file name, without signs that no name has."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[-_LONGEST_NAME:]
