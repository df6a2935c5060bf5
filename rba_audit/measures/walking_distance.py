"""Walking distance to the nearest feature of a layer: at least the straight line, at most the shortest route on the streets given.

Lines of the layer `street` are connected at shared vertices, as OpenStreetMap draws them. The range is a single number only if
an extent states that the streets are complete over the length of the walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.geometry import centres, project, unproject
from rba_audit.layers import Layer
from rba_audit.measures.distances import own_parts, parts_not_drawn, straight_distances
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.origins import known_around_m, may_have_nearer_parts, nearest_of, outer_shapes, start_shapes
from rba_audit.measures.results import Floats, not_measured, number_results
from rba_audit.measures.sentences import PARTS_LAYER, layer_not_given
from rba_audit.measures.spacing import informative_ranges
from rba_audit.messages import format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

STREET: Final = "street"
_NODE_DECIMALS: Final = 7
_METRES_A_DEGREE: Final = 110_500
_SHORTEST_M: Final = 1e-6
"""Metres. An edge of length 0 would mean "no edge" in a sparse matrix."""


def measure_walk(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the range of the walking distance to the nearest feature of a layer."""
    name, within_m, kind = measure.word("to"), measure.number("within"), measure.word("from")
    layer, own = inputs.layers.get(name), own_parts(inputs, name)
    if layer is None and own is None:
        return not_measured(question, len(inputs), name, layer_not_given(name))
    line = straight_distances(inputs, question, measure)
    inside = np.zeros(len(inputs), dtype=np.bool_) if kind else _inside(inputs, name)
    along_m = np.where(inside, 0.0, _along_streets(inputs, layer, measure))
    complete = _streets_are_complete(inputs, layer, kind, along_m, within_m) & ~parts_not_drawn(inputs, name)
    exact = inside | complete
    low, high = line.low, np.where(np.isnan(along_m), float(question.high), along_m + inputs.accuracy_m)
    low = np.where(np.isnan(low) & ~np.isnan(along_m), float(question.low), low)
    low = np.where(exact, np.maximum(np.nan_to_num(low), _least_m(layer, along_m, inside) - inputs.accuracy_m), low)
    low, high = np.where(inside, 0.0, low), np.where(inside, 0.0, high)
    low, high = informative_ranges(question, low, np.fmax(low, high))

    def source_at(site: int) -> MeasurementSource:
        message = line.source_at(site)
        if inside[site]:
            return MeasurementSource(PARTS_LAYER, message.date, say("it lies in the outline"))
        if np.isnan(low[site]):
            return message
        how = say("{told}, in a straight line, and a walk is no shorter", told=message.text)
        if not np.isnan(along_m[site]):
            metres = format_number(float(along_m[site]), 0)
            how = say(
                "{told}, in a straight line; {metres} m along the streets given", told=message.text, metres=metres
            )
        return replace(message, text=how)

    return number_results(question, low, high, source_at)


def _inside(inputs: MeasurementInputs, name: str) -> NDArray[np.bool_]:
    """Return which sites have such a part within their outline, so that the walk has length 0."""
    inside = np.zeros(len(inputs), dtype=np.bool_)
    own = own_parts(inputs, name)
    if own is not None:
        outlines = np.array([inputs.flat_outline(int(site)) for site in own.site], dtype=object)
        inside[own.site[shapely.intersects(outlines, own.shapes)]] = True
    return inside


def _least_m(layer: Layer | None, along_m: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the lower end of an exact walk in metres: shorter than along the streets, because the target has an extent."""
    beyond = float(layer.most_beyond_m.max(initial=0)) if layer is not None else 0.0
    return np.where(inside, 0.0, np.maximum(np.nan_to_num(along_m) - beyond, 0))


def _streets_are_complete(
    inputs: MeasurementInputs, layer: Layer | None, kind: str, along_m: Floats, within_m: float
) -> NDArray[np.bool_]:
    """Return at which sites the route on the streets is the shortest one, because streets and layer are complete that far."""
    streets = inputs.layers.get(STREET)
    if streets is None or streets.stated is None or layer is None or layer.stated is None:
        return np.zeros(len(inputs), dtype=np.bool_)
    outermost = outer_shapes(inputs, kind)
    nearest = nearest_of(inputs, layer, kind)
    known_m = np.minimum(*(known_around_m(given, outermost, nearest, within_m) for given in (streets, layer)))
    complete: NDArray[np.bool_] = ~np.isnan(along_m) & (known_m >= along_m) & ~may_have_nearer_parts(inputs, kind)
    return complete & ~np.isinf(layer.most_beyond_m).any()


@dataclass(frozen=True, eq=False)
class Streets:
    """Street segments between vertices.

    Attributes:
        lines: Each as a line in longitude and latitude.
        ends: Node numbers of its two ends, (n, 2).
        tree: Spatial index of the lines.
    """

    lines: NDArray[np.object_]
    ends: NDArray[np.intp]
    tree: shapely.STRtree


def _streets(inputs: MeasurementInputs) -> Streets | None:
    layer = inputs.layers.get(STREET)
    if layer is None or not layer.places:
        return None
    parts = shapely.get_parts(layer.shapes)
    areas = np.isin(shapely.get_type_id(parts), (shapely.GeometryType.POLYGON,))
    lines = np.concatenate([parts[shapely.get_dimensions(parts) == 1], shapely.get_exterior_ring(parts[areas])])
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    if not together.any():
        return None
    _, node = np.unique(np.round(coordinates, _NODE_DECIMALS), axis=0, return_inverse=True)
    node = node.reshape(-1)
    ends = np.column_stack([node[:-1][together], node[1:][together]])
    steps = np.stack([coordinates[:-1][together], coordinates[1:][together]], axis=1)
    pieces = np.asarray(shapely.linestrings(steps), dtype=object)
    return Streets(pieces, ends, shapely.STRtree(pieces))


def _along_streets(inputs: MeasurementInputs, layer: Layer | None, measure: Measure) -> Floats:
    """Return the shortest route in metres on the streets from each site to any feature of a layer; NaN if none is within reach."""
    streets = inputs.computed_once("streets", lambda: _streets(inputs))
    route_m = np.full(len(inputs), np.nan)
    if streets is None:
        return route_m
    within_m, name = measure.number("within"), measure.word("to")
    starts, _ = start_shapes(inputs, measure.word("from"))
    own = own_parts(inputs, name)
    shapes = [] if layer is None else [layer.shapes]
    shapes += [] if own is None else [unproject(own.shapes, inputs.points[own.site])]
    targets = np.concatenate(shapes)
    targets = targets[~shapely.is_missing(targets)]
    target_tree = shapely.STRtree(targets)
    for site in np.flatnonzero(~shapely.is_missing(starts)).tolist():
        west, south, east, north = shapely.bounds(starts[site])
        high = within_m / _METRES_A_DEGREE
        wide = high / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.01)
        around = shapely.box(west - wide, south - high, east + wide, north + high)
        near, pieces = target_tree.query(around), streets.tree.query(around)
        if near.size and pieces.size:
            route_m[site] = _shortest(streets, pieces, starts[site], targets[near], measure)
    return route_m


def _shortest(
    streets: Streets, pieces: NDArray[np.intp], start: BaseGeometry, targets: NDArray[np.object_], measure: Measure
) -> float:
    """Return the metres from one start to the nearest of some targets along some street segments; NaN beyond reach."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    within_m, snap_m = measure.number("within"), measure.number("snap")
    about = centres(np.array([start], dtype=object))[0]
    lines = project(streets.lines[pieces], about)
    here = project(np.array([start], dtype=object), about)
    nodes, ends = np.unique(streets.ends[pieces], return_inverse=True)
    ends = ends.reshape(-1, 2)
    lengths = shapely.length(lines)
    first, last = len(nodes), len(nodes) + 1
    ways = [_onto(lines, here, snap_m), _onto(lines, project(targets, about), snap_m)]
    steps = [(ends[:, 0], ends[:, 1], lengths)]
    for spot, (piece, off_m, at_m) in zip((first, last), ways, strict=True):
        for end, along in ((0, at_m), (1, lengths[piece] - at_m)):
            steps.append((np.full(len(piece), spot), ends[piece, end], off_m + along))
    steps.append(_on_one_piece(ways, first, last))
    one, other, metres = (np.concatenate(columns) for columns in zip(*steps, strict=True))
    order = np.lexsort((metres, np.maximum(one, other), np.minimum(one, other)))
    pairs = np.column_stack([np.minimum(one, other), np.maximum(one, other)])[order]
    _, least = np.unique(pairs, axis=0, return_index=True)
    graph = csr_array(
        (np.maximum(metres[order][least], _SHORTEST_M), pairs[least].T), shape=(len(nodes) + 2, len(nodes) + 2)
    )
    route_m = float(dijkstra(graph, directed=False, indices=first, limit=within_m + 1)[last])
    return route_m if np.isfinite(route_m) else np.nan


WalkLengths = tuple[NDArray[np.intp], Floats, Floats]


def _onto(lines: NDArray[np.object_], shapes: NDArray[np.object_], snap_m: float) -> WalkLengths:
    """Return the indices of lines within `snap_m` of shapes, the distance to each, and the position along it; in metres."""
    shape, line = shapely.STRtree(lines).query(shapes, predicate="dwithin", distance=snap_m)
    shortest = shapely.shortest_line(lines[line], shapes[shape])
    at = shapely.line_locate_point(lines[line], shapely.get_point(shortest, 0))
    return line.astype(np.intp), shapely.length(shortest), at


def _on_one_piece(
    ways: Sequence[WalkLengths], first: int, last: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the graph edges from start to target along a single segment."""
    (one, off_m, at_m), (other, off_there_m, there_m) = ways
    a, b = np.nonzero(one[:, None] == other[None, :])
    metres = off_m[a] + off_there_m[b] + np.abs(at_m[a] - there_m[b])
    return np.full(len(a), first, dtype=np.intp), np.full(len(a), last, dtype=np.intp), metres
