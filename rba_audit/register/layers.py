"""Store map layers of the city: their files as they were sent, with day, source and licence, in versions. Append-only.

Ending a layer or undoing its last change is a version of its own. Files are content-addressed in the folder of photos.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Row, Table, Text, insert, inspect, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.import_records import ending_of_import
from rba_audit.register.open_checks import PHOTOS
from rba_audit.register.photo_files import condition_of, disk_errors, file_of, mark_in_use, read_whole, write
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, count_change, metadata

LayerForm = Literal["map", "table", "raster"]
"""What a file holds: features of a map, a population table by area, or a population raster."""
LAYER_FORMS: Final[tuple[LayerForm, ...]] = ("map", "table", "raster")
_FORMS: Final = ", ".join(f"'{name}'" for name in LAYER_FORMS)

map_layer: Final = Table(
    "map_layer",
    metadata,
    Column("layer_id", Text, primary_key=True),  # the UUID of the form
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first version
    Column("state", Text, CheckConstraint("state in ('current', 'ended')"), nullable=False),
    Column("form", Text, CheckConstraint(f"form in ({_FORMS})"), nullable=False),
    Column("layer", Text, nullable=False),  # name in layers.toml; empty if the features state their own
    Column("counted", Text, nullable=False),  # unit of a raster; else empty
    Column("title", Text, nullable=False),
    Column("dated", Text, nullable=False),  # day or year of the data; empty if it is not known
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("file_bytes", Integer, nullable=False),
    Column("file_ending", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(map_layer)


@dataclass(frozen=True, slots=True)
class LayerBody:
    """What is stated about the file of a layer.

    Attributes:
        form: What the file holds.
        layer: The layer that all its features belong to, by its name in layers.toml; empty if they state it themselves.
        counted: What the cells of a raster count: `people` or `children`; empty for other forms.
        title: What it is, for users.
        dated: Day or year of the data (`2024-06-30` or `2024`); empty if it is not known.
        source: Who made the data.
        licence: Under which terms.
    """

    form: LayerForm
    layer: str
    title: str
    dated: str = ""
    source: str = ""
    licence: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """A version of a layer: its statement, its file, and who stored it; `current` is False once it was ended."""

    layer_id: str
    seq: int
    current: bool
    body: LayerBody
    file_sha256: str
    file_bytes: int
    file_ending: str
    file_name: str
    person_id: str
    at: datetime

    @property
    def key(self) -> tuple[str, int]:
        """Identity of this version."""
        return self.layer_id, self.seq


class Layers:
    """The map layers of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    def all(self) -> list[list[LayerVersion]]:
        """Return the versions of each layer, oldest first, in the order in which layers were added; damaged ones are left out."""
        with self._database.reading() as connection:
            return list(_versions(connection).values())

    def current(self) -> list[LayerVersion]:
        """Return the newest version of each layer that was not ended, in the order in which they were added."""
        return [versions[-1] for versions in self.all() if versions[-1].current]

    def versions(self, layer_id: str) -> list[LayerVersion]:
        """Return the versions of a layer, oldest first.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            return _of(connection, layer_id)

    def read_file(self, version: LayerVersion) -> bytes:
        """Return the file of a version, verified by its hash.

        Raises:
            NotInRegister: the file is lost or altered.
        """
        data = read_whole(file_of(self.folder, version.file_sha256, version.file_ending), version.file_sha256)
        if not isinstance(data, bytes):
            raise NotInRegister(
                say("{file}: this file is lost on the server; it comes back from a backup with its photos.", file=version.file_name)
            )  # fmt: skip
        return data

    def add(
        self, layer_id: str, body: LayerBody, file: bytes, file_name: str, *, person_id: str, seen: int
    ) -> LayerVersion:
        """Store a new layer, or a new file for one; a form that was sent twice changes nothing.

        Args:
            layer_id: A new UUID, or that of the layer whose file is replaced.
            body: What is stated about it.
            file: The file as it was sent.
            file_name: Its name.
            person_id: Who adds it.
            seen: Number of the newest version that the user had seen; 0 for a new layer.

        Raises:
            Conflict: `stale`: the layer was changed meanwhile.
            Unavailable: the file cannot be written.
        """
        digest, ending = sha256(file).hexdigest(), ending_of_import(file)
        self._write(file, digest, ending)
        with self._database.writing() as connection:
            self._write(file, digest, ending)  # a sweep may have removed it meanwhile
            versions = _versions(connection, layer_id).get(layer_id, [])
            newest = versions[-1] if versions else None
            if newest and (newest.body, newest.file_sha256, newest.person_id) == (body, digest, person_id):
                return newest
            version = LayerVersion(
                layer_id, 0, True, body, digest, len(file), ending, file_name, person_id, now_utc()
            )  # fmt: skip
            return _store(connection, version, seen)

    def end(self, layer_id: str, *, person_id: str, seen: int) -> LayerVersion:
        """Stop using a layer; its files stay.

        Raises:
            NotInRegister: there is no such layer.
            Conflict: `stale`: the layer was changed meanwhile.
        """
        with self._database.writing() as connection:
            newest = _of(connection, layer_id)[-1]
            if not newest.current:
                return newest
            return _store(connection, replace(newest, current=False, person_id=person_id, at=now_utc()), seen)

    def undo(self, layer_id: str, *, person_id: str, seen: int) -> LayerVersion:
        """Undo the last change of a layer: its version before counts again; a layer with one version is ended.

        Raises:
            NotInRegister: there is no such layer.
            Conflict: `stale`: the layer was changed meanwhile.
        """
        with self._database.writing() as connection:
            versions = _of(connection, layer_id)
            before = versions[-2] if len(versions) > 1 else replace(versions[-1], current=False)
            return _store(connection, replace(before, person_id=person_id, at=now_utc()), seen)

    def _write(self, data: bytes, digest: str, ending: str) -> None:
        path = file_of(self.folder, digest, ending)
        with disk_errors(self.folder):
            if condition_of(path, digest) == "whole":
                mark_in_use(path)
            else:
                write(path, data)


def layer_files(connection: Connection) -> dict[str, tuple[str, int]]:
    """Return ending and size of each stored file of a layer, by its hash; empty for an older schema."""
    if not inspect(connection).has_table(map_layer.name):
        return {}
    table = map_layer.c
    wanted = select(table.file_sha256, table.file_ending, table.file_bytes).distinct()
    return {row.file_sha256: (row.file_ending, row.file_bytes) for row in connection.execute(wanted)}


def _versions(connection: Connection, layer_id: str | None = None) -> dict[str, list[LayerVersion]]:
    wanted = select(map_layer).order_by(map_layer.c.at, map_layer.c.seq)
    if layer_id is not None:
        wanted = wanted.where(map_layer.c.layer_id == layer_id)
    by_id: dict[str, list[LayerVersion]] = {}
    for version in read_all(connection, connection.execute(wanted), _version, "map_layer", "layer_id"):
        by_id.setdefault(version.layer_id, []).append(version)
    return {id: sorted(versions, key=lambda version: version.seq) for id, versions in by_id.items()}


def _of(connection: Connection, layer_id: str) -> list[LayerVersion]:
    versions = _versions(connection, layer_id).get(layer_id)
    if not versions:
        raise NotInRegister(say("There is no such map layer; look it up on the page of map layers."))
    return versions


def _store(connection: Connection, version: LayerVersion, seen: int) -> LayerVersion:
    table = map_layer.c
    seqs = connection.scalars(select(table.seq).where(table.layer_id == version.layer_id).order_by(table.seq)).all()
    if (seqs[-1] if seqs else 0) != seen:
        raise Conflict(say("Somebody else changed this map layer meanwhile; look at it again."), "stale", None)
    stored = replace(version, seq=seen + 1)
    body = stored.body
    connection.execute(
        insert(map_layer).values(
            layer_id=stored.layer_id,
            seq=stored.seq,
            state="current" if stored.current else "ended",
            form=body.form,
            layer=body.layer,
            counted=body.counted,
            title=body.title,
            dated=body.dated,
            source=body.source,
            licence=body.licence,
            file_sha256=stored.file_sha256,
            file_bytes=stored.file_bytes,
            file_ending=stored.file_ending,
            file_name=stored.file_name,
            person_id=stored.person_id,
            at=as_time(stored.at),
        )
    )
    count_change(connection)
    return stored


def _version(row: Row[Any]) -> LayerVersion:
    if row.state not in ("current", "ended") or row.form not in LAYER_FORMS:
        raise ValueError("a layer is current or ended, and of a known form")
    body = LayerBody(row.form, row.layer, row.title, row.dated, row.source, row.licence, row.counted)
    return LayerVersion(
        row.layer_id,
        row.seq,
        row.state == "current",
        body,
        row.file_sha256,
        row.file_bytes,
        row.file_ending,
        row.file_name,
        row.person_id,
        moment(row.at),
    )
