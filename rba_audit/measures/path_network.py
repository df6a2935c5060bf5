"""Gates, paths and the places they lead to, and which of them join: touching, or within a stated distance of each other.

A path drawn as a line is as wide as it states. A place that is drawn as a point may reach farther than its point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.measures.inputs import HAIR_M, MeasurementInputs
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats
from rba_audit.standard.measure_terms import Measure

Flags = NDArray[np.bool_]
Trits = NDArray[np.int8]
Pairs = NDArray[np.intp]

_GATE: Final = "gate"
_PATH: Final = "path"
_WIDTH: Final = "width_m"
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINES: Final = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True, eq=False)
class PathNetwork:
    """All gates, paths and places to be reached at all sites, one after the other, and which of them join.

    Attributes:
        groups: The gates, the paths, and the places.
        snap_m: So near to each other two of them join.
        spread_m: So far around its point a place may reach that is drawn as a point only.
    """

    groups: tuple[Parts, Parts, Parts]
    snap_m: float
    spread_m: float

    @cached_property
    def site(self) -> NDArray[np.intp]:
        """The site of each."""
        return np.concatenate([parts.site for parts in self.groups])

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """0 for a gate, 1 for a path, 2 for a place to be reached."""
        return np.repeat(np.arange(3), [len(parts) for parts in self.groups])

    @property
    def gates(self) -> Flags:
        """Which are gates."""
        found: Flags = self.group == 0
        return found

    @property
    def paths(self) -> Flags:
        """Which are paths."""
        found: Flags = self.group == 1
        return found

    @property
    def targets(self) -> Flags:
        """Which are places to be reached."""
        found: Flags = self.group == 2
        return found

    @cached_property
    def width_m(self) -> Floats:
        """How wide each path says it is; NaN where it says nothing, infinite for what is no path."""
        stated = self.groups[1].number(_WIDTH)
        widths = np.full(len(self.site), np.inf)
        widths[self.paths] = np.where(stated >= 0, stated, np.nan)
        return widths

    def holds(self, name: str) -> Trits:
        """Return 1 where something says yes to `name`, -1 where it says no, 0 where it says neither."""
        return np.concatenate([parts.holds(name) for parts in self.groups])

    def called(self, chosen: Flags) -> list[str]:
        """Return what the chosen ones go by."""
        first = np.cumsum([0, *(len(parts) for parts in self.groups)])
        return [
            self.groups[self.group[at]].called(at - int(first[self.group[at]]))
            for at in np.flatnonzero(chosen).tolist()
        ]

    @cached_property
    def drawn_as_point(self) -> Flags:
        """Which are places whose extent is not drawn."""
        return self.targets & ~np.isin(shapely.get_type_id(self._drawn), _AREAS)

    @cached_property
    def _drawn(self) -> NDArray[np.object_]:
        return np.concatenate([parts.shapes for parts in self.groups])

    @cached_property
    def joined(self) -> Pairs:
        """Every pair that joins, each once, as two rows."""
        return self._pairs(self._shapes, np.full(len(self.site), self.snap_m))

    @cached_property
    def perhaps_joined(self) -> Pairs:
        """Likewise, and every pair that may join since the extent of a place is not drawn."""
        return self._pairs(self._shapes, np.where(self.drawn_as_point, self.spread_m + self.snap_m, self.snap_m))

    @cached_property
    def _shapes(self) -> NDArray[np.object_]:
        """What is drawn; a path drawn as a line has the width that it states, to both sides and not beyond its ends."""
        shapes = self._drawn.copy()
        wide = np.isin(shapely.get_type_id(shapes), _LINES) & np.isfinite(self.width_m) & (self.width_m > 0)
        if wide.any():
            bands = shapely.buffer(shapes[wide], self.width_m[wide] / 2, cap_style="flat")
            shapes[wide] = shapely.union(bands, shapes[wide])
        return shapes

    def _pairs(self, shapes: NDArray[np.object_], within_m: Floats) -> Pairs:
        found = [np.zeros((2, 0), dtype=np.intp)]
        for site in np.unique(self.site[self.targets]).tolist():
            here = np.flatnonzero(self.site == site)
            one, other = shapely.STRtree(shapes[here]).query(
                shapes[here], predicate="dwithin", distance=within_m[here] + HAIR_M
            )
            found.append(here[np.stack([one, other])[:, one != other]])
        return np.concatenate(found, axis=1)

    def reached(self, pairs: Pairs, open_to_all: Flags) -> Flags:
        """Return what is reached from the gates when one may go over these; an end may be reached and yet not be gone over."""
        one, other = pairs[:, open_to_all[pairs].all(axis=0)]
        piece = _pieces(len(self.site), one, other)
        found: Flags = open_to_all & np.isin(piece, piece[self.gates & open_to_all])
        ends = pairs[:, found[pairs[0]]][1]
        back = pairs[:, found[pairs[1]]][0]
        found[ends] = found[back] = True
        return found

    def all_reached(self, reached: Flags) -> Flags:
        """Return for each site whether all its places are reached."""
        sites = len(self.groups[0].complete)
        lost: NDArray[np.intp] = np.bincount(self.site[self.targets & ~reached], minlength=sites)
        found: Flags = lost == 0
        return found

    def complete(self) -> Flags:
        """Return for each site whether all gates, paths and places are known."""
        gates, paths, targets = (parts.complete for parts in self.groups)
        found: Flags = np.logical_and.reduce([gates, paths, targets])
        return found


def _pieces(size: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a number for each of so many things, the same for all that are joined, directly or over others."""
    if not len(one):
        return np.arange(size)  # most sites have no mapped paths, and loading scipy takes longer than judging them
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    joined = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.intp)


def ways_to(ground: MeasurementInputs, measure: Measure) -> PathNetwork:
    """Return the ways to the places that a measure names."""
    groups = (ground.parts(_GATE), ground.parts(_PATH), ground.parts(measure.word("to")))
    return PathNetwork(groups, measure.number("snap"), measure.number("spread"))
