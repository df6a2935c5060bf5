"""Validate a new visit: its site, edition, answers, items and position.

A wrong clock is a warning (`device_clock`), never an error. A visit that is stored already is not validated again, so that
later changes of rules never invalidate it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rba_audit.days import now_utc
from rba_audit.equipment import contradiction_warnings, fold, item_problems, items_set_aside, without_older_words
from rba_audit.errors import NotInRegister, NotInStandard
from rba_audit.evidence import unusable_answers
from rba_audit.fieldwork.known_items import left_out, merging_problems, remarks_on_a_list
from rba_audit.fieldwork.positions import distance_warning, position_doubts
from rba_audit.fieldwork.site_access import (
    access_gap,
    access_problem_words,
    begun_at,
    begun_words,
    site_access_of,
    unknown_site_words,
    unknown_site_words_for_author,
    vouched_words,
)
from rba_audit.fieldwork.stages import stage_remarks
from rba_audit.fieldwork.submission_errors import SubmissionError, SubmissionProblem, submission_error
from rba_audit.forms import answers_set_aside
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.sites import Site
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.policies import Policies, shipped_policies

_NAMED: Final = 5
"""Number of requirements that a warning names; it only counts the others."""


def no_losses(_document: Mapping[str, Any], _standard: Standard) -> tuple[Requirement, ...]:
    """Return no requirements: the default of `IntakeContext.lost` for callers that do not evaluate findings."""
    return ()


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """The register, editions and rules that the intake of fieldwork uses.

    Attributes:
        register: The register that stores the fieldwork.
        edition: Returns any published edition by its name; raises NotInStandard for an unknown one.
        context: Boundaries that positions are compared with.
        lost: Returns the requirements that are settled now and would be open if the visit counted as a full one.
        policies: The rules file; its whereabouts policy says when a position is in doubt.
    """

    register: Register
    edition: Callable[[str], Standard]
    context: tuple[ContextFeature, ...] = ()
    lost: Callable[[Mapping[str, Any], Standard], Sequence[Requirement]] = no_losses
    policies: Policies = field(default_factory=shipped_policies)


def check_visit(
    desk: IntakeContext, document: Mapping[str, Any], sender: Person, author: Person
) -> tuple[Message, ...]:
    """Validate a new visit and return the warnings about it.

    Raises:
        SubmissionError: the visit cannot be used; it has all problems that were found.
    """
    site, allowed = _permitted_site(desk.register, document, sender, author)
    try:
        standard = desk.edition(document["edition"])
    except NotInStandard as fault:
        raise submission_error(fault.message) from fault
    problems = [*_head_problems(document), *_answer_problems(document, standard)]
    items = document.get("items") or ()
    problems += [SubmissionProblem("", warning) for warning in merging_problems(desk.register, document["site"], items)]
    position = document.get("position")
    if position:
        problems += [
            SubmissionProblem("", warning)
            for warning in position_doubts(position, site, desk.context, desk.policies.whereabouts)
        ]
    if problems:
        raise SubmissionError(*problems)
    warning = distance_warning(position, site) if position else None
    complete = standard.equipment.complete
    missing = left_out(desk.register, document["site"], items)
    return (
        *allowed,
        *stage_remarks(document["stage"], author),
        *(() if warning is None else (warning,)),
        *remarks_on_a_list(document, missing, complete.id if complete else None),
        *_left_open_warnings(desk.lost(document, standard)),
        *_unused_answer_warnings(document, site, standard),
    )


def _left_open_warnings(lost: Sequence[Requirement]) -> Iterator[Message]:
    """Yield a warning about the requirements that were settled and that a full visit leaves open."""
    if lost:
        yield say(
            "Settled before and left open by this full visit, requirements: {count} ({titles}). If only a part was looked at, send a check.",
            count=len(lost),
            titles=first_titles(lost),
        )


def first_titles(requirements: Sequence[Requirement]) -> str:
    """Return the first five titles in the reader's language; an ellipsis replaces the others."""
    first = [str(requirement.title) for requirement in requirements[:_NAMED]]
    return "; ".join([*first, "…"] if len(requirements) > len(first) else first)


def _permitted_site(
    register: Register, document: Mapping[str, Any], sender: Person, author: Person
) -> tuple[Site, tuple[Message, ...]]:
    """Return the site of a visit that may be accepted, and the warnings about why it may.

    Raises:
        SubmissionError: it may not be accepted; the message reveals no site that never was in the surveyor's area.
    """
    id, own = document["site"], sender.id == author.id
    try:
        site = register.site(id)
    except NotInRegister as fault:
        if sender.may("reach_all_sites"):
            raise submission_error(fault.message) from fault
        raise submission_error(unknown_site_words(id) if own else unknown_site_words_for_author(author, id)) from fault
    begun = begun_at(register, document, now_utc())
    access = site_access_of(register, author, id, begun)
    if access.lack is None:
        return site, ()
    if begun is not None and access.then:
        return site, (begun_words(access.lack, begun, author),)
    # A sender who may visit the site vouches for the visit that they deliver.
    if not own and access_gap(sender, site) is None:
        return site, (vouched_words(access.lack, author),)
    raise submission_error(access_problem_words(access, id, site.name, author, own=own))


def _unused_answer_warnings(document: Mapping[str, Any], site: Site, standard: Standard) -> Iterator[Message]:
    """Yield a warning for each answer, of the site or of an item, that is stored but does not count."""
    answers, items = document["answers"], document.get("items") or ()
    own = without_older_words(site.facts, items, answers, standard)
    stated = {fact.id: own[fact.id] for fact in standard.facts if fact.id in own} | answers
    yield from contradiction_warnings(items, stated, standard)
    yield from answers_set_aside(fold(items, stated, standard), standard, answers)
    for item, question, why in items_set_aside(items, stated, standard):
        yield say("{item}, {question}: {why}", item=item.get("name") or item["kind"], question=question, why=why)


def _head_problems(document: Mapping[str, Any]) -> Iterator[SubmissionProblem]:
    if not document["auditor"].strip():
        yield SubmissionProblem("", say("Write the name of the one who answers."))


def _answer_problems(document: Mapping[str, Any], standard: Standard) -> Iterator[SubmissionProblem]:
    items = document.get("items") or ()
    # A visit with items or photos may have no answers.
    alone = bool(items or document.get("photos"))
    for question, message in unusable_answers(document["answers"], standard, may_be_empty=alone):
        yield SubmissionProblem(question, message)
    yield from _item_list_problems(items, standard)


def _item_list_problems(items: Sequence[Mapping[str, Any]], standard: Standard) -> Iterator[SubmissionProblem]:
    """Yield a problem for each unusable entry of an item list; the message has the item's name as entered."""
    names = {item["id"]: item.get("name") or item["kind"] for item in items}
    for item, question, why in item_problems(items, standard):
        where = f"{names.get(item, item)}, {question}" if question else names.get(item, item)
        yield SubmissionProblem(question, say("Correct {item}: {why}.", item=where, why=why))
