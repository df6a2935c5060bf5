"""Play equipment item by item: each item judged by itself, and what all of them answer for the whole site.

The worst item speaks for the site, and a list that may have gaps never speaks well of it: one more answer may settle an
outcome, and never turns a settled one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.equipment.plans import Item, plan_of, word_of
from rba_audit.evidence import Evidence, read_evidence
from rba_audit.findings import outcomes
from rba_audit.findings.asking import set_aside
from rba_audit.findings.traces import Explainer, Trace
from rba_audit.findings.wording import short_words
from rba_audit.standard import OUTCOMES, Equipment, Outcome, Requirement, Standard
from rba_audit.words import Message, Words, say

WORST_FIRST: Final[tuple[Outcome, ...]] = ("does_not_conform", "undetermined", "partial", "conforms", "not_applicable")
_RANK: Final = np.array([WORST_FIRST.index(outcome) for outcome in OUTCOMES])
_BEST: Final = len(WORST_FIRST) - 1


@dataclass(frozen=True)
class ItemVerdict:
    """How one item stands.

    Attributes:
        item: The item as the visit has it.
        traces: Why each requirement that is asked of items comes out as it does for this one.
    """

    item: Item
    traces: tuple[Trace, ...]

    @property
    def worst(self) -> Outcome:
        """The worst outcome among them."""
        return min((trace.outcome for trace in self.traces), key=WORST_FIRST.index, default="not_applicable")


def fold(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return the answers of a site with what its items say laid over them.

    A requirement that is asked of items gets the answers of the worst one. As long as nobody says that the list of items
    is complete, only an item that does not conform settles anything.
    """
    return fold_all([(items, answers)], standard)[0]


def fold_all(sites: Iterable[tuple[Sequence[Item], Mapping[str, Any]]], standard: Standard) -> list[dict[str, Any]]:
    """Return the answers of many sites, each with what its items say laid over them; see `fold`."""
    listed = [_Listed(items, answers, standard.equipment) for items, answers in sites]
    rows = [row for site in listed for row in site.rows(standard)]
    judged = _outcomes(read_evidence(rows, standard), standard)
    folded, start = [], 0
    for site in listed:
        end = start + len(site.items)
        folded.append(site.folded(judged[:, start:end], standard))
        start = end
    return folded


def per_item(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> list[ItemVerdict]:
    """Return how each item stands that is still there, with the reasons, in the order of the list."""
    site = _Listed(items, answers, standard.equipment)
    evidence = read_evidence(site.rows(standard), standard)
    found = _outcomes(evidence, standard)
    explainer = Explainer(standard, evidence, range(len(site.items)))
    each = plan_of(standard).each
    return [
        ItemVerdict(
            item,
            tuple(
                explainer.trace(at, str(item.get("id", "")), requirement, int(found[row, at]))
                for row, requirement in enumerate(each)
            ),
        )
        for at, item in enumerate(site.items)
    ]


def items_set_aside(
    items: Sequence[Item], answers: Mapping[str, Any], standard: Standard
) -> Iterator[tuple[Item, Words, Message]]:
    """Yield each answer about an item that is kept and does not count: the item, the words of the question and why."""
    site, equipment = _Listed(items, answers, standard.equipment), standard.equipment
    evidence = read_evidence(site.rows(standard), standard)
    for at, question, why in set_aside(standard, plan_of(standard).program, evidence):
        yield site.items[at], short_words(equipment.asks.get(question.id, question.ask)), why
    for item in site.items:
        given = item.get("answers") or {}
        for question in equipment.questions:
            parent = equipment.when.get(question.id)
            if (
                parent is not None
                and word_of(given.get(parent)) == "no"
                and word_of(given.get(question.id)) is not None
            ):
                yield item, short_words(question.ask), say("answered though it is not asked here; kept, and not judged")


class _Listed:
    """The items of one site that are still there, and what is answered for the place as a whole."""

    def __init__(self, items: Sequence[Item], answers: Mapping[str, Any], equipment: Equipment) -> None:
        self.items = [item for item in items if not item.get("gone")] if equipment.kinds else []
        self.answers = answers
        complete = equipment.complete
        self.complete = complete is not None and word_of(answers.get(complete.id)) == "yes"
        self._equipment = equipment
        self._facts = [_facts(item, equipment) for item in self.items]
        self._given = [_given(item, equipment) for item in self.items]

    def rows(self, standard: Standard) -> list[dict[str, Any]]:
        """Return for each item the answers it is judged by: the site's, without what items answer, and its own."""
        plan = plan_of(standard)
        asked = plan.asked
        place = {name: self.answers[name] for name in plan.place if name in self.answers}
        return [
            {**place, **{key: value for key, value in given.items() if key in asked}, **facts}
            for given, facts in zip(self._given, self._facts, strict=True)
        ]

    def folded(self, found: NDArray[np.int8], standard: Standard) -> dict[str, Any]:
        """Return the site's answers, given the outcome of each requirement (rows) for each item (columns)."""
        answers = dict(self.answers)
        if not self.items and not self.complete:
            return answers
        for fact in self._equipment.facts:
            words = [facts.get(fact) for facts in self._facts]
            if "yes" in words:
                answers[fact] = "yes"
            elif self.complete and all(word == "no" for word in words):
                answers[fact] = "no"
        for row, requirement in enumerate(plan_of(standard).each):
            self._answer(answers, requirement, _RANK[found[row]])
        self._count(answers)
        return answers

    def _answer(self, answers: dict[str, Any], requirement: Requirement, ranks: NDArray[np.int64]) -> None:
        if not ranks.size or (ranks.min() == _BEST and not self.complete):
            return  # no item it applies to is listed: what was said of the place stands
        for question in requirement.questions:
            answers.pop(question.id, None)
        at = int(ranks.argmin())
        outcome = WORST_FIRST[ranks[at]]
        if outcome == "does_not_conform" or (self.complete and outcome != "undetermined"):
            given = self._given[at]
            answers.update({each.id: given[each.id] for each in requirement.questions if each.id in given})

    def _count(self, answers: dict[str, Any]) -> None:
        own = {question.id for question in self._equipment.questions}
        said = [{key: word_of((item.get("answers") or {}).get(key)) for key in own} for item in self.items]
        for tally in self._equipment.tallies:
            answers.pop(tally.question, None)
            words = [tally.word if tally.of is None else each[tally.of] for each in said]
            if self.complete and all(word in ("yes", "no") for word in words):
                answers[tally.question] = sum(word == tally.word for word in words)
        for every in self._equipment.every:
            answers.pop(every.question, None)
            when = self._equipment.when.get(every.of)
            asked = [each for each in said if when is None or each[when] == "yes"]
            sure = self.complete and all(when is None or each[when] in ("yes", "no") for each in said)
            if any(each[every.of] == "no" for each in asked):
                answers[every.question] = "no"
            elif asked and sure and all(each[every.of] == "yes" for each in asked):
                answers[every.question] = "yes"


def _facts(item: Item, equipment: Equipment) -> dict[str, str]:
    """Return what is known of an item: by its kind, else by what was answered."""
    kind = equipment.kind(item.get("kind"))
    given = item.get("answers") or {}
    found = {fact: word for fact in equipment.facts if (word := word_of(given.get(fact))) in ("yes", "no")}
    if kind is not None:
        found |= dict.fromkeys(kind.yes, "yes") | dict.fromkeys(kind.no, "no")
    return found


def _given(item: Item, equipment: Equipment) -> dict[str, Any]:
    """Return what was answered about an item; an answer that serves for several questions stands under each."""
    given = dict(item.get("answers") or {})
    for group in equipment.same:
        said = next((given[name] for name in group if given.get(name) not in (None, "")), None)
        given.update(dict.fromkeys(group, said) if said is not None else {})
    return given


def _outcomes(evidence: Evidence, standard: Standard) -> NDArray[np.int8]:
    """Return the outcome of each requirement that is asked of items (rows) for each item (columns)."""
    return outcomes(plan_of(standard).program, evidence.codes, evidence.numbers)
