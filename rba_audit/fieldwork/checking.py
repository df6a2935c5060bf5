"""Whether a visit makes sense: its site, its edition, its answers and its position.

A clock that is wrong is told in `clocks` and refuses nothing. Only a visit that is new is asked; one that is kept stays right whatever changes afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rba_audit.days import now_utc
from rba_audit.equipment import contradictions, fold, item_problems, items_set_aside, without_older_words
from rba_audit.errors import NotInRegister, NotInStandard
from rba_audit.evidence import unusable_answers
from rba_audit.fieldwork.known_items import left_out, merging_problems, remarks_on_a_list
from rba_audit.fieldwork.permission import (
    begun_at,
    begun_words,
    lack_of,
    no_site_of,
    no_such_site,
    permission,
    refusal_words,
    vouched_words,
)
from rba_audit.fieldwork.positions import doubts, remark
from rba_audit.fieldwork.refusals import Problem, Refused, refused
from rba_audit.fieldwork.stages import stage_remarks
from rba_audit.forms import answers_set_aside
from rba_audit.layers import Place
from rba_audit.register import Register
from rba_audit.register.people import Person
from rba_audit.sites import Site
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.policies import Policies, shipped_policies
from rba_audit.words import Message, say

_NAMED: Final = 5
"""How many requirements a remark names before it only counts."""


def loses_nothing(_document: Mapping[str, Any], _standard: Standard) -> tuple[Requirement, ...]:
    """Return nothing: who does not judge cannot say what a visit would lose."""
    return ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where fieldwork arrives.

    Attributes:
        register: Where it is kept.
        edition: Returns an edition by its name, every one that was ever published; raises NotInStandard without one.
        context: Boundaries that positions are held against.
        lost: Returns what counts as settled now and would be open if a visit counted as a full one.
        policies: When a position is doubted, among others.
    """

    register: Register
    edition: Callable[[str], Standard]
    context: tuple[Place, ...] = ()
    lost: Callable[[Mapping[str, Any], Standard], Sequence[Requirement]] = loses_nothing
    policies: Policies = field(default_factory=shipped_policies)


def check(desk: Desk, document: Mapping[str, Any], sender: Person, author: Person) -> tuple[Message, ...]:
    """Refuse a visit that is new and cannot be used; return what is worth telling about it.

    Raises:
        Refused: for every reason there is.
    """
    site, allowed = _permitted(desk.register, document, sender, author)
    try:
        standard = desk.edition(document["edition"])
    except NotInStandard as fault:
        raise refused(fault.message) from fault
    problems = [*_of_the_visit(document), *_of_the_answers(document, standard)]
    items = document.get("items") or ()
    problems += [Problem("", told) for told in merging_problems(desk.register, document["site"], items)]
    position = document.get("position")
    if position:
        problems += [Problem("", told) for told in doubts(position, site, desk.context, desk.policies.whereabouts)]
    if problems:
        raise Refused(*problems)
    told = remark(position, site) if position else None
    complete = standard.equipment.complete
    missing = left_out(desk.register, document["site"], items)
    return (
        *allowed,
        *stage_remarks(document["stage"], author),
        *(() if told is None else (told,)),
        *remarks_on_a_list(document, missing, complete.id if complete else None),
        *_left_open(desk.lost(document, standard)),
        *_set_aside(document, site, standard),
    )


def _left_open(lost: Sequence[Requirement]) -> Iterator[Message]:
    """Yield one sentence on what a full visit leaves open that was settled before."""
    if lost:
        yield say(
            "Settled before and left open by this full visit, requirements: {count} ({titles}). If only a part was looked at, send a check.",
            count=len(lost),
            titles=titles_of(lost),
        )


def titles_of(requirements: Sequence[Requirement]) -> str:
    """Return the first titles, in the reader's language; a mark of omission stands for the others."""
    first = [str(each.title) for each in requirements[:_NAMED]]
    return "; ".join([*first, "…"] if len(requirements) > len(first) else first)


def _permitted(
    register: Register, document: Mapping[str, Any], sender: Person, author: Person
) -> tuple[Site, tuple[Message, ...]]:
    """Return the site of a visit that may be taken, and what is to be told of why it may.

    Raises:
        Refused: it may not; a surveyor learns nothing about sites that never were theirs.
    """
    id, own = document["site"], sender.id == author.id
    try:
        site = register.site(id)
    except NotInRegister as fault:
        if sender.may("reach_all_sites"):
            raise refused(fault.message) from fault
        raise refused(no_such_site(id) if own else no_site_of(author, id)) from fault
    begun = begun_at(register, document, now_utc())
    found = permission(register, author, id, begun)
    if found.lack is None:
        return site, ()
    if begun is not None and found.then:
        return site, (begun_words(found.lack, begun, author),)
    # Whoever works there, or an administrator, answers for what they hand over.
    if not own and lack_of(sender, site) is None:
        return site, (vouched_words(found.lack, author),)
    raise refused(refusal_words(found, id, site.name, author, own=own))


def _set_aside(document: Mapping[str, Any], site: Site, standard: Standard) -> Iterator[Message]:
    """Yield a sentence for each answer that is kept and does not count, of the place and of each item."""
    answers, items = document["answers"], document.get("items") or ()
    own = without_older_words(site.facts, items, answers, standard)
    said = {fact.id: own[fact.id] for fact in standard.facts if fact.id in own} | answers
    yield from contradictions(items, said, standard)
    yield from answers_set_aside(fold(items, said, standard), standard, answers)
    for item, question, why in items_set_aside(items, said, standard):
        yield say("{item}, {question}: {why}", item=item.get("name") or item["kind"], question=question, why=why)


def _of_the_visit(document: Mapping[str, Any]) -> Iterator[Problem]:
    if not document["auditor"].strip():
        yield Problem("", say("Write the name of the one who answers."))


def _of_the_answers(document: Mapping[str, Any], standard: Standard) -> Iterator[Problem]:
    items = document.get("items") or ()
    # Items and photos say something by themselves.
    alone = bool(items or document.get("photos"))
    for question, message in unusable_answers(document["answers"], standard, may_be_empty=alone):
        yield Problem(question, message)
    yield from _of_the_items(items, standard)


def _of_the_items(items: Sequence[Mapping[str, Any]], standard: Standard) -> Iterator[Problem]:
    """Yield a problem for each thing in a list of items that would count for nothing, by the name people gave the item."""
    names = {item["id"]: item.get("name") or item["kind"] for item in items}
    for item, question, why in item_problems(items, standard):
        where = f"{names.get(item, item)}, {question}" if question else names.get(item, item)
        yield Problem(question, say("Correct {item}: {why}.", item=where, why=why))
