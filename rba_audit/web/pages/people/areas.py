"""Work areas that an administrator can select for a surveyor: kecamatan and kelurahan with sites in the register.

Codes are those of the sites; none is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rba_audit.register.person_records import EVERYWHERE
from rba_audit.sites import Site


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


def offered_areas(sites: Iterable[Site], chosen: Collection[str]) -> AreaChoices:
    """Return the areas of `sites` as form options, with the codes in `chosen` ticked."""
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
        below = tuple(choice(inner) for inner in sorted(inside.get(code, ())))
        return AreaOption(code, words[code], counts[code], code in chosen, below)

    others = [entry for entry in chosen if entry not in counts and entry != EVERYWHERE]
    return AreaChoices(EVERYWHERE in chosen, tuple(choice(code) for code in sorted(inside)), "\n".join(others))
