"""Street network as nodes and edges: lines are connected only at shared vertices.

OpenStreetMap draws streets so: two lines that cross without a shared vertex are a bridge or a tunnel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.grids import GridIndex, index_bounds
from rba_audit.coverage.remote_sites import POLE
from rba_audit.geometry import find_nearest, length_m, lonlats, metres_from, project, shape_array
from rba_audit.geometry.degrees import degrees_spanned, widen_bounds
from rba_audit.layers import ContextFeature
from rba_audit.standard.policies import CoveragePolicy

_STREET = "street"
# Metres. An edge of length 0 would mean "no edge" in a sparse matrix; this is far below the precision of any comparison.
SHORTEST_M = 1e-6


@dataclass(frozen=True, eq=False)
class Network:
    """A network of streets.

    Attributes:
        nodes: Longitude and latitude of each node, (n, 2).
        tails: Index of the node at which each edge begins; edges are walked both ways.
        heads: Index of the node at which each ends.
        metres: Geodesic length of each.
        policy: Limits, such as the greatest distance to a street.
        too_long: Number of segments left out, because they are longer than `longest_m` or lie near a pole.
    """

    nodes: NDArray[np.float64]
    tails: NDArray[np.intp]
    heads: NDArray[np.intp]
    metres: NDArray[np.float64]
    policy: CoveragePolicy
    too_long: int = 0

    def lines(self, edges: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return the edges at these indices as lines in longitude and latitude."""
        ends = self.nodes[np.column_stack([self.tails[edges], self.heads[edges]])]
        return np.asarray(shapely.linestrings(ends), dtype=object)

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Longitude and latitude of the middle of each edge, about which it is projected, (n, 2)."""
        return (self.nodes[self.tails] + self.nodes[self.heads]) / 2

    @cached_property
    def halves(self) -> NDArray[np.float64]:
        """Vector from the middle of each edge to its head, in metres east and north, (n, 2)."""
        return metres_from(self.nodes[self.heads], self.middles)

    @cached_property
    def _index(self) -> GridIndex:
        tails, heads = self.nodes[self.tails], self.nodes[self.heads]
        bounds = np.hstack([np.minimum(tails, heads), np.maximum(tails, heads)])
        return index_bounds(bounds, degrees_spanned(self.policy.limit_m.value, tails.mean(axis=0)[None])[0])

    def about(self, bounds: NDArray[np.float64], within_m: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return every pair of bounds (n, 4) and an edge that may be within so many metres, sorted by the bounds."""
        return self._index.touching(widen_bounds(bounds, within_m))

    def share(self, edge: NDArray[np.intp], east_north: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest point of each edge to a position, as a share of its length, from 0 (tail) to 1 (head).

        Positions are in metres east and north of the middle of their edge, (n, 2).
        """
        half = self.halves[edge]
        square = np.maximum((half**2).sum(axis=1), SHORTEST_M**2)
        shares: NDArray[np.float64] = np.clip((1 + (half * east_north).sum(axis=1) / square) / 2, 0, 1)
        return shares


@dataclass(frozen=True, eq=False)
class NetworkPoints:
    """Points of the network nearest to some shapes.

    Attributes:
        edge: Index of the nearest edge; -1 for a shape that is near no street.
        share: Position along the edge, from 0 at its tail to 1 at its head.
        offset_m: Straight distance between shape and edge, in metres; NaN for a shape that is near no street.
    """

    edge: NDArray[np.intp]
    share: NDArray[np.float64]
    offset_m: NDArray[np.float64]

    @property
    def is_reached(self) -> NDArray[np.bool_]:
        """Whether each shape is near a street."""
        return self.edge >= 0

    def chosen(self, which: NDArray[np.bool_]) -> NetworkPoints:
        """Return the points selected by a mask."""
        return NetworkPoints(self.edge[which], self.share[which], self.offset_m[which])


def network_of(context: Sequence[ContextFeature], policy: CoveragePolicy) -> Network | None:
    """Return the network of the streets of a context; None if it has none. An area is walked along its outline."""
    lines = _lines(
        shape_array([feature.shape for feature in context if feature.layer == _STREET and feature.shape is not None])
    )
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    if not together.any():
        return None
    # Encode each vertex as one integer: equal integers are one node. Edges likewise.
    whole = np.rint(coordinates * 10.0**policy.node_decimals.value).astype(np.int64)
    whole -= whole.min(axis=0)
    keys = whole[:, 0] * (whole[:, 1].max() + 1) + whole[:, 1]
    _, first, node = np.unique(keys, return_index=True, return_inverse=True)
    one, other = node[:-1][together], node[1:][together]
    pairs = np.unique((np.minimum(one, other) * len(first) + np.maximum(one, other))[one != other])
    if not len(pairs):
        return None
    nodes = coordinates[first]
    tails, heads = (column.astype(np.intp) for column in np.divmod(pairs, len(first)))
    lengths = length_m(nodes[tails], nodes[heads])
    # The local projection fails near a pole, so such a segment is left out as well.
    usable = (lengths <= policy.longest_m.value) & (np.abs(nodes[tails, 1]) <= POLE)
    if not usable.any():
        return None
    return Network(nodes, tails[usable], heads[usable], lengths[usable], policy, int((~usable).sum()))


def _lines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = shapely.get_parts(shapes)
    while (shapely.get_type_id(parts) >= int(shapely.GeometryType.MULTIPOINT)).any():
        parts = shapely.get_parts(parts)
    polygons = shapely.get_type_id(parts) == int(shapely.GeometryType.POLYGON)
    outlines = shapely.get_exterior_ring(parts[polygons])
    return np.concatenate([parts[shapely.get_dimensions(parts) == 1], outlines])


def spots(at: NDArray[np.float64], network: Network, within_m: float) -> NetworkPoints:
    """Return the nearest point of the network to each position (longitude, latitude), if a street is within `within_m`."""
    edge = np.full(len(at), -1, dtype=np.intp)
    for reach_m in _search_radii(within_m):
        left = np.flatnonzero(edge < 0)
        one, other = network.about(np.tile(at[left], 2), reach_m)
        east_north = metres_from(at[left[one]], network.middles[other])
        off = east_north - (2 * network.share(other, east_north) - 1)[:, None] * network.halves[other]
        apart_m = np.hypot(*off.T)
        close = np.flatnonzero(apart_m <= reach_m)
        order = close[np.lexsort((apart_m[close], one[close]))[::-1]]
        edge[left[one[order]]] = other[order]
    return _spots(network, edge, at)


def spots_of(shapes: NDArray[np.object_], network: Network, within_m: float) -> NetworkPoints:
    """Return the nearest point of the network to each shape, if a street is within `within_m`."""
    edge = np.full(len(shapes), -1, dtype=np.intp)
    for reach_m in _search_radii(within_m):
        left = np.flatnonzero(edge < 0)
        near = np.unique(network.about(shapely.bounds(shapes[left]), reach_m)[1])
        nearest = find_nearest(shapes[left], network.lines(near), reach_m).index
        edge[left[nearest >= 0]] = near[nearest[nearest >= 0]]
    on = np.flatnonzero(edge >= 0)
    about = network.middles[edge[on]]
    lines = shapely.shortest_line(project(shapes[on], about), project(network.lines(edge[on]), about))
    at = np.full((len(shapes), 2), np.nan)
    at[on] = lonlats(shapely.get_coordinates(lines)[::2], about)
    return _spots(network, edge, at)


def _search_radii(within_m: float) -> tuple[float, ...]:
    """Return search radii in ascending order, in metres: most positions have a street nearby, and a small radius has few candidates."""
    return within_m / 4, within_m / 2, within_m


def _spots(network: Network, edge: NDArray[np.intp], at: NDArray[np.float64]) -> NetworkPoints:
    """Return the point of each edge (-1: none) nearest to its position."""
    share, offset_m = np.zeros(len(at)), np.full(len(at), np.nan)
    on = np.flatnonzero(edge >= 0)
    chosen, about = edge[on], network.middles[edge[on]]
    share[on] = network.share(chosen, metres_from(at[on], about))
    spot = lonlats((2 * share[on] - 1)[:, None] * network.halves[chosen], about)
    offset_m[on] = length_m(at[on], spot)
    return NetworkPoints(edge, share, offset_m)
