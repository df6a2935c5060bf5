"""Pairs of cells and sites within reach of each other, along the streets if they are given, else in a straight line.

A cell or site near no street has straight distances only. These are a lower bound of the walk: a pair farther apart than
the reach is out of reach, a nearer one is "perhaps".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.entrances import network_entrances
from rba_audit.coverage.network import Network, spots
from rba_audit.coverage.shortest_walks import pieces_of, shortest_walks
from rba_audit.geometry import pairs_within
from rba_audit.geometry.containment import positions_in_shapes
from rba_audit.geometry.degrees import widen_bounds
from rba_audit.sites import Sites
from rba_audit.standard.policies import CoveragePolicy, ReachRule

Along = Literal["streets", "straight"]
_HALF_WAY = 180.0


@dataclass(frozen=True, eq=False)
class CellSitePairs:
    """Every pair of a cell and a site that are or may be within reach of each other, nearest first for each cell.

    Attributes:
        along: Kind of distance. With straight lines the pairs are an upper bound of those within reach.
        cell: Index of each cell.
        site: Index of each site.
        metres: Distance between them, rounded to the decimals it is compared with.
        sure: Whether the pair is surely within reach; else perhaps.
        sure_m: For each site, its sure reach in metres.
        off_cells: Whether each cell is near no street; all False if distances are straight.
        off_sites: Whether each site has a position and is near no street.
        gated: Number of sites with drawn gates.
        pieces: Number of connected components of the network.
        too_long: Number of street segments left out because of their length or position.
        unclassed: Number of located sites whose scale, and so whose reach, is not stated.
    """

    along: Along
    cell: NDArray[np.intp]
    site: NDArray[np.intp]
    metres: NDArray[np.float64]
    sure: NDArray[np.bool_]
    sure_m: NDArray[np.float64]
    off_cells: NDArray[np.bool_]
    off_sites: NDArray[np.bool_]
    gated: int = 0
    pieces: int = 0
    too_long: int = 0
    unclassed: int = 0


@dataclass(frozen=True, eq=False)
class _PairDistances:
    """Pairs and their distances; `known` if these are exact, and not only lower bounds."""

    cell: NDArray[np.intp]
    site: NDArray[np.intp]
    metres: NDArray[np.float64]
    known: bool


@dataclass(frozen=True, eq=False)
class _StreetPairs:
    distances: list[_PairDistances] = field(default_factory=list)
    off_cells: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    off_sites: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    gated: int = 0
    pieces: int = 0


def reachable_pairs(
    sites: Sites, at: NDArray[np.float64], rule: ReachRule, network: Network | None, policy: CoveragePolicy
) -> CellSitePairs:
    """Return the pairs of cells (longitude, latitude) and sites that are or may be within reach of each other."""
    scales = [site.scale for site in sites]
    reach = np.array([rule.reach(scale) for scale in scales], dtype=np.float64).reshape(-1, 2)
    located = ~shapely.is_missing(sites.shapes)
    if network is None:
        none = np.zeros(len(at), dtype=np.bool_), np.zeros(len(sites), dtype=np.bool_)
        streets = _StreetPairs([_straight(sites, at, rule, np.arange(len(at)), np.flatnonzero(located))], *none)
    else:
        streets = _along_streets(sites, at, rule, network, reach[:, 1])
    cell, site, metres, known = _shortest(streets.distances, policy.decimals)
    perhaps = metres <= reach[site, 1]
    cell, site, metres, known = cell[perhaps], site[perhaps], metres[perhaps], known[perhaps]
    return CellSitePairs(
        along="straight" if network is None else "streets",
        cell=cell,
        site=site,
        metres=metres,
        sure=known & (metres <= reach[site, 0]),
        sure_m=reach[:, 0],
        off_cells=streets.off_cells,
        off_sites=streets.off_sites,
        gated=streets.gated,
        pieces=streets.pieces,
        too_long=network.too_long if network is not None else 0,
        unclassed=sum(bool(here) and not rule.knows(scale) for scale, here in zip(scales, located, strict=True)),
    )


def _along_streets(
    sites: Sites, at: NDArray[np.float64], rule: ReachRule, network: Network, reach_m: NDArray[np.float64]
) -> _StreetPairs:
    ways_in = network_entrances(sites, network)
    located = ~shapely.is_missing(sites.shapes)
    cells = spots(at, network, network.policy.limit_m.value)
    everywhere, off_sites = np.arange(len(at)), located & ~ways_in.on
    around, inside = positions_in_shapes(sites.shapes, at)
    return _StreetPairs(
        [
            _PairDistances(*shortest_walks(network, ways_in, cells, reach_m), known=True),
            _PairDistances(inside, around, np.zeros(len(inside)), known=True),
            _straight(sites, at, rule, np.flatnonzero(~cells.is_reached), np.flatnonzero(located), known=False),
            _straight(sites, at, rule, everywhere, np.flatnonzero(off_sites), known=False),
        ],
        ~cells.is_reached,
        off_sites,
        ways_in.gated,
        pieces_of(network),
    )


def _straight(
    sites: Sites,
    at: NDArray[np.float64],
    rule: ReachRule,
    cells: NDArray[np.intp],
    some: NDArray[np.intp],
    *,
    known: bool = True,
) -> _PairDistances:
    bounds = widen_bounds(shapely.bounds(sites.shapes[some]), rule.farthest_m + 1)
    # Bounds that cross the antimeridian are searched on its other side as well.
    beyond = [bounds + np.array([by, 0, by, 0]) for by in (360, -360)]
    beyond = [shifted[(shifted[:, 0] < _HALF_WAY) & (shifted[:, 2] > -_HALF_WAY)] for shifted in beyond]
    around = shapely.box(*np.concatenate([bounds, *beyond]).T)
    near = cells[np.unique(positions_in_shapes(np.asarray(around, dtype=object), at[cells])[1])]
    points = np.asarray(shapely.points(at[near]), dtype=object)
    cell, site, metres = pairs_within(points, sites.shapes[some], rule.farthest_m + 1)
    return _PairDistances(near[cell], some[site], metres, known)


def _shortest(
    groups: list[_PairDistances], decimals: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_]]:
    """Return each pair once: with its exact distance if there is one, else a lower bound; the shorter of several."""
    cell = np.concatenate([group.cell for group in groups])
    site = np.concatenate([group.site for group in groups])
    known = np.concatenate([np.full(len(group.cell), group.known) for group in groups])
    exact = np.concatenate([group.metres for group in groups])
    scale = 10.0**decimals
    metres = np.floor(exact * scale + 0.5) / scale
    order = np.lexsort((metres, ~known, site, cell))
    cell, site, metres, known = cell[order], site[order], metres[order], known[order]
    first = np.ones(len(cell), dtype=np.bool_)
    first[1:] = (np.diff(cell) != 0) | (np.diff(site) != 0)
    cell, site, metres, known = cell[first], site[first], metres[first], known[first]
    nearest = np.lexsort((site, metres, cell))
    return cell[nearest], site[nearest], metres[nearest], known[nearest]
