"""Read `Sites` from a file, bytes or decoded features.

An invalid feature does not affect the valid ones; nothing is repaired, dropped or guessed without a problem that reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from typing import Any, Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import say
from rba_audit.sites.bbox import warn_of_bbox
from rba_audit.sites.collection import Part, Sites
from rba_audit.sites.document import GeoJsonDocument, read_document
from rba_audit.sites.features import ValidFeature, check_feature, lenient_id
from rba_audit.sites.format_detection import GEOMETRY_TYPES, refuse_by_members
from rba_audit.sites.names import unique_id_keys
from rba_audit.sites.positions import Project
from rba_audit.sites.problems import FileProblem, InvalidFeature, ProblemLog, quote, unusable_file
from rba_audit.sites.reference_systems import projection_of
from rba_audit.sites.shapes import WINDING
from rba_audit.sites.text import text_of

MOST_MB: Final = 100
"""Maximum size in MB of a file of sites or of a context layer; those of a city have some tens of megabytes."""


def read_sites(path: str | PathLike[str], *, strict: bool = False, lines: bool = False) -> Sites:
    """Read the sites of a GeoJSON file (RFC 7946).

    Args:
        path: The file.
        strict: Whether a single refused feature refuses the whole file.
        lines: Whether the shapes of lines are used too: a context layer may have them, a play space cannot be a line.

    Raises:
        SiteError: The file cannot be used as a whole, or something in it is refused and `strict` is set.
    """
    source = fspath(path)
    try:
        data = read_file(path, MOST_MB)
    except UnreadableFile as why:
        raise unusable_file(source, why.found, why.remedy) from why
    return sites_from_bytes(data, source, strict=strict, lines=lines)


def sites_from_bytes(data: bytes, source: str, *, strict: bool = False, lines: bool = False) -> Sites:
    """Read the sites of a GeoJSON file in memory; `source` is its name in messages.

    Raises:
        SiteError: As `read_sites`.
    """
    notes = ProblemLog()
    document = read_document(text_of(data, source, notes), source, notes)
    sites = _sites_of_document(document, source, notes, lines)
    refused = [problem for problem in sites.problems if problem.level == "refused"]
    if strict and refused:
        first, more = refused[0], len(refused) - 1
        found = first.found
        if more:
            found = say("{found} ({count} more are refused)", found=found, count=more)
        raise unusable_file(say("{source}, {where}", source=source, where=first.where), found, first.remedy)
    return sites


def sites_from_features(features: Iterable[Mapping[str, Any]], source: str) -> Sites:
    """Return the sites of decoded features, such as those stored in a register, with the same checks."""
    collector = _SiteCollector(source, ProblemLog(), None, lines=False)
    for index, feature in enumerate(features):
        collector.take(feature, None, None, f"features[{index}]")
    return collector.sites()


def _sites_of_document(document: GeoJsonDocument, source: str, notes: ProblemLog, lines: bool) -> Sites:
    members, kind = document.members, document.members.get("type")
    if document.elements is None and (kind == "Feature" or kind in GEOMETRY_TYPES):
        collector = _SiteCollector(source, notes, None, lines)
        collector.take_single(document)
        return collector.sites()
    cut_before_type = "type" not in members and not document.complete and document.elements is not None
    if kind != "FeatureCollection" and not cut_before_type:
        raise refuse_by_members(members, source, has_features=document.elements is not None)
    if document.elements is None:
        found = say("the FeatureCollection has no array “features”")
        raise unusable_file(source, found, say("export the sites again"), document.line)
    collector = _SiteCollector(source, notes, _collection_projection(document, source, notes), lines)
    for element in document.elements:
        collector.take(element.value, element.fault, element.line, f"features[{element.index}]")
    return collector.sites(members)


def _collection_projection(document: GeoJsonDocument, source: str, notes: ProblemLog) -> Project | None:
    """Check the members of the collection except its features; return the reprojection that its `crs` requires.

    Raises:
        SiteError: The `crs` cannot be used.
    """
    notes.move_to(document.line, "")
    for member, why in document.faults:
        if member == "crs":
            raise unusable_file(source, why.found, why.remedy, document.line)
        why.at = f".{member}"
        if member == "features":
            notes.reject(why)
        else:
            notes.warn(why.rule, why.found, why.remedy, why.at)
    for member in ("coordinates", "geometries", "geometry", "properties"):
        if member in document.members:
            found = say("the FeatureCollection has a member “{member}”", member=member)
            notes.warn("member-not-allowed", found, say("it is not read, remove it"), f".{member}")
    warn_of_bbox(document.members, notes)
    try:
        return projection_of(document.members, notes)
    except InvalidFeature as why:
        raise unusable_file(source, why.found, why.remedy, document.line) from None


class _SiteCollector:
    """Collects valid features and the problems of all features, one feature at a time."""

    def __init__(self, source: str, notes: ProblemLog, project: Project | None, lines: bool) -> None:
        self._source, self._notes, self._project, self._lines = source, notes, project, lines
        self._first: dict[str, tuple[int | None, str]] = {}
        self._valid: list[ValidFeature] = []
        self._parts: list[tuple[Part, int | None, str]] = []
        self._duplicates: list[ValidFeature] = []

    def take(self, feature: object, fault: InvalidFeature | None, line: int | None, path: str) -> None:
        """Add a feature if it is valid, otherwise its problem."""
        self._notes.move_to(line, path)
        try:
            if fault is not None:
                raise fault
            self._add(check_feature(feature, self._notes, self._project, lines=self._lines))
        except InvalidFeature as why:
            self._notes.site = self._notes.site or lenient_id(feature)
            self._notes.reject(why)

    def take_single(self, document: GeoJsonDocument) -> None:
        """Add the feature of a file that is a single Feature or a bare geometry."""
        feature, fault = document.members, next((why for _, why in document.faults), None)
        if feature["type"] != "Feature":
            self._notes.move_to(document.line, "")
            kind = feature["type"]
            found = say("the file holds a bare {type}, taken as one site without a name", type=kind)
            self._notes.warn("bare-geometry", found, say("put it into a Feature with an id and a name"))
            feature = {"type": "Feature", "properties": None, "geometry": feature}
        self.take(feature, fault, document.line, "")

    def _add(self, feature: ValidFeature) -> None:
        id = feature.id
        if feature.part_of is not None and not feature.named:
            copies = 1
            while id in self._first:  # parts such as benches may have identical features, and thus equal hashes
                copies += 1
                id = f"{feature.id}-{copies}"
        elif id in self._first:
            line, path = self._first[id]
            first = say("{path}", path=path) if line is None else say("line {line}", line=str(line))
            if not feature.named:
                found = say("the feature is identical to the one at {place}", place=first)
                remedy = say("remove one of them, or give each an id of its own if they are two places")
                raise InvalidFeature("feature-twice", found, remedy)
            self._duplicates.append(feature)
            found = say("the id “{id}” is taken by the feature at {place}", id=quote(id), place=first)
            raise InvalidFeature("id-duplicate", found, say("give each feature its own id"))
        line, path = self._notes.line, self._notes.path
        self._first[id] = (line, path)
        if feature.part_of is None:
            self._valid.append(feature)
        else:
            part = Part(id, feature.part_of, feature.kind, feature.document, feature.shape)
            self._parts.append((part, line, path))

    def sites(self, members: Mapping[str, Any] | None = None) -> Sites:
        """Return the collected sites, with all problems in file order; `members` are the file's members except `features`."""
        ids = tuple(feature.id for feature in self._valid)
        site_ids = set(ids)
        self._warn_of_ids()
        for part, line, path in self._parts:
            if part.site not in site_ids:
                self._notes.move_to(line, path)
                self._notes.site = part.id
                site = quote(part.site)
                found = say("the part belongs to “{site}”, which is not among the sites", site=site)
                remedy = say("write the id of its site, or correct that site")
                self._notes.warn("part-of-nothing", found, remedy, ".properties.part_of")
        return Sites(
            source=self._source,
            ids=ids,
            features=tuple(feature.document for feature in self._valid),
            shapes=_column([feature.shape for feature in self._valid]),
            parts=tuple(part for part, _, _ in self._parts),
            problems=tuple(sorted(_winding_once(self._notes.problems), key=lambda problem: problem.line or 0)),
            members=members or {},
        )

    def _warn_of_ids(self) -> None:
        """Add warnings about an id that most features share, and about columns that would be suitable ids."""
        self._notes.move_to(None, "")
        named = [feature for feature in self._valid if feature.named]
        if len(self._duplicates) > len(named):
            found = say(
                "the id tells no place from another ({count} different for {all} features)",
                count=len(named),
                all=len(named) + len(self._duplicates),
            )
            self._notes.warn(
                "id-tells-nothing", found, say("remove or rename it, and give each feature an id of its own")
            )
            self._warn_of_id_columns([*named, *self._duplicates])
        self._warn_of_id_columns([feature for feature in self._valid if not feature.named])

    def _warn_of_id_columns(self, features: Sequence[ValidFeature]) -> None:
        columns = unique_id_keys([feature.document.get("properties") or {} for feature in features])
        if columns:
            found = say("{keys} would serve as an id, and is not read as one", keys=", ".join(columns))
            self._notes.warn("id-elsewhere", found, say("call one of these “id”, if it stays the same in later files"))


def _winding_once(problems: Sequence[FileProblem]) -> Iterator[FileProblem]:
    """Yield the problems, with those of winding merged into one with a count: they usually concern all outlines of a file."""
    winding = [problem for problem in problems if problem.rule == WINDING]
    for problem in problems:
        if len(winding) < 2 or problem.rule != WINDING:
            yield problem
        elif problem is winding[0]:
            found = say(
                "{count} outlines are drawn against the right-hand rule, the first of them here", count=len(winding)
            )
            yield replace(problem, found=found)


def _column(shapes: list[BaseGeometry | None]) -> np.ndarray[Any, np.dtype[np.object_]]:
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    column.flags.writeable = False
    return column
