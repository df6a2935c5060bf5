"""Fetch and verify the third-party JavaScript in `static/vendor`: release, licence and hash of each file.

`vendor.lock.json` is the only list of it, and only `fetch` and `pin` use the network.

    python tools/vendor.py fetch            bring every locked file, refusing any that differs from the lock
    python tools/vendor.py check            recompute every hash from the files on disk, without a network
    python tools/vendor.py pin NAME VERSION move one package to another release and lock what it holds
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

VENDOR: Final = Path(__file__).resolve().parent.parent / "static" / "vendor"
LOCK_NAME: Final = "vendor.lock.json"
_URL_IN_CSS: Final = re.compile(r"""url\(\s*(["']?)(.*?)\1\s*\)|@import\s+(["'])(.*?)\3""")


class VendorError(Exception):
    """A vendored file is missing, changed or reaches outside; the message says which and what to do."""


def read_lock(folder: Path) -> dict[str, Any]:
    """Return the lock of `folder`."""
    lock: dict[str, Any] = json.loads((folder / LOCK_NAME).read_text(encoding="utf-8"))
    return lock


def check(folder: Path = VENDOR) -> list[str]:
    """Return one sentence for each problem of the vendored files; empty if there is none."""
    lock = read_lock(folder)
    problems: list[str] = []
    listed = {LOCK_NAME}
    for package in lock["packages"]:
        label = f"{package['name']} {package['version']}"
        if not re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"]):
            problems.append(f"{LOCK_NAME}: {label} has no sha512 integrity; run `python tools/vendor.py pin`.")
        if package["licence_file"] not in {file["path"] for file in package["files"]}:
            problems.append(f"{LOCK_NAME}: {label} keeps no licence text; list its licence file.")
        for file in package["files"]:
            listed.add(file["path"])
            problems.extend(_problems_of(folder, file["path"], file["sha256"]))
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems.extend(f"{stray}: not in {LOCK_NAME}; lock it or remove it." for stray in sorted(on_disk - listed))
    return problems


def _problems_of(folder: Path, name: str, sha256: str) -> Iterator[str]:
    path = folder / name
    if not path.is_file():
        yield f"{name}: missing; run `python tools/vendor.py fetch`."
        return
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        yield f"{name}: changed since it was locked; run `python tools/vendor.py fetch`."
    if path.suffix == ".css":
        yield from _stray_urls(folder, name, content.decode("utf-8"))


def _stray_urls(folder: Path, name: str, css: str) -> Iterator[str]:
    for match in _URL_IN_CSS.finditer(css):
        target = match.group(2) or match.group(4) or ""
        if target.startswith(("#", "data:")):
            continue
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
            yield f"{name}: loads {target} from elsewhere; vendor that file or drop the rule."
        elif not (folder / name).parent.joinpath(re.sub(r"[?#].*", "", target)).is_file():
            yield f"{name}: points at {target}, which is not there; lock that file too."


def fetch(folder: Path = VENDOR) -> None:
    """Fetch every locked file into `folder`.

    Raises:
        VendorError: the registry returned other bytes than the lock states; nothing of that package was written.
    """
    for package in read_lock(folder)["packages"]:
        integrity, files = _pack(package["name"], package["version"])
        if integrity != package["integrity"]:
            raise VendorError(f"{package['name']} {package['version']}: the tarball is not the locked one; ask why.")
        wanted = {file["path"]: _member(files, package, file) for file in package["files"]}
        for file in package["files"]:
            if hashlib.sha256(wanted[file["path"]]).hexdigest() != file["sha256"]:
                raise VendorError(f"{file['path']}: differs from the lock; ask why before you pin it again.")
        _write(folder, wanted)


def pin(name: str, version: str, folder: Path = VENDOR) -> None:
    """Lock package `name` at `version`, with the hashes of that release, and fetch its files."""
    lock = read_lock(folder)
    package = next((entry for entry in lock["packages"] if entry["name"] == name), None)
    if package is None:
        raise VendorError(f"{LOCK_NAME}: no package {name}; add its name, licence and files first.")
    integrity, files = _pack(name, version)
    package.update(version=version, integrity=integrity)
    wanted = {file["path"]: _member(files, package, file) for file in package["files"]}
    for file in package["files"]:
        file["sha256"] = hashlib.sha256(wanted[file["path"]]).hexdigest()
    _write(folder, wanted)
    (folder / LOCK_NAME).write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def _member(files: dict[str, bytes], package: dict[str, Any], file: dict[str, str]) -> bytes:
    try:
        return files[file["from"]]
    except KeyError:
        raise VendorError(
            f"{package['name']} {package['version']}: no {file['from']} in it; correct {LOCK_NAME}."
        ) from None


def _pack(name: str, version: str) -> tuple[str, dict[str, bytes]]:
    """Return the integrity and the files of one release, by their path inside the package."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [
                "npm",
                "pack",
                f"{name}@{version}",
                "--pack-destination",
                scratch,
                "--ignore-scripts",
                "--silent",
            ],
            check=True,
            capture_output=True,
        )
        tarball = next(Path(scratch).glob("*.tgz"))
        digest = hashlib.sha512(tarball.read_bytes()).digest()
        files: dict[str, bytes] = {}
        with tarfile.open(tarball) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None:
                    # Every npm tarball wraps its files in one folder, usually called `package`.
                    files[PurePosixPath(*PurePosixPath(member.name).parts[1:]).as_posix()] = content.read()
    return "sha512-" + base64.b64encode(digest).decode("ascii"), files


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def main(arguments: Sequence[str]) -> int:
    """Run a command; return 0 for done, 1 for a problem with the files, 2 for an unknown command."""
    match list(arguments):
        case ["check"]:
            pass
        case ["fetch"]:
            fetch()
        case ["pin", name, version]:
            pin(name, version)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    problems = check()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except VendorError as problem:
        sys.exit(str(problem))
