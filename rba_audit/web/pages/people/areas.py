"""The areas that a surveyor can be given: the kecamatan and kelurahan where the register has sites.

Codes are the ones that the sites carry; none is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rba_audit.register.person_records import EVERYWHERE
from rba_audit.sites import Site


@dataclass(frozen=True, slots=True)
class AreaOption:
    """An area that can be ticked, how many sites lie in it, and the areas inside."""

    code: str
    words: str
    sites: int
    ticked: bool
    inside: tuple[AreaOption, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaChoices:
    """What the form of an area shows: everything, what can be ticked, and what only a code can say."""

    everywhere: bool
    choices: tuple[AreaOption, ...]
    others: str


def offered_areas(sites: Iterable[Site], chosen: Collection[str]) -> AreaChoices:
    """Return what can be chosen for `sites`, with `matching_lines` ticked."""
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    inside: dict[str, set[str]] = {}
    for site in sites:
        code, above = site.kelurahan_code, site.kecamatan_code
        if not above:
            continue
        counts.update((above, code))
        words[above] = site.kecamatan or above
        words[code] = site.kelurahan
        inside.setdefault(above, set()).add(code)

    def choice(code: str) -> AreaOption:
        below = tuple(choice(each) for each in sorted(inside.get(code, ())))
        return AreaOption(code, words[code], counts[code], code in chosen, below)

    others = [entry for entry in chosen if entry not in counts and entry != EVERYWHERE]
    return AreaChoices(EVERYWHERE in chosen, tuple(choice(code) for code in sorted(inside)), "\n".join(others))
