"""Name source and licence of the layers that a map draws, as their files state them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from rba_audit.basemap.classes import basemap_classes
from rba_audit.layers import ContextFeature
from rba_audit.messages import say

_MOST: Final = 6
_LONGEST: Final = 200
_OWN: Final = ("attribution", "source", "licence", "license")
"""Properties of a feature that state its source; only of one that names its layer, because in tags of a map they mean other things."""


def drawn_credits(context: Iterable[ContextFeature]) -> tuple[str, ...]:
    """Return the credits of the features that basemaps draw, and the files that state none, each once; at most 6."""
    layers = {layer for basemap_class in basemap_classes() for layer in basemap_class.layers}
    return credits_of(feature for feature in context if feature.layer in layers)


def credits_of(features: Iterable[ContextFeature], *, name_files: bool = True) -> tuple[str, ...]:
    """Return the distinct credits of some features; with `name_files`, files without any are named together."""
    stated: dict[str, None] = {}
    silent: dict[str, None] = {}
    for feature in features:
        credit = feature.credit or _own_credit(feature)
        if credit:
            stated[credit] = None
        elif feature.source:
            silent[PurePath(feature.source).name] = None
    shown = list(stated)[:_MOST]
    if silent and name_files:
        names = ", ".join(list(silent)[:_MOST])
        shown.append(str(say("{files} (source not stated in the file)", files=names)))
    return tuple(shown)


def _own_credit(feature: ContextFeature) -> str:
    properties = feature.properties
    if not feature.layer or properties.get("layer") != feature.layer:
        return ""
    texts = (str(properties[key]).strip()[:_LONGEST] for key in _OWN if properties.get(key))
    return ", ".join(dict.fromkeys(filter(None, texts)))
