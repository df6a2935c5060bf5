"""Context around the sites, recognised feature by feature as `standards/layers.toml` says.

What no layer recognises is reported and left out, never taken for something it may not be.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from os import PathLike
from typing import Any

from rba_audit.errors import SiteError
from rba_audit.resources import standards_dir
from rba_audit.sites import read_sites
from rba_audit.words import say


@dataclass(frozen=True, slots=True)
class Place:
    """One feature of a layer, with the name and code it goes by."""

    layer: str
    name: str
    code: str
    feature: Mapping[str, Any]


@cache
def _layers() -> Mapping[str, Mapping[str, Any]]:
    with (standards_dir() / "layers.toml").open("rb") as file:
        layers: dict[str, Mapping[str, Any]] = tomllib.load(file)["layer"]
    return layers


def read_context(paths: Iterable[str | PathLike[str]]) -> tuple[Place, ...]:
    """Return the recognised features of some GeoJSON files, in order.

    Raises:
        SiteError: a file cannot be read, or nothing in it is recognised.
    """
    found: list[Place] = []
    for path in paths:
        features = read_sites(path)
        places = [place for place in map(recognised, features.features) if place is not None]
        if not places:
            known = ", ".join(_layers())
            raise SiteError(
                say(
                    "{file}: nothing in it is recognised as context; give its features a property 'layer' with one of: {known}",
                    file=path,
                    known=known,
                )
            )
        found.extend(places)
    return tuple(found)


def recognised(feature: Mapping[str, Any]) -> Place | None:
    """Return a feature as part of the layer that recognises it, or None."""
    properties = feature.get("properties") or {}
    for layer, rule in _layers().items():
        if any(_matches(properties, tags) for tags in rule["any_of"]):
            return Place(layer, _first(properties, rule["name"]), _first(properties, rule["code"]), feature)
    return None


def _matches(properties: Mapping[str, Any], tags: Mapping[str, str]) -> bool:
    return all(properties.get(key) is not None and value in ("*", properties[key]) for key, value in tags.items())


def _first(properties: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((str(properties[key]) for key in keys if properties.get(key)), "")
