"""Evaluate each item of play equipment and aggregate the items' answers into answers of the site (ADR 0015, 0030).

The worst item decides for the site. An incomplete list of items can show that a requirement is not met, never that it is. Once
a list is begun, the same holds for the site's own answers; an own answer "not met" counts until a complete list, with every
item answered, shows otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.equipment.item_program import Item, plan_of, word_of
from rba_audit.evidence import REASON, Evidence, read_evidence
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.explainer import Explainer
from rba_audit.findings.trace import Trace
from rba_audit.standard import OUTCOMES, WORST_FIRST, Equipment, Outcome, Requirement, Standard
from rba_audit.standard.kinds import NOT_SEEN_WORD

_OPEN: Final = OUTCOMES.index("undetermined")
_FAILS: Final = OUTCOMES.index("does_not_conform")
_RANK: Final = np.array([WORST_FIRST.index(outcome) for outcome in OUTCOMES])


@dataclass(frozen=True)
class ItemVerdict:
    """Traces of one item.

    Attributes:
        item: The item as the visit has it.
        traces: A trace for each requirement that is evaluated per item.
        counted: A trace for each requirement that is answered by counting items, as if this were the only item.
    """

    item: Item
    traces: tuple[Trace, ...]
    counted: tuple[Trace, ...] = ()

    @property
    def all(self) -> tuple[Trace, ...]:
        """`traces`, then `counted`."""
        return (*self.traces, *self.counted)

    @property
    def worst(self) -> Outcome:
        """The worst outcome among them."""
        return min((trace.outcome for trace in self.all), key=WORST_FIRST.index, default="not_applicable")


def fold(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return the answers of a site, overridden by the aggregated answers of its items.

    A requirement that is evaluated per item gets the answers of the worst item. As long as no answer says
    that the list of items is complete, only `does_not_conform` is decided, by an item or by the site's own answers; other
    outcomes stay open. A site has a list once it has an item, even one that is gone, or that answer.
    """
    return fold_all([(items, answers)], standard)[0]


def fold_all(sites: Iterable[tuple[Sequence[Item], Mapping[str, Any]]], standard: Standard) -> list[dict[str, Any]]:
    """Return the answers of many sites, each overridden by the aggregated answers of its items; see `fold`."""
    listed = [SiteItems(items, answers, standard.equipment) for items, answers in sites]
    rows = [
        row
        for site in listed
        if site.begun
        for row in (site.own(standard), site.listed(standard), *site.rows(standard))
    ]
    outcomes = _outcomes(read_evidence(rows, standard), standard)
    folded, start = [], 0
    for site in listed:
        if not site.begun:
            folded.append(dict(site.answers))
            continue
        end = start + 2 + len(site.items)
        folded.append(site.folded(outcomes[:, start], outcomes[:, start + 1], outcomes[:, start + 2 : end], standard))
        start = end
    return folded


def without_older_words(
    own: Mapping[str, Any], items: Sequence[Item], said: Mapping[str, Any], standard: Standard
) -> dict[str, Any]:
    """Return the properties of a site's document, without those that a visit's complete list of items replaces.

    If the visit lists items, the document's answer whether the list is complete is removed too.

    Args:
        own: The properties of the document.
        items: The items that the visits list.
        said: The answers of the visits.
        standard: The edition.
    """
    complete = standard.equipment.complete
    if items and complete is not None:
        # Only the author of a list can state that it is complete, so the document's answer does not apply to a visit's list.
        own = {name: value for name, value in own.items() if name.removesuffix(REASON) != complete.id}
    # A complete but empty list answers nothing about items, so the document's answers (such as "not met") go on counting.
    if not items or not SiteItems(items, said, standard.equipment).complete:
        return dict(own)
    plan = plan_of(standard)
    counts = {question.id for requirement in plan.counted for question in requirement.questions}
    return {name: value for name, value in own.items() if name.removesuffix(REASON) not in plan.asked | counts}


def per_item(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> list[ItemVerdict]:
    """Return the traces of each item that is still there, in the order of the list."""
    site = SiteItems(items, answers, standard.equipment)
    evidence = read_evidence(site.rows(standard), standard)
    outcomes = _outcomes(evidence, standard)
    explainer = Explainer(standard, evidence, range(len(site.items)))
    asked, counted = plan_of(standard).asked_of_items, plan_of(standard).counted
    alone = read_evidence([_alone(item, answers, standard) for item in site.items], standard)
    outcomes_alone = _outcomes(alone, standard)[len(asked) :]
    explainer_alone = Explainer(standard, alone, range(len(site.items)))
    return [
        ItemVerdict(
            item,
            tuple(
                explainer.trace(at, str(item.get("id", "")), requirement, int(outcomes[row, at]))
                for row, requirement in enumerate(asked)
            ),
            tuple(
                explainer_alone.trace(at, str(item.get("id", "")), requirement, int(outcomes_alone[row, at]))
                for row, requirement in enumerate(counted)
            ),
        )
        for at, item in enumerate(site.items)
    ]


def _alone(item: Item, answers: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return the site's answers implied by a complete list with this one item, plus the site facts that items do not have."""
    equipment = standard.equipment
    complete = {} if equipment.complete is None else {equipment.complete.id: "yes"}
    around = {name: answers[name] for name in plan_of(standard).asked_of_site if name in answers}
    return SiteItems([item], {**around, **complete}, equipment).listed(standard)


class SiteItems:
    """The items of one site that are still there, and the answers about the site as a whole."""

    def __init__(self, items: Sequence[Item], answers: Mapping[str, Any], equipment: Equipment) -> None:
        there = [item for item in items if not item.get("gone") and not item.get("same_as")]
        self.items = there if equipment.kinds else []
        self.answers = answers
        complete = equipment.complete
        self.complete = complete is not None and word_of(answers.get(complete.id)) == "yes"
        self._equipment = equipment
        self.begun = bool(equipment.kinds) and (bool(items) or self.complete)
        self.facts = [_facts(item, equipment) for item in self.items]
        self._given = [_given(item, equipment) for item in self.items]
        self._counts = self._counted()

    def rows(self, standard: Standard) -> list[dict[str, Any]]:
        """Return for each item the answers it is evaluated with: the site's, except those that items give, and its own."""
        plan = plan_of(standard)
        asked = plan.asked
        of_site = {name: self.answers[name] for name in plan.asked_of_site if name in self.answers}
        return [
            {**of_site, **{key: value for key, value in given.items() if key in asked}, **facts}
            for given, facts in zip(self._given, self.facts, strict=True)
        ]

    def own(self, standard: Standard) -> dict[str, Any]:
        """Return the site's own answers to the questions that its items answer, and to those that decide whether they apply."""
        names = plan_of(standard).beside
        return {name: value for name, value in self.answers.items() if name in names}

    def listed(self, standard: Standard) -> dict[str, Any]:
        """Return the same answers, with facts and counts replaced by those of the list."""
        counts = {name: count for name, count in self._counts.items() if count is not None}
        answers = {name: value for name, value in self.own(standard).items() if name not in self._counts}
        return {**self._with_facts(answers), **counts}

    def _with_facts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return answers with the facts of the list: "yes" if any item has it, "no" if the list is complete and none has it.

        A fact is removed if the site's own answer contradicts a complete list, or if an incomplete list does not show it and the
        site's own answer is not "yes".
        """
        answers = dict(given)
        for fact in self._equipment.facts:
            words, own = [facts.get(fact) for facts in self.facts], word_of(answers.get(fact))
            none_has_it = self.complete and bool(words) and all(word == "no" for word in words)
            if "yes" in words:
                answers[fact] = "yes"
            elif none_has_it and own != "yes":
                answers[fact] = "no"
            elif none_has_it or (own != "yes" and not (own == "no" and self.complete and not words)):
                answers.pop(fact, None)
        return answers

    def folded(
        self, own: NDArray[np.int8], listed: NDArray[np.int8], item_outcomes: NDArray[np.int8], standard: Standard
    ) -> dict[str, Any]:
        """Return the site's answers, overridden by the aggregated answers of its items.

        Args:
            own: (requirements,): outcomes from the site's own answers.
            listed: (requirements,): outcomes with the facts and counts of the list.
            item_outcomes: (requirements, items): outcomes of each item.
            standard: The edition.
        """
        answers = self._with_facts(self.answers)
        plan = plan_of(standard)
        for row, requirement in enumerate(plan.asked_of_items):
            self._answer(answers, requirement, _RANK[item_outcomes[row]], place_fails=bool(own[row] == _FAILS))
        self._count(answers, own[len(plan.asked_of_items) :], listed[len(plan.asked_of_items) :], plan.counted)
        return answers

    def _answer(
        self, answers: dict[str, Any], requirement: Requirement, ranks: NDArray[np.int64], *, place_fails: bool
    ) -> None:
        """Set the answers to a requirement's questions to those of the worst item, or remove them if the outcome is open."""
        at = int(ranks.argmin()) if ranks.size else None
        worst = "undetermined" if at is None else WORST_FIRST[ranks[at]]
        settled = worst == "does_not_conform" or (self.complete and worst != "undetermined")
        if place_fails and not settled:
            return
        for question in requirement.questions:
            answers.pop(question.id, None)
        contradicted = place_fails and worst != "does_not_conform"
        if settled and at is not None and not contradicted:
            given = self._given[at]
            answers.update({asked.id: given[asked.id] for asked in requirement.questions if asked.id in given})

    def _count(
        self,
        answers: dict[str, Any],
        own: NDArray[np.int8],
        listed: NDArray[np.int8],
        counted: Iterable[Requirement],
    ) -> None:
        """Set the answers that are counts of items, or remove them if the list does not determine them."""
        for requirement, by_site, by_list in zip(counted, own.tolist(), listed.tolist(), strict=True):
            if by_site == _FAILS and by_list == _OPEN:
                continue  # the site's own "not met" counts until the items can be counted
            for question in requirement.questions:
                count = self._counts.get(question.id)
                if question.id in self._counts:
                    answers.pop(question.id, None)
                if count is not None and (by_site != _FAILS or by_list == _FAILS):
                    answers[question.id] = count

    def _counted(self) -> dict[str, int | str | None]:
        """Return the answer to each question that is answered by counting items; None if the list does not determine it."""
        own = {question.id for question in self._equipment.questions}
        answers = [{key: word_of((item.get("answers") or {}).get(key)) for key in own} for item in self.items]
        counts: dict[str, int | str | None] = {}
        for tally in self._equipment.tallies:
            words = [tally.word if tally.of is None else item[tally.of] for item in answers]
            sure = self.complete and bool(words) and all(word in ("yes", "no") for word in words)
            # An item with two differing sets of answers is in the list twice, but counts once.
            counted = {item.get("id") for item, word in zip(self.items, words, strict=True) if word == tally.word}
            counts[tally.question] = len(counted) if sure else None
        for every in self._equipment.every:
            counts[every.question] = None
            when = self._equipment.when.get(every.of)
            asked = [item for item in answers if when is None or item[when] == "yes"]
            sure = self.complete and all(when is None or item[when] in ("yes", "no") for item in answers)
            if any(item[every.of] == "no" for item in asked):
                counts[every.question] = "no"
            elif asked and sure and all(item[every.of] == "yes" for item in asked):
                counts[every.question] = "yes"
        return counts


def _facts(item: Item, equipment: Equipment) -> dict[str, str]:
    """Return the facts of an item by its answers; those that its kind implies override them."""
    kind = equipment.kind(item.get("kind"))
    given = item.get("answers") or {}
    facts = {fact: word for fact in equipment.facts if (word := word_of(given.get(fact))) in ("yes", "no")}
    if kind is not None:
        facts |= dict.fromkeys(kind.yes, "yes") | dict.fromkeys(kind.no, "no")
    return facts


def _given(item: Item, equipment: Equipment) -> dict[str, Any]:
    """Return the answers about an item; an answer to one question of a group (`Equipment.same`) is copied to all of the group."""
    given = dict(item.get("answers") or {})
    for group in equipment.same:
        words = [given[name] for name in group if given.get(name) not in (None, "")]
        answer = next((word for word in words if word_of(word) != NOT_SEEN_WORD), words[0] if words else None)
        given.update(dict.fromkeys(group, answer) if answer is not None else {})
    return given


def _outcomes(evidence: Evidence, standard: Standard) -> NDArray[np.int8]:
    """Return the outcomes of the requirements evaluated per item, then of the counted ones, with one column per row of evidence."""
    return evaluate_outcomes(plan_of(standard).program, evidence.codes, evidence.numbers)
