"""What is noticed while a file of sites is read, and how it is said.

A problem is told, never raised: only a file that cannot be used at all becomes a `SiteError`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from reprlib import Repr
from typing import Final, Literal

from rba_audit.errors import SiteError
from rba_audit.messages import Message, say

_SHOWN: Final = 60  # characters of a value quoted in a sentence
_READ: Final = 1000  # characters or bits of a value looked at for that
_SHORT: Final = Repr()  # deep or long values would be costly, or impossible, to write in full


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something in a file that is refused, or accepted with a warning; `str()` says it in one sentence.

    Attributes:
        level: `refused` (what it stands on is not among the sites) or `warning` (accepted as it is).
        line: 1-based line where the feature, or the fault, begins; None where there was no file.
        path: Where it is, as in `features[3].geometry.coordinates[0]`; empty for the file itself.
        site: Id of the feature, where it is known.
        rule: Short stable name of the rule, so that equal problems can be grouped and counted.
        found: What was found.
        remedy: What to do about it.
    """

    level: Literal["refused", "warning"]
    line: int | None
    path: str
    site: str | None
    rule: str
    found: Message
    remedy: Message

    @property
    def where(self) -> str:
        """Line, path and id, as far as they are known."""
        where = [str(say("line {line}", line=str(self.line)))] if self.line is not None else []
        where += [self.path] if self.path else []
        where += [f"“{quote(self.site)}”"] if self.site is not None else []
        return ", ".join(where) or str(say("the file"))

    def __str__(self) -> str:
        return str(say("{where}: {found}; {remedy}.", where=self.where, found=self.found, remedy=self.remedy))


class InvalidFeature(Exception):
    """A feature cannot be taken. Raised and caught inside this package, where it becomes a `Problem`."""

    def __init__(self, rule: str, found: Message, remedy: Message, at: str = "") -> None:
        super().__init__(rule)
        self.rule, self.found, self.remedy, self.at = rule, found, remedy, at


@dataclass(slots=True)
class ProblemLog:
    """The problems of one reading, and the place the reader is at."""

    line: int | None = None
    path: str = ""
    site: str | None = None
    problems: list[FileProblem] = field(default_factory=list)

    def move_to(self, line: int | None, path: str) -> None:
        """Stand at another feature."""
        self.line, self.path, self.site = line, path, None

    def warn(self, rule: str, found: Message, remedy: Message, at: str = "") -> None:
        """Note what is accepted all the same."""
        path = (self.path + at).lstrip(".")
        self.problems.append(FileProblem("warning", self.line, path, self.site, rule, found, remedy))

    def reject(self, why: InvalidFeature) -> None:
        """Note what is not taken."""
        path = (self.path + why.at).lstrip(".")
        self.problems.append(FileProblem("refused", self.line, path, self.site, why.rule, why.found, why.remedy))


def unusable_file(source: str | Message, found: Message, remedy: Message, line: int | None = None) -> SiteError:
    """Return the error for a file of which nothing can be used."""
    if line is None:
        return SiteError(say("{source}: {found}; {remedy}.", source=source, found=found, remedy=remedy))
    place = say("{source}, line {line}", source=source, line=str(line))
    return SiteError(say("{source}: {found}; {remedy}.", source=place, found=found, remedy=remedy))


def quote(value: object) -> str:
    """Return `value` as a sentence can carry it: on one line, and not too long."""
    if isinstance(value, str):
        text = value[:_READ]
    elif value is None or isinstance(value, bool):
        text = json.dumps(value)
    elif isinstance(value, int):
        text = repr(value) if value.bit_length() < _READ else hex(value)
    else:
        text = _SHORT.repr(value)
    text = " ".join(text.split()).encode("utf-8", "replace").decode()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
