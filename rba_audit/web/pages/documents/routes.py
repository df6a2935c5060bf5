"""Routes of the documents of the KLA folder: list, form, one document, decisions, and files to save.

Optimistic concurrency: a form carries the number of the newest version or decision that its user saw. If there is a newer one, it is
shown (409) and nothing is changed.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import now_utc, today
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister
from rba_audit.forms.prefill import answer_texts
from rba_audit.kla.document_chains import DocumentChain, version_in
from rba_audit.kla.document_files import LARGEST_DOCUMENT_BYTES
from rba_audit.kla.documents import (
    LONGEST_REMARK,
    LONGEST_TEXT,
    NEXT_STATES,
    decide_document,
    may_accept,
    record_document,
)
from rba_audit.messages import Message, say
from rba_audit.register.kla.document_records import (
    DOCUMENT_DECISIONS,
    THROUGH_A_LINK,
    DocumentDecisionState,
    DocumentVersion,
    FileType,
)
from rba_audit.standard.policies.kla_documents import DocumentKind
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.documents.document_form import (
    read_form,
    requirement_fields,
    sent_file,
    typed_from,
    typed_new,
)
from rba_audit.web.pages.documents.document_list import (
    STATE_WORDS,
    agency_words,
    document_list,
    kind_words,
    site_names,
    state_on,
)
from rba_audit.web.pages.photos.routes import isolated

pages = Blueprint("documents", __name__)

FORM_BYTES: Final = 500_000
"""Bytes of a form in addition to its file: room for notes and many sites."""
_SEE_OTHER, _BAD_REQUEST, _CONFLICT = 303, 400, 409
_MEDIA_TYPES: Final[dict[FileType, tuple[str, str]]] = {
    "pdf": ("pdf", "application/pdf"),
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
"""Extension and media type by type of file; what a browser claimed is not used."""
_DONE: Final[dict[DocumentDecisionState, Message]] = {
    "accepted": say("The document is accepted."),
    "refused": say("The document is refused."),
    "withdrawn": say("The document is withdrawn."),
}


@pages.get("/documents")
@open_to("accept_documents")
def page() -> str:
    """All documents, those that need a decision first."""
    return render_template(
        "documents/documents.html",
        page="documents",
        documents=document_list(),
        site_names=site_names(),
        state_words=STATE_WORDS,
        warn_days=services().policies.kla.calendar.urgent_days.value,
        origin=services().policies.kla.documents.origin,
    )


@pages.get("/documents/new")
@open_to("record_documents")
def form() -> str:
    """The form for a new document; without a kind, the kinds to choose from."""
    kind = services().policies.kla.kind(request.args.get("kind", ""))
    requirement = request.args.get("requirement", "")
    site = request.args.get("site", "")
    if kind is None:
        kinds = services().policies.kla.documents.kinds
        proving = [entry for entry in kinds if requirement in entry.requirements]
        return render_template(
            "documents/kinds.html",
            page="documents",
            kinds=kinds,
            proving=proving,
            site=site,
            requirement=requirement,
            agency_words=agency_words,
            origin=services().policies.kla.documents.origin,
        )
    return _form_page(kind, typed_new(kind, site if site in site_names() else "", requirement), str(uuid4()))


@pages.post("/documents")
@open_to("record_documents")
@takes(LARGEST_DOCUMENT_BYTES + FORM_BYTES)
def record() -> BaseResponse | tuple[str, int]:
    """Record a new document."""
    return _recorded(request.form.get("id", ""), None)


@pages.get("/documents/<uuid:document_id>/new-version")
@open_to("record_documents")
def next_form(document_id: UUID) -> str:
    """The form for a new version of a document, filled with the newest one."""
    newest = services().register.kla.documents.versions(str(document_id))[-1]
    kind = services().policies.kla.kind(request.args.get("kind", newest.body.kind))
    return _form_page(kind, typed_from(newest), str(document_id), newest)


@pages.post("/documents/<uuid:document_id>/versions")
@open_to("record_documents")
@takes(LARGEST_DOCUMENT_BYTES + FORM_BYTES)
def record_version(document_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record a new version of a document; it counts once it is accepted."""
    return _recorded(str(document_id), services().register.kla.documents.versions(str(document_id))[-1])


def _recorded(id: str, newest: DocumentVersion | None) -> BaseResponse | tuple[str, int]:
    kind = services().policies.kla.kind(request.form.get("kind", ""))
    try:
        document_id, seen = _uuid(id), _number("seen") if newest else 0
        now = now_utc()
        body = read_form(site_names(), now)
        version = record_document(services().register, document_id, body, sent_file(), signed_in(), now, seen=seen)
    except EvidenceError as error:
        status = _CONFLICT if isinstance(error, Conflict) else _BAD_REQUEST
        return _form_page(kind, request.form, id, newest, problem=str(error)), status
    flash(str(say("The document is recorded and waits for a decision.")), "success")
    return redirect(url_for("documents.document", document_id=version.document_id), code=_SEE_OTHER)


def _form_page(
    kind: DocumentKind | None,
    typed: MultiDict[str, str],
    id: str,
    newest: DocumentVersion | None = None,
    *,
    problem: str = "",
) -> str:
    return render_template(
        "documents/form.html",
        page="documents",
        kind=kind,
        kinds=services().policies.kla.documents.kinds,
        typed=typed,
        id=id,
        newest=newest,
        seen=request.form.get("seen", "") if problem else (newest.seq if newest else 0),
        requirements=requirement_fields(kind, typed),
        chosen_sites=frozenset(typed.getlist("site")),
        site_names=site_names(),
        agencies=services().standard.agencies,
        problem=problem,
        file_lost=bool(problem and request.files.get("file")),
        most_megabytes=LARGEST_DOCUMENT_BYTES // 1_000_000,
        longest_text=LONGEST_TEXT,
        longest_note=LONGEST_REMARK,
        today=today(),
    )


@pages.get("/documents/<uuid:document_id>")
@open_to("accept_documents")
def document(document_id: UUID) -> str:
    """One document with its versions and the decisions about them."""
    return _document_page(str(document_id))


@pages.post("/documents/<uuid:document_id>/versions/<int(max=99_999):seq>/decision")
@open_to("accept_documents")
def decide(document_id: UUID, seq: int) -> BaseResponse | tuple[str, int]:
    """Accept, refuse or withdraw a version."""
    id, state = str(document_id), request.form.get("state", "")
    try:
        if state not in DOCUMENT_DECISIONS:
            raise EvidenceError(say("The form is not whole; open the page again."))
        decision = state
        note = request.form.get("note", "")
        decide_document(services().register, id, seq, decision, note, signed_in(), now_utc(), seen=_number("seen"))
    except EvidenceError as error:
        status = _CONFLICT if isinstance(error, Conflict) else _BAD_REQUEST
        return _document_page(id, problem=str(error), of_version=seq), status
    except Forbidden as error:
        return _document_page(id, problem=str(error), of_version=seq), 403
    flash(str(_DONE[decision]), "success")
    return redirect(url_for("documents.document", document_id=id), code=_SEE_OTHER)


def _document_page(id: str, *, problem: str = "", of_version: int = 0) -> str:
    chain = DocumentChain(tuple(services().register.kla.documents.versions(id)))
    standard, kind = services().standard, services().policies.kla.kind(chain.shown.body.kind)
    counted = chain.counted
    requirements = {
        name: standard.requirement(name)
        for version in chain.versions
        for name in version.body.requirements
        if name in {requirement.id for requirement in standard.requirements}
    }
    return render_template(
        "documents/document.html",
        page="documents",
        chain=chain,
        counted=counted,
        state=state_on(chain, today()),
        state_words=STATE_WORDS,
        kind=kind,
        kind_words=kind_words,
        agency_words=agency_words,
        site_names=site_names(),
        requirements=requirements,
        answers={version.seq: answer_texts(version.body.answers, standard) for version in chain.versions},
        asked={question.id: question for question in standard.questions},
        names={person.id: person.name for person in services().register.people.all()},
        through_a_link=THROUGH_A_LINK,
        moves={version.seq: _moves(version) for version in chain.versions},
        problem=problem,
        of_version=of_version,
        typed_note=request.form.get("note", "") if problem else "",
        longest_note=LONGEST_REMARK,
        today=today(),
    )


def _moves(version: DocumentVersion) -> tuple[DocumentDecisionState, ...]:
    """Return the decisions that this reader may make about a version."""
    accepts = may_accept(version, signed_in())
    return tuple(state for state in NEXT_STATES[version.state] if state != "accepted" or accepts)


@pages.get("/documents/<uuid:document_id>/versions/<int(max=99_999):seq>/file")
@open_to("accept_documents")
def file(document_id: UUID, seq: int) -> Response:
    """The file of a version, to save; it is never shown within a page, because it may hold scripts."""
    documents = services().register.kla.documents
    version = version_in(documents.versions(str(document_id)), seq)
    if version is None or version.file is None:
        raise NotInRegister(say("This version has no file; look at the page of the document."))
    data = documents.read_file(version.file)
    describe_export(1)
    extension, media_type = _MEDIA_TYPES[version.file.type]
    response = isolated(Response(data, mimetype=media_type))
    response.headers["X-Content-Type-Options"] = "nosniff"
    about = [version.body.number or version.body.title]
    return download(response, name_of("document", extension, day=version.body.dated or today(), filter=about))


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("99999")):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return int(text)


def _uuid(text: str) -> str:
    try:
        parsed = str(UUID(text))
    except ValueError:
        parsed = ""
    if parsed != text or not text:
        raise EvidenceError(say("The form is not whole; open the page again."))
    return parsed
