"""Verify an evidence pack: every file has the hash of the manifest, none is missing or extra, and no other byte was altered.

A pack is read in place: nothing is unpacked, no path of it is opened, and at most its manifest and its list of files are in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zlib import crc32

from rba_audit.errors import Unavailable
from rba_audit.messages import Message, say
from rba_audit.papers.pack_archive import (
    CENTRAL,
    END,
    LONGEST_PATH,
    PATH,
    ArchiveFile,
    PackError,
    directory,
    local_header,
)
from rba_audit.papers.pack_manifest import MANIFEST, PackManifest, read_manifest

_MOST_MANIFEST: Final = 50_000_000
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 60


@dataclass(frozen=True, slots=True)
class PackCheck:
    """The result of a verification.

    Attributes:
        sha256: Hash of the whole pack, as it is noted for those who got it.
        files: Number of files in it.
        manifest: What the pack states; None if it cannot be read.
        problems: A sentence for each problem; none in a whole pack.
    """

    sha256: str
    files: int
    manifest: PackManifest | None
    problems: tuple[Message | str, ...]


def verify_pack(path: Path) -> PackCheck:
    """Verify a pack.

    Raises:
        Unavailable: the file cannot be read.
    """
    try:
        with path.open("rb") as pack:
            return _verify(pack)
    except OSError as error:
        raise Unavailable(
            say("{file} cannot be read: {cause}", file=path, cause=error.strerror or type(error).__name__)
        ) from None


def _verify(pack: IO[bytes]) -> PackCheck:
    hash = _hash_of(pack)
    try:
        files, tail = _listed_files(pack)
    except PackError as error:
        return PackCheck(hash, 0, None, (error.message,))
    by_path = {file.path: file for file in files}
    if MANIFEST not in by_path:
        return PackCheck(hash, len(files), None, (say("{file} is missing", file=MANIFEST),))
    try:
        manifest = _manifest(pack, by_path[MANIFEST])
    except PackError as error:
        return PackCheck(hash, len(files), None, (error.message,))
    problems = [
        *_problems_of_files(pack, files, manifest),
        *(say("{file} is missing", file=path) for path in manifest.hashes if path not in by_path),
    ]
    if not problems and directory(files, manifest.day) != tail:
        problems.append(say("the list of files at the end of the archive was altered"))
    return PackCheck(hash, len(files), manifest, tuple(problems))


def _problems_of_files(pack: IO[bytes], files: list[ArchiveFile], manifest: PackManifest) -> Iterator[Message]:
    for file in files:
        header = local_header(file, manifest.day)
        pack.seek(file.offset)
        same = pack.read(len(header)) == header
        hash, crc = _content(pack, file)
        stated = manifest.hashes.get(file.path)
        if file.path != MANIFEST and stated is None:
            yield say("{file} is in the archive, but not in the manifest", file=file.path)
        elif stated is not None and stated != (hash, file.size):
            yield say("{file} was altered: its bytes are not those of the manifest", file=file.path)
        elif not same or crc != file.crc:
            yield say("{file} was altered where the archive describes it", file=file.path)


def _listed_files(pack: IO[bytes]) -> tuple[list[ArchiveFile], bytes]:
    """Return the files of the list at the end of an archive, which fill it without a gap, and the bytes of that list.

    Raises:
        PackError: the archive is none, or has anything that a pack never has.
    """
    size = pack.seek(0, os.SEEK_END)
    no_pack = PackError(
        say("this is no evidence pack, or not the whole of one: the list of files at its end is not there")
    )
    if size < END.size:
        raise no_pack
    pack.seek(size - END.size)
    signature, *_disks, number, same, length, start, comment = END.unpack(pack.read(END.size))
    if signature != b"PK\x05\x06" or comment or number != same or start + length + END.size != size:
        raise no_pack
    if length > number * (CENTRAL.size + LONGEST_PATH):
        raise no_pack
    pack.seek(start)
    tail = pack.read()
    files: list[ArchiveFile] = []
    paths: set[str] = set()
    at, offset = 0, 0
    for _ in range(number):
        if at + CENTRAL.size > length:
            raise no_pack
        fields = CENTRAL.unpack_from(tail, at)
        method, crc, packed, unpacked, name_length = fields[4], *fields[7:11]
        name = tail[at + CENTRAL.size : at + CENTRAL.size + name_length]
        path = _safe_path(name, paths)
        paths.add(path)
        if method or packed != unpacked or fields[16] != offset:
            raise PackError(say("{file} is not stored as packs store files", file=path))
        file = ArchiveFile(path, crc, unpacked, offset)
        files.append(file)
        at, offset = at + CENTRAL.size + name_length, file.after
    if at != length or offset != start:
        raise no_pack
    return files, tail


def _safe_path(name: bytes, before: set[str]) -> str:
    path = name.decode("ascii", "replace")
    if not PATH.fullmatch(path) or len(path) > LONGEST_PATH:
        shown = "".join(sign if sign.isprintable() else "?" for sign in path[:_SAMPLE])
        raise PackError(say("the archive has a file with a name that no pack has: {file}", file=shown))
    if path in before:
        raise PackError(say("{file} is twice in the archive", file=path))
    return path


def _manifest(pack: IO[bytes], file: ArchiveFile) -> PackManifest:
    if file.size > _MOST_MANIFEST:
        raise PackError(say("{file} is too large", file=MANIFEST))
    # Its own day stands in its header, which is compared afterwards.
    pack.seek(file.after - file.size)
    content = pack.read(file.size)
    if crc32(content) != file.crc:
        raise PackError(say("{file} was altered", file=MANIFEST))
    return read_manifest(content)


def _content(pack: IO[bytes], file: ArchiveFile) -> tuple[str, int]:
    """Return SHA-256 and CRC-32 of the content of a file."""
    pack.seek(file.after - file.size)
    hash, crc, left = sha256(), 0, file.size
    while left and (chunk := pack.read(min(left, _CHUNK))):
        hash.update(chunk)
        crc = crc32(chunk, crc)
        left -= len(chunk)
    return hash.hexdigest(), crc


def _hash_of(pack: IO[bytes]) -> str:
    hash = sha256()
    while chunk := pack.read(_CHUNK):
        hash.update(chunk)
    return hash.hexdigest()
