"""Collect the valid features of a file as sites and parts, with the problems of all features."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from rba_audit.messages import Message, say
from rba_audit.sites.collection import Part, Sites
from rba_audit.sites.document import GeoJsonDocument
from rba_audit.sites.features import ValidFeature, check_feature, hashed_id, lenient_id
from rba_audit.sites.names import unique_id_keys
from rba_audit.sites.positions import Project
from rba_audit.sites.problems import FileProblem, InvalidFeature, ProblemLog, quote
from rba_audit.sites.shapes import WINDING

ID_ELSEWHERE: Final = "id-elsewhere"
"""The rule of a warning about columns that would be suitable ids."""
FeatureMap = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns a feature with what its own columns mean added to it; the same object if there is nothing to add."""


class SiteCollector:
    """Collects valid features and the problems of all features, one feature at a time."""

    def __init__(
        self,
        source: str,
        notes: ProblemLog,
        project: Project | None,
        lines: bool,
        mapped: FeatureMap | None = None,
    ) -> None:
        self._source, self._notes, self._project, self._lines = source, notes, project, lines
        self._mapped = mapped
        self._first: dict[str, tuple[int | None, str, Message | None]] = {}
        self._valid: list[ValidFeature] = []
        self._parts: list[tuple[Part, int | None, str]] = []
        self._duplicates: list[ValidFeature] = []

    def take(self, feature: object, fault: InvalidFeature | None, line: int | None, path: str) -> None:
        """Add a feature if it is valid, otherwise its problem."""
        self._notes.move_to(line, path)
        mapped = feature
        if self._mapped is not None and fault is None and isinstance(feature, Mapping):
            mapped = self._mapped(feature)
        self.take_mapped(feature, mapped, fault)

    def take_mapped(self, feature: object, mapped: object, fault: InvalidFeature | None) -> None:
        """Add a mapped feature if it is valid, otherwise its problem; the problem log must be at it.

        Args:
            feature: The feature as the file has it; its hash is the id of a feature that states none.
            mapped: The feature with what its columns mean; the same object if nothing was added.
            fault: Why it cannot be used, if that is known already.
        """
        try:
            if fault is not None:
                raise fault
            valid = check_feature(mapped, self._notes, self._project, lines=self._lines)
            self._add(valid if mapped is feature or valid.named else _with_hash(valid, feature))
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
            line, path, place = self._first[id]
            first = place or (say("{path}", path=path) if line is None else say("line {line}", line=str(line)))
            if not feature.named:
                found = say("the feature is identical to the one at {place}", place=first)
                remedy = say("remove one of them, or give each an id of its own if they are two places")
                raise InvalidFeature("feature-twice", found, remedy)
            self._duplicates.append(feature)
            found = say("the id “{id}” is taken by the feature at {place}", id=quote(id), place=first)
            raise InvalidFeature("id-duplicate", found, say("give each feature its own id"))
        line, path = self._notes.line, self._notes.path
        self._first[id] = (line, path, self._notes.place)
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
            self._notes.warn(ID_ELSEWHERE, found, say("call one of these “id”, if it stays the same in later files"))


def _with_hash(valid: ValidFeature, feature: object) -> ValidFeature:
    """Return a mapped feature with the hash of what the file has as its id, so that reading more columns never changes it."""
    id = hashed_id(feature if isinstance(feature, Mapping) else {})
    return valid._replace(id=id, document={**valid.document, "id": id} if valid.part_of is None else valid.document)


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
