"""The round that a page is about: its year from the address, and the years to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rba_audit.days import today
from rba_audit.errors import NotInRegister
from rba_audit.kla.calendar import KlaRound, round_in, round_of, usable_year
from rba_audit.messages import say
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """The round of a page, the current round, and the years that the page offers, newest first."""

    round: KlaRound
    current: int
    years: tuple[int, ...]

    @property
    def year(self) -> int:
        """The year of the round."""
        return self.round.year


def round_choice(given: Mapping[str, str], known: set[int]) -> RoundChoice:
    """Return the round that an address names; an unknown year falls back to the current round.

    Args:
        given: The parameters of the address.
        known: Further years to offer.
    """
    register, policy = services().register, services().policies.kla
    current = round_of(register, policy, today()).year
    text = given.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) <= len("2026") else current
    if not usable_year(year, current):
        year = current
    years = {current + 1, current, current - 1, year, *(one for one in known if usable_year(one, current))}
    return RoundChoice(round_in(register, policy, year), current, tuple(sorted(years, reverse=True)))


def round_of_year(year: int) -> KlaRound:
    """Return the round of a year.

    Raises:
        NotInRegister: there can be no such round.
    """
    register, policy = services().register, services().policies.kla
    if not usable_year(year, round_of(register, policy, today()).year):
        raise NotInRegister(say("There is no round of that year; choose one on the page of nominations."))
    return round_in(register, policy, year)
