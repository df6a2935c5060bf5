"""The shortest walks from sites to cells, along the streets, as far as each site reaches.

Sites that lie together are walked from together, on no more of the network than can be in reach: a walk of some metres
never leaves the circle of as many metres, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from rba_audit.coverage.entrances import Entrances
from rba_audit.coverage.network import SHORTEST_M, Network, Spots
from rba_audit.coverage.spans import span, widened

_TOGETHER = 128  # sites walked from at once, so that the table of distances stays small

Walks = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


def walks(network: Network, entrances: Entrances, cells: Spots, reach_m: NDArray[np.float64]) -> Walks:
    """Return every walk that is within reach: positions of cells, of sites, and metres.

    Args:
        network: The network with a node at each entrance.
        entrances: The ways into the sites.
        cells: Where on this network the cells are.
        reach_m: How far each site reaches.
    """
    graph = _graph(network, entrances, len(reach_m))
    tail, head = network.tails[cells.edge], network.heads[cells.edge]
    from_tail = cells.share * network.metres[cells.edge]
    from_head = network.metres[cells.edge] - from_tail
    found = []
    for block, bounds in _blocks(network, entrances, reach_m):
        x, y = network.nodes.T
        inside = (x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3])
        nodes = np.flatnonzero(inside)
        near = np.flatnonzero(cells.on & (inside[tail] | inside[head]))
        if not len(near):
            continue
        kept = np.concatenate([nodes, len(network.nodes) + block])
        local = graph[kept][:, kept]
        metres = dijkstra(local, indices=np.arange(len(nodes), len(kept)), limit=float(reach_m[block].max()) + 1)
        # One column more, infinitely far, stands for every node that is not inside.
        metres = np.column_stack([metres, np.full(len(block), np.inf)])
        place = np.full(len(network.nodes), len(kept), dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        walk = np.minimum(
            metres[:, place[tail[near]]] + from_tail[near], metres[:, place[head[near]]] + from_head[near]
        )
        walk += cells.offset_m[near]
        site, cell = np.nonzero(walk <= reach_m[block][:, None] + 1)
        found.append((near[cell], block[site], walk[site, cell]))
    if not found:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    cell, site, metres = (np.concatenate(each) for each in zip(*found, strict=True))
    return cell, site, metres


def _graph(network: Network, entrances: Entrances, sites: int) -> csr_array:
    """Return the network as a sparse matrix, with one node more for each site, from which its entrances are stepped to."""
    count = len(network.nodes) + sites
    start = np.concatenate([network.tails, network.heads, len(network.nodes) + entrances.site])
    end = np.concatenate([network.heads, network.tails, entrances.node])
    metres = np.maximum(np.concatenate([network.metres, network.metres, entrances.offset_m]), SHORTEST_M)
    # A sparse matrix adds up what stands twice in one place; the shortest of them is meant.
    order = np.lexsort((metres, end, start))
    start, end, metres = start[order], end[order], metres[order]
    first = np.ones(len(start), dtype=np.bool_)
    first[1:] = (np.diff(start) != 0) | (np.diff(end) != 0)
    return csr_array((metres[first], (start[first], end[first])), shape=(count, count))


def _blocks(
    network: Network, entrances: Entrances, reach_m: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Yield positions of sites that lie together, and the bounds in degrees of all that may be within their reach."""
    order = np.argsort(entrances.site, kind="stable")
    sites, start = np.unique(entrances.site[order], return_index=True)
    if not len(sites):
        return
    at = network.nodes[entrances.node[order]]
    low, high = np.minimum.reduceat(at, start), np.maximum.reduceat(at, start)
    middle = (low + high) / 2
    square = np.floor(middle / np.array(span(2 * float(reach_m.max()), *middle.mean(axis=0).tolist()))).astype(np.int64)
    _, group = np.unique(square, axis=0, return_inverse=True)
    for each in range(int(group.max()) + 1):
        members = np.flatnonzero(group == each)
        for begin in range(0, len(members), _TOGETHER):
            block = members[begin : begin + _TOGETHER]
            bounds = np.concatenate([low[block].min(axis=0), high[block].max(axis=0)])
            yield sites[block], widened(bounds, float(reach_m[sites[block]].max()) + 1)


def pieces_of(network: Network) -> int:
    """Return into how many pieces without a way between them the network falls."""
    count = len(network.nodes)
    graph = csr_array((np.ones(len(network.tails)), (network.tails, network.heads)), shape=(count, count))
    return int(connected_components(graph, directed=False, return_labels=False))
