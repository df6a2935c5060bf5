"""Play equipment item by item: each item judged by itself, and what all of them answer for the whole site.

The worst item speaks for the site, and a list that may have gaps never speaks well of it. What was said of the place as a
whole never speaks well of it either once a list is begun; where it says that a requirement is not met, that stands until a
complete list of items that are all looked at says otherwise.
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
    """How one item stands.

    Attributes:
        item: The item as the visit has it.
        traces: Why each requirement that is asked of items comes out as it does for this one.
        counted: The same for each requirement that is answered by counting items, as if this one were all there are.
    """

    item: Item
    traces: tuple[Trace, ...]
    counted: tuple[Trace, ...] = ()

    @property
    def all(self) -> tuple[Trace, ...]:
        """Both."""
        return (*self.traces, *self.counted)

    @property
    def worst(self) -> Outcome:
        """The worst outcome among them."""
        return min((trace.outcome for trace in self.all), key=WORST_FIRST.index, default="not_applicable")


def fold(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return the answers of a site with what its items say laid over them.

    A requirement that is asked of items gets the answers of the worst one. As long as nobody says that the list of items
    is complete, only what does not conform settles anything: an item, or what was said of the place as a whole. A list is
    begun with its first item, one that is gone included, or by saying that it is complete.
    """
    return fold_all([(items, answers)], standard)[0]


def fold_all(sites: Iterable[tuple[Sequence[Item], Mapping[str, Any]]], standard: Standard) -> list[dict[str, Any]]:
    """Return the answers of many sites, each with what its items say laid over them; see `fold`."""
    listed = [SiteItems(items, answers, standard.equipment) for items, answers in sites]
    rows = [
        row
        for site in listed
        if site.begun
        for row in (site.own(standard), site.listed(standard), *site.rows(standard))
    ]
    judged = _outcomes(read_evidence(rows, standard), standard)
    folded, start = [], 0
    for site in listed:
        if not site.begun:
            folded.append(dict(site.answers))
            continue
        end = start + 2 + len(site.items)
        folded.append(site.folded(judged[:, start], judged[:, start + 1], judged[:, start + 2 : end], standard))
        start = end
    return folded


def without_older_words(
    own: Mapping[str, Any], items: Sequence[Item], said: Mapping[str, Any], standard: Standard
) -> dict[str, Any]:
    """Return what a site's document says, without what a visit with a complete list of items has answered anew.

    It never says that the list of a visit is complete.

    Args:
        own: What the document says.
        items: What the visit lists.
        said: What the visit answers.
        standard: The edition.
    """
    complete = standard.equipment.complete
    if items and complete is not None:
        # Whether a list is complete, only who made it can say.
        own = {name: value for name, value in own.items() if name.removesuffix(REASON) != complete.id}
    # That an empty list is complete is no answer about any item: what the document says is not met goes on counting.
    if not items or not SiteItems(items, said, standard.equipment).complete:
        return dict(own)
    plan = plan_of(standard)
    counts = {question.id for requirement in plan.counted for question in requirement.questions}
    return {name: value for name, value in own.items() if name.removesuffix(REASON) not in plan.asked | counts}


def per_item(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> list[ItemVerdict]:
    """Return how each item stands that is still there, with the reasons, in the order of the list."""
    site = SiteItems(items, answers, standard.equipment)
    evidence = read_evidence(site.rows(standard), standard)
    found = _outcomes(evidence, standard)
    explainer = Explainer(standard, evidence, range(len(site.items)))
    each, counted = plan_of(standard).asked_of_items, plan_of(standard).counted
    alone = read_evidence([_alone(item, answers, standard) for item in site.items], standard)
    found_alone = _outcomes(alone, standard)[len(each) :]
    explainer_alone = Explainer(standard, alone, range(len(site.items)))
    return [
        ItemVerdict(
            item,
            tuple(
                explainer.trace(at, str(item.get("id", "")), requirement, int(found[row, at]))
                for row, requirement in enumerate(each)
            ),
            tuple(
                explainer_alone.trace(at, str(item.get("id", "")), requirement, int(found_alone[row, at]))
                for row, requirement in enumerate(counted)
            ),
        )
        for at, item in enumerate(site.items)
    ]


def _alone(item: Item, answers: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return what a complete list of one item says of the place, beside the facts of the place that no item has."""
    equipment = standard.equipment
    complete = {} if equipment.complete is None else {equipment.complete.id: "yes"}
    around = {name: answers[name] for name in plan_of(standard).asked_of_site if name in answers}
    return SiteItems([item], {**around, **complete}, equipment).listed(standard)


class SiteItems:
    """The items of one site that are still there, and what is answered for the place as a whole."""

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
        """Return for each item the answers it is judged by: the site's, without what items answer, and its own."""
        plan = plan_of(standard)
        asked = plan.asked
        place = {name: self.answers[name] for name in plan.asked_of_site if name in self.answers}
        return [
            {**place, **{key: value for key, value in given.items() if key in asked}, **facts}
            for given, facts in zip(self._given, self.facts, strict=True)
        ]

    def own(self, standard: Standard) -> dict[str, Any]:
        """Return what was said of the place as a whole about all that its items answer."""
        beside = plan_of(standard).beside
        return {name: value for name, value in self.answers.items() if name in beside}

    def listed(self, standard: Standard) -> dict[str, Any]:
        """Return the same with its facts and counts as the list has them."""
        counts = {name: count for name, count in self._counts.items() if count is not None}
        said = {name: value for name, value in self.own(standard).items() if name not in self._counts}
        return {**self._with_facts(said), **counts}

    def _with_facts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        answers = dict(given)
        for fact in self._equipment.facts:
            words, said = [facts.get(fact) for facts in self.facts], word_of(answers.get(fact))
            none_has_it = self.complete and bool(words) and all(word == "no" for word in words)
            if "yes" in words:
                answers[fact] = "yes"
            elif none_has_it and said != "yes":
                answers[fact] = "no"
            elif none_has_it or (said != "yes" and not (said == "no" and self.complete and not words)):
                answers.pop(fact, None)  # the two contradict each other, or the list is not complete
        return answers

    def folded(
        self, own: NDArray[np.int8], listed: NDArray[np.int8], found: NDArray[np.int8], standard: Standard
    ) -> dict[str, Any]:
        """Return the site's answers.

        Args:
            own: The outcome of each requirement by what was said of the place as a whole.
            listed: The same with the facts and counts that the list gives.
            found: The outcome of each requirement (rows) for each item (columns).
            standard: The edition.
        """
        answers = self._with_facts(self.answers)
        plan = plan_of(standard)
        for row, requirement in enumerate(plan.asked_of_items):
            self._answer(answers, requirement, _RANK[found[row]], place_fails=bool(own[row] == _FAILS))
        self._count(answers, own[len(plan.asked_of_items) :], listed[len(plan.asked_of_items) :], plan.counted)
        return answers

    def _answer(
        self, answers: dict[str, Any], requirement: Requirement, ranks: NDArray[np.int64], *, place_fails: bool
    ) -> None:
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
            answers.update({each.id: given[each.id] for each in requirement.questions if each.id in given})

    def _count(
        self,
        answers: dict[str, Any],
        own: NDArray[np.int8],
        listed: NDArray[np.int8],
        counted: Iterable[Requirement],
    ) -> None:
        for requirement, said, found in zip(counted, own.tolist(), listed.tolist(), strict=True):
            if said == _FAILS and found == _OPEN:
                continue  # what was said of the place stands until the items are counted
            for question in requirement.questions:
                count = self._counts.get(question.id)
                if question.id in self._counts:
                    answers.pop(question.id, None)
                if count is not None and (said != _FAILS or found == _FAILS):
                    answers[question.id] = count

    def _counted(self) -> dict[str, int | str | None]:
        """Return the answer of each question that items are counted for; None where they do not settle it."""
        own = {question.id for question in self._equipment.questions}
        said = [{key: word_of((item.get("answers") or {}).get(key)) for key in own} for item in self.items]
        found: dict[str, int | str | None] = {}
        for tally in self._equipment.tallies:
            words = [tally.word if tally.of is None else each[tally.of] for each in said]
            sure = self.complete and bool(words) and all(word in ("yes", "no") for word in words)
            # An item of which two things were found stands in the list twice and is one.
            counted = {item.get("id") for item, word in zip(self.items, words, strict=True) if word == tally.word}
            found[tally.question] = len(counted) if sure else None
        for every in self._equipment.every:
            found[every.question] = None
            when = self._equipment.when.get(every.of)
            asked = [each for each in said if when is None or each[when] == "yes"]
            sure = self.complete and all(when is None or each[when] in ("yes", "no") for each in said)
            if any(each[every.of] == "no" for each in asked):
                found[every.question] = "no"
            elif asked and sure and all(each[every.of] == "yes" for each in asked):
                found[every.question] = "yes"
        return found


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
        words = [given[name] for name in group if given.get(name) not in (None, "")]
        said = next((word for word in words if word_of(word) != NOT_SEEN_WORD), words[0] if words else None)
        given.update(dict.fromkeys(group, said) if said is not None else {})
    return given


def _outcomes(evidence: Evidence, standard: Standard) -> NDArray[np.int8]:
    """Return the outcome of each requirement that is asked of items (rows) for each item (columns)."""
    return evaluate_outcomes(plan_of(standard).program, evidence.codes, evidence.numbers)
