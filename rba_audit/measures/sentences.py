"""What the measures have to say in common: the day, the names of parts and of things around, and what is missing of them."""

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
_NAMED: Final = 5  # a list of names longer than this is read by nobody


def parts_source(ground: MeasurementInputs, site: int, told: Message, *kinds: str) -> MeasurementSource:
    """Return the account of what was measured from the parts of some kinds."""
    day = max((ground.parts(kind).date for kind in kinds), default="") or ground.day_of_outline(site)
    return MeasurementSource(PARTS_LAYER, day, ground.no_outline(site) if ground.illustrative[site] else told)


def names_text(names: Sequence[str]) -> str | Message:
    """Return some names as a text; of a long list the first ones, and how many more there are."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return say("{names} and {count} more", names=", ".join(names[:_NAMED]), count=len(names) - _NAMED)


def parts_incomplete(ground: MeasurementInputs, site: int, *kinds: str) -> Message | None:
    """Return that the parts of the first of these kinds that is not complete are missing, or may be more; else None."""
    for kind in kinds:
        parts = ground.parts(kind)
        if parts.crowded[site]:
            return say(
                "so many parts “{part}” lie in one spot that they are not measured; correct the file",
                part=part_words(kind),
            )
        if not parts.complete[site]:
            return _why_not_all(ground, site, kind) if parts.count[site] else parts_not_mapped(kind)
    return None


def _why_not_all(ground: MeasurementInputs, site: int, kind: str) -> Message:
    told = say("not every part “{part}” of it is mapped", part=part_words(kind))
    for key, value in zip(
        (PARTS_COMPLETE, PARTS_MISSING), ground.stated_about_parts.get(site, (None, None)), strict=True
    ):
        if not is_blank(value) and part_list(value) is None:
            return say(
                "{told}, since “{key}” says “{word}”, which is not understood", told=told, key=key, word=quote(value)
            )
    return told


def layer_not_given(name: str) -> Message:
    """Return that a layer was not given."""
    title = rules_by_layer()[name].title if name in rules_by_layer() else name
    return say("the layer “{layer}” ({title}) was not given", layer=name, title=title)


def layer_incomplete(name: str, within_m: float) -> Message:
    """Return that a layer is not known to be complete around a place."""
    return say(
        "the layer “{layer}” is not known to be complete within {metres} m; add a feature “extent” where it is",
        layer=name,
        metres=format_number(within_m, 0),
    )


def parts_not_mapped(kind: str) -> Message:
    """Return that parts of one kind are not mapped."""
    return say("no part “{part}” of it is mapped", part=part_words(kind))


def feature_name(layer: Layer, at: int, metres: float, basis: Message) -> Message:
    """Return what a thing of a layer is told as: its kind, its name, how far it is and from where."""
    half = layer.rule.half_width
    told = say(
        "{title}: {name}, {metres} m {basis}",
        title=layer.rule.title,
        name=called_in(layer, at),
        metres=format_number(metres, 1),
        basis=basis,
    )
    if half is not None and layer.assumed_width(at):
        return say(
            "{which}, its edge taken to be {half} m from the line drawn",
            which=told,
            half=format_number(half.metres.value, 1),
        )
    return told


def called_in(layer: Layer, at: int) -> str:
    """Return what a thing of a layer is called: its name and its id, as far as it has them."""
    place = layer.places[at]
    return f"{place.name} [{place.id}]" if place.name and place.id else place.name or place.id or layer.name
