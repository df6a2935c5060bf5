"""What one edition adds to, drops from and changes in another, and which answers still mean the same.

Pure: an answer is carried over whole or not at all, and never turned into another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rba_audit.messages import Message, say
from rba_audit.standard.edition import Standard
from rba_audit.standard.kinds import STATES, kind_of
from rba_audit.standard.terms import Question, Requirement


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """A requirement that both editions have, and what is not the same, in words."""

    requirement: Requirement
    what: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """What one edition does to another, each in its edition's order."""

    added: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    changed: tuple[RequirementChange, ...]


@dataclass(frozen=True, slots=True)
class AnswerMigration:
    """Answers taken from one edition to another.

    Attributes:
        answers: Those that mean the same there.
        anew: Those that do not, by question id, with the reason.
    """

    answers: Mapping[str, Any]
    anew: Mapping[str, Message]


def compare_editions(before: Standard, after: Standard) -> EditionChanges:
    """Return what `state_after` adds to, drops from and changes in `before`."""
    old = {requirement.id: requirement for requirement in before.requirements}
    new = {requirement.id: requirement for requirement in after.requirements}
    changed = (
        (requirement, tuple(_differences(old[name], requirement))) for name, requirement in new.items() if name in old
    )
    return EditionChanges(
        added=tuple(requirement for name, requirement in new.items() if name not in old),
        dropped=tuple(requirement for name, requirement in old.items() if name not in new),
        changed=tuple(RequirementChange(requirement, what) for requirement, what in changed if what),
    )


def carry_answers(answers: Mapping[str, Any], before: Standard, after: Standard) -> AnswerMigration:
    """Return which answers to `before` still mean the same in `state_after`, and which must be given anew.

    What neither edition asks (the name of a site, say) is left as it is.
    """
    kept: dict[str, Any] = {}
    anew: dict[str, Message] = {}
    for name, value in answers.items():
        if not before.has_question(name):
            kept[name] = value
        elif not after.has_question(name):
            anew[name] = say("this is not asked any more")
        elif reason := _means_another(before.question(name), after.question(name), value):
            anew[name] = reason
        else:
            kept[name] = value
    return AnswerMigration(kept, anew)


def questions_asked_again(before: Standard, after: Standard) -> tuple[str, ...]:
    """Return the questions that both editions ask, but whose answers do not mean the same in `state_after`."""
    return tuple(
        question.id
        for question in before.questions
        if after.has_question(question.id) and next(_nature(question, after.question(question.id)), None) is not None
    )


def _means_another(old: Question, new: Question, value: object) -> Message | None:
    """Return why an answer to `old` is no answer to `new`; None where it is."""
    if isinstance(value, str) and value in STATES:
        return None
    told = next(_nature(old, new), None)
    if told is not None:
        return told
    plausible = kind_of(new).is_plausible(new, value)
    return None if plausible else say("the answer lies outside what is plausible now")


def _differences(old: Requirement, new: Requirement) -> list[Message]:
    told: list[Message] = []
    was = {question.id: question for question in old.questions}
    asked = {question.id: question for question in new.questions}
    for name, question in asked.items():
        if name not in was:
            told.append(say("asks more: {question}", question=question.ask))
            continue
        told += list(_nature(was[name], question))
        if was[name] != question and not [*_nature(was[name], question)]:
            told += _worded(was[name], question)
    told += [
        say("asks no more: {question}", question=question.ask) for name, question in was.items() if name not in asked
    ]
    told += _judged(old, new)
    if (old.title, old.shall, old.why, old.remedy) != (new.title, new.shall, new.why, new.remedy):
        told.append(say("its words"))
    if old != new and not told and _stated(old) != _stated(new):
        told.append(say("its sources"))
    return list(dict.fromkeys(told))


def _nature(old: Question, new: Question) -> Iterator[Message]:
    """Yield what makes an answer to one question no answer to the other."""
    if old.kind != new.kind:
        yield say("another kind of answer: {question}", question=new.ask)
    elif old.unit != new.unit:
        yield say("another unit, {old} → {new}: {question}", old=old.unit, new=new.unit, question=new.ask)
    elif [choice.name for choice in old.choices] != [choice.name for choice in new.choices] or old.open != new.open:
        yield say("other answers to choose from: {question}", question=new.ask)
    elif [choice.words for choice in old.choices] != [choice.words for choice in new.choices]:
        yield say("the answers mean something else: {question}", question=new.ask)
    elif old.partial_means != new.partial_means:
        yield say("“partly” means something else: {question}", question=new.ask)
    elif new.counts and not old.counts:
        yield say("answered with whole numbers only: {question}", question=new.ask)
    elif old.decimals > new.decimals:
        yield say("measured less finely: {question}", question=new.ask)
    elif old.ask != new.ask:
        yield say("asked in other words: {question}", question=new.ask)


def _worded(old: Question, new: Question) -> list[Message]:
    """Return what changed about a question while its answers still mean the same."""
    told = []
    if (old.low, old.high) != (new.low, new.high):
        told.append(say("another plausible range: {question}", question=new.ask))
    if old.decimals < new.decimals:
        told.append(say("measured more finely: {question}", question=new.ask))
    if old.hint != new.hint:
        told.append(say("another hint: {question}", question=new.ask))
    return told


def _judged(old: Requirement, new: Requirement) -> list[Message]:
    told = []
    if old.applies_when != new.applies_when:
        told.append(say("when it applies"))
    if (old.conforms_when, old.partial_when) != (new.conforms_when, new.partial_when):
        told.append(say("what conforms: its limits"))
    if old.may_be_not_applicable != new.may_be_not_applicable:
        told.append(say("whether “does not apply” may be answered"))
    if old.mandatory != new.mandatory:
        told.append(say("whether it is mandatory"))
    if old.tier != new.tier:
        told.append(say("it counts now") if new.tier == "core" else say("it does not count any more"))
    return told


def _stated(requirement: Requirement) -> tuple[object, ...]:
    return (
        requirement.sources,
        requirement.confidence,
        requirement.link,
        requirement.threshold_origin,
        requirement.kha,
        requirement.evidence_wanted,
    )
