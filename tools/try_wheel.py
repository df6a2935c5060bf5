"""Build wheel and source package reproducibly; install the wheel outside the checkout, and audit and serve the sample with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT_OUT = (
    ".git",
    ".venv",
    ".ci",
    "node_modules",
    "__pycache__",
    "*_cache",
    ".hypothesis",
    "build",
    "dist",
    "out",
    "instance",
)
LATER_S = 1_000_000_000


def main() -> int:
    """Build and try.

    Raises:
        SystemExit: two builds differ, or the wheel behaves otherwise than the checkout.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wheel = built_alike(folder)
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


def built_alike(folder: Path) -> Path:
    """Build from the checkout, from a copy of other dates, rights and order of files, and from the source package; return the wheel.

    Raises:
        SystemExit: their bytes differ.
    """
    backend = folder / "backend"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    _run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        str(backend),
        *wanted,
    )
    first = _build(ROOT, folder / "first", backend)
    copy = _copied_otherwise(folder / "elsewhere" / "copy")
    second = _build(copy, folder / "second", backend)
    with tarfile.open(next(path for path in first if path.suffix == ".gz")) as source:
        source.extractall(folder / "unpacked", filter="data")
    unpacked = next((folder / "unpacked").iterdir())
    third = _build(unpacked, folder / "third", backend, "wheel")
    for path in (*second, *third):
        if path.read_bytes() != (folder / "first" / path.name).read_bytes():
            raise SystemExit(
                f"{path.name} differs from a build of the same files in another folder: {path.parent.name}"
            )
    print(f"Built alike in different folders: {', '.join(path.name for path in first)}")
    return next(path for path in first if path.suffix == ".whl")


def _build(source: Path, into: Path, backend: Path, *targets: str) -> list[Path]:
    """Build with the backend alone, without an index; all dates inside are the fixed one of the backend."""
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    wanted = [word for target in targets or ("sdist", "wheel") for word in ("--target", target)]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(into), *wanted],
        cwd=source,
        check=True,
        capture_output=True,
        env={**environment, "PYTHONPATH": str(backend)},
    )
    return sorted(into.iterdir())


def _copied_otherwise(copy: Path) -> Path:
    """Copy the checkout, its files in the reverse order, dated later, and readable by their owner alone."""
    ignored = shutil.ignore_patterns(*LEFT_OUT)

    def copy_folder(source: Path, target: Path) -> None:
        target.mkdir(parents=True, mode=0o700)
        names = sorted((path.name for path in source.iterdir()), reverse=True)
        for path in (source / name for name in names if name not in ignored(str(source), names)):
            if path.is_dir():
                copy_folder(path, target / path.name)
                continue
            shutil.copyfile(path, target / path.name)
            (target / path.name).chmod(path.stat().st_mode & 0o700)
            os.utime(target / path.name, (LATER_S, LATER_S))

    copy_folder(ROOT, copy)
    return copy


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
