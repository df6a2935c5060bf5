"""Time the basemap: cutting it into tiles, and drawing it on a slow phone.

    python tools/bench_ground.py [BUILDINGS]

A whole city (the shared data next to the project: paths, water and boundary of Karlsruhe) with so many made-up buildings (80,000 unless said),
at 360 × 740 px with two pixels to each, at a sixth of this machine's speed.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import shapely
import waitress
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.chromium import CHROMIUM_ARGUMENTS, chromium
from rba_audit.basemap import BasemapTiles, build_basemap
from rba_audit.layers import ContextFeature, read_context
from rba_audit.register import open_register
from rba_audit.standard import load_standard
from rba_audit.web import create_app
from rba_audit.web.http.access import EVERYONE, open_to

DATA: Final = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "karlsruhe-osm"
MIDDLE: Final = (8.4037, 49.0069)
SLOWER: Final = 6
PAGE: Final = """<!doctype html><html lang="en"><title>-</title><link rel="stylesheet" href="{base}vendor/leaflet/leaflet.css">
<link rel="stylesheet" href="{base}drawing/drawing.css"><script src="{base}vendor/leaflet/leaflet.js"></script>
<div class="drawing-map"></div>"""
DRAW: Final = """async ([base, lat, lon, zoom]) => {
  const { addGround } = await import(base + "phone/ground_tiles.js");
  const element = document.querySelector(".drawing-map");
  const map = L.map(element.appendChild(document.createElement("div")), { zoomControl: false, fadeAnimation: false });
  element.firstChild.style.height = "740px";
  const start = performance.now();
  map.setView([lat, lon], zoom);
  const layer = await addGround(map);
  const loaded = () => layer.isLoading() && new Promise((resolve) => layer.once("load", resolve));
  await loaded();
  const drawn = performance.now() - start;
  map.panBy([200, 0], { animate: false });
  const panned = performance.now();
  await loaded();
  const moved = performance.now() - panned;
  map.remove();
  element.replaceChildren();
  return [drawn, moved];
}"""


def buildings(count: int) -> Iterator[ContextFeature]:
    """Yield a number of made-up houses, densest in the middle of the real city."""
    rng = np.random.default_rng(1)
    for at, (x, y) in enumerate(np.array(MIDDLE) + rng.normal(0, (0.04, 0.025), (count, 2))):
        wide, high = rng.uniform(0.00006, 0.0002, 2)
        yield ContextFeature(
            "building", "", "", {"properties": {}}, f"b{at}", shapely.box(x, y, x + wide, y + high), "buildings"
        )


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 if there is no data."""
    if not DATA.is_dir():
        print(f"{DATA}: there is no such folder; put the shared data beside the project", file=sys.stderr)
        return 1
    context = [
        *read_context(DATA / f"{name}.geojson" for name in ("boundary", "paths", "water")),
        *buildings(int(arguments[0]) if arguments else 80_000),
    ]
    start = time.process_time()
    ground = build_basemap(context)
    print(f"{len(context):,} features cut in {time.process_time() - start:.1f} CPU s")
    _sizes(ground)
    _drawn(context)
    return 0


def _sizes(ground: BasemapTiles) -> None:
    by_level: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (level, _, _), packed in ground.tiles.items():
        by_level[level].append((len(packed), len(gzip.decompress(packed))))
    for level, sizes in by_level.items():
        packed, raw = (sum(each) for each in zip(*sizes, strict=True))
        largest = max(size for size, _ in sizes)
        print(
            f"level {level}: {len(sizes):,} tiles, {packed / 1e6:.2f} MB packed, {raw / 1e6:.2f} MB raw, largest {largest / 1e3:.0f} kB packed"
        )


def _drawn(context: list[ContextFeature]) -> None:
    register = open_register(f"sqlite:///{tempfile.mkdtemp()}/register.db")
    app = create_app(register, load_standard(), context)
    for endpoint in ("ground.about", "ground.tiles"):
        open_to(EVERYONE)(app.view_functions[endpoint])
    app.add_url_rule("/bench", view_func=open_to(EVERYONE)(lambda: PAGE.format(base=_base(app))), endpoint="bench")
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    address = f"http://127.0.0.1:{server.effective_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 360, "height": 740}, device_scale_factor=2)
        page.goto(f"{address}/bench")
        app.extensions["ground"].ready(60)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for zoom in (12, 14, 16, 18):
            times = []
            for _ in range(3):
                page.goto(f"{address}/bench")  # an empty cache
                times.append(page.evaluate(DRAW, [_base(app), MIDDLE[1], MIDDLE[0], zoom]))
            drawn, moved = (sorted(each)[1] for each in zip(*times, strict=True))
            print(f"zoom {zoom}: drawn in {drawn:,.0f} ms, moved by 200 px in {moved:,.0f} ms at CPU × {SLOWER}")
        heap = json.loads(page.evaluate("() => JSON.stringify(performance.memory.usedJSHeapSize)"))
        print(f"heap {heap / 1e6:.0f} MB")
        browser.close()
    server.close()
    register.close()


def _base(app: object) -> str:
    return f"/static/v-{app.config['RBA_VERSION']}/"  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
