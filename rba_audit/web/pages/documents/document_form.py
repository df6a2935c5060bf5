"""Form of a document: what was typed, read into the body of a version, with the answers it gives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from rba_audit.current_answers import document_questions
from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.forms import audit_form
from rba_audit.forms.fields import AnswerField
from rba_audit.kla.document_files import read_document_file
from rba_audit.kla.documents import checked_body, proposed_end, proposed_requirements
from rba_audit.messages import say
from rba_audit.register.kla.document_records import DocumentBody, DocumentVersion, StoredFile
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.kinds import NOT_SEEN_WORD
from rba_audit.standard.policies.kla_documents import DocumentKind
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class RequirementFields:
    """A requirement that a document may prove, with the fields of its questions.

    Attributes:
        ticked: Whether the document proves it, as far as was typed or is proposed.
        proposed: Whether its kind usually proves it.
    """

    requirement: Requirement
    fields: tuple[AnswerField, ...]
    ticked: bool
    proposed: bool

    @property
    def first(self) -> bool:
        """Whether it is shown at once, not among the others."""
        return self.ticked or self.proposed


def requirement_fields(kind: DocumentKind | None, typed: MultiDict[str, str] | None) -> list[RequirementFields]:
    """Return the requirements that a document may prove, proposed ones first; `typed` is the form as it was sent or filled."""
    standard = services().standard
    form = audit_form(standard).opened(typed, {}, "")
    proposed = proposed_requirements(kind, standard) if kind else ()
    ticked = set(typed.getlist("requirement")) if typed is not None else {*proposed}
    rows = [
        RequirementFields(
            standard.requirement(id),
            tuple(form.field(question) for question in questions),
            id in ticked,
            id in proposed,
        )
        for id, questions in document_questions(standard).items()
    ]
    return sorted(rows, key=lambda row: not row.first)


def typed_from(version: DocumentVersion) -> MultiDict[str, str]:
    """Return the form filled with what a version states."""
    body = version.body
    typed: MultiDict[str, str] = MultiDict(
        {
            "kind": body.kind,
            "title": body.title,
            "number": body.number,
            "dated": body.dated.isoformat() if body.dated else "",
            "signer": body.signer,
            "valid_until": body.valid_until.isoformat() if body.valid_until else "",
            "agency": body.agency,
            "link": body.link,
            "note": body.note,
        }
    )
    typed.setlist("site", list(body.sites))
    typed.setlist("requirement", list(body.requirements))
    for name, value in _sent(body.answers, services().standard).items():
        typed.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return typed


def _sent(answers: Mapping[str, Any], standard: Standard) -> Mapping[str, Any]:
    form = audit_form(standard).opened(None, {}, "")
    texts: dict[str, Any] = {}
    for questions in document_questions(standard).values():
        for question in questions:
            if question.id in answers:
                field = form.field(question)
                field.process_data(answers[question.id])
                texts[question.id] = field.text or list(field.chosen)
    return texts


def typed_new(kind: DocumentKind, site: str, requirement: str) -> MultiDict[str, str]:
    """Return the form of a new document of a kind, filled with what is proposed."""
    standard = services().standard
    until = proposed_end(kind, None, today())
    typed: MultiDict[str, str] = MultiDict({"kind": kind.name, "agency": kind.agency})
    if until is None:
        typed["valid_until"] = ""
    typed.setlist("site", [site] if site else [])
    ids = proposed_requirements(kind, standard)
    typed.setlist("requirement", [*ids, *([requirement] if requirement and requirement not in ids else [])])
    return typed


def read_form(sites: Mapping[str, str], now: Any) -> DocumentBody:
    """Return what the sent form states, checked; `sites` are the names of the sites that may be chosen.

    Raises:
        EvidenceError: a part is missing or cannot be read; with one sentence.
    """
    form, standard = request.form, services().standard
    answers: dict[str, Any] = {}
    requirements = form.getlist("requirement")
    for row in requirement_fields(None, form):
        for field in row.fields:
            if problems := [*field.process_errors]:
                raise EvidenceError(f"{row.requirement.id}: {problems[0]}")
            if field.data is not None and field.data != NOT_SEEN_WORD:
                answers[field.question.id] = field.data
                requirements.append(row.requirement.id)  # who answers its questions means the requirement
    body = DocumentBody(
        kind=form.get("kind", ""),
        title=form.get("title", ""),
        number=form.get("number", ""),
        dated=_day("dated"),
        signer=form.get("signer", ""),
        valid_until=_day("valid_until"),
        agency=form.get("agency", ""),
        sites=tuple(form.getlist("site")),
        requirements=tuple(requirements),
        answers=answers,
        link=form.get("link", ""),
        note=form.get("note", ""),
    )
    return checked_body(body, services().policies.kla, standard, sites, now)


def sent_file() -> tuple[StoredFile, bytes] | None:
    """Return the file that the form carries; None without one.

    Raises:
        EvidenceError: it cannot be stored.
    """
    with closing(request.files.get("file") or FileStorage()) as sent:
        data = sent.read()
        return read_document_file(data, sent.filename or "") if data or sent.filename else None


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise EvidenceError(say("Choose the days from the calendar, or leave them empty.")) from None
