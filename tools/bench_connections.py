"""Time the health check of a server while other clients hold connections, send slowly, or send too much.

The demonstration is served in a separate process, with a register in a temporary folder.

    python tools/bench_connections.py
"""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from rba_audit.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

HALF_OPEN = IDLE = 200
UPLOADS, UPLOAD_BYTES, BYTES_PER_S = 60, 100_000, 10_000
LARGE_REQUESTS, LARGE_BYTES = 4, 100_000_000


def main() -> None:
    """Measure, and print a line for each load."""
    with tempfile.TemporaryDirectory() as folder, served(folder) as (process, port):
        told("alone", healths(port, 3))
        with ExitStack() as held:
            for number in range(HALF_OPEN + IDLE):
                each = held.enter_context(socket.create_connection(("127.0.0.1", port)))
                if number < HALF_OPEN:
                    each.sendall(b"GET /sign-in HTTP/1.1\r\nHost: loc")
            told(f"{HALF_OPEN} half-open and {IDLE} idle connections", healths(port, 5))
        ended: list[int] = []
        cookie = signed_in(port)
        uploads = [threading.Thread(target=upload, args=(port, cookie, ended)) for _ in range(UPLOADS)]
        for thread in uploads:
            thread.start()
        told(f"{UPLOADS} uploads at {BYTES_PER_S // 1000} kB/s", healths(port, UPLOAD_BYTES / BYTES_PER_S - 1))
        for thread in uploads:
            thread.join()
        print(f"  {len(ended)} of {UPLOADS} uploads were answered, with {sorted(set(ended))}")
        before = memory_mb(process.pid)
        with ExitStack() as held:
            answers = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(LARGE_REQUESTS)]
            sent = sum(pour(each) for each in answers)
            on_disk = unlinked_bytes(process.pid)
        print(
            f"{LARGE_REQUESTS} x {LARGE_BYTES // 10**6} MB of nobody to /sign-in: {sent / 1e6:.1f} MB went out before the end, "
            f"{on_disk / 1e6:.1f} MB on the disk, memory {before:.0f} -> {memory_mb(process.pid):.0f} MB"
        )


@contextmanager
def served(folder: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Serve a demonstration; yields its process and its port."""
    command = [sys.executable, "-m", "rba_audit.cli", "serve", "--demo", "--port", "0"]
    command += ["--register", f"sqlite:///{folder}/register.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        yield process, urlsplit(line.split()[-1]).port or 0
        process.terminate()


def healths(port: int, seconds: float) -> list[float]:
    """Request the health check, each time over a new connection, and return the ms of each response."""
    found, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz")
        if connection.getresponse().status != http.client.OK:
            raise SystemExit("the server did not say that it lives")
        connection.close()
        found.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.05)
    return found


def told(load: str, ms: list[float]) -> None:
    """Print the response times under a load."""
    print(f"{load}: /healthz {len(ms)} times, p50 {statistics.median(ms):.1f} ms, max {max(ms):.1f} ms")


def signed_in(port: int) -> str:
    """Sign the demonstration's surveyor in and return the cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    login = next(account.login for account in DEMO_ACCOUNTS if account.role == "surveyor")
    form = urlencode({"login": login, "password": DEMO_PASSWORD})
    connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
    cookie = connection.getresponse().headers["Set-Cookie"].split(";")[0]
    connection.close()
    return str(cookie)


def upload(port: int, cookie: str, ended: list[int]) -> None:
    """Send a picture slowly, and record the response."""
    path = f"/api/dangers/00000000-0000-4000-8000-000000000001/photos/{'0' * 64}"
    lines = [
        "PUT " + path + " HTTP/1.1",
        "Host: localhost",
        f"Cookie: {cookie}",
        f"Content-Length: {UPLOAD_BYTES}",
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join(lines).encode())
        for _ in range(UPLOAD_BYTES // (BYTES_PER_S // 10)):
            connection.sendall(b"0" * (BYTES_PER_S // 10))
            time.sleep(0.1)
        ended.append(int(connection.recv(65536).split()[1]))


def pour(connection: socket.socket) -> int:
    """Send far too much, and return how many bytes went out before the server closed the connection."""
    connection.sendall(f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE_BYTES}\r\n\r\n".encode())
    sent = 0
    try:
        while sent < LARGE_BYTES:
            sent += connection.send(b"0" * 65_536)
    except OSError:
        pass
    return sent


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def unlinked_bytes(pid: int) -> int:
    """Return the bytes of unnamed files that a process has open: spooled bodies."""
    total = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if " (deleted)" in str(each.readlink()):
                total += each.stat().st_size
        except OSError:
            continue
    return total


if __name__ == "__main__":
    main()
