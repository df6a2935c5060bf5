"""One reason to doubt where a site is said to lie, and the numbers in it as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rba_audit.messages import Message, format_number, say
from rba_audit.sites.problems import quote

_ROUND: Final = 10  # metres; a shorter distance is told to a decimetre


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning about the position of a site; `str()` says it in one sentence.

    Attributes:
        site: Id of the site.
        rule: Short stable name of the check.
        found: What was found.
        remedy: What to do about it.
        others: Ids of the sites that it names besides.
    """

    site: str
    rule: str
    found: Message
    remedy: Message
    others: tuple[str, ...] = ()

    @property
    def told(self) -> Message:
        """The sentence without the site, for a page that is about it."""
        return say("{found}; {remedy}.", found=self.found, remedy=self.remedy)

    def __str__(self) -> str:
        where = f"“{quote(self.site)}”"
        return str(say("{where}: {found}; {remedy}.", where=where, found=self.found, remedy=self.remedy))


@dataclass(frozen=True, slots=True)
class Metres:
    """A distance that is put into words when it is shown."""

    value: float

    def __str__(self) -> str:
        return format_number(self.value, 1 if self.value < _ROUND else 0)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well something is known, and whether that is stated or assumed."""

    metres: float
    is_stated: bool

    def __str__(self) -> str:
        if self.is_stated:
            return str(say("± {metres} m", metres=Metres(self.metres)))
        return str(say("± {metres} m assumed", metres=Metres(self.metres)))
