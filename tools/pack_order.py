"""Find an order of the modules in each pack that compresses well, and write it to static/generated/pack-order.txt.

    python tools/pack_order.py [--seconds 120] [--seed 1]

Deflate looks back 32 kB, so that modules that resemble each other belong next to each other. Any order is correct: a module that
is not in the file comes after the others. Run it again when the form's scripts come near their limit (tests/web/test_compression.py).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import deflate

from rba_audit.web.http.script_packs import ORDER_FILE, PACKS, modules_reached, pack_text
from rba_audit.web.http.static_files import script_text

ROOT = Path(__file__).parents[1]
_BEST_LEVEL = 12


def main() -> int:
    """Move single modules to other places for as long as the pack becomes smaller; print the sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to try, for each pack")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    lines = []
    for entries in PACKS.values():
        modules = modules_reached(entries, script_text)
        order = list(modules)
        first = size = _size(modules, order)
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            tried = order[:]
            tried.insert(chance.randrange(len(tried)), tried.pop(chance.randrange(len(tried))))
            found = _size(modules, tried)
            if found < size:
                order, size = tried, found
        print(f"{len(order)} modules: {first} bytes before, {size} now")
        lines += order
    (ROOT / "static" / ORDER_FILE).write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")
    return 0


def _size(modules: dict[str, str], order: list[str]) -> int:
    return len(deflate.gzip_compress(pack_text({name: modules[name] for name in order}).encode(), _BEST_LEVEL))


if __name__ == "__main__":
    sys.exit(main())
