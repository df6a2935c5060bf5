"""The streets people walk along, as nodes and edges: lines join where they share a vertex, and nowhere else.

That is how OpenStreetMap draws them: what crosses without a shared vertex is a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.rules import rules
from rba_audit.geometry import flat, length_m, nearest
from rba_audit.layers import Layer

# A step of no length would read as "no edge" in a sparse matrix; far below the precision of any comparison.
SHORTEST_M = 1e-6


@dataclass(frozen=True, eq=False)
class Network:
    """A network of streets.

    Attributes:
        nodes: Longitude and latitude of each node, (n, 2).
        tails: Node at which each edge begins; edges are walked both ways.
        heads: Node at which it ends.
        metres: Its geodesic length.
    """

    nodes: NDArray[np.float64]
    tails: NDArray[np.intp]
    heads: NDArray[np.intp]
    metres: NDArray[np.float64]

    @cached_property
    def edges(self) -> NDArray[np.object_]:
        """The edges as lines in longitude and latitude."""
        ends = np.stack([self.nodes[self.tails], self.nodes[self.heads]], axis=1)
        return np.asarray(shapely.linestrings(ends), dtype=object)

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """The nodes as points."""
        return np.asarray(shapely.points(self.nodes), dtype=object)


@dataclass(frozen=True, eq=False)
class Spots:
    """Where on the network some shapes are: for each the nearest edge, and how far off it lies.

    Attributes:
        edge: Position of the edge; -1 for a shape that is on no street.
        share: How far along the edge, from 0 at its tail to 1 at its head.
        offset_m: The straight distance between shape and edge; NaN on no street.
    """

    edge: NDArray[np.intp]
    share: NDArray[np.float64]
    offset_m: NDArray[np.float64]

    @property
    def on(self) -> NDArray[np.bool_]:
        """Which shapes are on the network."""
        return self.edge >= 0


def network_of(streets: Layer) -> Network | None:
    """Return the network of a street layer; None where it has no line. An area is walked along its outline."""
    lines = _lines(streets.shapes)
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    if not together.any():
        return None
    # One whole number for each vertex: those that agree in it are one node.
    whole = np.rint(coordinates * 10.0 ** rules().node_decimals).astype(np.int64)
    whole -= whole.min(axis=0)
    keys = whole[:, 0] * (whole[:, 1].max() + 1) + whole[:, 1]
    _, first, node = np.unique(keys, return_index=True, return_inverse=True)
    pairs = np.sort(np.column_stack([node[:-1], node[1:]])[together], axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    if not len(pairs):
        return None
    nodes = coordinates[first]
    tails, heads = pairs[:, 0].astype(np.intp), pairs[:, 1].astype(np.intp)
    return Network(nodes, tails, heads, length_m(nodes[tails], nodes[heads]))


def _lines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = shapely.get_parts(shapes)
    while (shapely.get_type_id(parts) >= int(shapely.GeometryType.MULTIPOINT)).any():
        parts = shapely.get_parts(parts)
    polygons = shapely.get_type_id(parts) == int(shapely.GeometryType.POLYGON)
    outlines = shapely.get_exterior_ring(parts[polygons])
    return np.concatenate([parts[shapely.get_dimensions(parts) == 1], outlines])


def spots(shapes: NDArray[np.object_], network: Network, within_m: float) -> Spots:
    """Return where on the network each shape is, if a street is within reach."""
    near = nearest(shapes, network.edges, within_m)
    share = np.zeros(len(shapes))
    on = np.flatnonzero(near.index >= 0)
    edge = near.index[on]
    tails, heads = network.nodes[network.tails[edge]], network.nodes[network.heads[edge]]
    about = (tails + heads) / 2
    lines, here = flat(network.edges[edge], about), flat(shapes[on], about)
    met = shapely.get_coordinates(shapely.shortest_line(here, lines)).reshape(-1, 2, 2)[:, 1]
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    along = ends[:, 1] - ends[:, 0]
    # Where two doors are in one place, the edge between them has no length, and either end will do.
    long = np.maximum((along**2).sum(axis=1), SHORTEST_M**2)
    share[on] = np.clip(((met - ends[:, 0]) * along).sum(axis=1) / long, 0, 1)
    return Spots(near.index, share, near.distance_m)


def with_doors(network: Network, doors: Spots) -> tuple[Network, NDArray[np.intp]]:
    """Return the network with a node of its own for each door, and those nodes (-1 for a door on no street)."""
    node = np.full(len(doors.edge), -1, dtype=np.intp)
    on = np.flatnonzero(doors.on)
    if not len(on):
        return network, node
    on = on[np.lexsort((doors.share[on], doors.edge[on]))]
    edge, share = doors.edge[on], doors.share[on]
    node[on] = len(network.nodes) + np.arange(len(on))
    tails, heads = network.nodes[network.tails[edge]], network.nodes[network.heads[edge]]
    nodes = np.concatenate([network.nodes, tails + share[:, None] * (heads - tails)])
    # Along each edge that has doors: from its tail to the first of them, from one to the next, and from the last to its head.
    first = np.diff(edge, prepend=-1) != 0
    last = np.diff(edge, append=-1) != 0
    before = np.where(first, network.tails[edge], np.roll(node[on], 1))
    since = np.where(first, 0.0, np.roll(share, 1))
    whole = network.metres[edge]
    kept = np.ones(len(network.tails), dtype=np.bool_)
    kept[edge] = False
    return Network(
        nodes,
        np.concatenate([network.tails[kept], before, node[on][last]]),
        np.concatenate([network.heads[kept], node[on], network.heads[edge][last]]),
        np.concatenate([network.metres[kept], (share - since) * whole, ((1 - share) * whole)[last]]),
    ), node
