"""Work areas that an administrator can select for a surveyor: kecamatan and kelurahan of sites and of boundaries.

Codes are those of the sites and boundaries; none is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from rba_audit.register.person_records import EVERYWHERE
from rba_audit.sites import Site
from rba_audit.web.http.services import services
from rba_audit.whereabouts import Boundary, boundaries_of

_KECAMATAN: Final = 2  # dots in its code


@dataclass(frozen=True, slots=True)
class AreaOption:
    """An area in the form: its code and name, the number of its sites, whether it is ticked, and the areas inside it."""

    code: str
    words: str
    sites: int
    ticked: bool
    inside: tuple[AreaOption, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaChoices:
    """The work area form.

    Attributes:
        everywhere: Whether `*` is selected.
        choices: The areas to tick.
        others: Selected codes that no site of the register has, one per line.
    """

    everywhere: bool
    choices: tuple[AreaOption, ...]
    others: str


def known_boundaries() -> tuple[Boundary, ...]:
    """Return the boundaries among the map layers of the application."""
    now = services()
    return boundaries_of(now.context, policy=now.policies.whereabouts).all


def offered_areas(sites: Iterable[Site], chosen: Collection[str], boundaries: Iterable[Boundary] = ()) -> AreaChoices:
    """Return the areas of `sites` and of the two finest levels of boundaries as form options, with `chosen` codes ticked."""
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

    coded = [boundary for boundary in boundaries if boundary.level >= _KECAMATAN]
    for boundary in coded:
        above = boundary.code if boundary.level == _KECAMATAN else boundary.code.rpartition(".")[0]
        words.setdefault(boundary.code, boundary.name)
        words.setdefault(above, above)
        inside.setdefault(above, set()).update({boundary.code} - {above})
    for boundary in coded:
        if words[boundary.code] == boundary.code:
            words[boundary.code] = boundary.name

    def choice(code: str) -> AreaOption:
        below = tuple(choice(inner) for inner in sorted(inside.get(code, ())))
        return AreaOption(code, words[code], counts[code], code in chosen, below)

    others = [entry for entry in chosen if entry not in words and entry != EVERYWHERE]
    return AreaChoices(EVERYWHERE in chosen, tuple(choice(code) for code in sorted(inside)), "\n".join(others))
