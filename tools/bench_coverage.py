"""Time the coverage of a real city and the same work in plain GeoPandas in one run, as ratios.

The same work from the same tables in memory: a grid of 100 m over the city, cut at its boundary and weighed by its
ground; every pair of a cell and a playground within 300 m along the paths; and the ground that has one. GeoPandas cuts the
grid by `overlay` and puts cells and playgrounds on the network by `sjoin_nearest`; networkx, the usual choice of its users,
walks the network from each playground. It snaps to vertices, one every 25 m, where we snap to edges, so pairs and covered ground
are compared within 10 % before anything is timed. Cutting the grid is timed alone as well, since it is half of their work.

It needs the folder of shared data next to the project, and networkx (`pip install --group bench`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rba_audit.coverage import areas_of, compute_coverage
from rba_audit.coverage.demand import demand
from rba_audit.layers import layers_of, read_context
from rba_audit.sites import read_sites
from rba_audit.standard.policies import shipped_policies

DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "karlsruhe-osm"
PLANE: Final = "EPSG:32632"
RULE: Final = "300m"
STEP_M: Final = 25
"""How densely the peer has vertices to snap to."""
ROUNDS: Final = 5


class Found(NamedTuple):
    """Pairs of a cell and a playground within reach, and the covered ground."""

    pairs: int
    covered_m2: float


def main() -> None:
    """Print the table."""
    if find_spec("networkx") is None:
        print("networkx is not installed, so there is nothing to compare with (pip install --group bench)")
        return
    sites = read_sites(DATA / "playgrounds.geojson")
    context = read_context([DATA / f"{name}.geojson" for name in ("boundary", "paths")])
    status = np.zeros(len(sites), dtype=np.int8)

    def here() -> Found:
        found = compute_coverage(sites, status, context, rule=RULE, counting="any")
        return Found(int(found.pairs.sure.sum()), found.weight("covered"))

    layers = layers_of(context)
    places = gpd.GeoDataFrame(geometry=[each for each in sites.shapes if each is not None], crs="EPSG:4326")
    streets = gpd.GeoDataFrame(geometry=layers["street"].shapes, crs="EPSG:4326")
    boundary = gpd.GeoDataFrame(geometry=layers["boundary"].shapes, crs="EPSG:4326")

    areas = areas_of(context)
    assert areas is not None  # noqa: S101  # the boundary is read above

    def there() -> Found:
        return _plain(places, streets, boundary)

    mine, theirs = here(), there()
    if any(abs(one - other) > 0.1 * one for one, other in zip(mine, theirs, strict=True)):
        sys.exit(f"{mine} here and {theirs} there: that is not the same work")
    print(f"Karlsruhe: {len(places)} places, {len(streets)} paths")
    print(f"{'':<36}{'pairs':>9}{'km²':>9}{'CPU s':>9}{'wall s':>9}")
    times = []
    for name, run in {"along paths here": here, "GeoPandas and networkx": there}.items():
        found, spent = run(), _median(run)
        times.append(spent)
        _print(f"{name:<36}{found.pairs:>9}{found.covered_m2 / 1e6:>9.2f}", spent)
    _print(f"{'ratio':<54}", times[1] / times[0])
    cut_here, cut_there = (
        _median(lambda: demand(areas, None, shipped_policies().coverage)),
        _median(lambda: _cells(boundary.to_crs(PLANE))),
    )
    _print(f"{'of which the grid, here':<54}", cut_here)
    _print(f"{'of which the grid, GeoPandas':<54}", cut_there)
    _print(f"{'ratio of all but the grid':<54}", (times[1] - cut_there) / (times[0] - cut_here))


def _print(beginning: str, cpu_and_wall: NDArray[np.float64]) -> None:
    print(beginning + "".join(f"{each:>9.2f}" for each in cpu_and_wall))


def _plain(places: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame) -> Found:
    """Return every pair of a cell and a playground within reach along the streets, and the covered ground."""
    import networkx as nx

    reach = shipped_policies().coverage.rule(RULE).farthest_m
    cells = _cells(boundary.to_crs(PLANE))
    graph = nx.Graph()
    for line in streets.to_crs(PLANE).segmentize(STEP_M).geometry:
        points = shapely.get_coordinates(line).round(2)
        steps = np.hypot(*np.diff(points, axis=0).T).tolist()
        corners = list(map(tuple, points.tolist()))
        graph.add_weighted_edges_from(zip(corners[:-1], corners[1:], steps, strict=True))
    nodes = list(graph)
    vertices = gpd.GeoDataFrame({"node": range(len(nodes))}, geometry=shapely.points(nodes), crs=PLANE)
    on_street = cells.set_geometry(cells.representative_point()).sjoin_nearest(
        vertices, max_distance=shipped_policies().coverage.limit_m.value, distance_col="step"
    )
    on_street = on_street[~on_street.index.duplicated()]
    outlines = places.to_crs(PLANE)
    doors = outlines.sjoin_nearest(
        vertices, max_distance=shipped_policies().coverage.limit_m.value, distance_col="step"
    )
    doors = doors[~doors.index.duplicated()]
    wide = outlines.set_geometry(outlines.buffer(shipped_policies().coverage.entrance_m.value)).sjoin(
        vertices, predicate="intersects"
    )
    beside = wide.groupby(level=0)["node"].agg(list)
    walks = []
    for place, node, step in zip(doors.index, doors["node"], doors["step"], strict=True):
        starts = {nodes[each] for each in beside.get(place, [node])}
        metres = nx.multi_source_dijkstra_path_length(graph, starts, cutoff=reach)
        inside = 0.0 if place in beside.index else step
        walks.append(
            pd.DataFrame({"place": place, "at": list(metres), "metres": [inside + each for each in metres.values()]})
        )
    on_street["at"] = [nodes[node] for node in on_street["node"]]
    pairs = pd.concat(walks).merge(on_street.reset_index(names="cell"), on="at")
    pairs = pairs[pairs["metres"] + pairs["step"] <= reach]
    return Found(len(pairs), float(cells["ground"].loc[pairs["cell"].unique()].sum()))


def _cells(boundary: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the cells of a grid, cut at the boundary, with their ground in m²."""
    side = shipped_policies().coverage.cell_m.value
    west, south, east, north = boundary.total_bounds
    x, y = np.meshgrid(np.arange(west, east, side), np.arange(south, north, side))
    grid = gpd.GeoDataFrame(geometry=shapely.box(x, y, x + side, y + side).ravel(), crs=PLANE)
    cells = grid.overlay(boundary, how="intersection")
    return cells.assign(ground=cells.area)


def _median(run: Callable[[], object]) -> NDArray[np.float64]:
    """Return the median of CPU and of wall seconds."""
    times = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    return np.median(times, axis=0)


if __name__ == "__main__":
    main()
