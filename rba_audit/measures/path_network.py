"""Graph of gates, paths and their targets at a site; two of them join if they are within `snap_m` of each other.

A path drawn as a line has its stated width. A target drawn as a point may extend beyond that point.
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
    """All gates, paths and targets at all sites, in this order, and the pairs of them that join.

    Attributes:
        groups: The gates, the paths, and the targets.
        snap_m: Greatest distance at which two of them join, in metres.
        spread_m: Greatest extent of a target around the point it is drawn as, in metres.
    """

    groups: tuple[Parts, Parts, Parts]
    snap_m: float
    spread_m: float

    @cached_property
    def site(self) -> NDArray[np.intp]:
        """Index of the site of each."""
        return np.concatenate([parts.site for parts in self.groups])

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """0 for a gate, 1 for a path, 2 for a target."""
        return np.repeat(np.arange(3), [len(parts) for parts in self.groups])

    @property
    def gates(self) -> Flags:
        """Which are gates."""
        is_gate: Flags = self.group == 0
        return is_gate

    @property
    def paths(self) -> Flags:
        """Which are paths."""
        is_path: Flags = self.group == 1
        return is_path

    @property
    def targets(self) -> Flags:
        """Which are targets."""
        is_target: Flags = self.group == 2
        return is_target

    @cached_property
    def width_m(self) -> Floats:
        """Stated width of each path, in metres; NaN if none is stated, infinite for gates and targets."""
        stated = self.groups[1].number(_WIDTH)
        widths = np.full(len(self.site), np.inf)
        widths[self.paths] = np.where(stated >= 0, stated, np.nan)
        return widths

    def holds(self, name: str) -> Trits:
        """Return for each part 1 if its property `name` is yes, -1 if no, 0 if it is neither."""
        return np.concatenate([parts.holds(name) for parts in self.groups])

    def called(self, chosen: Flags) -> list[str]:
        """Return the names of the chosen ones."""
        first = np.cumsum([0, *(len(parts) for parts in self.groups)])
        return [
            self.groups[self.group[at]].called(at - int(first[self.group[at]]))
            for at in np.flatnonzero(chosen).tolist()
        ]

    @cached_property
    def drawn_as_point(self) -> Flags:
        """Which are targets whose extent is not drawn."""
        return self.targets & ~np.isin(shapely.get_type_id(self._drawn), _AREAS)

    @cached_property
    def _drawn(self) -> NDArray[np.object_]:
        return np.concatenate([parts.shapes for parts in self.groups])

    @cached_property
    def joined(self) -> Pairs:
        """The pairs that join, as two rows of indices."""
        return self._pairs(self._shapes, np.full(len(self.site), self.snap_m))

    @cached_property
    def perhaps_joined(self) -> Pairs:
        """The pairs that join or may join, because the extent of a target is not drawn."""
        return self._pairs(self._shapes, np.where(self.drawn_as_point, self.spread_m + self.snap_m, self.snap_m))

    @cached_property
    def _shapes(self) -> NDArray[np.object_]:
        """The drawn shapes; a path drawn as a line is buffered to its stated width, with flat ends."""
        shapes = self._drawn.copy()
        wide = np.isin(shapely.get_type_id(shapes), _LINES) & np.isfinite(self.width_m) & (self.width_m > 0)
        if wide.any():
            bands = shapely.buffer(shapes[wide], self.width_m[wide] / 2, cap_style="flat")
            shapes[wide] = shapely.union(bands, shapes[wide])
        return shapes

    def _pairs(self, shapes: NDArray[np.object_], within_m: Floats) -> Pairs:
        joined = [np.zeros((2, 0), dtype=np.intp)]
        for site in np.unique(self.site[self.targets]).tolist():
            here = np.flatnonzero(self.site == site)
            one, other = shapely.STRtree(shapes[here]).query(
                shapes[here], predicate="dwithin", distance=within_m[here] + HAIR_M
            )
            joined.append(here[np.stack([one, other])[:, one != other]])
        return np.concatenate(joined, axis=1)

    def reached(self, pairs: Pairs, open_to_all: Flags) -> Flags:
        """Return what is reached from the gates over the passable parts; the last part of a route need not be passable."""
        one, other = pairs[:, open_to_all[pairs].all(axis=0)]
        piece = _pieces(len(self.site), one, other)
        is_reached: Flags = open_to_all & np.isin(piece, piece[self.gates & open_to_all])
        ends = pairs[:, is_reached[pairs[0]]][1]
        back = pairs[:, is_reached[pairs[1]]][0]
        is_reached[ends] = is_reached[back] = True
        return is_reached

    def all_reached(self, reached: Flags) -> Flags:
        """Return for each site whether all its targets are reached."""
        sites = len(self.groups[0].complete)
        lost: NDArray[np.intp] = np.bincount(self.site[self.targets & ~reached], minlength=sites)
        is_whole: Flags = lost == 0
        return is_whole

    def complete(self) -> Flags:
        """Return for each site whether all gates, paths and targets are known."""
        gates, paths, targets = (parts.complete for parts in self.groups)
        is_complete: Flags = np.logical_and.reduce([gates, paths, targets])
        return is_complete


def _pieces(size: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the number of the connected component of each of `size` parts."""
    if not len(one):
        return np.arange(size)  # most sites have no mapped paths, and importing scipy takes longer than evaluating them
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    joined = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.intp)


def ways_to(inputs: MeasurementInputs, measure: Measure) -> PathNetwork:
    """Return the path network to the targets that a measure names (`to`)."""
    groups = (inputs.parts(_GATE), inputs.parts(_PATH), inputs.parts(measure.word("to")))
    return PathNetwork(groups, measure.number("snap"), measure.number("spread"))
