"""Doubt about the position of a site, and the distances in its message, formatted for readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rba_audit.messages import Message, format_number, say
from rba_audit.sites.problems import quote

_ROUND: Final = 10  # metres; a shorter distance is shown to a decimetre


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning about the position of a site; `str()` is the whole sentence.

    Attributes:
        site: Id of the site.
        rule: Short stable name of the check.
        found: The finding.
        remedy: What to do about it.
        others: Ids of the other sites that it names.
    """

    site: str
    rule: str
    found: Message
    remedy: Message
    others: tuple[str, ...] = ()

    @property
    def message(self) -> Message:
        """The sentence without the site, for a page that is about it."""
        return say("{found}; {remedy}.", found=self.found, remedy=self.remedy)

    def __str__(self) -> str:
        where = f"“{quote(self.site)}”"
        return str(say("{where}: {found}; {remedy}.", where=where, found=self.found, remedy=self.remedy))


@dataclass(frozen=True, slots=True)
class Metres:
    """A distance in metres, formatted in the language of the reader when it is shown."""

    value: float

    def __str__(self) -> str:
        return format_number(self.value, 1 if self.value < _ROUND else 0)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The accuracy of a position, in metres, and whether it is stated or assumed."""

    metres: float
    is_stated: bool

    def __str__(self) -> str:
        if self.is_stated:
            return str(say("± {metres} m", metres=Metres(self.metres)))
        return str(say("± {metres} m assumed", metres=Metres(self.metres)))
