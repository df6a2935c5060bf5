"""Which visits looked at a requirement: everything that it rests on, items included."""

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
    """What a requirement rests on.

    Attributes:
        of_site: Questions and facts of the place.
        items: Questions and facts of each item; empty where no item answers it.
        counts_items: Whether it matters how many items there are.
    """

    of_site: frozenset[str]
    items: frozenset[str]
    counts_items: bool


def questions_of_requirement(requirement: Requirement, standard: Standard) -> RequirementQuestions:
    """Return the questions that decide a requirement, for the place and for each item."""
    equipment, plan = standard.equipment, plan_of(standard)
    own = {question.id for question in requirement.questions}
    place = own | questions_looked_at([requirement])
    items: set[str] = set()
    if requirement in plan.asked_of_items:
        items = {name for name in place if name in plan.asked}
        items |= {name for group in equipment.same if items & {*group} for name in group}
    tallies = [each for each in equipment.tallies if each.question in place]
    every = [each for each in equipment.every if each.question in place]
    items |= {each.of for each in tallies if each.of is not None}
    items |= {name for each in every for name in (each.of, equipment.when.get(each.of)) if name is not None}
    counts = any(each.of is None for each in tallies)
    if (items or counts) and equipment.complete is not None:
        place.add(equipment.complete.id)
    return RequirementQuestions(frozenset(place), frozenset(items), counts)


def answered_by_visits(counts: CurrentAnswers, requirement: Requirement, outcome: Outcome, standard: Standard) -> bool:
    """Tell whether the visits themselves say that a requirement comes out so, and not only what lies beneath them.

    A fact alone says so only where by it the requirement does not apply: forms carry the facts that were known before.
    """
    wanted = questions_of_requirement(requirement, standard)
    own = {question.id for question in requirement.questions}
    if outcome == "not_applicable":
        own |= wanted.of_site
    if not own.isdisjoint(counts.sources):
        return True
    there = [item for item in counts.items if not item.gone]
    return any(not wanted.items.isdisjoint(item.sources) for item in there)


def visits_looking_at(
    counts: CurrentAnswers, requirement: Requirement, standard: Standard, *, found_gone: bool = False
) -> list[Visit]:
    """Return the visits that answered anything a requirement rests on and count for it, the oldest first.

    With `found_gone`, also those that found an item gone: that says how the place stands, and nothing that is still there.
    """
    wanted = questions_of_requirement(requirement, standard)
    visits: Mapping[str, Visit] = {visit.id: visit for visit in counts.visits}
    ids = {visit.id for question, visit in counts.sources.items() if question in wanted.of_site}
    if wanted.items or wanted.counts_items:
        for item in counts.items:
            if item.gone:
                ids |= {item.gone_by} if found_gone else set()
                continue
            ids |= {visit for question, visit in item.sources.items() if question in wanted.items}
            if wanted.counts_items and not item.same_as:
                ids.add(item.listed)
    return sorted((visits[id] for id in ids if id in visits), key=lambda visit: visit.order)
