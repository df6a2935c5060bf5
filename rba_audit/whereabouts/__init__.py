"""Whether a site can lie where it is said to lie. A doubt is a warning: it changes no finding.

What is not known is not doubted: without an outline, a code or a boundary there is nothing to hold a position against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rba_audit.layers import Place
from rba_audit.sites import Site, Sites
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts.boundaries import Boundaries, Boundary, Settled, boundaries_of, settled
from rba_audit.whereabouts.doubt import Doubt
from rba_audit.whereabouts.located import Located, located_sites, stated_code
from rba_audit.whereabouts.moving import moved
from rba_audit.whereabouts.on_top import overlaps
from rba_audit.whereabouts.outside import outside_kelurahan, wrong_axes
from rba_audit.whereabouts.placeholders import middle_of_area, rounded, same_shapes, shared, zeros
from rba_audit.whereabouts.replaced import Replaced, other_places
from rba_audit.words import Message

__all__ = [
    "Boundaries",
    "Boundary",
    "Doubt",
    "Replaced",
    "Settled",
    "boundaries_of",
    "doubts",
    "other_places",
    "settled",
    "settlements",
    "stated_code",
]


def doubts(
    sites: Sites,
    context: Sequence[Place],
    previous: Mapping[str, Site] | None = None,
    *,
    policy: WhereaboutsPolicy | None = None,
) -> tuple[Doubt, ...]:
    """Return every doubt about where sites lie, check by check, and within each in the order of the sites.

    Args:
        sites: The sites; those without a shape are not doubted.
        context: What lies around them; of it only boundaries are used.
        previous: By id of the site, the site when it lay elsewhere; see `Register.previous_positions`.
        policy: When a position is doubted; the shipped limits where none are given.
    """
    policy = policy or shipped_policies().whereabouts
    here = located_sites(sites, policy)
    if not len(here):
        return ()
    return tuple(_all(here, boundaries_of(context, policy=policy), previous or {}))


def _all(here: Located, boundaries: Boundaries, previous: Mapping[str, Site]) -> Iterator[Doubt]:
    # One cause is told once: what lies at 0, 0 or is turned lies outside its kelurahan too, and is rounded.
    null = dict(zeros(here))
    rest = _without(here, null)
    turned = dict(wrong_axes(rest, boundaries))
    yield from null.values()
    yield from turned.values()
    if boundaries:
        yield from outside_kelurahan(_without(rest, turned), boundaries)
    groups = same_shapes(here)
    yield from shared(here, groups)
    yield from middle_of_area(here, boundaries)
    yield from dict(rounded(rest)).values()
    yield from overlaps(here, np.array([group[0] for group in groups], dtype=np.intp))
    yield from moved(here, previous)


def _without(here: Located, told: Mapping[int, Doubt]) -> Located:
    """Return the sites but those at some places."""
    keep = np.ones(len(here), dtype=bool)
    keep[list(told)] = False
    return Located(here.sites, here.rows[keep], here.policy)


def settlements(
    sites: Sites, context: Sequence[Place], *, policy: WhereaboutsPolicy | None = None
) -> dict[str, Message]:
    """Return by id, for each site that lies in several areas at once, which of them it counts for and why."""
    policy = policy or shipped_policies().whereabouts
    here, boundaries = located_sites(sites, policy), boundaries_of(context, policy=policy)
    if not boundaries:
        return {}
    found = ((here.id(at), settled(here.shapes[at], boundaries, here.codes[at])) for at in range(len(here)))
    return {id: there.sentence for id, there in found if there is not None and there.sentence is not None}
