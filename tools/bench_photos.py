"""Measure the cost of one photo of each kind for the server, and whether many at once block it.

`python tools/bench_photos.py` prints a line for each kind: bytes of the file, the result, seconds of processor time, and the peak of
resident memory that it added to this process, or that a process of its own had. `--at-once 16` starts the server and sends 16 of them.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import random
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import waitress
from PIL import Image

MEGA = 1_000_000


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _drawn(width: int, height: int) -> Image.Image:
    coarse = Image.frombytes("RGB", (40, 30), random.Random(width).randbytes(40 * 30 * 3))  # noqa: S311 - a picture
    return coarse.resize((width, height))


def _deep_png(width: int, height: int, colour: int, samples: int) -> bytes:
    """Return a PNG with 16 bits for each sample, which Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((1 + 2 * samples * width) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


CASES: dict[str, Callable[[], bytes]] = {
    "JPEG 1600x1200, as the form sends it": lambda: _saved(_drawn(1600, 1200), "JPEG", quality=78),
    "JPEG 12 MP": lambda: _saved(_drawn(4000, 3000), "JPEG"),
    "JPEG 39 MP": lambda: _saved(_drawn(7800, 5000), "JPEG"),
    "JPEG 39 MP, square": lambda: _saved(_drawn(6240, 6240), "JPEG"),
    "JPEG 12 MP progressive 4:4:4": lambda: _saved(_drawn(4000, 3000), "JPEG", progressive=True, subsampling=0),
    "JPEG 20 MP progressive 4:4:4": lambda: _saved(_drawn(5160, 3870), "JPEG", progressive=True, subsampling=0),
    "JPEG 39 MP progressive 4:4:4": lambda: _saved(_drawn(7800, 5000), "JPEG", progressive=True, subsampling=0),
    "JPEG 39 MP progressive 4:2:0": lambda: _saved(_drawn(7800, 5000), "JPEG", progressive=True),
    "JPEG 39 MP print colours": lambda: _saved(_drawn(7800, 5000).convert("CMYK"), "JPEG"),
    "PNG 39 MP": lambda: _saved(Image.new("RGB", (7800, 5000), "red"), "PNG"),
    "PNG 27 MP": lambda: _saved(Image.new("RGB", (5400, 5000), "red"), "PNG"),
    "PNG 39 MP RGBA": lambda: _saved(Image.new("RGBA", (7800, 5000), (1, 2, 3, 90)), "PNG"),
    "PNG 15 MP RGBA": lambda: _saved(Image.new("RGBA", (4200, 3600), (1, 2, 3, 90)), "PNG"),
    "PNG 39 MP palette": lambda: _saved(Image.new("P", (7800, 5000)), "PNG", transparency=0),
    "PNG 39 MP 16 bit": lambda: _saved(Image.new("I;16", (7800, 5000)), "PNG"),
    "PNG 11 MP 16 bit": lambda: _saved(Image.new("I;16", (3900, 2900)), "PNG"),
    "PNG 39 MP RGB of 16 bit": lambda: _deep_png(7800, 5000, 2, 3),
    "PNG 27 MP RGB of 16 bit": lambda: _deep_png(5400, 5000, 2, 3),
    "PNG 15 MP RGBA of 16 bit": lambda: _deep_png(3000, 5000, 6, 4),
    "JPEG 39 MP, a strip": lambda: _saved(_drawn(39_000, 1000), "JPEG"),
    "WebP 39 MP RGBA": lambda: _saved(Image.new("RGBA", (7800, 5000), (1, 2, 3, 90)), "WEBP", lossless=True),
    "WebP 5.7 MP RGBA": lambda: _saved(Image.new("RGBA", (2760, 2070), (1, 2, 3, 90)), "WEBP", lossless=True),
    "WebP 5.7 MP": lambda: _saved(_drawn(2760, 2070), "WEBP"),
    "WebP 1.3 MP RGBA": lambda: _saved(Image.new("RGBA", (1300, 1000), (1, 2, 3, 90)), "WEBP", lossless=True),
}
"""Pictures around the limits, each made when it is needed."""


def main() -> None:
    """Run the measurements that the options ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--one", help="internal: measure the file with this name")
    parser.add_argument("--at-once", type=int, help="send this many at once instead, to a server of its own")
    options = parser.parse_args()
    if options.one:
        _one(Path(options.one))
    elif options.at_once:
        _at_once(options.at_once)
    else:
        for name, make in CASES.items():
            with tempfile.NamedTemporaryFile() as file:
                file.write(make())
                file.flush()
                done = subprocess.run(
                    [sys.executable, __file__, "--one", file.name], capture_output=True, text=True, check=True
                )
                print(f"{name:40} {done.stdout.strip()}", flush=True)


def _peak(pid: int | str) -> int:
    """Return the peak of a process's resident memory in bytes; 0 if the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _watch_children(peaks: dict[int, int], stop: threading.Event) -> None:
    while not stop.wait(0.003):
        for task in Path("/proc/self/task").iterdir():
            try:
                children = (task / "children").read_text(encoding="ascii").split()
            except OSError:
                continue
            for child in children:
                peaks[int(child)] = max(peaks.get(int(child), 0), _peak(child))


def _one(path: Path) -> None:
    from rba_audit.errors import RbaError
    from rba_audit.photographs import clean_photo

    data = path.read_bytes()
    clean_photo(_saved(_drawn(64, 48), "JPEG"))
    peaks: dict[int, int] = {}
    stop = threading.Event()
    watcher = threading.Thread(target=_watch_children, args=(peaks, stop))
    watcher.start()
    before, began = _peak("self"), time.perf_counter()
    spent = _spent()
    try:
        picture = clean_photo(data)
        result = f"{picture.width}x{picture.height}"
    except RbaError as fault:
        result = type(fault).__name__
    took, spent = time.perf_counter() - began, _spent() - spent
    stop.set()
    watcher.join()
    own, apart = (_peak("self") - before) / MEGA, max(peaks.values(), default=0) / MEGA
    print(
        f"{len(data):>9} B  {result:14} {took:5.2f} s  {spent:5.2f} CPU s  here +{own:4.0f} MB  apart {apart:4.0f} MB"
    )


def _spent() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


# --- many at once -----------------------------------------------------------------------------------------------------


def _at_once(count: int) -> None:
    from rba_audit.accounts import begin_session
    from rba_audit.register import open_register
    from rba_audit.register.person_records import Person
    from rba_audit.standard import load_standard
    from rba_audit.web import create_app

    with tempfile.TemporaryDirectory() as folder:
        standard = load_standard()
        register = open_register(f"sqlite:///{folder}/register.db")
        register.import_features([{"type": "Feature", "id": "a", "properties": {"name": "A"}, "geometry": None}])
        person = Person("siti", "siti", "Siti", "surveyor", ("*",), True)
        register.people.add(person, None, datetime.now(UTC), None)
        cookie = f"rba={begin_session(register, person)}"
        server = waitress.create_server(create_app(register, standard), host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        pictures = [_saved(_drawn(7800 - 8 * at, 5000), "JPEG", progressive=True) for at in range(count)]
        id = str(uuid4())
        document = {
            "format": 1, "id": id, "site": "a", "edition": standard.edition, "stage": "auditor", "author": "siti",
            "auditor": "Siti", "day": "2026-11-20", "begun_at": "2026-11-20T02:10:00Z",
            "frozen_at": "2026-11-20T03:00:00Z", "replaces": None, "answers": {}, "notes": {},
            "note": "", "position": None, "items": [],
            "photos": [{"sha256": sha256(data).hexdigest(), "question": "", "item": "", "bytes": len(data),
                        "taken_at": "2026-11-20T02:20:00Z", "position": None} for data in pictures],
        }  # fmt: skip

        def ask(method: str, path: str, body: bytes | None = None) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=120)
            connection.request(method, path, body, {"Cookie": cookie, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        print("visit", ask("PUT", f"/api/visits/{id}", json.dumps(document).encode()))
        before = _peak("self")
        peaks: dict[int, int] = {}
        stop = threading.Event()
        watcher = threading.Thread(target=_watch_children, args=(peaks, stop))
        watcher.start()
        answers: list[int] = []

        def send(data: bytes) -> None:
            answers.append(ask("PUT", f"/api/visits/{id}/photos/{sha256(data).hexdigest()}", data))

        senders = [threading.Thread(target=send, args=(data,)) for data in pictures]
        for sender in senders:
            sender.start()
        waits = []
        while any(sender.is_alive() for sender in senders):
            began = time.perf_counter()
            ask("GET", "/healthz")
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)
        stop.set()
        watcher.join()
        told = {status: answers.count(status) for status in sorted(set(answers))}
        print(f"{count} at once: {told}; /healthz {len(waits)} times, longest {max(waits) * 1000:.0f} ms")
        print(
            f"server {before / MEGA:.0f} MB before, peak {_peak('self') / MEGA:.0f} MB; processes of their own up to {max(peaks.values(), default=0) / MEGA:.0f} MB"
        )
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
