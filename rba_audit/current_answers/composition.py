"""Compose the answers that count at one site, each with its visit or document, and the known items.

Pure: the caller passes the visits in the states that count, and the documents that count on the day. Auditors' visits have
precedence over self-assessments, even newer ones; a document is of the office and counts whoever visited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rba_audit.current_answers.audit_pairs import other_readings
from rba_audit.current_answers.documents import CurrentDocument, DocumentAnswer, answers_of_documents
from rba_audit.equipment import without_older_words
from rba_audit.equipment.item_history import KnownItem, VisitItemList, VisitListKind, items_from_visits
from rba_audit.equipment.item_program import word_of
from rba_audit.evidence import REASON, DocumentSource, is_answered
from rba_audit.register import Visit
from rba_audit.standard import Standard
from rba_audit.standard.policies import AgreementPolicy

_NOT_SEEN: Final = "not_seen"


@dataclass(frozen=True)
class CurrentAnswers:
    """The current answers of a site.

    Attributes:
        full: The full visit that counts; None if there are only checks, or only documents.
        checks: The checks that override its answers, oldest first.
        answers: The answers of the visits about the site, by question id.
        sources: The visit of each answer, by question id.
        notes: The notes on these answers, by question id.
        items: All known items, including those that are gone or merged.
        others: The current answers by each other auditor of a double audit, based on that auditor's full visit.
        documents: The answers of documents that count instead of those of the visits, by question id.
        under_documents: The questions among these that a visit answered too.
    """

    full: Visit | None
    checks: tuple[Visit, ...]
    answers: Mapping[str, Any]
    sources: Mapping[str, Visit]
    notes: Mapping[str, str]
    items: tuple[KnownItem, ...]
    others: tuple[CurrentAnswers, ...] = ()
    documents: Mapping[str, DocumentAnswer] = field(default_factory=dict)
    under_documents: frozenset[str] = frozenset()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits whose answers count: the full visit, then the checks, oldest first."""
        return (*(() if self.full is None else (self.full,)), *self.checks)

    @property
    def id(self) -> str:
        """The id of its full visit, or without one that of its first check."""
        return self.visits[0].id

    @property
    def newest(self) -> Visit:
        """The newest of these visits."""
        return max(self.visits, key=lambda visit: visit.order)

    @property
    def left_out(self) -> tuple[KnownItem, ...]:
        """Known items that are not gone and that no visit that counts lists."""
        return tuple(item for item in self.items if item.left_out)

    def entries(self) -> list[dict[str, Any]]:
        """Return the items as input for `equipment.fold`, without those merged into another one."""
        return [entry for item in self.items if not item.same_as for entry in item.entries()]

    def merged_into(self, properties: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
        """Return a site's properties, overridden by the answers of its visits, then of its documents.

        A note becomes the reason for its answer. A question whose document is not valid any more has no answer.
        """
        listed = [item for visit in self.visits for item in visit.items]
        own = without_older_words(properties, listed, self.answers, standard)
        for question in (*self.answers, *self.documents):
            own.pop(f"{question}{REASON}", None)  # the document's reason belongs to its own answer, which is replaced
        for question in self.documents:
            own.pop(question, None)
        reasons = {f"{question}{REASON}": note for question, note in self.notes.items()}
        documents = {question: answer.value for question, answer in self.documents.items() if answer.counts}
        return {**own, **self.answers, **reasons, **documents}

    def document_sources(self, properties: Mapping[str, Any], standard: Standard) -> dict[str, DocumentSource]:
        """Return the documents as sources of their answers, by question id; `properties` are the site's own."""
        shared: dict[tuple[int, bool], DocumentSource] = {}
        sources = {}
        for question, answer in self.documents.items():
            over = question in self.under_documents or (
                question in properties and is_answered(standard.question(question), properties[question])
            )
            key = id(answer.document), over
            if key not in shared:
                shared[key] = answer.document.source(over_answer=over)
            sources[question] = shared[key]
        return sources


def compose_answers(
    visits: Sequence[Visit],
    standard: Standard,
    policy: AgreementPolicy,
    documents: Sequence[CurrentDocument] = (),
) -> CurrentAnswers | None:
    """Return the current answers from the visits and documents of one site, both oldest first; None without any.

    A document counts over the answers of visits until its date, and over the site's own answers. The answer of a visit of a
    later day counts over it, unless that is `not_seen`.
    """
    if not visits:
        bare = _with_documents(CurrentAnswers(None, (), {}, {}, {}, ()), documents, standard)
        return bare if bare.documents else None
    full = _full(visits)
    checks = _checks(visits, full)
    counts = _composed(visits, full, checks, standard)
    if full is None:
        return _with_documents(counts, documents, standard)
    earlier = visits[: visits.index(full)]
    others = tuple(
        _with_documents(_as_found_by(other, visits, counts, standard), documents, standard)
        for other in other_readings(full, [visit for visit in earlier if visit.scope == "full"], policy)
    )
    return replace(_with_documents(counts, documents, standard), others=others)


def _with_documents(counts: CurrentAnswers, documents: Sequence[CurrentDocument], standard: Standard) -> CurrentAnswers:
    """Return the current answers with the documents over those of the visits."""
    if not documents:
        return counts
    asked = {question for document in documents for question in document.version.answers}
    looked_at = {
        question: counts.sources[question].day
        for question in asked & counts.sources.keys()
        if word_of(counts.answers[question]) not in (None, _NOT_SEEN)
    }
    found = answers_of_documents(documents, looked_at, standard)
    if not found:
        return counts
    answers, sources, notes = dict(counts.answers), dict(counts.sources), dict(counts.notes)
    for question in found:
        answers.pop(question, None)
        sources.pop(question, None)
        notes.pop(question, None)
    return replace(
        counts,
        answers=answers,
        sources=sources,
        notes=notes,
        documents=found,
        under_documents=frozenset(found.keys() & looked_at.keys()),
    )


def known_items_of(counting: Sequence[Visit], waiting: Sequence[Visit] = ()) -> list[KnownItem]:
    """Return all known items of a site, including those that are gone or merged.

    Args:
        counting: The visits in the states that count, oldest first.
        waiting: Visits not approved yet. They can only add new items, not mark a known one as gone or merged.
    """
    full = _full(counting)
    lists = [*_lists(counting, full, _checks(counting, full))]
    return items_from_visits([*lists, *(VisitItemList(visit.id, visit.items, "offers") for visit in waiting)])


def left_out_of(visit: Visit, earlier: Sequence[Visit]) -> list[KnownItem]:
    """Return the items known from earlier visits that a full visit does not list; none if it is a check or does not count."""
    if visit.scope != "full" or _full([*earlier, visit]) is not visit:
        return []
    return [item for item in known_items_of([*earlier, visit]) if item.left_out]


def _full(visits: Sequence[Visit]) -> Visit | None:
    """Return the full visit that counts: the newest by an auditor, otherwise the newest self-assessment."""
    full = [visit for visit in visits if visit.scope == "full"]
    by_auditors = [visit for visit in full if visit.stage == "auditor"]
    candidates = by_auditors or full
    return candidates[-1] if candidates else None


def _checks(visits: Sequence[Visit], full: Visit | None) -> tuple[Visit, ...]:
    """Return the checks that override the full visit, in the order in which they are applied.

    Over an auditor's visit: the later checks by auditors. Over a self-assessment: the later self-checks, then all checks by
    auditors. Without a full visit: all self-checks, then all checks by auditors.
    """
    checks = [visit for visit in visits if visit.scope == "check"]
    by_auditors = [visit for visit in checks if visit.stage == "auditor"]
    own = [visit for visit in checks if visit.stage == "self"]
    if full is not None:
        after = visits.index(full)
        own = [visit for visit in own if visits.index(visit) > after]
        if full.stage == "auditor":
            return tuple(visit for visit in by_auditors if visits.index(visit) > after)
    return (*own, *by_auditors)


def _composed(
    visits: Sequence[Visit], full: Visit | None, checks: Sequence[Visit], standard: Standard
) -> CurrentAnswers:
    answers: dict[str, Any] = dict(full.answers) if full else {}
    sources = dict.fromkeys(answers, full) if full else {}
    notes = {question: note for question, note in full.notes.items() if question in answers} if full else {}
    complete = standard.equipment.complete
    for check in checks:
        for question, value in check.answers.items():
            if word_of(value) == _NOT_SEEN:
                continue  # "not seen" in a check removes no earlier answer, neither of a visit nor of the document
            if complete is not None and question == complete.id and word_of(value) == "yes":
                continue  # a check covers part of the site, so it cannot state that the list of items is complete
            answers[question], sources[question] = value, check
            notes.pop(question, None)
            if question in check.notes:
                notes[question] = check.notes[question]
    lists = list(_lists(visits, full, checks))
    items = tuple(items_from_visits(lists, standard.equipment.same))
    return CurrentAnswers(
        full, tuple(checks), answers, {q: v for q, v in sources.items() if v is not None}, notes, items
    )


def _lists(visits: Iterable[Visit], full: Visit | None, checks: Sequence[Visit]) -> Iterable[VisitItemList]:
    """Yield the item lists of all visits in the order in which they are merged."""
    before = True
    check_ids = {check.id for check in checks}
    early = [check for check in checks if full is not None and check.order < full.order]
    for visit in visits:
        if visit is full:
            before = False
            yield VisitItemList(
                visit.id, [{**item, "same_as": ""} for item in visit.items] if early else visit.items, "full"
            )
        elif visit.id not in check_ids:
            yield VisitItemList(visit.id, visit.items, _list_kind(visit, full, before=before))
    # Auditors' checks come after self-checks, even newer ones, so that they override them.
    own = [check for check in checks if check.stage == "self"]
    yield from (VisitItemList(check.id, check.items, "check") for check in [*own, *early])
    if full is not None and early:
        # Earlier checks describe items before the full visit merged them, so its merges apply after those checks.
        yield VisitItemList(full.id, [item for item in full.items if item.get("same_as")], "names")
    yield from (VisitItemList(check.id, check.items, "check") for check in checks if check not in [*own, *early])


def _list_kind(visit: Visit, full: Visit | None, *, before: bool) -> VisitListKind:
    """Return the kind of the list of a visit that is neither the full visit that counts nor one of its checks."""
    weaker = full is not None and full.stage == "auditor" and visit.stage == "self"
    return "names" if before and not weaker else "offers"


def _as_found_by(other: Visit, visits: Sequence[Visit], counts: CurrentAnswers, standard: Standard) -> CurrentAnswers:
    """Return the current answers as if another auditor's full visit counted, overridden by the auditors' checks since.

    Items that are gone by the visits that count are gone here too: only outcomes are compared, not the list of items.
    """
    at = visits.index(other)
    checks = tuple(visit for visit in visits[at + 1 :] if visit.scope == "check" and visit.stage == "auditor")
    gone = {item.id for item in counts.items if item.gone}
    # Without later full visits: an item first listed there was not left out by this auditor.
    answers = _composed([*visits[: at + 1], *checks], other, checks, standard)
    return replace(answers, items=tuple(item for item in answers.items if item.id not in gone))
