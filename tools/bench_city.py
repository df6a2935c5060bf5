"""Measure the audit backlog of a city the size of Karlsruhe: CPU seconds and memory from the extract to the files.

    python tools/bench_city.py          make the extract, run the command in a process of its own, print the figures
    python tools/bench_city.py EXTRACT.osm.pbf   only make the extract

The extract is made of the shared OpenStreetMap data of Karlsruhe (© OpenStreetMap contributors, ODbL 1.0) with pyosmium, and of
80,000 made-up buildings. It fails when the command takes more than 60 CPU seconds or 1 GB.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import osmium
from osmium.osm.mutable import Node, Relation, Way

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT.parent / "shared" / "data" / "karlsruhe-osm"
FILES: Final = ("boundary", "paths", "water", "playgrounds", "playground-equipment", "squares")
AREA: Final = "Karlsruhe"
BUILDINGS: Final = 80_000
MOST_CPU_S: Final = 60.0
MOST_MB: Final = 1024.0
_MADE_UP: Final = 1_000_000_000
_OWN_TAGS: Final = frozenset({"id", "@id"})


class ExtractWriter:
    """Collects nodes, ways and relations, and writes them sorted as OpenStreetMap files are."""

    def __init__(self) -> None:
        self.nodes: dict[int, tuple[tuple[float, float], Mapping[str, str]]] = {}
        self.ways: dict[int, tuple[list[int], Mapping[str, str]]] = {}
        self.relations: dict[int, tuple[list[tuple[str, int, str]], Mapping[str, str]]] = {}
        self._by_position: dict[tuple[float, float], int] = {}
        self._next = _MADE_UP

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _node(self, position: Sequence[float]) -> int:
        at = (float(position[0]), float(position[1]))
        known = self._by_position.get(at)
        if known is None:
            known = self._by_position[at] = self._number()
            self.nodes[known] = (at, {})
        return known

    def _refs(self, line: Sequence[Sequence[float]]) -> list[int]:
        refs = [self._node(position) for position in line]
        return [ref for index, ref in enumerate(refs) if index == 0 or ref != refs[index - 1]]

    def add(self, name: str, tags: Mapping[str, str], geometry: Mapping[str, Any]) -> None:
        """Add an object under its id, such as `way/123`; a polygon with a hole becomes a relation."""
        kind, _, number = name.partition("/")
        ref = int(number)
        if geometry["type"] == "Point":
            at = geometry["coordinates"]
            self.nodes[ref] = ((float(at[0]), float(at[1])), tags)
        elif geometry["type"] == "LineString":
            self.ways[ref] = (self._refs(geometry["coordinates"]), tags)
        else:
            several = geometry["type"] == "MultiPolygon"
            polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
            if kind == "way" and len(polygons) == 1 and len(polygons[0]) == 1:
                self.ways[ref] = (self._refs(polygons[0][0]), tags)
                return
            members = []
            for polygon in polygons:
                for index, ring in enumerate(polygon):
                    way = self._number()
                    self.ways[way] = (self._refs(ring), {})
                    members.append(("w", way, "inner" if index else "outer"))
            self.relations[ref] = (members, {**tags, "type": tags.get("type", "multipolygon")})

    def write(self, path: Path) -> None:
        """Write everything, nodes first, by number."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for ref, (at, tags) in sorted(self.nodes.items()):
                writer.add_node(Node(id=ref, location=at, tags=dict(tags), version=1))
            for ref, (refs, tags) in sorted(self.ways.items()):
                writer.add_way(Way(id=ref, nodes=refs, tags=dict(tags), version=1))
            for ref, (members, tags) in sorted(self.relations.items()):
                writer.add_relation(Relation(id=ref, members=members, tags=dict(tags), version=1))


def make_extract(path: Path, buildings: int = BUILDINGS) -> None:
    """Write the extract of Karlsruhe with made-up buildings on a grid."""
    writer = ExtractWriter()
    for file in FILES:
        for name, tags, geometry in _objects(DATA / f"{file}.geojson"):
            writer.add(name, tags, geometry)
    columns = int(buildings**0.5) + 1
    for number in range(buildings):
        west, south = 8.30 + 0.24 * (number % columns) / columns, 48.95 + 0.12 * (number // columns) / columns
        ring = [(west, south), (west + 1e-4, south), (west + 1e-4, south + 1e-4), (west, south + 1e-4), (west, south)]
        writer.add(f"way/{2 * _MADE_UP + number}", {"building": "yes"}, {"type": "Polygon", "coordinates": [ring]})
    writer.write(path)


def _objects(path: Path) -> Iterator[tuple[str, dict[str, str], Mapping[str, Any]]]:
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        tags = {key: str(value) for key, value in feature["properties"].items() if key not in _OWN_TAGS}
        yield feature["id"], tags, feature["geometry"]


def main(arguments: Sequence[str]) -> int:
    """Run the command on the extract and print what it took; 1 if it took too much."""
    if not DATA.is_dir():
        print(f"{DATA} is missing, so there is nothing to measure")
        return 0
    if arguments:
        make_extract(Path(arguments[0]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        extract, out = Path(folder) / "city.osm.pbf", Path(folder) / "out"
        make_extract(extract)
        command = [sys.executable, "-m", "rba_audit.cli", "city", str(extract), "--area", AREA, "--rule", "300m"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "RBA_LANG": "en"}
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run = subprocess.run(
            [*command, "--out", str(out), "--format", "json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode:
            print(run.stderr)
            return 1
        result = json.loads(run.stdout)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = after.ru_maxrss / 1024
        print(f"extract {extract.stat().st_size / 1e6:.1f} MB, {len(result['backlog'])} places")
        print(
            f"{cpu:.1f} CPU s (at most {MOST_CPU_S:.0f}), {wall:.1f} s in all, peak {peak:.0f} MB (at most {MOST_MB:.0f})"
        )
        print(result["headline"])
        for path in sorted(out.iterdir()):
            print(f"  {path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return int(cpu > MOST_CPU_S or peak > MOST_MB)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
