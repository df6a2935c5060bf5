"""Current answers and items of a site for its page, each with the visit or document it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.current_answers import CurrentAnswers, CurrentDocument
from rba_audit.equipment.item_history import KnownItem
from rba_audit.findings.wording import question_name
from rba_audit.register import Visit
from rba_audit.register.person_records import Person
from rba_audit.review.visit_answers import texts_of
from rba_audit.review_states import COUNTED
from rba_audit.standard import Standard
from rba_audit.web.http.services import services
from rba_audit.web.http.visit_filter import counted_states
from rba_audit.web.public_view.records import for_public


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """One answer that counts now."""

    question: str
    code: str
    text: str
    visit: Visit | None
    document: CurrentDocument | None = None


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """One known item of equipment.

    Attributes:
        item: The item with what is known of it.
        kind: Its kind in words.
        looks: The visits whose answers about it count, oldest first; none if it was left out.
        goes_on_as: The name of the item that continues it (`same_as`); empty if there is none.
    """

    item: KnownItem
    kind: str
    looks: tuple[Visit, ...]
    goes_on_as: str


@dataclass(frozen=True, slots=True)
class CurrentAnswersView:
    """The current answers of a site, as one reader may see them.

    Attributes:
        visits: The visits that count, the full one first; none if only documents do.
        others: Full visits of other auditors within the window of a double audit.
        chapters: The answers as (heading, answers): facts first under an empty heading, then the aspects.
        differing: Number of requirements with an open disagreement of two auditors.
        names_shown: Whether the reader sees who made the visits.
        reviews: Whether the reader may open the visits for review.
        documents: The documents that answer questions there, oldest first, also those that are not valid any more.
    """

    visits: tuple[Visit, ...]
    others: tuple[Visit, ...]
    chapters: tuple[tuple[str, tuple[CurrentAnswer, ...]], ...]
    items: tuple[CurrentItem, ...]
    differing: int
    names_shown: bool
    reviews: bool
    documents: tuple[CurrentDocument, ...] = ()

    @property
    def answers(self) -> int:
        """Number of answers of the site, without those of items."""
        return sum(len(answers) for _, answers in self.chapters)


def counting_now(site_id: str, reader: Person | None) -> CurrentAnswersView | None:
    """Return the current answers of a site for a reader; None if nothing counts or the reader may not see them.

    A surveyor sees them only if all the visits are their own, so that two audits stay independent. The public sees only
    which visits count, and no documents.
    """
    audited = services().audited_at(site_id, counted_states())
    counts = audited.counts.get(site_id)
    documents = () if reader is None else tuple(audited.documents.get(site_id, ()))
    if counts is None:
        return CurrentAnswersView((), (), (), (), 0, True, False, documents) if documents else None
    others = tuple(visit for other in counts.others for visit in other.visits if visit not in counts.visits)
    of_others = any(reader is not None and visit.author != reader.id for visit in (*counts.visits, *others))
    if reader is not None and not reader.may("read_all_visits") and of_others:
        return None
    standard = audited.findings.standard
    if reader is None:
        visits, others = (tuple(map(for_public, group)) for group in (counts.visits, others))
        return CurrentAnswersView(visits, others, (), (), 0, names_shown=False, reviews=False)
    return CurrentAnswersView(
        visits=counts.visits,
        others=others,
        chapters=tuple(_chapters(counts, standard)),
        items=tuple(_items(counts, standard)),
        differing=sum(
            disagreement.settled is None
            for disagreement in services().audited_at(site_id, COUNTED).disagreements.get(site_id, ())
        ),
        names_shown=True,
        reviews=reader.may("review"),
        documents=documents,
    )


def _chapters(counts: CurrentAnswers, standard: Standard) -> list[tuple[str, tuple[CurrentAnswer, ...]]]:
    visited = {name: value for name, value in counts.answers.items() if name in counts.sources}
    documented = {name: answer for name, answer in counts.documents.items() if answer.counts}
    texts = texts_of({**visited, **{name: answer.value for name, answer in documented.items()}}, standard)
    aspects = {requirement.id: requirement.aspect for requirement in standard.requirements}
    by_aspect: dict[str, list[CurrentAnswer]] = {}
    for question in standard.questions:
        if question.id in texts:
            aspect = "" if question.requirement is None else aspects[question.requirement]
            document = documented[question.id].document if question.id in documented else None
            visit = counts.sources.get(question.id)
            answer = CurrentAnswer(question_name(question), question.id, texts[question.id], visit, document)
            by_aspect.setdefault(aspect, []).append(answer)
    names = {"": "", **{aspect.code: f"{aspect.number}. {aspect.name}" for aspect in standard.aspects}}
    return [(name, tuple(by_aspect[code])) for code, name in names.items() if code in by_aspect]


def _items(counts: CurrentAnswers, standard: Standard) -> list[CurrentItem]:
    visits = {visit.id: visit for visit in counts.visits}
    names = {item.id: item.name for item in counts.items}
    return [
        CurrentItem(
            item,
            str(kind.words) if (kind := standard.equipment.kind(item.kind)) else item.kind,
            tuple(visit for id, visit in visits.items() if id in item.sources.values()),
            names.get(item.same_as, ""),
        )
        for item in counts.items
    ]
