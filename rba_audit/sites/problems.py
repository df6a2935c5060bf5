"""Problems of a file of sites, collected while it is read.

A problem is collected and not raised; only a file that cannot be used at all raises a `SiteError`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from reprlib import Repr
from typing import Final, Literal

from rba_audit.errors import SiteError
from rba_audit.messages import Message, say

_SHOWN: Final = 60  # characters of a value quoted in a message
_READ: Final = 1000  # characters or bits of a value that are read for that
_SHORT: Final = Repr()  # shortens deep or long values, which would be slow or impossible to write in full


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A refused feature or text, or a warning, in a file; `str()` returns it as one sentence.

    Attributes:
        level: `refused` (the feature is not among the sites) or `warning` (accepted unchanged).
        line: 1-based line where the feature or the error begins; None if there was no file.
        path: The path of the value, as in `features[3].geometry.coordinates[0]`; empty for the file itself.
        site: The id of the feature, if it is known.
        rule: Short stable name of the rule, by which equal problems are grouped and counted.
        found: The message about the problem.
        remedy: The message about what to do.
        place: Its sheet, row or line, if it comes from a table.
    """

    level: Literal["refused", "warning"]
    line: int | None
    path: str
    site: str | None
    rule: str
    found: Message
    remedy: Message
    place: Message | None = None

    @property
    def where(self) -> str:
        """Line, path and id, as far as they are known."""
        where = [str(say("line {line}", line=str(self.line)))] if self.line is not None and self.place is None else []
        where += [str(self.place)] if self.place is not None else []
        where += [self.path] if self.path else []
        where += [f"“{quote(self.site)}”"] if self.site is not None else []
        return ", ".join(where) or str(say("the file"))

    def __str__(self) -> str:
        return str(say("{where}: {found}; {remedy}.", where=self.where, found=self.found, remedy=self.remedy))


class InvalidFeature(Exception):
    """A feature is refused. Raised and caught inside this package, where it becomes a `FileProblem`."""

    def __init__(self, rule: str, found: Message, remedy: Message, at: str = "") -> None:
        super().__init__(rule)
        self.rule, self.found, self.remedy, self.at = rule, found, remedy, at


@dataclass(slots=True)
class ProblemLog:
    """Collects the problems of one file, with the line, path and site that the reader is at."""

    line: int | None = None
    path: str = ""
    site: str | None = None
    problems: list[FileProblem] = field(default_factory=list)
    place: Message | None = None

    def move_to(self, line: int | None, path: str, place: Message | None = None) -> None:
        """Set the line, path and place of the following problems; their site is unknown until it is set."""
        self.line, self.path, self.site, self.place = line, path, None, place

    def warn(self, rule: str, found: Message, remedy: Message, at: str = "") -> None:
        """Add a warning about something that is accepted."""
        path = (self.path + at).lstrip(".")
        self.problems.append(FileProblem("warning", self.line, path, self.site, rule, found, remedy, self.place))

    def reject(self, why: InvalidFeature) -> None:
        """Add the problem of a refused feature or text."""
        path = (self.path + why.at).lstrip(".")
        self.problems.append(
            FileProblem("refused", self.line, path, self.site, why.rule, why.found, why.remedy, self.place)
        )


def unusable_file(source: str | Message, found: Message, remedy: Message, line: int | None = None) -> SiteError:
    """Return the error for a file that cannot be used at all."""
    if line is None:
        return SiteError(say("{source}: {found}; {remedy}.", source=source, found=found, remedy=remedy))
    where = say("{source}, line {line}", source=source, line=str(line))
    return SiteError(say("{source}: {found}; {remedy}.", source=where, found=found, remedy=remedy))


def quote(value: object) -> str:
    r"""Return `value` as text for a message: on one line, with at most 60 characters, control characters as `\u001b`."""
    if isinstance(value, str):
        text = value[:_READ]
    elif value is None or isinstance(value, bool):
        text = json.dumps(value)
    elif isinstance(value, int):
        text = repr(value) if value.bit_length() < _READ else hex(value)
    else:
        text = _SHORT.repr(value)
    text = " ".join(text.split()).encode("utf-8", "replace").decode()
    # A terminal would obey them, and others would turn the text of the message around.
    text = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
