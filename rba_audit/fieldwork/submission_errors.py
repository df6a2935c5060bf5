"""Errors of a submission: messages for the user and a code for the program that sent it.

A refused submission is not stored.
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
    """A problem of a submission: the id of the question (empty: the whole submission) and a message."""

    question: str
    message: Message | str


class SubmissionError(EvidenceError):
    """A submission that cannot be accepted; `problems` has every problem found."""

    def __init__(self, *problems: SubmissionProblem) -> None:
        super().__init__(
            problems[0].message
            if len(problems) == 1
            else say("{count} things are to be corrected before this can be taken.", count=len(problems))
        )
        self.problems = problems


class SubmissionTooLarge(EvidenceError):
    """A submission that exceeds a size limit."""


def submission_error(message: Message | str) -> SubmissionError:
    """Return an error about the whole submission with one message."""
    return SubmissionError(SubmissionProblem("", message))


def error_code(fault: RbaError) -> str:
    """Return the code of an error for the program that sent the submission."""
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
