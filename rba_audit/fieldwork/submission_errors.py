"""Why something that was sent cannot be taken, for the person and for the program that sent it.

Nothing that is refused is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.errors import (
    Conflict,
    EvidenceError,
    Forbidden,
    NotInRegister,
    NotInStandard,
    RbaError,
    SiteError,
    Unavailable,
)
from rba_audit.messages import Message, say
from rba_audit.photographs import DamagedPhoto, NotAPhoto, PhotoTooLarge


@dataclass(frozen=True, slots=True)
class SubmissionProblem:
    """Why something cannot be taken: the question it is about (empty: the whole), and a sentence."""

    question: str
    message: Message | str


class SubmissionError(EvidenceError):
    """What was sent cannot be taken as it is; `problems` says everything that is wrong with it."""

    def __init__(self, *problems: SubmissionProblem) -> None:
        super().__init__(
            problems[0].message
            if len(problems) == 1
            else say("{count} things are to be corrected before this can be taken.", count=len(problems))
        )
        self.problems = problems


class SubmissionTooLarge(EvidenceError):
    """More was sent than is taken at once."""


def submission_error(told: Message | str) -> SubmissionError:
    """Return a refusal of the whole for one reason."""
    return SubmissionError(SubmissionProblem("", told))


def error_code(fault: RbaError) -> str:
    """Return one word for a program: what kind of refusal this is."""
    match fault:
        case Conflict():
            return fault.code
        case SubmissionTooLarge() | PhotoTooLarge():
            return "too_large"
        case NotAPhoto():
            return "not_a_photo"
        case DamagedPhoto():
            return "damaged"
        case NotInRegister() | NotInStandard() | SiteError():
            return "unknown"
        case Forbidden():
            return "not_allowed"
        case EvidenceError():
            return "refused"
        case Unavailable():
            return "busy"
        case _:
            return "failed"
