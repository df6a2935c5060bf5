"""Messages shared by the measures: sources, names of parts and features, and missing data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rba_audit.evidence import MeasurementSource
from rba_audit.layers import Layer, part_words, rules_by_layer
from rba_audit.layers.property_words import PARTS_COMPLETE, PARTS_MISSING, is_blank, part_list
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.messages import Message, format_number, say
from rba_audit.sites.problems import quote

PARTS_LAYER: Final = "parts"
_NAMED: Final = 5  # how many names a text lists; it only counts the others


def parts_source(inputs: MeasurementInputs, site: int, message: Message, *kinds: str) -> MeasurementSource:
    """Return the source of a measurement from parts of some kinds."""
    day = max((inputs.parts(kind).date for kind in kinds), default="") or inputs.day_of_outline(site)
    return MeasurementSource(PARTS_LAYER, day, inputs.no_outline(site) if inputs.illustrative[site] else message)


def names_text(names: Sequence[str]) -> str | Message:
    """Return names as a text; for a long list the first ones and the number of the rest."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return say("{names} and {count} more", names=", ".join(names[:_NAMED]), count=len(names) - _NAMED)


def parts_incomplete(inputs: MeasurementInputs, site: int, *kinds: str) -> Message | None:
    """Return the message about the first of these kinds whose parts are not complete; None if all are."""
    for kind in kinds:
        parts = inputs.parts(kind)
        if parts.crowded[site]:
            return say(
                "so many parts “{part}” lie in one spot that they are not measured; correct the file",
                part=part_words(kind),
            )
        if not parts.complete[site]:
            return _why_not_all(inputs, site, kind) if parts.count[site] else parts_not_mapped(kind)
    return None


def _why_not_all(inputs: MeasurementInputs, site: int, kind: str) -> Message:
    message = say("not every part “{part}” of it is mapped", part=part_words(kind))
    for key, value in zip(
        (PARTS_COMPLETE, PARTS_MISSING), inputs.stated_about_parts.get(site, (None, None)), strict=True
    ):
        if not is_blank(value) and part_list(value) is None:
            return say(
                "{told}, since “{key}” says “{word}”, which is not understood", told=message, key=key, word=quote(value)
            )
    return message


def layer_not_given(name: str) -> Message:
    """Return the message that a layer was not given."""
    title = rules_by_layer()[name].title if name in rules_by_layer() else name
    return say("the layer “{layer}” ({title}) was not given", layer=name, title=title)


def layer_incomplete(name: str, within_m: float) -> Message:
    """Return the message that a layer is not known to be complete around a site."""
    return say(
        "the layer “{layer}” is not known to be complete within {metres} m; add a feature “extent” where it is",
        layer=name,
        metres=format_number(within_m, 0),
    )


def parts_not_mapped(kind: str) -> Message:
    """Return the message that parts of one kind are not mapped."""
    return say("no part “{part}” of it is mapped", part=part_words(kind))


def feature_name(layer: Layer, at: int, metres: float, basis: Message) -> Message:
    """Return the description of a feature: its layer, name, distance and start of the distance."""
    half = layer.rule.half_width
    message = say(
        "{title}: {name}, {metres} m {basis}",
        title=layer.rule.title,
        name=called_in(layer, at),
        metres=format_number(metres, 1),
        basis=basis,
    )
    if half is not None and layer.assumed_width(at):
        return say(
            "{which}, its edge taken to be {half} m from the line drawn",
            which=message,
            half=format_number(half.metres.value, 1),
        )
    return message


def called_in(layer: Layer, at: int) -> str:
    """Return the name and id of a feature, as far as it has them; else the name of its layer."""
    feature = layer.places[at]
    return f"{feature.name} [{feature.id}]" if feature.name and feature.id else feature.name or feature.id or layer.name
