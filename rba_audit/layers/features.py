"""Read context files: features assigned to layers, and features that an unknown word leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from rba_audit.errors import SiteError
from rba_audit.layers.layer_files import features_of_bytes, read_features
from rba_audit.layers.layer_rules import rules_by_layer
from rba_audit.layers.numbers import first_text
from rba_audit.layers.property_words import is_blank, list_words
from rba_audit.layers.recognition import layers_by_word, layers_named, matching_rules, possible_layers
from rba_audit.messages import Message, say
from rba_audit.sites import Sites
from rba_audit.sites.problems import quote

_DATES: Final = ("date", "timestamp", "generated")
_OWN_DATES: Final = ("date", "@timestamp", "timestamp")
_EXTENT: Final = "extent"
_DAY: Final = len("2026-04-06")
_CREDITS: Final = ("attribution", "credit", "copyright", "sumber", "source")
_LICENCES: Final = ("licence", "license", "lisensi")
_LONGEST_CREDIT: Final = 200


@dataclass(frozen=True, slots=True)
class ContextFeature:
    """One feature of a layer, with its name and code.

    Attributes:
        layer: The layer it belongs to; empty if that is not known: then `perhaps` names the candidates.
        id: Its own id in its file.
        shape: Its shape in longitude and latitude, of any geometry type; None if it has no valid one.
        source: The file it was read from.
        date: Day of its data, as `2026-04-06`; empty if neither it nor its file states one.
        of_broken_file: Whether its file has features that could not be read, so that their location is unknown, or a word
            for a layer that is not understood; or it states with `"complete": false` that it may lack features, as extracts of
            OpenStreetMap do.
        perhaps: The layers it may belong to, each with the word of its tags that is not understood.
        credit: Source and licence that its file states in a member such as `attribution` or `licence`; empty if it states none.
    """

    layer: str
    name: str
    code: str
    feature: Mapping[str, Any]
    id: str = ""
    shape: BaseGeometry | None = None
    source: str = ""
    date: str = ""
    of_broken_file: bool = False
    perhaps: tuple[tuple[str, str], ...] = ()
    credit: str = ""

    @property
    def properties(self) -> Mapping[str, Any]:
        """The properties of its GeoJSON feature."""
        return self.feature.get("properties") or {}


def read_context(
    paths: Iterable[str | PathLike[str]],
    tell: Callable[[Message], None] = lambda _message: None,
    *,
    layers: Iterable[tuple[str, str | PathLike[str]]] = (),
) -> tuple[ContextFeature, ...]:
    """Return the recognised features of some files of any format, in order; a feature of two layers occurs twice.

    Args:
        paths: The files.
        tell: Called with each warning: features left out of a file, or a file that does not state its day.
        layers: Further files that are one layer each, whatever the tags in them: its name or another word for it, and the file.

    Raises:
        SiteError: a file cannot be read, no feature of it is recognised, or a layer is not known.
        Unavailable: other files are being read.
    """
    context: list[ContextFeature] = []
    for word, path in (*(("", path) for path in paths), *layers):
        context += _context_of(read_features(path), word, tell)
    return tuple(context)


def context_of_bytes(
    data: bytes, source: str, tell: Callable[[Message], None] = lambda _message: None, *, layer: str = ""
) -> tuple[ContextFeature, ...]:
    """As `read_context`, for one file in memory; `source` is its name in messages, `layer` what all its features are."""
    return tuple(_context_of(features_of_bytes(data, source), layer, tell))


def _context_of(features: Sites, word: str, tell: Callable[[Message], None]) -> list[ContextFeature]:
    recognized = [feature for at in range(len(features)) for feature in _features_at(features, at)]
    if word:
        recognized = _of_layer(word, features, recognized)
    unusable = next((problem for problem in features.problems if problem.level == "refused"), None)
    if not recognized and unusable is not None and not len(features):
        raise SiteError(
            say("{file}: none of its features can be used as context: {first}", file=features.source, first=unusable)
        )
    if not any(feature.layer for feature in recognized):
        layer_names = ", ".join(rules_by_layer())
        raise SiteError(
            say(
                "{file}: nothing in it is recognised as context; give its features a property 'layer' with one of: {known}",
                file=features.source,
                known=layer_names,
            )
        )
    strange = any(layers_named(features.properties(at).get("layer")) is None for at in range(len(features)))
    partial = features.members.get("complete") is False
    if strange or partial or any(problem.level == "refused" for problem in features.problems):
        recognized = [replace(feature, of_broken_file=True) for feature in recognized]
    credit = _credit(features.members)
    for message in _left_out(features, recognized):
        tell(message)
    return [replace(feature, credit=credit) if credit else feature for feature in recognized]


def _of_layer(word: str, features: Sites, recognized: Sequence[ContextFeature]) -> list[ContextFeature]:
    """Return the features of a file as those of one layer; its statements of completeness stay what they are.

    Raises:
        SiteError: There is no such layer.
    """
    named = layers_by_word(layers_named(word) or ())
    if len(named) != 1:
        raise SiteError(
            say(
                "{file}: “{layer}” is no layer; name one of: {known}",
                file=features.source,
                layer=quote(word),
                known=", ".join(rules_by_layer()),
            )
        )
    rule = rules_by_layer()[named[0]]
    extents = [feature for feature in recognized if feature.layer == _EXTENT]
    others = {feature.id for feature in extents}
    day = first_text(features.members, _DATES)[:_DAY]
    return [
        *extents,
        *(
            ContextFeature(
                rule.layer,
                first_text(features.properties(at), rule.name),
                first_text(features.properties(at), rule.code),
                features.features[at],
                id,
                features.shapes[at],
                features.source,
                first_text(features.properties(at), _OWN_DATES)[:_DAY] or day,
            )
            for at, id in enumerate(features.ids)
            if id not in others
        ),
    ]


def _credit(members: Mapping[str, Any]) -> str:
    """Return source and licence as the members of a file state them."""
    texts = (first_text(members, keys).strip()[:_LONGEST_CREDIT] for keys in (_CREDITS, _LICENCES))
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _left_out(features: Sites, recognized: list[ContextFeature]) -> Iterator[Message]:
    """Yield warnings about a file: features left out, and a missing date."""
    refused = [problem for problem in features.problems if problem.level == "refused"]
    if refused:
        first = refused[0]
        yield say(
            "{file}: some features are refused ({count}), such as {first}",
            file=features.source,
            count=len(refused),
            first=first,
        )
    yield from _not_understood(features, recognized)
    strangers = len(features) - len({feature.id for feature in recognized})
    if strangers:
        yield say(
            "{file}: what belongs to no layer is left out ({count}); layers.toml says how it is recognised",
            file=features.source,
            count=strangers,
        )
    shapeless = len({feature.id for feature in recognized if feature.shape is None and feature.layer})
    if shapeless:
        yield say(
            "{file}: what has no sound shape is not measured ({count}); draw it again",
            file=features.source,
            count=shapeless,
        )
    if not any(feature.date for feature in recognized):
        yield say("{file}: it does not say of which day it is; add a member “date” to it", file=features.source)


def _not_understood(features: Sites, recognized: list[ContextFeature]) -> Iterator[Message]:
    """Yield a warning for each word that is not understood, with its count and its consequence."""
    words: Counter[str] = Counter()
    tags: dict[str, dict[str, None]] = {}
    count: Counter[str] = Counter()
    extents: Counter[str] = Counter()
    for at in range(len(features)):
        properties = features.properties(at)
        value = properties.get("layer")
        named = layers_named(value)
        if named is None:
            words[quote(value)] += 1
        if _EXTENT in (named or ()) and extent_layers(properties.get("of")) is None:
            extents[quote(properties["of"])] += 1
    for feature in recognized:
        for tag in dict.fromkeys(tag for _, tag in feature.perhaps):
            count[quote(tag)] += 1
        for layer, tag in feature.perhaps:
            tags.setdefault(quote(tag), {})[layer] = None
    for word, times in words.items():
        yield say(
            "{file}: “layer” says “{word}” ({count}×), which is not understood; no layer of this file counts as complete",
            file=features.source,
            word=word,
            count=times,
        )
    for tag, layers in tags.items():
        yield say(
            "{file}: “{word}” ({count}×) is not understood; around it these layers do not count as complete: {layers}",
            file=features.source,
            word=tag,
            count=count[tag],
            layers=", ".join(layers),
        )
    for word, times in extents.items():
        yield say(
            "{file}: “of” says “{word}” ({count}×), which is not understood; no layer counts as complete by such an extent",
            file=features.source,
            word=word,
            count=times,
        )


def extent_layers(value: object) -> tuple[str, ...] | None:
    """Return the layers that an extent names in its `of`: () if it names none, None if a word is not understood."""
    if is_blank(value):
        return ()
    words = list_words(value)
    named = [layers_named(word) for word in (words or ())]
    if words is None or not named or None in named:
        return None
    return layers_by_word({name for names in named for name in names or ()})


def _features_at(features: Sites, at: int) -> tuple[ContextFeature, ...]:
    day = first_text(features.members, _DATES)[:_DAY]
    return recognized_features(features.features[at], features.ids[at], features.shapes[at], features.source, day)


def recognized_features(
    feature: Mapping[str, Any],
    id: str = "",
    shape: BaseGeometry | None = None,
    source: str = "",
    date: str = "",
) -> tuple[ContextFeature, ...]:
    """Return a feature once for each layer that recognises it, and once more for all layers it may belong to.

    `date` is the day of its file, used if the feature states none.
    """
    properties = feature.get("properties") or {}
    own = first_text(properties, _OWN_DATES)[:_DAY]
    recognized = [
        ContextFeature(
            rule.layer,
            first_text(properties, rule.name),
            first_text(properties, rule.code),
            feature,
            id,
            shape,
            source,
            own or date,
        )
        for rule in matching_rules(properties)
    ]
    perhaps = tuple(possible_layers(properties).items())
    if perhaps:
        recognized.append(ContextFeature("", "", "", feature, id, shape, source, own or date, perhaps=perhaps))
    return tuple(recognized)
