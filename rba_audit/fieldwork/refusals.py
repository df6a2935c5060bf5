"""Why something that was sent cannot be taken, for the person and for the program that sent it.

Nothing that is refused is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.errors import (
    Conflict,
    EvidenceError,
    NotAllowed,
    NotInRegister,
    NotInStandard,
    RbaError,
    SiteError,
    Unavailable,
)
from rba_audit.photographs import NotAPhoto, PhotoDamaged, PhotoTooLarge
from rba_audit.words import Message, say


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be taken: the question it is about (empty: the whole), and a sentence."""

    question: str
    message: Message | str


class Refused(EvidenceError):
    """What was sent cannot be taken as it is; `problems` says everything that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(
            problems[0].message
            if len(problems) == 1
            else say("{count} things are to be corrected before this can be taken.", count=len(problems))
        )
        self.problems = problems


class TooLarge(EvidenceError):
    """More was sent than is taken at once."""


def refused(told: Message | str) -> Refused:
    """Return a refusal of the whole for one reason."""
    return Refused(Problem("", told))


def code_of(fault: RbaError) -> str:
    """Return one word for a program: what kind of refusal this is."""
    match fault:
        case Conflict():
            return fault.code
        case TooLarge() | PhotoTooLarge():
            return "too_large"
        case NotAPhoto():
            return "not_a_photo"
        case PhotoDamaged():
            return "damaged"
        case NotInRegister() | NotInStandard() | SiteError():
            return "unknown"
        case NotAllowed():
            return "not_allowed"
        case EvidenceError():
            return "refused"
        case Unavailable():
            return "busy"
        case _:
            return "failed"
