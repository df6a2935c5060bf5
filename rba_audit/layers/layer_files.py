"""Read the features of a context file of any format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from typing import Any, Final

import numpy as np

from rba_audit.errors import SiteError
from rba_audit.file_formats import SourceTable, read_source
from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import Message, say
from rba_audit.sites import FeatureRow, Sites, sites_from_bytes, sites_from_rows
from rba_audit.sites.collector import FeatureMap
from rba_audit.sites.features import ID_PROPERTIES
from rba_audit.sites.problems import unusable_file
from rba_audit.sites.reader import MOST_MB
from rba_audit.sites.source_files import is_geojson, unpacked_geojson

_ID: Final = "id"


def read_features(path: str | PathLike[str]) -> Sites:
    """Return the features of a context file of any format, lines among them.

    Raises:
        SiteError: The file cannot be used as a whole.
        Unavailable: Other files are being read.
    """
    try:
        return features_of_bytes(read_file(path, MOST_MB), fspath(path))
    except UnreadableFile as why:
        raise unusable_file(fspath(path), why.found, why.remedy) from why


def features_of_bytes(data: bytes, source: str) -> Sites:
    """As `read_features`, for a file in memory; `source` is its name in messages.

    Raises:
        SiteError: The file cannot be used as a whole.
        Unavailable: Other files are being read.
    """
    data, source = unpacked_geojson(data, source)
    if is_geojson(data):
        return sites_from_bytes(data, source, lines=True, mapping=_without_junk_ids)
    tables = [table for table in read_source(data, source).tables if any(row.geometry for row in table.rows)]
    if not tables:
        raise SiteError(
            say(
                "{source}: its rows have no positions on the map; bring the layer as GeoJSON, GeoPackage or Shapefile",
                source=source,
            )
        )
    by_crs: dict[str, list[SourceTable]] = {}
    for table in tables:
        by_crs.setdefault(table.crs or "", []).append(table)
    read = [
        sites_from_rows(
            _rows(of_crs, junk=_junk_keys([row.values for table in of_crs for row in table.rows])),
            source,
            crs=crs,
            lines=True,
        )
        for crs, of_crs in by_crs.items()
    ]
    return _joined(read)


def _rows(tables: Sequence[SourceTable], junk: frozenset[str]) -> Iterator[FeatureRow]:
    for table in tables:
        for row in table.rows:
            feature = {"type": "Feature", "properties": dict(row.values), "geometry": row.geometry}
            place = _place(table.name, row.number)
            own = not junk and any(row.values.get(key) not in (None, "") for key in ID_PROPERTIES)
            mapped = feature if own else {**feature, _ID: str(place)}
            fault = None if row.fault is None else (row.fault, say("correct it in the file and bring it again"))
            yield FeatureRow(place, feature, mapped, fault=fault)


def _place(table: str, number: int) -> Message:
    return say("{table}, row {row}", table=table, row=str(number)) if table else say("row {row}", row=str(number))


def _without_junk_ids(features: Sequence[object]) -> FeatureMap | None:
    """Return the map of features whose ids tell nothing, such as a column of zeros: they count without one."""
    properties = [feature.get("properties") for feature in features if isinstance(feature, Mapping)]
    junk = _junk_keys([values for values in properties if isinstance(values, Mapping)])
    if not junk:
        return None
    numbers = {id(feature): number for number, feature in enumerate(features, start=1)}

    def mapped(feature: Mapping[str, Any]) -> Mapping[str, Any]:
        if feature.get(_ID) is not None:
            return feature
        return {**feature, _ID: str(_place("", numbers.get(id(feature), 0)))}

    return mapped


def _junk_keys(properties: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the keys of ids of which more values repeat than differ."""
    junk = set()
    for key in ID_PROPERTIES:
        values = [str(value) for values in properties if (value := values.get(key)) not in (None, "")]
        if len(values) - len({*values}) > len({*values}):
            junk.add(key)
    return frozenset(junk)


def _joined(parts: Sequence[Sites]) -> Sites:
    """Return the features of all parts as one; they come from tables in different reference systems."""
    if len(parts) == 1:
        return parts[0]
    shapes = np.concatenate([part.shapes for part in parts])
    shapes.flags.writeable = False
    return replace(
        parts[0],
        ids=tuple(f"{number}-{id}" for number, part in enumerate(parts, start=1) for id in part.ids),
        features=tuple(feature for part in parts for feature in part.features),
        shapes=shapes,
        parts=tuple(part for own in parts for part in own.parts),
        problems=tuple(problem for part in parts for problem in part.problems),
    )
