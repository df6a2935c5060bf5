"""Manifest of an evidence pack: what it states about itself and each of its files, as JSON (`docs/evidence-pack.md`)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from rba_audit.messages import say
from rba_audit.papers.pack_archive import FIRST_YEAR, LAST_YEAR, PackError
from rba_audit.strict_json import NotJson, is_whole, read_json

MANIFEST: Final = "manifest.json"
FORMAT: Final = "rba-audit evidence pack"
VERSION: Final = 1
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST: Final = 2**32


@dataclass(frozen=True, slots=True)
class PackEntry:
    """A file of a pack.

    Attributes:
        path: Where it is in the pack.
        kind: Name of its kind of document, or `letter`, `annex`, `profile`, `photos`, `certificate`, `trend`, `costs`, `kha`, `index`.
        title: Its name for readers.
        pages: Number of its pages; None if that is not known, or it has none.
        document, version: The document and its version; empty and 0 for a paper of the program.
        sites: Ids of the sites that it is about; empty for the whole city.
        requirements: Ids of the requirements that it proves, or whose photos it shows.
    """

    path: str
    kind: str
    title: str
    pages: int | None = None
    document: str = ""
    version: int = 0
    sites: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """A file that is in the pack, with the hash and size of its bytes."""

    entry: PackEntry
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class PackManifest:
    """What a pack states: its round and day, and hash and size in bytes of each file, by path."""

    round: int
    day: date
    hashes: Mapping[str, tuple[str, int]]


def manifest_json(
    about: Mapping[str, Any], missing: Sequence[Mapping[str, Any]], files: Sequence[WrittenEntry]
) -> bytes:
    """Return the manifest of a pack.

    Args:
        about: `round`, `day` and what else holds for the whole pack.
        missing: The documents that are missing.
        files: The files, in their order, without the manifest itself.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        **about,
        "missing": list(missing),
        "files": [
            {
                "path": file.entry.path,
                "sha256": file.sha256,
                "bytes": file.bytes,
                "kind": file.entry.kind,
                "title": file.entry.title,
                "pages": file.entry.pages,
                "document": file.entry.document or None,
                "document_version": file.entry.version or None,
                "sites": list(file.entry.sites),
                "requirements": list(file.entry.requirements),
            }
            for file in files
        ],
    }
    return json.dumps(document, ensure_ascii=True, indent=1).encode("ascii")


def read_manifest(content: bytes) -> PackManifest:
    """Return a manifest.

    Raises:
        PackError: it is none, or of a newer format.
    """
    wrong = PackError(say("{file} is not the manifest of an evidence pack", file=MANIFEST))
    try:
        match read_json(content):
            case {
                "format": str(name),
                "version": int(version),
                "round": int(year),
                "day": str(day),
                "files": list(files),
            }:
                if name != FORMAT:
                    raise wrong
                if version != VERSION:
                    raise PackError(say("This pack is of another version of the program; verify it with that one."))
                hashes = dict(map(_file, files))
                if len(hashes) != len(files) or MANIFEST in hashes:
                    raise wrong
                made_for = date.fromisoformat(day)
                if not FIRST_YEAR <= made_for.year <= LAST_YEAR:
                    raise wrong
                return PackManifest(year, made_for, MappingProxyType(hashes))
    except (NotJson, ValueError):
        pass
    raise wrong


def _file(value: object) -> tuple[str, tuple[str, int]]:
    match value:
        case {"path": str(path), "sha256": str(hash), "bytes": size} if _HASH.fullmatch(hash) and is_whole(
            size, 0, _LARGEST
        ):
            return path, (hash, size)
    raise NotJson
