"""One import before it is taken: its columns, its preview with choices, taking it, and giving it up."""

from __future__ import annotations

from typing import Final, cast, get_args
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError, NotInRegister, SiteError, Unavailable
from rba_audit.imports import mapping_document, rows_to_take, take_import
from rba_audit.imports.import_plan import ImportPlan, RowChoice, RowKind
from rba_audit.messages import say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.drafts import Draft
from rba_audit.web.http.services import services
from rba_audit.web.pages.imports.blueprint import BAD_REQUEST, OF_CHOICES_BYTES, SEE_OTHER, draft_of, pages
from rba_audit.web.pages.imports.columns_form import ColumnsForm, columns_view, read_columns_form
from rba_audit.web.pages.imports.draft_reading import (
    DraftImport,
    ReadFile,
    current_plan,
    job_of,
    start_reading,
    with_new_meaning,
)
from rba_audit.web.pages.imports.preview import KIND_NOTES, KIND_WORDS, preview_of, remarks_of, settle_choices
from rba_audit.web.pages.imports.routes import result_page

MOST_ABSENT: Final = 50
"""Sites that the file lacks and the preview names."""
_DECIDED: Final[tuple[RowKind, ...]] = ("new", "changed", "doubtful")


@pages.get("/imports/<uuid:import_id>")
@open_to("import_sites")
def draft(import_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """The preview of a file that waits; of an import that was taken, its result."""
    if _is_taken(import_id):
        return result_page(services().register.imports.get(str(import_id)))
    waiting = draft_of(str(import_id))
    read = _read(waiting)
    if isinstance(read, str | BaseResponse):
        return read
    if read.unsure and not waiting.content.mapping and not request.args:
        return redirect(url_for("imports.columns", import_id=import_id), code=SEE_OTHER)
    return _preview(waiting, read)


@pages.get("/imports/<uuid:import_id>/state")
@open_to("import_sites")
def state(import_id: UUID) -> Response:
    """How far the reading of a file is, for the script of its page."""
    job = None if _is_taken(import_id) else job_of(draft_of(str(import_id)))
    if job is None:
        return jsonify(state="ready", done=1, all=1)
    return jsonify(state=job.state, done=job.done, all=job.all)


@pages.get("/imports/<uuid:import_id>/columns")
@open_to("import_sites")
def columns(import_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """What each column of a file becomes; an import that was taken has only its result."""
    if _is_taken(import_id):
        return redirect(url_for("imports.draft", import_id=import_id), code=SEE_OTHER)
    waiting = draft_of(str(import_id))
    read = _read(waiting)
    return read if isinstance(read, str | BaseResponse) else _columns(waiting, read, waiting.content.problem)


@pages.post("/imports/<uuid:import_id>/columns")
@open_to("import_sites")
@takes(OF_CHOICES_BYTES)
def set_columns(import_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Read the file again with another meaning of its columns, or another of its tables."""
    waiting = draft_of(str(import_id))
    content: DraftImport = waiting.content
    if content.read is None:
        return redirect(url_for("imports.columns", import_id=import_id), code=SEE_OTHER)
    form = read_columns_form(request.form, content.read, services().standard)
    before = content.table, content.mapping
    try:
        with waiting.lock:
            if form.table is not None:
                content.table, content.mapping = form.table, None
            else:
                content.mapping = with_new_meaning(content.read.mapping, form.targets, form.crs, form.values)
            start_reading(waiting)
    except (SiteError, Unavailable) as error:
        content.table, content.mapping = before
        return _columns(waiting, content.read, str(error), form), BAD_REQUEST
    content.problem = ""
    if form.stays:
        return redirect(url_for("imports.columns", import_id=import_id, page=form.next_page), code=SEE_OTHER)
    return redirect(url_for("imports.draft", import_id=import_id, step="preview"), code=SEE_OTHER)


@pages.post("/imports/<uuid:import_id>/choices")
@open_to("import_sites")
@takes(OF_CHOICES_BYTES)
def choose(import_id: UUID) -> BaseResponse:
    """Remember which rows to take: those of the page, or all of a kind."""
    waiting = draft_of(str(import_id))
    content: DraftImport = waiting.content
    if content.read is not None:
        _note_choices(content, content.read.plan)
    return redirect(
        url_for(
            "imports.draft",
            import_id=import_id,
            step="preview",
            kind=request.form.get("kind", ""),
            page=request.form.get("page", "1"),
            _anchor="rows",
        ),
        code=SEE_OTHER,
    )


@pages.post("/imports/<uuid:import_id>/take")
@open_to("import_sites")
@takes(OF_CHOICES_BYTES)
def take(import_id: UUID) -> BaseResponse:
    """Take what the preview showed, in one step; if the register changed meanwhile, show what would happen now."""
    id, register, by = str(import_id), services().register, signed_in()
    here = url_for("imports.draft", import_id=import_id, step="preview")
    if _is_taken(import_id):  # sent twice
        return redirect(here, code=SEE_OTHER)
    waiting = draft_of(id)
    content: DraftImport = waiting.content
    read = content.read
    if read is None:
        return redirect(here, code=SEE_OTHER)
    _note_choices(content, read.plan)
    settle_choices(content, read.plan)
    mapping = read.mapping
    try:
        if not rows_to_take(read.plan, content.choices, content.kinds):
            raise EvidenceError(say("Nothing is chosen, so nothing was taken; choose at least one place."))
        take_import(
            register,
            read.plan,
            content.choices,
            id=id,
            person_id=by.id,
            file=waiting.read(),
            file_name=waiting.name,
            mapping=mapping_document(mapping) if mapping.columns else None,
            headings=[use.column for use in mapping.columns],
            kinds=content.kinds,
            seen=request.form.get("seen", ""),
        )
    except Conflict as error:
        if isinstance(error.kept, ImportPlan):
            content.read = _with_plan(read, error.kept)
        flash(str(error), "error")
        return redirect(here, code=SEE_OTHER)
    except (EvidenceError, Unavailable) as error:
        flash(str(error), "error")
        return redirect(here, code=SEE_OTHER)
    services().import_drafts.discard(id, by.id)
    return redirect(url_for("imports.draft", import_id=import_id), code=SEE_OTHER)


@pages.post("/imports/<uuid:import_id>/discard")
@open_to("import_sites")
def discard(import_id: UUID) -> BaseResponse:
    """Give up a file that was not taken."""
    waiting = draft_of(str(import_id))
    services().jobs.end(waiting.content.job_id, waiting.owner)
    services().import_drafts.discard(waiting.id, waiting.owner)
    flash(str(say("Given up: nothing of {file} was taken.", file=waiting.name)), "success")
    return redirect(url_for("imports.page"), code=SEE_OTHER)


def _is_taken(import_id: UUID) -> bool:
    try:
        services().register.imports.get(str(import_id))
    except NotInRegister:
        return False
    return True


def _read(waiting: Draft) -> ReadFile | str | BaseResponse:
    """Return a file with its current plan, or the page to show instead: its progress, or why it cannot be read."""
    content: DraftImport = waiting.content
    job = job_of(waiting)
    if job is not None:
        return render_template("imports/progress.html", page="imports", draft=waiting, job=job)
    if content.read is None:
        try:
            if content.problem:
                raise SiteError(content.problem)
            start_reading(waiting)
        except (SiteError, Unavailable) as error:
            services().import_drafts.discard(waiting.id, waiting.owner)
            flash(str(error), "error")
            return redirect(url_for("imports.page"), code=SEE_OTHER)
        return redirect(url_for("imports.draft", import_id=waiting.id), code=SEE_OTHER)
    return current_plan(content.read, waiting)


def _preview(waiting: Draft, read: ReadFile) -> str:
    standard = services().standard
    plan = read.plan
    shown = preview_of(waiting.content, plan, standard, request.args.get("kind", ""), request.args.get("page", "1"))
    names = {site.id: site.name for site in services().register.sites()} if plan.absent else {}
    return render_template(
        "imports/preview.html",
        page="imports",
        draft=waiting,
        read=read,
        plan=plan,
        shown=shown,
        kind_words=KIND_WORDS,
        kind_notes=KIND_NOTES,
        decided=_DECIDED,
        absent=[(id, names.get(id, id)) for id in plan.absent[:MOST_ABSENT]],
        remarks=remarks_of(read.sites),
        notes=[*(read.source.notes if read.source else ()), *_table_notes(read), *plan.notes],
        problem=waiting.content.problem,
    )


def _columns(waiting: Draft, read: ReadFile, problem: str = "", form: ColumnsForm | None = None) -> str:
    view = columns_view(read, services().standard, request.args.get("page", "1"), form)
    return render_template(
        "imports/columns.html", page="imports", draft=waiting, read=read, view=view, problem=problem, unsure=read.unsure
    )


def _table_notes(read: ReadFile) -> list[object]:
    tables = read.source.tables if read.source else ()
    return [note for table in tables if table.name == read.mapping.table or len(tables) == 1 for note in table.notes]


def _with_plan(read: ReadFile, plan: ImportPlan) -> ReadFile:
    return ReadFile(read.sites, read.source, read.mapping, plan, read.from_earlier)


def _note_choices(content: DraftImport, plan: ImportPlan) -> None:
    """Remember the boxes of the page in the form, and the button that takes or leaves all rows of a kind."""
    boxes = set(request.form.getlist("take"))
    rows = {row.id: row for row in plan.rows if row.can_take and row.kind in _DECIDED}
    taken = {row.id for row in rows_to_take(plan, _possible(content, rows), content.kinds)}
    for id in request.form.getlist("shown"):
        if id in rows and (id in boxes) != (id in taken):
            content.choices[id] = "take" if id in boxes else "leave"
    kind, _, choice = request.form.get("all", "").partition(":")
    if kind in _DECIDED and choice in get_args(RowChoice):
        content.kinds[kind] = cast(RowChoice, choice)
        content.choices = {id: kept for id, kept in content.choices.items() if id in rows and rows[id].kind != kind}


def _possible(content: DraftImport, rows: object) -> dict[str, RowChoice]:
    known = cast(dict[str, object], rows)
    return {id: choice for id, choice in content.choices.items() if id in known}
