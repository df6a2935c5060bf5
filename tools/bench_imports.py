"""Measure planning, taking and undoing imports of many sites: `python tools/bench_imports.py [SITES]`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from time import process_time
from typing import Any, TypeVar
from uuid import uuid4

from rba_audit.imports import plan_import, take_import, undo_import
from rba_audit.register import Register, open_register
from rba_audit.register.import_records import ImportRecord
from rba_audit.sites import sites_from_features
from rba_audit.standard.policies import shipped_policies

Result = TypeVar("Result")
_SIDE = 100  # sites in a row


def site(number: int, east: float = 0.0) -> dict[str, Any]:
    """Return a site some 200 m from the next one, moved east by some degrees."""
    position = [106.1 + number % _SIDE / 500 + east, -6.2 + number // _SIDE / 500]
    geometry = {"type": "Point", "coordinates": position}
    properties = {"name": f"Taman {number}", "kind": "rth", "seen": east}
    return {"type": "Feature", "id": f"s{number}", "properties": properties, "geometry": geometry}


def timed(label: str, work: Callable[[], Result]) -> Result:
    """Run some work and print its CPU seconds."""
    before = process_time()
    result = work()
    print(f"{label}: {process_time() - before:.2f} CPU s")
    return result


def import_features(register: Register, label: str, features: list[dict[str, Any]]) -> ImportRecord:
    """Plan and take the import of a file with these features."""
    file = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    sites = sites_from_features(features, label)
    plan = timed(f"{label}, plan", lambda: plan_import(register, sites, (), shipped_policies()))
    words: dict[str, Any] = {"id": str(uuid4()), "person_id": "", "file": file, "file_name": label}
    return timed(f"{label}, take", lambda: take_import(register, plan, {}, **words))


def main() -> None:
    """Import sites, the same again, all of them moved, and all under other ids; undo the move."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    first, moved = ([site(number, east) for number in range(count)] for east in (0.0, 0.00002))
    with tempfile.TemporaryDirectory() as folder, closing(open_register(f"sqlite:///{folder}/register.db")) as register:
        import_features(register, "new", first)
        import_features(register, "the same", first)
        record = import_features(register, "moved", moved)
        timed("undo of the move", lambda: undo_import(register, record.id, ""))
        import_features(register, "other ids", [{**feature, "id": f"h{feature['id']}"} for feature in first])


if __name__ == "__main__":
    main()
