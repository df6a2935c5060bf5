"""What counts at a site now, answer by answer and item by item, each with the visit it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.current_answers import CurrentAnswers
from rba_audit.equipment.item_history import KnownItem
from rba_audit.evidence import REASON
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
    """One answer that counts."""

    question: str
    code: str
    text: str
    visit: Visit


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """One item that is known.

    Attributes:
        item: As it is known.
        kind: Its kind in words.
        looks: The visits whose answers about it count, the oldest first; none where it was left out.
        goes_on_as: The name of the item that it is the same as; empty where it goes on by itself.
    """

    item: KnownItem
    kind: str
    looks: tuple[Visit, ...]
    goes_on_as: str


@dataclass(frozen=True, slots=True)
class CurrentAnswersView:
    """What counts at a site.

    Attributes:
        visits: The visits that count, the full one first.
        others: Full visits of other auditors within the window of a double audit.
        chapters: The answers by what they are about: facts first, then the aspects.
        differing: How many requirements two auditors found differently and nobody has settled.
        names_shown: Whether the reader is told who made the visits.
        reviews: Whether the reader may open them.
    """

    visits: tuple[Visit, ...]
    others: tuple[Visit, ...]
    chapters: tuple[tuple[str, tuple[CurrentAnswer, ...]], ...]
    items: tuple[CurrentItem, ...]
    differing: int
    names_shown: bool
    reviews: bool

    @property
    def answers(self) -> int:
        """How many answers of the place count."""
        return sum(len(answers) for _, answers in self.chapters)


def counting_now(site_id: str, reader: Person | None) -> CurrentAnswersView | None:
    """Return what counts at a site for a reader; None where no visit does.

    A surveyor sees it where every visit is their own: two audits stay independent. The public is told which visits count.
    """
    audited = services().audited_at(site_id, counted_states())
    counts = audited.counts.get(site_id)
    if counts is None:
        return None
    others = tuple(visit for each in counts.others for visit in each.visits if visit not in counts.visits)
    of_others = any(reader is not None and visit.author != reader.id for visit in (*counts.visits, *others))
    if reader is not None and not reader.may("read_all_visits") and of_others:
        return None
    standard = audited.findings.standard
    if reader is None:
        visits, others = (tuple(map(for_public, each)) for each in (counts.visits, others))
        return CurrentAnswersView(visits, others, (), (), 0, names_shown=False, reviews=False)
    return CurrentAnswersView(
        visits=counts.visits,
        others=others,
        chapters=tuple(_chapters(counts, standard)),
        items=tuple(_items(counts, standard)),
        differing=sum(
            each.settled is None for each in services().audited_at(site_id, COUNTED).disagreements.get(site_id, ())
        ),
        names_shown=True,
        reviews=reader.may("review"),
    )


def _chapters(counts: CurrentAnswers, standard: Standard) -> list[tuple[str, tuple[CurrentAnswer, ...]]]:
    texts = texts_of({name: value for name, value in counts.answers.items() if not name.endswith(REASON)}, standard)
    aspects = {requirement.id: requirement.aspect for requirement in standard.requirements}
    found: dict[str, list[CurrentAnswer]] = {}
    for question in standard.questions:
        if question.id in texts and question.id in counts.sources:
            aspect = "" if question.requirement is None else aspects[question.requirement]
            told = CurrentAnswer(question_name(question), question.id, texts[question.id], counts.sources[question.id])
            found.setdefault(aspect, []).append(told)
    names = {"": "", **{aspect.code: f"{aspect.number}. {aspect.name}" for aspect in standard.aspects}}
    return [(name, tuple(found[code])) for code, name in names.items() if code in found]


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
