"""Scope of the form of a check: the requested requirements, and the facts that decide about them.

The page contains the rest of the form hidden, so that it can be shown without another request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rba_audit.findings.program_json import looked_at
from rba_audit.standard import Requirement, Standard


@dataclass(frozen=True)
class CheckScope:
    """The part of a form that is shown.

    Attributes:
        asked: Whether the form was opened for a check.
        requirements: Ids of the requirements that are shown; empty shows all.
        questions: Ids of the questions that are shown, of requirements and facts.
    """

    asked: bool = False
    requirements: frozenset[str] = frozenset()
    questions: frozenset[str] = field(default=frozenset())

    def leaves(self, requirement: Requirement) -> bool:
        """Return whether a requirement is hidden."""
        return bool(self.requirements) and requirement.id not in self.requirements

    def leaves_all(self, requirements: Iterable[Requirement]) -> bool:
        """Return whether all of these are hidden."""
        return all(map(self.leaves, requirements))

    def shows(self, question: str) -> bool:
        """Return whether a question, or a fact about the site, is shown."""
        return not self.requirements or question in self.questions


def question_dependencies(requirement: Requirement) -> list[str]:
    """Return the questions that a requirement depends on, without its own."""
    return sorted(looked_at([requirement]) - {question.id for question in requirement.questions})


def read_check_scope(query: Mapping[str, str], standard: Standard) -> CheckScope:
    """Return the scope that `?check=…` requests: ids of requirements separated by commas; unknown ids are ignored."""
    if "check" not in query:
        return CheckScope()
    ids = {text.strip() for text in query["check"].split(",")}
    requested = [requirement for requirement in standard.requirements if requirement.id in ids]
    needed = [name for requirement in requested for name in question_dependencies(requirement)]
    # If one of these depends on a question of another requirement, that requirement is shown too.
    around = {owner for name in needed if (owner := standard.question(name).requirement) is not None}
    shown = [
        requirement for requirement in standard.requirements if requirement in requested or requirement.id in around
    ]
    questions = {question.id for requirement in shown for question in requirement.questions} | set(needed)
    return CheckScope(True, frozenset(requirement.id for requirement in shown), frozenset(questions))
