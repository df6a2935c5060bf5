"""Program of a worker process: count the pages of the PDF on standard input, with limits of memory and time.

It is started as a file, so that it imports nothing of this package.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

MOST_MEMORY: Final = 400_000_000
"""Bytes beyond those of the started process and the file."""
MOST_CPU_S: Final = 2


def _limit() -> None:
    """Limit memory, CPU time, files and processes; without a free file descriptor no connection can be opened either."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        for limit, number in (
            (resource.RLIMIT_CPU, MOST_CPU_S),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            resource.setrlimit(limit, (number, number))


def main() -> int:
    """Write the number of pages to standard output; return the exit code."""
    data = sys.stdin.buffer.read()
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it has no types

    _limit()
    sys.stdout.write(str(len(PdfDocument(data))))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
