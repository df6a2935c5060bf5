"""Which part of the form a check shows: the requirements that were asked for, and the facts that decide about them.

The rest of the page is there and out of sight, so that it can be shown without being fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rba_audit.findings.program_json import looked_at
from rba_audit.standard import Requirement, Standard


@dataclass(frozen=True)
class CheckScope:
    """What a form is to show.

    Attributes:
        asked: Whether the form was opened for a check.
        requirements: Those that are shown; all of them where it is empty.
        questions: Those that are shown, of requirements and facts.
    """

    asked: bool = False
    requirements: frozenset[str] = frozenset()
    questions: frozenset[str] = field(default=frozenset())

    def leaves(self, requirement: Requirement) -> bool:
        """Tell whether a requirement is out of sight."""
        return bool(self.requirements) and requirement.id not in self.requirements

    def leaves_all(self, requirements: Iterable[Requirement]) -> bool:
        """Tell whether all of these are out of sight."""
        return all(map(self.leaves, requirements))

    def shows(self, question: str) -> bool:
        """Tell whether a question, or a fact about the place, is in sight."""
        return not self.requirements or question in self.questions


def needs(requirement: Requirement) -> list[str]:
    """Return the questions beside its own that a requirement looks at."""
    return sorted(looked_at([requirement]) - {question.id for question in requirement.questions})


def check_asked(query: Mapping[str, str], standard: Standard) -> CheckScope:
    """Return what `?check=…` asks for: ids of requirements, with commas between; those that the edition does not have are left."""
    if "check" not in query:
        return CheckScope()
    ids = {each.strip() for each in query["check"].split(",")}
    found = [each for each in standard.requirements if each.id in ids]
    looked = [name for each in found for name in needs(each)]
    # Another requirement's question on which one of these depends is shown with its own requirement.
    around = {owner for name in looked if (owner := standard.question(name).requirement) is not None}
    shown = [each for each in standard.requirements if each in found or each.id in around]
    questions = {question.id for each in shown for question in each.questions} | set(looked)
    return CheckScope(True, frozenset(each.id for each in shown), frozenset(questions))
