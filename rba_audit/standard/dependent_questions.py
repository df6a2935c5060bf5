"""Check questions that depend on others: `asked_when` and `at_most`."""

from __future__ import annotations

from collections.abc import Iterator

from rba_audit.conditions import questions_of
from rba_audit.messages import Message, say
from rba_audit.standard.edition import Standard
from rba_audit.standard.terms import Question, Requirement


def asking_problems(standard: Standard, requirement: Requirement) -> Iterator[Message]:
    """Yield the problems of `asked_when` and `at_most` of the questions of one requirement."""
    facts = {fact.id for fact in standard.facts}
    own = [question.id for question in requirement.questions]
    for index, question in enumerate(requirement.questions):
        if question.asked_when is not None:
            for name in dict.fromkeys(questions_of(question.asked_when)):
                # Parents must come earlier on the form, so that they are answered first and no cycle is possible.
                if name not in facts and name not in own[:index]:
                    yield say(
                        "'asked_when' of '{id}' names '{parent}'; use facts, or questions that stand above it in the same requirement",
                        id=question.id,
                        parent=name,
                    )
                elif standard.question(name).at_most is not None:
                    yield say(
                        "'asked_when' of '{id}' names '{parent}', which may count more than its whole and then as not given; name the whole",
                        id=question.id,
                        parent=name,
                    )
        if question.at_most is not None:
            yield from _whole_problems(standard, question)


def _whole_problems(standard: Standard, part: Question) -> Iterator[Message]:
    whole = standard.question(str(part.at_most)) if standard.has_question(str(part.at_most)) else None
    if whole is None or whole.id == part.id or whole.at_most is not None:
        yield say("'at_most' of '{id}' must name another question, one that counts the whole", id=part.id)
    elif not all(question.counts for question in (part, whole)):
        yield say("'{id}' and '{whole}' must be whole numbers to count a part of a whole", id=part.id, whole=whole.id)
