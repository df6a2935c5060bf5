"""Find the visits that answered a requirement: any question or item that its outcome depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rba_audit.current_answers.composition import CurrentAnswers
from rba_audit.equipment.item_program import plan_of
from rba_audit.findings.program_json import looked_at as questions_looked_at
from rba_audit.register import Visit
from rba_audit.standard import Outcome, Requirement, Standard


@dataclass(frozen=True, slots=True)
class RequirementQuestions:
    """Questions that decide a requirement.

    Attributes:
        of_site: Ids of questions and facts of the site.
        items: Ids of questions and facts of each item; empty if items do not answer the requirement.
        counts_items: Whether the number of items matters.
    """

    of_site: frozenset[str]
    items: frozenset[str]
    counts_items: bool


def questions_of_requirement(requirement: Requirement, standard: Standard) -> RequirementQuestions:
    """Return the questions that decide a requirement, for the site and for each item."""
    equipment, plan = standard.equipment, plan_of(standard)
    own = {question.id for question in requirement.questions}
    of_site = own | questions_looked_at([requirement])
    items: set[str] = set()
    if requirement in plan.asked_of_items:
        items = {name for name in of_site if name in plan.asked}
        items |= {name for group in equipment.same if items & {*group} for name in group}
    tallies = [tally for tally in equipment.tallies if tally.question in of_site]
    rules = [every for every in equipment.every if every.question in of_site]
    items |= {tally.of for tally in tallies if tally.of is not None}
    items |= {name for every in rules for name in (every.of, equipment.when.get(every.of)) if name is not None}
    counts = any(tally.of is None for tally in tallies)
    if (items or counts) and equipment.complete is not None:
        of_site.add(equipment.complete.id)
    return RequirementQuestions(frozenset(of_site), frozenset(items), counts)


def answered_by_visits(counts: CurrentAnswers, requirement: Requirement, outcome: Outcome, standard: Standard) -> bool:
    """Return whether an outcome rests on answers of the visits and not only on the site's own document.

    An answer to a fact suffices only for `not_applicable`: forms are prefilled with the facts known before, so a fact in a visit
    does not show that the requirement was looked at.
    """
    questions = questions_of_requirement(requirement, standard)
    own = {question.id for question in requirement.questions}
    if outcome == "not_applicable":
        own |= questions.of_site
    if not own.isdisjoint(counts.sources):
        return True
    there = [item for item in counts.items if not item.gone]
    return any(not questions.items.isdisjoint(item.sources) for item in there)


def visits_looking_at(
    counts: CurrentAnswers, requirement: Requirement, standard: Standard, *, found_gone: bool = False
) -> list[Visit]:
    """Return the visits that count and answered any question that decides a requirement, oldest first.

    With `found_gone`, also those that reported an item gone, which describes the site but answers no question.
    """
    questions = questions_of_requirement(requirement, standard)
    visits: Mapping[str, Visit] = {visit.id: visit for visit in counts.visits}
    ids = {visit.id for question, visit in counts.sources.items() if question in questions.of_site}
    if questions.items or questions.counts_items:
        for item in counts.items:
            if item.gone:
                ids |= {item.gone_by} if found_gone else set()
                continue
            ids |= {visit for question, visit in item.sources.items() if question in questions.items}
            if questions.counts_items and not item.same_as:
                ids.add(item.listed)
    return sorted((visits[id] for id in ids if id in visits), key=lambda visit: visit.order)
