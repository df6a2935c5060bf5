"""Time the measurements of a real city and the same work in plain GeoPandas in one run, as ratios.

The same work: the area of each playground, how far the edge of the nearest water is (and whether any is within 100 m), which items of
equipment lie in which playground, the smallest gap between two of them, and the narrowest free space around any. GeoPandas does it the way its guide
shows: one projected plane, `sjoin_nearest`, and a group for each playground. Both sides' figures are compared before they are timed.

It needs the folder of shared data next to the project.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from rba_audit.evidence import Measurement
from rba_audit.layers import ContextFeature, layers_of, read_context
from rba_audit.measures import MEASURES, MeasurementInputs, measure_sites
from rba_audit.sites import Sites, read_sites
from rba_audit.standard import Standard, load_standard
from rba_audit.standard.measure_terms import Measure

DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "karlsruhe-osm"
PLANE: Final = "EPSG:32632"
COMPARED: Final = {
    "area": ("area", {}),
    "water": ("distance", {"to": "water"}),
    "gap": ("gap", {"of": "equipment", "above": ""}),
}
"""For each figure of the peer, what is measured here, and what that measure says."""
ROUNDS: Final = 7


def main() -> None:
    """Print the table."""
    standard = load_standard()
    sites = read_sites(DATA / "playgrounds.geojson")
    context = read_context([DATA / f"{name}.geojson" for name in ("water", "playground-equipment")])
    frames = _frames(sites, context)
    ours, theirs = _ours(sites, standard, context), _plain(*frames)
    _compare(ours, theirs)
    times = {
        "everything here": _median(lambda: _ours(sites, standard, context)),
        "the same figures here": _median(lambda: _same(sites, standard, context)),
        "plain GeoPandas": _median(lambda: _plain(*frames)),
        "read here": _median(lambda: (read_sites(DATA / "playgrounds.geojson"), _context())),
        "read by GeoPandas": _median(
            lambda: [
                gpd.read_file(DATA / f"{name}.geojson") for name in ("playgrounds", "water", "playground-equipment")
            ]
        ),
    }
    measured = sum(each.measure is not None for each in standard.questions)
    print(
        f"Karlsruhe: {len(sites)} places, {len(context)} things around them; {measured} questions here, 5 figures in GeoPandas"
    )
    for name, seconds in times.items():
        print(f"{name:<32}{seconds:>9.3f} s")
    for name in ("the same figures here", "everything here"):
        print(f"{f'ratio to {name}':<32}{times['plain GeoPandas'] / times[name]:>6.1f}")


def _context() -> tuple[ContextFeature, ...]:
    return read_context([DATA / f"{name}.geojson" for name in ("water", "playground-equipment")])


def _ours(sites: Sites, standard: Standard, context: Sequence[ContextFeature]) -> dict[str, Measurement]:
    return {each.question: each for each in measure_sites(sites, standard, context)}


def _same(sites: Sites, standard: Standard, context: Sequence[ContextFeature]) -> list[Measurement]:
    """Measure only what the peer measures as well."""
    ground = MeasurementInputs(sites, standard, context)
    asked = [each for each in standard.questions if each.measure is not None and _is_compared(each.measure)]
    return [MEASURES[each.measure.what](ground, each, each.measure) for each in asked if each.measure is not None]


def _is_compared(measure: Measure) -> bool:
    return (
        measure.what in ("area", "clear_space")
        or measure.word("to") == "water"
        or (measure.what in ("gap", "count") and measure.word("of") == "equipment" and not measure.word("above"))
    )


def _frames(
    sites: Sites, context: Sequence[ContextFeature]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    places = gpd.GeoDataFrame({"id": sites.ids}, geometry=list(sites.shapes), crs="EPSG:4326").dropna(
        subset=["geometry"]
    )
    layers = layers_of(context)
    water = gpd.GeoDataFrame({"half": layers["water"].half_widths_m}, geometry=layers["water"].shapes, crs="EPSG:4326")
    equipment = gpd.GeoDataFrame(geometry=layers["equipment"].shapes, crs="EPSG:4326")
    return places, water, equipment


def _plain(places: gpd.GeoDataFrame, water: gpd.GeoDataFrame, equipment: gpd.GeoDataFrame) -> pd.DataFrame:
    places, water, equipment = (each.to_crs(PLANE) for each in (places, water, equipment))
    found = pd.DataFrame(index=places["id"])
    found["area"] = places.area.to_numpy()
    wide = water["half"] > 0
    water.loc[wide, "geometry"] = water.loc[wide].buffer(water.loc[wide, "half"])
    near = places.sjoin_nearest(water, distance_col="metres").groupby("id")["metres"].min()
    found["water"] = near
    found["water_within"] = (
        places.sjoin_nearest(water, max_distance=100, distance_col="metres").groupby("id")["metres"].min()
    )
    inside = equipment.sjoin(places, predicate="intersects")
    inside = inside[~inside.index.duplicated(keep=False)]
    gaps, spaces = {}, {}
    for name, items in inside.drop(columns="index_right").groupby("id"):
        if len(items) > 1:
            pairs = items[["geometry"]].sjoin_nearest(items[["geometry"]], exclusive=True, distance_col="metres")
            gaps[name] = spaces[name] = pairs["metres"].min()
    found["gap"], found["space"] = pd.Series(gaps, dtype=float), pd.Series(spaces, dtype=float)
    return found


def _compare(ours: dict[str, Measurement], theirs: pd.DataFrame) -> None:
    """Check that both results agree before they are timed: areas and distances within 0.3 %, the error of the projected plane."""
    ids = list(read_sites(DATA / "playgrounds.geojson").ids)
    for column, (what, says) in COMPARED.items():
        question = next(
            each
            for each in load_standard().questions
            if each.measure is not None
            and each.measure.what == what
            and all(each.measure.word(key) == word for key, word in says.items())
        )
        each = ours[question.id]
        mine = np.where(each.codes > 0, each.high / question.scale, np.nan)
        other = theirs[column].reindex(ids).to_numpy()
        both = ~np.isnan(mine) & ~np.isnan(other) & (mine < float(question.high))
        worst = np.max(np.abs(mine[both] - other[both]) - 0.003 * other[both] - 1 / question.scale, initial=-1)
        if worst > 0:
            raise SystemExit(f"{column}: off by {worst:.2f}, so the two do not measure the same")
        print(f"{column}: {int(both.sum())} figures agree")


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
