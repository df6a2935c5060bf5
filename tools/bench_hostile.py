"""Measure CPU seconds and peak memory of commands on hostile and damaged files, each in a process of its own.

Every row is one command on one file made here; `ok` is whether it ended by itself without a traceback, within the limits of its row.
Usage: `python tools/bench_hostile.py [WORD …]` runs the rows whose name holds one of the words; without words, all of them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = ROOT / "sample_sites.geojson"
LIMIT_S: Final = 100  # of CPU; then the command is killed
LIMIT_MB: Final = 4000
_MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: a command on a file, and the CPU seconds and MB it may take, some 1 s and 95 MB of which are its start."""

    name: str
    command: tuple[str, ...]
    write: Callable[[Path], None]
    cpu_s: float
    mb: float


def _collection(features: list[Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def _site(id: str, lon: float, lat: float, **properties: object) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": {"name": id, **properties}}


def _with_sample(*positions: tuple[float, float]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        features = json.loads(SAMPLE.read_text(encoding="utf-8"))["features"]
        path.write_text(_collection([*features, *(_site(f"far-{at}", *each) for at, each in enumerate(positions))]))

    return write


def _only(*positions: tuple[float, float]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(_collection([_site(f"site-{at}", *each) for at, each in enumerate(positions)]))

    return write


def _swings(count: int, spread: float) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        side = int(count**0.5) + 1
        swings = []
        for at in range(count):
            lon, lat = 106.15 + spread * (at % side) / side, -6.11 + spread * (at // side) / side
            geometry = {"type": "LineString", "coordinates": [[lon, lat], [lon + 1e-5, lat]]}
            properties = {
                "part_of": "park",
                "part": "equipment",
                "type": "swing",
                "pivot_height_m": 2.2,
                "height_m": 0.7,
            }
            swings.append({"type": "Feature", "id": f"swing-{at}", "geometry": geometry, "properties": properties})
        path.write_text(_collection([_site("park", 106.15, -6.11, kind="rth"), *swings]))

    return write


def _broken(megabytes: float, feature: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        count = int(megabytes * 1_000_000 / len(feature)) + 1
        path.write_text('{"type": "FeatureCollection", "features": [' + feature * count)

    return write


_BROKEN_FEATURE: Final = '{"type": "Feature", "id": "x", "geometry": {"type": "Point", "coordinates": [106.1, -6.1]}, "properties": {"a": },\n'
_UNCLOSED: Final = '{"type": "Feature", "properties": {"name": "x\n'


def _ring(vertices: int, spiky: bool) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        from math import cos, pi, sin

        ring = []
        for at in range(vertices):
            radius = 0.001 * (0.5 + 0.5 * (at % 2)) if spiky else 0.001
            angle = 2 * pi * at / vertices
            ring.append([106.15 + radius * cos(angle), -6.11 + radius * sin(angle)])
        geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        feature = {"type": "Feature", "id": "ring", "geometry": geometry, "properties": {"name": "ring"}}
        path.write_text(_collection([feature]))

    return write


def _properties(count: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(_collection([_site("many", 106.15, -6.11, **{f"key-{at}": at for at in range(count)})]))

    return write


def _blanks(megabytes: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(b" " * (megabytes * _MB))

    return write


def _rows() -> Iterator[Row]:
    far = {
        "zero": (0.0, 0.0),
        "line": (180.0, -6.0),
        "pole": (106.0, 90.0),
        "antipode": (-73.8, 6.1),
        "away": (20.0, 50.0),
    }
    for word, at in far.items():
        yield Row(f"far {word} coverage", ("coverage",), _with_sample(at), 3, 500)
        yield Row(f"far {word} plan", ("plan", "--budget", "1000000000"), _with_sample(at), 3, 500)
        yield Row(f"alone {word} coverage", ("coverage",), _only(at), 3, 500)
    yield Row("two far apart coverage", ("coverage",), _only((106.0, -6.0), (20.0, 50.0)), 3, 500)
    yield Row("both sides of 180 coverage", ("coverage",), _only((180.0, -6.0), (-180.0, -6.0)), 3, 500)
    yield Row("swings in 11 m audit", ("audit",), _swings(5000, 1e-4), 10, 600)
    yield Row("swings in 11 m coverage", ("coverage",), _swings(5000, 1e-4), 10, 600)
    for megabytes in (0.25, 2, 20):
        yield Row(f"broken {megabytes} MB audit", ("audit",), _broken(megabytes, _BROKEN_FEATURE), 2, 300)
        yield Row(f"unclosed {megabytes} MB audit", ("audit",), _broken(megabytes, _UNCLOSED), 2, 300)
    yield Row("broken 200 MB audit", ("audit",), _broken(200, _BROKEN_FEATURE), 2, 300)
    yield Row("ring 1 M audit", ("audit",), _ring(1_000_000, False), 2, 300)
    yield Row("ring 200k spiky audit", ("audit",), _ring(200_000, True), 2, 300)
    yield Row("200k properties audit", ("audit",), _properties(200_000), 2, 300)
    yield Row("blanks 200 MB audit", ("audit",), _blanks(200), 2, 300)
    yield Row("ring 1 M import", ("register", "import"), _ring(1_000_000, False), 2, 300)
    yield Row("200k properties import", ("register", "import"), _properties(200_000), 2, 300)
    yield Row("swings in 11 m import", ("register", "import"), _swings(5000, 1e-4), 10, 600)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MB * _MB, LIMIT_MB * _MB))


def _measured(row: Row, folder: Path) -> tuple[float, float, int, str]:
    """Return CPU seconds, peak MB, exit code and the last line of output of one command."""
    path = folder / "input.geojson"
    row.write(path)
    command = [sys.executable, "-m", "rba_audit.cli", *row.command[:1]]
    if row.command[0] == "register":
        (folder / "register.db").unlink(missing_ok=True)
        command += [*row.command[1:], str(path), "--register", f"sqlite:///{folder / 'register.db'}"]
    else:
        command += [str(path), *row.command[1:]]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*command, "--lang", "en"],
            stdout=out,
            stderr=err,
            cwd=ROOT,
            preexec_fn=_limited,  # noqa: PLW1509  # no threads here
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = (folder / "err").read_text(encoding="utf-8", errors="replace").strip()
    if "Traceback" in said:
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, "TRACEBACK " + said[-90:]
    said = said or (folder / "out").read_text(encoding="utf-8", errors="replace").strip()
    return (
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        process.returncode,
        said.splitlines()[-1] if said else "",
    )


def main() -> None:
    """Print the table."""
    words = sys.argv[1:]
    started = time.monotonic()
    print("| what | CPU s | MB | exit | ok | last line |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for row in _rows():
            if words and not any(word in row.name for word in words):
                continue
            cpu_s, mb, code, said = _measured(row, Path(name))
            fine = cpu_s <= row.cpu_s and mb <= row.mb and code in (0, 1) and not said.startswith("TRACEBACK")
            print(
                f"| {row.name} | {cpu_s:.1f} | {mb:.0f} | {code} | {'yes' if fine else 'NO'} | {said[:110]} |",
                flush=True,
            )
    print(f"\n{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
