"""Documents as evidence: their state on a day, and the questions that they may answer.

An accepted document proves what it answers from its date to its expiry. The day is always an argument; nothing accepted,
withdrawn or dated after it matters (ADR 0054).
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rba_audit.equipment.item_program import plan_of
from rba_audit.errors import EvidenceError
from rba_audit.evidence import DocumentSource, DocumentState, unusable_answers
from rba_audit.messages import Message, say
from rba_audit.standard import Question, Standard
from rba_audit.standard.kinds import NOT_SEEN_WORD, normalize_word


@dataclass(frozen=True, slots=True)
class DocumentEvidence:
    """One version of a document that was accepted at least once and answers questions.

    Attributes:
        seq: The number of the version; of those that count on a day, the highest replaces the others.
        name: Its title, with its number in parentheses if it has one.
        dated: The day from which it counts: its date, or the day it was received if it has none.
        valid_until: The last day on which it is valid; None if it does not expire.
        accepted_at: When it was first accepted.
        decisions: The days of the decisions about it from then on, oldest first, and whether it is accepted since.
        sites: The ids of the sites that it is about.
        answers: Its answers by question id.
        damaged: Whether another version, or a decision, cannot be read: it may not be what counts, so it gives no answer.
    """

    document_id: str
    seq: int
    name: str
    dated: date
    valid_until: date | None
    accepted_at: datetime
    decisions: tuple[tuple[date, bool], ...]
    sites: tuple[str, ...]
    answers: Mapping[str, Any]
    damaged: bool = False

    @property
    def begins(self) -> date:
        """The first day on which it counts."""
        return max(self.decisions[0][0], self.dated)

    def state(self, day: date) -> DocumentState | None:
        """Return its state on a day; None if it does not count yet."""
        if day < self.begins:
            return None
        if self.damaged:
            return "damaged"
        if self.withdrawn_on(day) is not None:
            return "withdrawn"
        return "expired" if self.valid_until is not None and self.valid_until < day else "valid"

    def withdrawn_on(self, day: date) -> date | None:
        """Return when it was withdrawn; None if it is accepted on `day`."""
        decided, accepted = [decision for decision in self.decisions if decision[0] <= day][-1]
        return None if accepted else decided


@dataclass(frozen=True, slots=True)
class CurrentDocument:
    """The version of a document that counts on a day, and its state then."""

    version: DocumentEvidence
    state: DocumentState
    withdrawn_on: date | None = None

    def source(self, *, over_answer: bool) -> DocumentSource:
        """Return it as the source of an answer; `over_answer` if a surveyor's answer lies under it."""
        version = self.version
        return DocumentSource(
            version.document_id,
            version.name,
            version.dated,
            self.state,
            version.valid_until,
            self.withdrawn_on,
            over_answer,
        )


def documents_on(day: date, versions: Iterable[DocumentEvidence]) -> dict[str, tuple[CurrentDocument, ...]]:
    """Return the documents that count on a day, by site id and oldest first.

    Of each document it is the newest version that was accepted by then and whose date has come; it replaces the others, also
    when it has expired or was withdrawn.
    """
    newest: dict[str, CurrentDocument] = {}
    for version in versions:
        state = version.state(day)
        if state is None:
            continue
        before = newest.get(version.document_id)
        if before is None or before.version.seq < version.seq:
            newest[version.document_id] = CurrentDocument(version, state, version.withdrawn_on(day))
    by_site: dict[str, list[CurrentDocument]] = {}
    for document in sorted(newest.values(), key=_order):
        for site_id in dict.fromkeys(document.version.sites):
            by_site.setdefault(site_id, []).append(document)
    return {site_id: tuple(documents) for site_id, documents in by_site.items()}


def _order(document: CurrentDocument) -> tuple[date, datetime, str]:
    version = document.version
    return version.dated, version.accepted_at, version.document_id


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """The answer of a document that counts instead of the visits' answer; it is none if the document is not valid any more."""

    document: CurrentDocument
    value: Any

    @property
    def counts(self) -> bool:
        """Whether the document is valid, so that its answer counts; otherwise the question is open."""
        return self.document.state == "valid"


def answers_of_documents(
    documents: Sequence[CurrentDocument], looked_at: Mapping[str, date], standard: Standard
) -> dict[str, DocumentAnswer]:
    """Return by question id the answers of documents that count instead of those of the visits.

    The newest document decides. If it is not valid any more, an older one that is still valid counts if it gives the same
    answer, and so does every document between the two.

    Args:
        documents: The documents of a site, oldest first.
        looked_at: By question id, the day of the visit that answers it; documents from before that day do not count.
        standard: The edition; a question that documents may not answer under it is left out.
    """
    askable = _askable(standard)
    found: dict[str, DocumentAnswer] = {}
    decided: set[str] = set()
    for document in reversed(documents):
        valid, dated = document.state == "valid", document.version.dated
        for question, value in document.version.answers.items():
            if question in decided or question not in askable or not _is_answer(value):
                continue
            if question in looked_at and dated < looked_at[question]:
                decided.add(question)  # so are all older documents
                continue
            newest = found.get(question)
            if newest is not None and newest.value != value:
                decided.add(question)
            elif newest is None or valid:
                found[question] = DocumentAnswer(document, value)
            if valid:
                decided.add(question)
    return found


def _is_answer(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and normalize_word(value) in ("", NOT_SEEN_WORD))


# --- the questions that documents may answer -------------------------------------------------------------------------------


def document_questions(standard: Standard) -> dict[str, tuple[Question, ...]]:
    """Return by requirement id the questions that a document may answer, in the standard's order.

    They are those of requirements whose `evidence_wanted` has `document`, except where items of equipment answer them.
    """
    by_items = plan_of(standard).beside
    return {
        requirement.id: requirement.questions
        for requirement in standard.requirements
        if "document" in requirement.evidence_wanted
        and by_items.isdisjoint(question.id for question in requirement.questions)
    }


_ASKABLE: Final[dict[int, frozenset[str]]] = {}


def _askable(standard: Standard) -> frozenset[str]:
    """Return the ids of these questions; they are cached per edition object until that is collected."""
    ids = _ASKABLE.get(id(standard))
    if ids is None:
        ids = frozenset(question.id for questions in document_questions(standard).values() for question in questions)
        _ASKABLE[id(standard)] = ids
        weakref.finalize(standard, _ASKABLE.pop, id(standard), None)
    return ids


def document_answer_problems(
    standard: Standard, requirements: Sequence[str], answers: Mapping[str, object]
) -> list[tuple[str, Message]]:
    """Return a question id and a message for each answer that a document about these requirements cannot give.

    The id is that of a requirement if no document answers it, and empty if the message is about all answers.
    """
    askable = document_questions(standard)
    problems = [
        (name, say("{requirement}: no document proves this requirement; leave it out", requirement=name))
        for name in requirements
        if name not in askable
    ]
    asked = {question.id for name in requirements for question in askable.get(name, ())}
    for name, value in answers.items():
        if name not in asked:
            problems.append((name, say("{question}: this document does not answer it; leave it out", question=name)))
        elif not _is_answer(value):
            problems.append((name, say("{question}: a document states an answer or leaves it out", question=name)))
    return problems or list(unusable_answers(answers, standard, may_be_empty=True))


def validate_document_answers(standard: Standard, requirements: Sequence[str], answers: Mapping[str, object]) -> None:
    """Refuse answers that a document about these requirements cannot give; see `document_answer_problems`.

    Raises:
        EvidenceError: with the first problem.
    """
    for _, message in document_answer_problems(standard, requirements, answers):
        raise EvidenceError(message)
