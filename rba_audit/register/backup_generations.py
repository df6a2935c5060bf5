"""A backup folder: generations with a manifest each, and the photos that they share, named by their hash.

    FOLDER/generations/000012-20261130T050000Z/   register.db  erasures.jsonl  manifest.json
    FOLDER/objects/ab/abcd…                        photos

Generations are numbered, so that their order does not hang on a clock. Names that begin with a dot are not finished.
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
from rba_audit.register.tables import meta, metadata

MANIFEST_FORMAT: Final = 1
REGISTER: Final = "register.db"
MANIFEST: Final = "manifest.json"
FILES: Final = (REGISTER, ERASURES)
IDENTITY: Final = "register"
"""The key in `meta` of the number by which a register and its backups know each other."""
_NAME: Final = re.compile(r"(\d{6,})-\d{8}T\d{6}Z")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says it holds.

    Attributes:
        register: The number of the register.
        generation: The name of the generation.
        made_at: When it was begun, in UTC; what was recorded before is in it.
        program: The version of the program that made it.
        schema: The step that the tables are at.
        counts: Rows by table.
        files: Hash and size in bytes of each file beside the manifest.
        photos: Size in bytes of each photo, by the hash of the file.
        missing: Hashes of photos that the register knew and whose file was not whole on that day.
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
        """Return it as it is written, with a hash of all the rest at its end."""
        told: dict[str, Any] = {
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
        return json.dumps({**told, "digest": _digest(told)}, indent=1)


def manifest_of(text: str, file: Path) -> Manifest:
    """Return the manifest that a text holds.

    Raises:
        RbaError: it is none, of another format, or was altered.
    """
    try:
        told = json.loads(text)
        digest = told.pop("digest")
        format = told["format"]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RbaError(say("{file}: this is no manifest of a backup; use another generation", file=file)) from None
    if digest != _digest(told):
        raise RbaError(say("{file}: the manifest was altered or damaged; use another generation", file=file))
    if format != MANIFEST_FORMAT:
        raise RbaError(
            say("{file}: written by another version of this program (format {format})", file=file, format=str(format))
        )
    return Manifest(
        told["register"],
        told["generation"],
        datetime.fromisoformat(told["made_at"]),
        told["program"],
        told["schema"],
        told["counts"],
        {name: (each["sha256"], each["bytes"]) for name, each in told["files"].items()},
        told["photos"],
        tuple(told["missing"]),
    )


def _digest(told: Mapping[str, Any]) -> str:
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class BackupFolder:
    """The paths in a backup folder, and the generations that are finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.generations = self.folder / "generations"
        self.objects = self.folder / "objects"
        self.lock = self.folder / ".lock"

    def names(self) -> list[str]:
        """Return the names of the finished generations, the oldest first."""
        if not self.generations.is_dir():
            return []
        found = [each.name for each in self.generations.iterdir() if each.is_dir() and _NAME.fullmatch(each.name)]
        return sorted(found, key=lambda name: (_number(name), name))

    def next_name(self, at: datetime) -> str:
        """Return the name of a generation that is begun now."""
        names = self.names()
        number = _number(names[-1]) + 1 if names else 1
        return f"{number:06d}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def choose(self, name: str = "") -> str:
        """Return the newest generation, or the one named.

        Raises:
            RbaError: there is none.
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
        except (OSError, UnicodeDecodeError) as fault:
            told = say("{file}: the manifest cannot be read ({fault}); use another generation", file=file, fault=fault)
            raise RbaError(told) from None
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
        """Return where a photo lies, by the hash of its file."""
        return self.objects / hash[:2] / hash

    def stored(self) -> Iterator[Path]:
        """Yield every photo that is there, in no order; what is not finished is left out."""
        return (each for each in self.objects.glob("??/*") if _HASH.fullmatch(each.name))


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has; tables that a file of an older step lacks are left out."""
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in metadata.sorted_tables
        if table.name in there
    }


def photo_hashes(connection: Connection) -> list[str]:
    """Return the hashes of the files that photos have now, each once, in order."""
    # An older register knows no photo that was drawn anew.
    now = current_photos() if inspect(connection).has_table(photo_condition.name) else photo
    return list(connection.scalars(select(now.c.kept_sha256).distinct().order_by(now.c.kept_sha256)))


def identity_query() -> Select[Any]:
    """Return the query for a register's number."""
    return select(meta.c.value).where(meta.c.key == IDENTITY)


def _number(name: str) -> int:
    return int(name.partition("-")[0])
