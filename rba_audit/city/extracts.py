"""Read a map extract by its content: OpenStreetMap files, Overpass answers, and GeoJSON made of either."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rba_audit.errors import SiteError
from rba_audit.file_formats.osm_objects import OsmExtract, OsmObject, day_of, is_wanted, newest_day
from rba_audit.file_formats.osm_pbf import osm_extract
from rba_audit.file_formats.overpass import overpass_extract
from rba_audit.file_formats.problems import FormatError
from rba_audit.layers import first_text, rules_by_layer
from rba_audit.messages import say
from rba_audit.sites import Sites, sites_from_bytes
from rba_audit.standard.policies import LAYER, OsmPolicy

_START: Final = 4096
_DATES: Final = ("date", "timestamp", "generated")
_OWN_DATES: Final = ("@timestamp", "timestamp")
_FIELDS: Final = frozenset({"@id", "@timestamp", "@version", "id", "timestamp"})


def read_extract(path: Path, policy: OsmPolicy) -> OsmExtract:
    """Return the play spaces of a map extract and everything that a layer may recognise.

    Raises:
        SiteError: the file is missing, or is no extract that can be read.
    """
    keys = wanted_keys(policy)
    try:
        with path.open("rb") as file:
            start = file.read(_START)
        if not start.strip():
            raise SiteError(say("{file}: it is empty; download the extract again", file=path.name))
        if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return osm_extract(path, keys)
        data = path.read_bytes()
        if b'"FeatureCollection"' in start or b'"Feature"' in start:
            return geojson_extract(sites_from_bytes(data, path.name, lines=True), keys)
        return overpass_extract(data, keys)
    except FormatError as why:
        raise why.named(path.name) from None
    except OSError as fault:
        raise SiteError(
            say("{file}: it cannot be read ({reason})", file=path, reason=fault.strerror or str(fault))
        ) from None


def wanted_keys(policy: OsmPolicy) -> frozenset[str]:
    """Return the keys by which an object is a play space or belongs to a layer."""
    of_layers = {key for rule in rules_by_layer().values() for tags in rule.any_of for key in tags if key != LAYER}
    return policy.keys | of_layers


def geojson_extract(features: Sites, keys: Collection[str] = ()) -> OsmExtract:
    """Return the objects of a GeoJSON file whose properties are tags, as overpass turbo and osmtogeojson write it."""
    objects = tuple(_objects(features, keys))
    return OsmExtract(objects, day_of(first_text(features.members, _DATES)) or newest_day(objects))


def _objects(features: Sites, keys: Collection[str]) -> Iterator[OsmObject]:
    for at, name in enumerate(features.ids):
        properties: Mapping[str, Any] = features.properties(at)
        tags = {key: _text(value) for key, value in properties.items() if key not in _FIELDS and value is not None}
        if is_wanted(tags, keys):
            geometry = features.features[at].get("geometry")
            fault = None if features.shapes[at] is not None else say("it has no sound shape in the file")
            shape = geometry if fault is None else None
            yield OsmObject(name, tags, shape, day_of(first_text(properties, _OWN_DATES)), fault)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
