"""Time who is within reach of which place in a real city beside the same work in plain GeoPandas, in one run, as ratios.

The same work: 100 m cells over the city, every pair of a cell and a playground within 300 m along the paths. GeoPandas puts cells and places on the
network by `sjoin_nearest`; networkx, which is what its users reach for, walks the network from each place. It snaps to
vertices, one every 25 m, where we snap to edges, so the covered ground is compared within 10 % before anything is timed.

It needs the folder of shared data beside the project, and networkx (`pip install --group bench`).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from rba_audit.coverage import Coverage, coverage, rules, total
from rba_audit.layers import layers_of, read_context
from rba_audit.sites import read_sites

DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "karlsruhe-osm"
PLANE: Final = "EPSG:32632"
RULE: Final = "300m"
STEP_M: Final = 25
"""How densely the peer has vertices to snap to."""
ROUNDS: Final = 3


def main() -> None:
    """Print the table."""
    if find_spec("networkx") is None:
        print("networkx is not installed, so there is nothing to compare with (pip install --group bench)")
        return
    sites = read_sites(DATA / "playgrounds.geojson")
    context = read_context([DATA / f"{name}.geojson" for name in ("boundary", "paths")])
    status = np.zeros(len(sites), dtype=np.int8)

    def here() -> Coverage:
        return coverage(sites, status, context, rule=RULE, counting="any")

    layers = layers_of(context)
    places = gpd.GeoDataFrame(geometry=[each for each in sites.shapes if each is not None], crs="EPSG:4326")
    streets = gpd.GeoDataFrame(geometry=layers["street"].shapes, crs="EPSG:4326")
    boundary = gpd.GeoDataFrame(geometry=layers["boundary"].shapes, crs="EPSG:4326")

    def there() -> float:
        return _plain(places, streets, boundary)

    mine, theirs = total(here()).covered / 1e6, there() / 1e6
    if abs(mine - theirs) > 0.1 * mine:
        sys.exit(f"{mine:.1f} and {theirs:.1f} km² are covered: that is not the same work")
    times = {"along paths here": _median(here), "GeoPandas and networkx": _median(there)}
    times["in a straight line, sjoin_nearest"] = _median(lambda: _straight(places, boundary))
    print(f"Karlsruhe: {len(places)} places, {len(streets)} paths; {mine:.1f} km² covered here, {theirs:.1f} km² there")
    for name, seconds in times.items():
        print(f"{name:<36}{seconds:>9.2f} s")
    print(f"{'ratio to GeoPandas and networkx':<36}{times['GeoPandas and networkx'] / times['along paths here']:>9.1f}")


def _cells(boundary: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    side = rules().cell_m
    area = boundary.to_crs(PLANE)
    west, south, east, north = area.total_bounds
    x, y = np.meshgrid(np.arange(west, east, side) + side / 2, np.arange(south, north, side) + side / 2)
    cells = gpd.GeoDataFrame(geometry=shapely.points(x.ravel(), y.ravel()), crs=PLANE)
    return cells.sjoin(area, predicate="within").drop(columns="index_right").reset_index(drop=True)


def _plain(places: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame) -> float:
    """Return how much ground is within reach of a place along the streets, in m²."""
    import networkx as nx

    graph = nx.Graph()
    for line in streets.to_crs(PLANE).segmentize(STEP_M).geometry:
        points = shapely.get_coordinates(line).round(2)
        for one, other in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
            graph.add_edge(tuple(one), tuple(other), weight=float(np.hypot(one[0] - other[0], one[1] - other[1])))
    nodes = list(graph)
    corners = gpd.GeoDataFrame({"node": range(len(nodes))}, geometry=shapely.points(nodes), crs=PLANE)
    reach = rules().rule(RULE).farthest_m
    cells = _cells(boundary)
    on_street = cells.sjoin_nearest(corners, max_distance=rules().limit_m, distance_col="step")
    on_street = on_street[~on_street.index.duplicated()]
    doors = places.to_crs(PLANE).sjoin_nearest(corners, max_distance=rules().limit_m, distance_col="step")
    wide = gpd.GeoDataFrame(geometry=places.to_crs(PLANE).buffer(rules().entrance_m))
    near = wide.sjoin(corners, predicate="intersects")
    best: dict[Any, float] = {}
    for at, door in doors.groupby(doors.index):
        beside = near["node"].loc[near.index == at]
        starts = {nodes[node] for node in (beside if len(beside) else door["node"])}
        step = 0.0 if len(beside) else float(door["step"].min())
        for node, metres in nx.multi_source_dijkstra_path_length(graph, starts, cutoff=reach).items():
            best[node] = min(metres + step, best.get(node, np.inf))
    walk = np.array([best.get(nodes[at], np.inf) for at in on_street["node"]]) + on_street["step"].to_numpy()
    return float((walk <= reach).sum() * rules().cell_m ** 2)


def _straight(places: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame) -> float:
    near = _cells(boundary).sjoin_nearest(places.to_crs(PLANE), max_distance=rules().rule(RULE).farthest_m)
    return float((~near.index.duplicated()).sum() * rules().cell_m ** 2)


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
