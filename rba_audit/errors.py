"""Every error raised on purpose.

A site that does not conform is a finding, never an error. Messages are one sentence: where, what was found, what to do.
"""

from __future__ import annotations

from rba_audit.messages import Message


class RbaError(Exception):
    """The audit could not be done; the message is for the person who asked for it."""

    def __init__(self, message: Message | str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Unavailable(RbaError):
    """The register or its folder cannot be used now: the disk is full, or the register busy. Later it may be possible."""


class NoRegister(RbaError):
    """There is no register where one should be: the file is missing, empty, or holds nothing."""


class StandardError(RbaError):
    """An edition cannot be used as it is written."""


class NotInStandard(StandardError):
    """There is no such edition, or it has nothing by that name."""


class SiteError(RbaError):
    """A file of sites cannot be read."""


class EvidenceError(RbaError):
    """An answer or a visit cannot be taken."""


class Conflict(EvidenceError):
    """What was sent contradicts what is kept; nothing was changed.

    Attributes:
        code: One word for a program: what kind of contradiction it is.
        kept: What is kept, where there is something to show beside what was sent.
    """

    def __init__(self, message: Message | str, code: str, kept: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.kept = kept


class NotInRegister(RbaError):
    """What was asked for is not in the register."""


class Forbidden(RbaError):
    """The person may not do this."""
