"""Build the wheel, install it outside the checkout, and do with it what a user does: audit the sample and serve it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Build and try; raise where anything does not work."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # The locked dependencies are here already; only the package itself is installed apart from the checkout.
        _run(
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--wheel-dir",
            place,
            str(ROOT),
        )
        wheel = next(folder.glob("rba_audit-*.whl"))
        target = folder / "installed"
        _run(
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--target",
            str(target),
            str(wheel),
        )
        start = [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(target)!r}); from rba_audit.cli import main; sys.exit(main())",
        ]
        sample = target / "rba_audit" / "_files" / "sample_sites.geojson"
        summary = json.loads(_run(*start, "audit", str(sample), "--out", "out", "--format", "json", folder=folder))
        if (
            set(summary["counts"].values()) & {0}
            or len(summary["written"]) != 5
            or not all((folder / name).stat().st_size for name in summary["written"])
        ):
            raise SystemExit(f"The wheel audits the sample differently: {summary}")
        _try_serving(start, folder)
    print(f"The wheel works outside the checkout: {wheel.name}, {summary['sites']} sites, {summary['counts']}")
    return 0


def _run(*command: str, folder: Path = ROOT) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def _try_serving(start: list[str], folder: Path) -> None:
    with subprocess.Popen(
        [*start, "serve", "--demo", "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            if server.stdout is None:
                raise SystemExit("The server says nothing")
            address = server.stdout.readline().strip()
            for page in ("/", "/map", "/sites", "/non-standard.csv", "/static/style.css"):
                with urllib.request.urlopen(address + page, timeout=30) as answer:  # noqa: S310 - our own server on loopback
                    if answer.status != 200 or not answer.read():
                        raise SystemExit(f"{page} answers {answer.status}")
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
