"""Exceptions that this package raises on purpose.

A site that does not conform is a finding, never an error. A message is one sentence: where, what is wrong, what to do.
"""

from __future__ import annotations

from rba_audit.messages import Message


class RbaError(Exception):
    """Base class; `message` is shown to the user whose request failed."""

    def __init__(self, message: Message | str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Unavailable(RbaError):
    """The register or its folder cannot be used now, such as when the disk is full or the register busy; a retry may succeed."""


class NoRegister(RbaError):
    """The file of the register is missing, empty, or a database without tables."""


class StandardError(RbaError):
    """The files of an edition are invalid."""


class NotInStandard(StandardError):
    """The edition does not exist, or has no entry of that name."""


class SiteError(RbaError):
    """A file of sites cannot be read or imported."""


class EvidenceError(RbaError):
    """An answer or a visit is rejected."""


class Conflict(EvidenceError):
    """The request contradicts what is stored; nothing was changed.

    Attributes:
        code: The kind of contradiction, as one word for a program.
        kept: The stored object, if there is one to show next to the request.
    """

    def __init__(self, message: Message | str, code: str, kept: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.kept = kept


class NotInRegister(RbaError):
    """The requested record is not in the register."""


class Forbidden(RbaError):
    """The request is not allowed: the user lacks a permission, or a rule forbids it."""
