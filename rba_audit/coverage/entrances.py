"""Entrances from the street network to the sites: their gates, or, if none is drawn, the whole outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.network import Network, NetworkPoints, spots_of
from rba_audit.geometry import pairs_within, shape_array
from rba_audit.sites import Sites

_GATE = "gate"


@dataclass(frozen=True, eq=False)
class EntrancePoints:
    """Entrance points of the sites on the network: for each gate or outline the nearest point of an edge."""

    site: NDArray[np.intp]
    spots: NetworkPoints


@dataclass(frozen=True, eq=False)
class NetworkEntrances:
    """Connections from nodes of the network to sites, each pair once with its shortest distance.

    Attributes:
        site: Index of the site, (connections,).
        node: Index of the node, (connections,).
        metres: Distance from the node to the site, (connections,).
        doors: Entrance points on edges, needed for walks that stay on one edge and pass no node.
        on: For each site, whether it has an entrance on the network.
        gated: Number of sites with drawn gates.
    """

    site: NDArray[np.intp]
    node: NDArray[np.intp]
    metres: NDArray[np.float64]
    doors: EntrancePoints
    on: NDArray[np.bool_]
    gated: int


def network_entrances(sites: Sites, network: Network) -> NetworkEntrances:
    """Return the entrances of all sites from the network."""
    located = {name: site for site, name in enumerate(sites.ids) if sites.shapes[site] is not None}
    gates = [
        (located[part.site], part.shape)
        for part in sites.parts
        if part.kind == _GATE and part.shape is not None and part.site in located
    ]
    gated = np.zeros(len(sites), dtype=np.bool_)
    gated[[site for site, _ in gates]] = True
    open_sites = np.flatnonzero(~gated & ~shapely.is_missing(sites.shapes))
    owner = np.array([*(site for site, _ in gates), *open_sites], dtype=np.intp)
    shapes = shape_array([*(shape for _, shape in gates), *sites.shapes[open_sites]])
    at = spots_of(shapes, network, network.policy.limit_m.value)
    doors = EntrancePoints(owner[at.is_reached], at.chosen(at.is_reached))
    edge, along = doors.spots.edge, doors.spots.share * network.metres[doors.spots.edge]
    outline, node, metres = _nodes_near(sites.shapes[open_sites], network)
    site, node, metres = _shortest(
        np.concatenate([doors.site, doors.site, open_sites[outline]]),
        np.concatenate([network.tails[edge], network.heads[edge], node]),
        np.concatenate([doors.spots.offset_m + along, doors.spots.offset_m + network.metres[edge] - along, metres]),
    )
    on = np.zeros(len(sites), dtype=np.bool_)
    on[site] = True
    return NetworkEntrances(site, node, metres, doors, on, int(gated.sum()))


def _nodes_near(
    outlines: NDArray[np.object_], network: Network
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return every pair of an outline and a node within `entrance_m` of it, which is an entrance, and the metres between them."""
    entrance_m = network.policy.entrance_m.value
    near = np.unique(network.about(shapely.bounds(outlines), entrance_m)[1])
    nodes = np.unique(np.concatenate([network.tails[near], network.heads[near]]))
    outline, node, metres = pairs_within(outlines, shape_array(shapely.points(network.nodes[nodes])), entrance_m)
    return outline, nodes[node], metres


def _shortest(
    site: NDArray[np.intp], node: NDArray[np.intp], metres: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return each pair of a site and a node once, with the shortest distance between them."""
    order = np.lexsort((metres, node, site))
    site, node, metres = site[order], node[order], metres[order]
    first = (np.diff(site, prepend=-1) != 0) | (np.diff(node, prepend=-1) != 0)
    return site[first], node[first], metres[first]
