"""Compare two editions: added, dropped and changed requirements, and the answers that remain valid.

Pure. An answer is carried over unchanged or not at all; it is never converted.
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
    """A requirement that both editions have, with messages about its changes."""

    requirement: Requirement
    what: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """Requirements that one edition adds to, drops from and changes in another, in the order of their edition."""

    added: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    changed: tuple[RequirementChange, ...]


@dataclass(frozen=True, slots=True)
class AnswerMigration:
    """Answers carried over from one edition to another.

    Attributes:
        answers: The answers that remain valid.
        anew: By question id, the reason why an answer must be given again.
    """

    answers: Mapping[str, Any]
    anew: Mapping[str, Message]


def compare_editions(before: Standard, after: Standard) -> EditionChanges:
    """Return what `after` adds to, drops from and changes in `before`."""
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
    """Return the answers to `before` that remain valid in `after`, and those that must be given again.

    Properties that `before` does not ask (such as the name of a site) are carried over unchanged.
    """
    carried: dict[str, Any] = {}
    anew: dict[str, Message] = {}
    for name, value in answers.items():
        if not before.has_question(name):
            carried[name] = value
        elif not after.has_question(name):
            anew[name] = say("this is not asked any more")
        elif reason := _why_not_valid(before.question(name), after.question(name), value):
            anew[name] = reason
        else:
            carried[name] = value
    return AnswerMigration(carried, anew)


def questions_asked_again(before: Standard, after: Standard) -> tuple[str, ...]:
    """Return the ids of the questions that both editions ask but whose answers to `before` are not valid in `after`."""
    return tuple(
        question.id
        for question in before.questions
        if after.has_question(question.id)
        and next(_answer_changes(question, after.question(question.id)), None) is not None
    )


def _why_not_valid(old: Question, new: Question, value: object) -> Message | None:
    """Return the reason why an answer to `old` is not valid for `new`; None if it is valid."""
    if isinstance(value, str) and value in STATES:
        return None
    message = next(_answer_changes(old, new), None)
    if message is not None:
        return message
    plausible = kind_of(new).is_plausible(new, value)
    return None if plausible else say("the answer lies outside what is plausible now")


def _differences(old: Requirement, new: Requirement) -> list[Message]:
    messages: list[Message] = []
    was = {question.id: question for question in old.questions}
    asked = {question.id: question for question in new.questions}
    for name, question in asked.items():
        if name not in was:
            messages.append(say("asks more: {question}", question=question.ask))
            continue
        messages += list(_answer_changes(was[name], question))
        if was[name] != question and not [*_answer_changes(was[name], question)]:
            messages += _other_question_changes(was[name], question)
    messages += [
        say("asks no more: {question}", question=question.ask) for name, question in was.items() if name not in asked
    ]
    messages += _evaluation_changes(old, new)
    if (old.title, old.shall, old.why, old.remedy) != (new.title, new.shall, new.why, new.remedy):
        messages.append(say("its words"))
    if old != new and not messages and _source_keys(old) != _source_keys(new):
        messages.append(say("its sources"))
    return list(dict.fromkeys(messages))


def _answer_changes(old: Question, new: Question) -> Iterator[Message]:
    """Yield the change, at most one, that makes answers to `old` invalid for `new`."""
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


def _other_question_changes(old: Question, new: Question) -> list[Message]:
    """Return the changes of a question that leave its answers valid."""
    messages = []
    if (old.low, old.high) != (new.low, new.high):
        messages.append(say("another plausible range: {question}", question=new.ask))
    if old.decimals < new.decimals:
        messages.append(say("measured more finely: {question}", question=new.ask))
    if old.hint != new.hint:
        messages.append(say("another hint: {question}", question=new.ask))
    return messages


def _evaluation_changes(old: Requirement, new: Requirement) -> list[Message]:
    messages = []
    if old.applies_when != new.applies_when:
        messages.append(say("when it applies"))
    if (old.conforms_when, old.partial_when) != (new.conforms_when, new.partial_when):
        messages.append(say("what conforms: its limits"))
    if old.may_be_not_applicable != new.may_be_not_applicable:
        messages.append(say("whether “does not apply” may be answered"))
    if old.mandatory != new.mandatory:
        messages.append(say("whether it is mandatory"))
    if old.tier != new.tier:
        messages.append(say("it counts now") if new.tier == "core" else say("it does not count any more"))
    return messages


def _source_keys(requirement: Requirement) -> tuple[object, ...]:
    return (
        requirement.sources,
        requirement.confidence,
        requirement.link,
        requirement.threshold_origin,
        requirement.kha,
        requirement.evidence_wanted,
    )
