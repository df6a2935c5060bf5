"""Reach of training on the rights of the child: people by the state of their certificates, by sector, agency and play space.

A validity that is not stated is neither valid nor over, and a play space of which no staff is recorded is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say
from rba_audit.register.kla.trainings import KhaPerson
from rba_audit.sites import Site
from rba_audit.standard import Standard
from rba_audit.standard.policies.kha import KhaPolicy, Sector

KhaState = Literal["valid", "ending", "unstated", "expired", "none"]
STATES: Final[tuple[KhaState, ...]] = get_args(KhaState)
"""The states of a person from the best: a certificate that is valid, ends soon, states no end, is over; no certificate."""
STATE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "valid": say("valid"),
        "ending": say("ends soon"),
        "unstated": say("end not stated"),
        "expired": say("expired"),
        "none": say("no certificate"),
    }
)
StaffState = Literal["unknown", "nobody", "expired", "unstated", "ending", "valid"]
SITE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "unknown": say("unknown: no staff is recorded"),
        "nobody": say("nobody among the recorded staff is trained"),
        "expired": say("all certificates of the staff have expired"),
        "unstated": say("trained, but no certificate states until when"),
        "ending": say("the certificates end soon"),
        "valid": say("somebody has a valid certificate"),
    }
)
"""The states of a play space, those with the widest gap first."""
_MARKS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class KhaReach:
    """People of a sector, agency or institution.

    Attributes:
        name: The name of the sector, the id of the agency or the name of the institution; empty if not stated.
        counts: How many people there are in each state.
    """

    name: str
    words: str
    counts: Mapping[KhaState, int]

    @property
    def people(self) -> int:
        """How many people are recorded."""
        return sum(self.counts.values())

    @property
    def valid(self) -> int:
        """How many people have a certificate that is valid, also one that ends soon."""
        return self.counts["valid"] + self.counts["ending"]


@dataclass(frozen=True, slots=True)
class SiteReach:
    """A play space with the people who work there.

    Attributes:
        soonest: When the last of its valid certificates ends; None if none is valid.
    """

    site: Site
    state: StaffState
    counts: Mapping[KhaState, int]
    soonest: date | None

    @property
    def people(self) -> int:
        """How many people are recorded for it."""
        return sum(self.counts.values())


def state_on(person: KhaPerson, day: date, warning_days: int) -> KhaState:
    """Return the state of a person on a day, by the best of their certificates."""
    if not person.certificates:
        return "none"
    ends = [certificate.valid_until for certificate in person.certificates]
    latest = max((end for end in ends if end is not None), default=None)
    if latest is not None and latest >= day:
        return "ending" if latest <= day + timedelta(days=warning_days) else "valid"
    return "unstated" if None in ends else "expired"


def by_sector(people: Sequence[KhaPerson], policy: KhaPolicy, day: date) -> list[KhaReach]:
    """Return every sector of the rules, then people whose sector is not stated or not in the rules, if there are any."""
    counts = _counts(people, policy, day, lambda person: person.sector if policy.sector(person.sector) else "")
    rows = [KhaReach(sector.name, str(sector.words), counts.get(sector.name, _NONE)) for sector in policy.sectors]
    if "" in counts:
        rows.append(KhaReach("", str(say("not stated")), counts[""]))
    return rows


def by_institution(people: Sequence[KhaPerson], policy: KhaPolicy, day: date) -> list[KhaReach]:
    """Return every institution that is recorded, by name without regard to case; people without one come last."""
    names: dict[str, str] = {}
    for person in people:
        names.setdefault(person.institution.casefold(), person.institution)
    counts = _counts(people, policy, day, lambda person: person.institution.casefold())
    return [
        KhaReach(names[key], names[key] or str(say("not stated")), counts[key])
        for key in sorted(counts, key=lambda key: (not key, key))
    ]


def by_agency(people: Sequence[KhaPerson], policy: KhaPolicy, standard: Standard, day: date) -> list[KhaReach]:
    """Return every agency of the edition; a person belongs to one if their institution names it, by its short name or in full."""
    agencies = {id: _names(id, words) for id, words in standard.agencies.items()}
    of_institution: dict[str, str] = {}

    def agency(person: KhaPerson) -> str:
        key = person.institution.casefold()
        if key not in of_institution:
            text = f" {_folded(key)} "
            hits = [(len(name), id) for id, names in agencies.items() for name in names if f" {name} " in text]
            of_institution[key] = max(hits)[1] if hits else ""  # the longest name is the most specific one
        return of_institution[key]

    counts = _counts(people, policy, day, agency)
    return [KhaReach(id, str(words), counts.get(id, _NONE)) for id, words in standard.agencies.items()]


def by_site(people: Sequence[KhaPerson], policy: KhaPolicy, sites: Iterable[Site], day: date) -> list[SiteReach]:
    """Return every play space with the state of its staff, those with the widest gap first."""
    staff: dict[str, list[KhaPerson]] = {}
    for person in people:
        for id in person.sites:
            staff.setdefault(id, []).append(person)
    rows = [_site_reach(site, staff.get(site.id, []), policy, day) for site in sites]
    order = list(SITE_WORDS)
    return sorted(rows, key=lambda row: (order.index(row.state), row.site.name.casefold(), row.site.id))


def agency_sectors(policy: KhaPolicy) -> tuple[Sector, ...]:
    """Return the sectors whose agencies are listed one by one."""
    return tuple(sector for sector in policy.sectors if sector.agencies)


def _site_reach(site: Site, staff: Sequence[KhaPerson], policy: KhaPolicy, day: date) -> SiteReach:
    counts = _counts(staff, policy, day, lambda _person: "").get("", _NONE)
    ends = [each.valid_until for person in staff for each in person.certificates if each.valid_until is not None]
    last = max((end for end in ends if end >= day), default=None)
    if not staff:
        state: StaffState = "unknown"
    elif counts["valid"]:
        state = "valid"
    elif counts["ending"]:
        state = "ending"
    elif counts["unstated"]:
        state = "unstated"
    elif counts["expired"]:
        state = "expired"
    else:
        state = "nobody"
    return SiteReach(site, state, counts, last)


_NONE: Final[Mapping[KhaState, int]] = MappingProxyType(dict.fromkeys(STATES, 0))


def _counts(
    people: Iterable[KhaPerson], policy: KhaPolicy, day: date, group: Callable[[KhaPerson], Hashable]
) -> dict[str, Mapping[KhaState, int]]:
    pairs = Counter((str(group(person)), state_on(person, day, policy.warning_days.value)) for person in people)
    counts: dict[str, dict[KhaState, int]] = {}
    for (name, state), count in pairs.items():
        counts.setdefault(name, dict(_NONE))[state] = count
    return {name: MappingProxyType(row) for name, row in counts.items()}


def _names(id: str, words: object) -> tuple[str, ...]:
    texts = (id, *(words if isinstance(words, tuple) else (str(words),)))
    return tuple(filter(None, map(_folded, texts)))


def _folded(text: str) -> str:
    return _MARKS.sub(" ", text.casefold()).strip()
