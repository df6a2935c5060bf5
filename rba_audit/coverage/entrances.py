"""Where sites are entered from the street: at their gates, or, where none is drawn, all along their outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.network import Network, spots, with_doors
from rba_audit.coverage.rules import rules
from rba_audit.geometry import pairs_within
from rba_audit.sites import Sites

_GATE = "gate"


@dataclass(frozen=True, eq=False)
class Entrances:
    """The ways in: at which node which site is entered, and how far that is from the node.

    Attributes:
        on: For each site, whether it can be put on the network at all.
        gated: How many sites have gates that are drawn.
    """

    site: NDArray[np.intp]
    node: NDArray[np.intp]
    offset_m: NDArray[np.float64]
    on: NDArray[np.bool_]
    gated: int


def entrances(sites: Sites, network: Network) -> tuple[Network, Entrances]:
    """Return the network with a node at each entrance, and the entrances."""
    located = {name: site for site, name in enumerate(sites.ids) if sites.shapes[site] is not None}
    gates = [
        (located[part.site], part.shape)
        for part in sites.parts
        if part.kind == _GATE and part.shape is not None and part.site in located
    ]
    gated = np.zeros(len(sites), dtype=np.bool_)
    gated[[site for site, _ in gates]] = True
    open_sites = np.flatnonzero(~gated & ~shapely.is_missing(sites.shapes))
    outlines = sites.shapes[open_sites]
    doors = np.empty(len(gates) + len(open_sites), dtype=object)
    doors[:] = [*(shape for _, shape in gates), *outlines]
    owner = np.array([*(site for site, _ in gates), *open_sites], dtype=np.intp)
    at = spots(doors, network, rules().limit_m)
    near, node, metres = pairs_within(outlines, network.points, rules().entrance_m)
    walked, door = with_doors(network, at)
    site = np.concatenate([owner[at.on], open_sites[near]])
    on = np.zeros(len(sites), dtype=np.bool_)
    on[site] = True
    return walked, Entrances(
        site,
        np.concatenate([door[at.on], node]),
        np.concatenate([at.offset_m[at.on], metres]),
        on,
        int(gated.sum()),
    )
