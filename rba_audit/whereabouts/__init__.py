"""Plausibility checks of site positions. A doubt is a warning: it changes no finding.

A check without its data gives no doubt: it needs an outline, a code or a boundary to compare a position with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rba_audit.layers import ContextFeature
from rba_audit.messages import Message
from rba_audit.sites import Site, Sites
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts.boundaries import AssignedBoundary, Boundaries, Boundary, assign_boundary, boundaries_of
from rba_audit.whereabouts.doubt import Doubt
from rba_audit.whereabouts.movement import moved_sites
from rba_audit.whereabouts.outside import outside_kelurahan, wrong_axes
from rba_audit.whereabouts.overlaps import overlapping_sites
from rba_audit.whereabouts.placeholders import (
    area_middles,
    rounded_coordinates,
    same_shapes,
    shared_coordinates,
    zero_coordinates,
)
from rba_audit.whereabouts.replacements import SiteReplacement, other_places
from rba_audit.whereabouts.site_locations import SiteLocations, located_sites, stated_code

__all__ = [
    "AssignedBoundary",
    "Boundaries",
    "Boundary",
    "Doubt",
    "SiteReplacement",
    "assign_boundary",
    "boundaries_of",
    "boundary_choices",
    "other_places",
    "position_doubts",
    "stated_code",
]


def position_doubts(
    sites: Sites,
    context: Sequence[ContextFeature],
    previous: Mapping[str, Site] | None = None,
    *,
    policy: WhereaboutsPolicy | None = None,
) -> tuple[Doubt, ...]:
    """Return every doubt about where sites lie, check by check, and within each in the order of the sites.

    Args:
        sites: The sites; those without a shape are not checked.
        context: Features around them; only boundaries are used.
        previous: By id, the site at its previous position; see `Register.previous_positions`.
        policy: Limits of the checks; the shipped ones by default.
    """
    policy = policy or shipped_policies().whereabouts
    here = located_sites(sites, policy)
    if not len(here):
        return ()
    return tuple(_run_checks(here, boundaries_of(context, policy=policy), previous or {}))


def _run_checks(here: SiteLocations, boundaries: Boundaries, previous: Mapping[str, Site]) -> Iterator[Doubt]:
    # Report each cause once: a site at 0, 0 or with exchanged axes is also outside its kelurahan, and may be rounded.
    null = dict(zero_coordinates(here))
    rest = _without(here, null)
    turned = dict(wrong_axes(rest, boundaries))
    yield from null.values()
    yield from turned.values()
    if boundaries:
        yield from outside_kelurahan(_without(rest, turned), boundaries)
    groups = same_shapes(here)
    yield from shared_coordinates(here, groups)
    yield from area_middles(here, boundaries)
    yield from dict(rounded_coordinates(rest)).values()
    yield from overlapping_sites(here, np.array([group[0] for group in groups], dtype=np.intp))
    yield from moved_sites(here, previous)


def _without(here: SiteLocations, doubts: Mapping[int, Doubt]) -> SiteLocations:
    """Return the sites without those at the indices of these doubts."""
    keep = np.ones(len(here), dtype=bool)
    keep[list(doubts)] = False
    return SiteLocations(here.sites, here.rows[keep], here.policy)


def boundary_choices(
    sites: Sites, context: Sequence[ContextFeature], *, policy: WhereaboutsPolicy | None = None
) -> dict[str, Message]:
    """Return by id, for each site in several overlapping areas, the message that states the assigned area and the reason."""
    policy = policy or shipped_policies().whereabouts
    here, boundaries = located_sites(sites, policy), boundaries_of(context, policy=policy)
    if not boundaries:
        return {}
    assigned = ((here.id(at), assign_boundary(here.shapes[at], boundaries, here.codes[at])) for at in range(len(here)))
    return {
        id: boundary.sentence for id, boundary in assigned if boundary is not None and boundary.sentence is not None
    }
