"""Backup folder: generations with a manifest each, and a content-addressed store of photos that they share.

    FOLDER/generations/000012-20261130T050000Z/   register.db  erasures.jsonl  manifest.json
    FOLDER/objects/ab/abcd…                        photos

Generations are numbered, so that their order does not depend on a clock. Names that begin with a dot are unfinished.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, func, inspect, select

from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.register.open_checks import ERASURES
from rba_audit.register.photo_tables import current_photos, photo, photo_condition
from rba_audit.register.recorded_files import file_endings
from rba_audit.register.tables import meta, metadata

MANIFEST_FORMAT: Final = 1
REGISTER: Final = "register.db"
MANIFEST: Final = "manifest.json"
FILES: Final = (REGISTER, ERASURES)
IDENTITY: Final = "register"
"""The key in `meta` of the number that identifies a register and its backups."""
_NAME: Final = re.compile(r"(\d{6,})-\d{8}T\d{6}Z")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of a generation, as its file `manifest.json` lists them.

    Attributes:
        register: The number of the register.
        generation: The name of the generation.
        made_at: When the backup began, in UTC; everything recorded before is in it.
        program: The version of the program that made it.
        schema: The schema revision of the tables.
        counts: Number of rows by table.
        files: SHA-256 and size in bytes of each file next to the manifest.
        photos: Size in bytes of each photo, by the SHA-256 of the file.
        missing: Hashes of photos that the register listed but whose file was lost or altered at the time.
    """

    register: int
    generation: str
    made_at: datetime
    program: str
    schema: str
    counts: Mapping[str, int]
    files: Mapping[str, tuple[str, int]]
    photos: Mapping[str, int]
    missing: tuple[str, ...]

    def text(self) -> str:
        """Return the JSON text of the manifest; its last member is a hash of all others."""
        members: dict[str, Any] = {
            "format": MANIFEST_FORMAT,
            "register": self.register,
            "generation": self.generation,
            "made_at": self.made_at.astimezone(UTC).isoformat(),
            "program": self.program,
            "schema": self.schema,
            "counts": dict(self.counts),
            "files": {name: {"sha256": hash, "bytes": size} for name, (hash, size) in self.files.items()},
            "photos": dict(self.photos),
            "missing": list(self.missing),
        }
        return json.dumps({**members, "digest": _digest(members)}, indent=1)


def manifest_of(text: str, file: Path) -> Manifest:
    """Return the manifest of a JSON text; `file` is its path, for messages.

    Raises:
        RbaError: it is not a manifest, has another format, or was altered.
    """
    try:
        members = json.loads(text)
        digest = members.pop("digest")
        format = members["format"]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RbaError(say("{file}: this is no manifest of a backup; use another generation", file=file)) from None
    if digest != _digest(members):
        raise RbaError(say("{file}: the manifest was altered or damaged; use another generation", file=file))
    if format != MANIFEST_FORMAT:
        raise RbaError(
            say("{file}: written by another version of this program (format {format})", file=file, format=str(format))
        )
    return Manifest(
        members["register"],
        members["generation"],
        datetime.fromisoformat(members["made_at"]),
        members["program"],
        members["schema"],
        members["counts"],
        {name: (entry["sha256"], entry["bytes"]) for name, entry in members["files"].items()},
        members["photos"],
        tuple(members["missing"]),
    )


def _digest(members: Mapping[str, Any]) -> str:
    return sha256(json.dumps(members, sort_keys=True).encode()).hexdigest()


class BackupFolder:
    """Paths in a backup folder, and its finished generations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.generations = self.folder / "generations"
        self.objects = self.folder / "objects"
        self.lock = self.folder / ".lock"

    def names(self) -> list[str]:
        """Return the names of the finished generations, oldest first."""
        if not self.generations.is_dir():
            return []
        names = [path.name for path in self.generations.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)]
        return sorted(names, key=lambda name: (_number(name), name))

    def next_name(self, at: datetime) -> str:
        """Return the name of a new generation that begins at `at`."""
        names = self.names()
        number = _number(names[-1]) + 1 if names else 1
        return f"{number:06d}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def choose(self, name: str = "") -> str:
        """Return the name of the newest generation, or `name` if it is given.

        Raises:
            RbaError: there is none, or none of that name.
        """
        names = self.names()
        if not names:
            raise RbaError(say("{folder}: there is no backup in this folder; name another one", folder=self.folder))
        if name and name not in names:
            raise RbaError(
                say(
                    "{folder}: there is no generation {name}; there are {names}",
                    folder=self.folder,
                    name=name,
                    names=", ".join(names),
                )
            )
        return name or names[-1]

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a generation.

        Raises:
            RbaError: it is missing, damaged, or of another generation.
        """
        file = self.generations / name / MANIFEST
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = say(
                "{file}: the manifest cannot be read ({fault}); use another generation", file=file, fault=error
            )
            raise RbaError(message) from None
        manifest = manifest_of(text, file)
        if manifest.generation != name:
            raise RbaError(
                say(
                    "{file}: this is the manifest of {name}; use another generation",
                    file=file,
                    name=manifest.generation,
                )
            )
        return manifest

    def object(self, hash: str) -> Path:
        """Return the path of a photo, by the hash of its file."""
        return self.objects / hash[:2] / hash

    def stored(self) -> Iterator[Path]:
        """Yield the path of every stored photo, in no particular order, without unfinished files."""
        return (path for path in self.objects.glob("??/*") if _HASH.fullmatch(path.name))


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table; tables that an older schema lacks are left out."""
    existing = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
        if table.name in existing
    }


def photo_hashes(connection: Connection) -> list[str]:
    """Return the hashes of the current files of photos and of all scans, each once, sorted."""
    # An older schema has no table of re-encoded photos.
    now = current_photos() if inspect(connection).has_table(photo_condition.name) else photo
    return sorted({*connection.scalars(select(now.c.kept_sha256)), *file_endings(connection)})


def identity_query() -> Select[Any]:
    """Return the query for a register's identity number."""
    return select(meta.c.value).where(meta.c.key == IDENTITY)


def _number(name: str) -> int:
    return int(name.partition("-")[0])
