"""Time a backup, its check and its restore while others write, and how long their writes wait.

python tools/bench_backup.py [VISITS] [PHOTOS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.backups import add_visit, backed_up, new_register, url_of
from rba_audit.register.backup_generations import BackupFolder
from rba_audit.register.integrity import check_generation
from rba_audit.register.restoration import restore_backup


def main() -> None:
    """Print the figures."""
    visits, photos = (int(word) for word in [*sys.argv[1:], "2000", "1000"][:2])
    with tempfile.TemporaryDirectory() as folder:
        home, target = Path(folder, "home"), Path(folder, "backups")
        with closing(new_register(home)) as register:
            for at in range(visits):
                add_visit(register, *([os.urandom(200_000)] if at < photos else []))
            waits: list[float] = []
            done = threading.Event()

            def write() -> None:
                while not done.is_set():
                    begun = time.perf_counter()
                    add_visit(register)
                    waits.append(time.perf_counter() - begun)

            for label in ("no backup", "first backup", "second backup"):
                waits.clear()
                done.clear()
                writers = [threading.Thread(target=write) for _ in range(4)]
                for writer in writers:
                    writer.start()
                begun = time.perf_counter()
                time.sleep(3) if label == "no backup" else backed_up(home, target)
                seconds = time.perf_counter() - begun
                done.set()
                for writer in writers:
                    writer.join()
                ordered = sorted(waits)
                print(
                    f"{label}: {seconds:.1f} s, {len(ordered)} writes, p50 {ordered[len(ordered) // 2] * 1000:.0f} ms, "
                    f"p99 {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms, longest {ordered[-1] * 1000:.0f} ms"
                )
        begun = time.perf_counter()
        assert not check_generation(BackupFolder(target), BackupFolder(target).choose()).faults  # noqa: S101
        print(f"check of a generation: {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        restore_backup(target, url_of(Path(folder, "there")))
        print(f"restore: {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
