"""Shortest walks from sites to cells along the streets, up to the reach of each site.

Neighbouring sites are computed in one block (Dijkstra), on the part of the network within their reach. The result is exact,
because a walk of some metres never leaves the circle of that radius.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rba_audit.coverage.entrances import EntrancePoints, NetworkEntrances
from rba_audit.coverage.grids import count_ranges
from rba_audit.coverage.network import SHORTEST_M, Network, NetworkPoints
from rba_audit.geometry.degrees import degrees_spanned, widen_bounds

_TOGETHER = 32  # sites computed at once, so that the matrix of distances stays small
_SQUARE = 8  # side of the square whose sites form blocks, as a multiple of the greatest reach

Walks = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


def shortest_walks(
    network: Network, entrances: NetworkEntrances, cells: NetworkPoints, reach_m: NDArray[np.float64]
) -> Walks:
    """Return every walk within reach: indices of cells, indices of sites, and metres.

    Args:
        network: The network.
        entrances: The entrances of the sites.
        cells: The points of the network nearest to the cells.
        reach_m: The reach of each site, in metres.
    """
    walks = [
        _from_block(network, entrances, cells, block, bounds, reach_m)
        for block, bounds in _blocks(network, entrances, reach_m)
    ]
    walks.append(_on_one_edge(network, entrances.doors, cells))
    cell, site, metres = (np.concatenate(columns) for columns in zip(*walks, strict=True))
    near = metres <= reach_m[site] + 1
    return cell[near], site[near], metres[near]


def _from_block(
    network: Network,
    entrances: NetworkEntrances,
    cells: NetworkPoints,
    block: NDArray[np.intp],
    bounds: NDArray[np.float64],
    reach_m: NDArray[np.float64],
) -> Walks:
    """Return the walks from the sites of a block that pass a node within these bounds."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    x, y = network.nodes.T
    nodes = np.flatnonzero((x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3]))
    # Graph nodes: first those of the network, then the sites, last an isolated one for all nodes out of bounds.
    count, nowhere = len(nodes) + len(block), len(nodes) + len(block)
    node_index = np.full(len(network.nodes), nowhere, dtype=np.intp)
    node_index[nodes] = np.arange(len(nodes))
    tail, head = node_index[network.tails], node_index[network.heads]
    inside = np.flatnonzero((tail != nowhere) & (head != nowhere))
    ways_in = np.flatnonzero(np.isin(entrances.site, block))
    start = len(nodes) + np.searchsorted(block, entrances.site[ways_in])
    steps = np.concatenate([network.metres[inside], network.metres[inside], entrances.metres[ways_in]])
    ends = (
        np.concatenate([tail[inside], head[inside], start]),
        np.concatenate([head[inside], tail[inside], node_index[entrances.node[ways_in]]]),
    )
    graph = csr_array((np.maximum(steps, SHORTEST_M), ends), shape=(count + 1, count + 1))
    metres = dijkstra(graph, indices=np.arange(len(nodes), count), limit=float(reach_m[block].max()) + 1)
    edge = cells.edge
    near = np.flatnonzero(cells.is_reached & ((tail[edge] != nowhere) | (head[edge] != nowhere)))
    edge = edge[near]
    from_tail = cells.share[near] * network.metres[edge]
    walk = np.minimum(metres[:, tail[edge]] + from_tail, metres[:, head[edge]] + (network.metres[edge] - from_tail))
    walk += cells.offset_m[near]
    site, cell = np.nonzero(walk <= reach_m[block][:, None] + 1)
    return near[cell], block[site], walk[site, cell]


def _on_one_edge(network: Network, doors: EntrancePoints, cells: NetworkPoints) -> Walks:
    """Return the walks from an entrance to cells on the same edge, which pass no node."""
    order = np.argsort(cells.edge, kind="stable")
    first, last = (np.searchsorted(cells.edge[order], doors.spots.edge, side) for side in ("left", "right"))
    door, step = count_ranges(last - first)
    cell = order[first[door] + step]
    along = np.abs(cells.share[cell] - doors.spots.share[door]) * network.metres[doors.spots.edge[door]]
    return cell, doors.site[door], doors.spots.offset_m[door] + along + cells.offset_m[cell]


def _blocks(
    network: Network, entrances: NetworkEntrances, reach_m: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Yield blocks of neighbouring sites: their indices, and bounds in degrees that contain their reach."""
    if not len(entrances.site):
        return
    sites, start = np.unique(entrances.site, return_index=True)
    at = network.nodes[entrances.node]
    low, high = np.minimum.reduceat(at, start), np.maximum.reduceat(at, start)
    middle = (low + high) / 2
    square = np.floor(middle / degrees_spanned(_SQUARE * float(reach_m.max()), middle.mean(axis=0)[None])).astype(
        np.int64
    )
    _, group = np.unique(square, axis=0, return_inverse=True)
    for number in range(int(group.max()) + 1):
        members = np.flatnonzero(group == number)
        for begin in range(0, len(members), _TOGETHER):
            block = members[begin : begin + _TOGETHER]
            bounds = np.concatenate([low[block].min(axis=0), high[block].max(axis=0)])
            yield sites[block], widen_bounds(bounds[None], float(reach_m[sites[block]].max()) + 1)[0]


def pieces_of(network: Network) -> int:
    """Return the number of connected components of the network."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count = len(network.nodes)
    graph = csr_array((np.ones(len(network.tails)), (network.tails, network.heads)), shape=(count, count))
    return int(connected_components(graph, directed=False, return_labels=False))
