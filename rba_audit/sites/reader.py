"""Read `Sites` from a file, bytes or decoded features.

An invalid feature does not affect the valid ones; nothing is repaired, dropped or guessed without a problem that reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any, Final

from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import Message, say
from rba_audit.sites.bbox import warn_of_bbox
from rba_audit.sites.collection import Sites
from rba_audit.sites.collector import FeatureMap, SiteCollector
from rba_audit.sites.document import GeoJsonDocument, read_document
from rba_audit.sites.format_detection import GEOMETRY_TYPES, refuse_by_members
from rba_audit.sites.positions import Project
from rba_audit.sites.problems import InvalidFeature, ProblemLog, unusable_file
from rba_audit.sites.reference_systems import projection_from, projection_of
from rba_audit.sites.text import text_of

MOST_MB: Final = 100
"""Maximum size in MB of a file of sites or of a context layer; those of a city have some tens of megabytes."""


MapFeatures = Callable[[Sequence[object]], FeatureMap | None]
"""Looks at all features of a file and returns how each is mapped; None if none needs it."""


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A row of a table as a feature.

    Attributes:
        place: Its sheet, row or line, for messages.
        feature: The feature with exactly the values of the file.
        mapped: The feature with what its columns mean.
        line: Its line, if the file has lines.
        fault: Why it cannot be used (what was found, what to do); None if it can.
    """

    place: Message
    feature: Mapping[str, Any]
    mapped: Mapping[str, Any]
    line: int | None = None
    fault: tuple[Message, Message] | None = None


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


def sites_from_bytes(
    data: bytes,
    source: str,
    *,
    strict: bool = False,
    lines: bool = False,
    mapping: MapFeatures | None = None,
    crs: str = "",
) -> Sites:
    """Read the sites of a GeoJSON file in memory; `source` is its name in messages.

    With `mapping` each feature is mapped before its check; `crs` is the reference system of a file that does not state one.

    Raises:
        SiteError: As `read_sites`.
    """
    notes = ProblemLog()
    document = read_document(text_of(data, source, notes), source, notes)
    if crs and document.elements is not None:
        document.members.setdefault("crs", {"type": "name", "properties": {"name": crs}})
    return _checked(_sites_of_document(document, source, notes, lines, mapping), source, strict)


def sites_from_rows(
    rows: Iterable[FeatureRow], source: str, *, crs: str = "", strict: bool = False, lines: bool = False
) -> Sites:
    """Return the sites of the rows of a table, with the checks of features; messages name their place.

    Args:
        rows: The rows.
        source: The name of the file in messages.
        crs: The reference system of the geometries; empty for longitude and latitude.
        strict: Whether a single refused row refuses the whole file.
        lines: Whether the shapes of lines are used too.

    Raises:
        SiteError: The `crs` is not known, or something is refused and `strict` is set.
    """
    notes = ProblemLog()
    try:
        project = projection_from(crs, notes) if crs else None
    except InvalidFeature as why:
        raise unusable_file(source, why.found, why.remedy) from None
    collector = SiteCollector(source, notes, project, lines)
    for row in rows:
        notes.move_to(row.line, "", row.place)
        fault = None if row.fault is None else InvalidFeature("row", *row.fault)
        collector.take_mapped(row.feature, row.mapped, fault)
    return _checked(collector.sites(), source, strict)


def _checked(sites: Sites, source: str, strict: bool) -> Sites:
    """Return the sites of a file.

    Raises:
        SiteError: Something in it is refused and `strict` is set.
    """
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
    collector = SiteCollector(source, ProblemLog(), None, lines=False)
    for index, feature in enumerate(features):
        collector.take(feature, None, None, f"features[{index}]")
    return collector.sites()


def _sites_of_document(
    document: GeoJsonDocument, source: str, notes: ProblemLog, lines: bool, mapping: MapFeatures | None
) -> Sites:
    members, kind = document.members, document.members.get("type")
    if document.elements is None and (kind == "Feature" or kind in GEOMETRY_TYPES):
        mapped = None if mapping is None else mapping([members])
        collector = SiteCollector(source, notes, None, lines, mapped)
        collector.take_single(document)
        return collector.sites()
    cut_before_type = "type" not in members and not document.complete and document.elements is not None
    if kind != "FeatureCollection" and not cut_before_type:
        raise refuse_by_members(members, source, has_features=document.elements is not None)
    if document.elements is None:
        found = say("the FeatureCollection has no array “features”")
        raise unusable_file(source, found, say("export the sites again"), document.line)
    project = _collection_projection(document, source, notes)
    mapped = None if mapping is None else mapping([element.value for element in document.elements])
    collector = SiteCollector(source, notes, project, lines, mapped)
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
