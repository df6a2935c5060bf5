"""What counts at one site: its answers, each with the visit it comes from, and its items as they are known.

Pure: it is handed the visits in the states that count. An auditor's word goes before a manager's own, whichever is newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rba_audit.current_answers.audit_pairs import other_readings
from rba_audit.equipment import without_older_words
from rba_audit.equipment.item_history import KnownItem, VisitItemList, VisitListKind, items_from_visits
from rba_audit.equipment.item_program import word_of
from rba_audit.evidence import REASON
from rba_audit.register import Visit
from rba_audit.standard import Standard
from rba_audit.standard.policies import AgreementPolicy

_NOT_SEEN: Final = "not_seen"


@dataclass(frozen=True)
class CurrentAnswers:
    """What the visits of a site come to.

    Attributes:
        full: The full visit that counts; None where only checks do.
        checks: The checks laid over it, the oldest first.
        answers: What they answer about the place, by question.
        sources: The visit that each answer comes from.
        notes: The note beside each of these answers.
        items: Every item that is known, those that are gone or merged too.
        others: The same as another auditor of a double audit found it, by that auditor's full visit.
    """

    full: Visit | None
    checks: tuple[Visit, ...]
    answers: Mapping[str, Any]
    sources: Mapping[str, Visit]
    notes: Mapping[str, str]
    items: tuple[KnownItem, ...]
    others: tuple[CurrentAnswers, ...] = ()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits whose answers count, the oldest first."""
        return (*(() if self.full is None else (self.full,)), *self.checks)

    @property
    def id(self) -> str:
        """What names it: its full visit, or where there is none its first check."""
        return self.visits[0].id

    @property
    def newest(self) -> Visit:
        """The newest of them."""
        return max(self.visits, key=lambda visit: visit.order)

    @property
    def left_out(self) -> tuple[KnownItem, ...]:
        """Items that are known to be there and that no visit that counts lists."""
        return tuple(each for each in self.items if each.left_out)

    def entries(self) -> list[dict[str, Any]]:
        """Return the items as `equipment.fold` takes them; those that go on under another one are left out."""
        return [entry for item in self.items if not item.same_as for entry in item.entries()]

    def merged_into(self, properties: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
        """Return what a site's document says, and over it what the visits found; a note is the reason for its answer."""
        listed = [item for visit in self.visits for item in visit.items]
        own = without_older_words(properties, listed, self.answers, standard)
        for question in self.answers:
            own.pop(f"{question}{REASON}", None)  # what the document gives is a reason for its own answer
        reasons = {f"{question}{REASON}": note for question, note in self.notes.items()}
        return {**own, **self.answers, **reasons}


def compose_answers(visits: Sequence[Visit], standard: Standard, policy: AgreementPolicy) -> CurrentAnswers | None:
    """Return what the visits of one site come to, the oldest first; None where there is none."""
    if not visits:
        return None
    full = _full(visits)
    checks = _checks(visits, full)
    counts = _composed(visits, full, checks, standard)
    if full is None:
        return counts
    earlier = visits[: visits.index(full)]
    others = tuple(
        _as_found_by(other, visits, counts, standard)
        for other in other_readings(full, [each for each in earlier if each.scope == "full"], policy)
    )
    return replace(counts, others=others)


def known_items_of(counting: Sequence[Visit], waiting: Sequence[Visit] = ()) -> list[KnownItem]:
    """Return every item that is known at a site, those that are gone or merged too.

    Args:
        counting: The visits in the states that count, the oldest first.
        waiting: Others, which may only add what nobody knew: no item is gone or another one by what nobody approved.
    """
    full = _full(counting)
    lists = [*_lists(counting, full, _checks(counting, full))]
    return items_from_visits([*lists, *(VisitItemList(each.id, each.items, "offers") for each in waiting)])


def left_out_of(visit: Visit, earlier: Sequence[Visit]) -> list[KnownItem]:
    """Return the items that earlier visits know at a site and that a full visit leaves out; none for a check."""
    if visit.scope != "full" or _full([*earlier, visit]) is not visit:
        return []
    return [item for item in known_items_of([*earlier, visit]) if item.left_out]


def _full(visits: Sequence[Visit]) -> Visit | None:
    """Return the full visit that counts: the newest of an auditor, and where there is none the newest self-assessment."""
    full = [each for each in visits if each.scope == "full"]
    by_auditors = [each for each in full if each.stage == "auditor"]
    found = by_auditors or full
    return found[-1] if found else None


def _checks(visits: Sequence[Visit], full: Visit | None) -> tuple[Visit, ...]:
    """Return the checks laid over the full visit: those after it of its stage, an auditor's over those of a manager."""
    checks = [each for each in visits if each.scope == "check"]
    by_auditors = [each for each in checks if each.stage == "auditor"]
    own = [each for each in checks if each.stage == "self"]
    if full is not None:
        after = visits.index(full)
        own = [each for each in own if visits.index(each) > after]
        if full.stage == "auditor":
            return tuple(each for each in by_auditors if visits.index(each) > after)
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
                continue  # a look that saw nothing takes nothing back, from no visit and from no document
            if complete is not None and question == complete.id and word_of(value) == "yes":
                continue  # a check speaks of what it looked at, never of everything
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
    """Yield the lists of items of all visits in the order in which they are laid over each other."""
    before = True
    laid_over = {each.id for each in checks}
    early = [each for each in checks if full is not None and each.order < full.order]
    for each in visits:
        if each is full:
            before = False
            yield VisitItemList(
                each.id, [{**item, "same_as": ""} for item in each.items] if early else each.items, "full"
            )
        elif each.id not in laid_over:
            yield VisitItemList(each.id, each.items, _part(each, full, before=before))
    # An auditor's word lies over a manager's, whichever is newer.
    own = [each for each in checks if each.stage == "self"]
    yield from (VisitItemList(each.id, each.items, "check") for each in [*own, *early])
    if full is not None and early:
        # Checks that came before did not look at what it says is one thing with another.
        yield VisitItemList(full.id, [item for item in full.items if item.get("same_as")], "names")
    yield from (VisitItemList(each.id, each.items, "check") for each in checks if each not in [*own, *early])


def _part(visit: Visit, full: Visit | None, *, before: bool) -> VisitListKind:
    """Return what a visit's list is that neither is the full visit nor laid over it."""
    weaker = full is not None and full.stage == "auditor" and visit.stage == "self"
    return "names" if before and not weaker else "offers"


def _as_found_by(other: Visit, visits: Sequence[Visit], counts: CurrentAnswers, standard: Standard) -> CurrentAnswers:
    """Return what counts as if another auditor's full visit were the one that does, with the checks since laid over it.

    Which items there are, and which are gone, is not in dispute: the newest word counts.
    """
    at = visits.index(other)
    checks = tuple(each for each in visits[at + 1 :] if each.scope == "check" and each.stage == "auditor")
    gone = {each.id for each in counts.items if each.gone}
    # What others listed later they did not leave out.
    found = _composed([*visits[: at + 1], *checks], other, checks, standard)
    return replace(found, items=tuple(each for each in found.items if each.id not in gone))
